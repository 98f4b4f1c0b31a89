"""`/compte/factures/`: what the person owes, has paid, and pays now."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, Subquery, Sum
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import pdf
from beffroi.shared.billing import actions, collecting, online
from beffroi.shared.billing import certificates as care
from beffroi.shared.billing.documents import certificate as certificates
from beffroi.shared.billing.documents import invoice as document
from beffroi.shared.billing.models import Checkout, Invoice, Payment
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.people.models import Person

PAGE = 20
TABS = {"": "Toutes", "a-payer": "À payer", "reglees": "Réglées"}


def _mine(request):
    return Invoice.objects.of_payer(request.user).select_related("regie", "credits")


def _by_regie(invoices) -> list[dict]:
    """What is due, régie by régie: a payment is made to one of them."""
    found: dict[int, dict] = {}
    for invoice in invoices:
        kept = found.setdefault(
            invoice.regie_id,
            {"regie": invoice.regie, "invoices": [], "total": 0, "online": invoice.regie.payfip_client},
        )
        kept["invoices"].append(invoice)
        kept["total"] += invoice.due
    return list(found.values())


@never_cache
@require_safe
def my_invoices(request):
    """The list; what is due comes first, to be paid together."""
    view = request.GET.get("etat", "")
    invoices = _mine(request)
    if view == "a-payer":
        invoices = invoices.unpaid()
    elif view == "reglees":
        invoices = invoices.exclude(pk__in=Invoice.objects.of_payer(request.user).unpaid().values("pk"))
    page = Paginator(invoices.order_by("-issued_on", "-pk"), PAGE).get_page(request.GET.get("page"))
    years = care.years_of(request.user)
    debit = collecting.coming_debits().filter(invoice=OuterRef("pk"))
    owed = _mine(request).unpaid().annotate(debited_on=Subquery(debit.values("file__day")[:1]))
    owed = list(owed.order_by("due_on", "pk")[:100])
    coming = [invoice for invoice in owed if invoice.debited_on]
    due = [invoice for invoice in owed if not invoice.debited_on]
    context = {
        "page": page,
        "view": view,
        "groups": _by_regie(due),
        "due_total": sum(invoice.due for invoice in due),
        "coming": coming,
        "advance": _advance(request.user),
        "years": list(years),
        "care_years": [year for year, has_care in years.items() if has_care],
        "pending": Checkout.objects.filter(payer__user=request.user, status=Checkout.Status.PENDING)[:3],
        "tabs": [(label, f"{request.path}?etat={code}" if code else request.path) for code, label in TABS.items()],
    }
    return render(request, "billing/my_invoices.html", context)


def _coming(user):
    """The debits announced to the person, the next first."""
    rows = collecting.coming_debits().filter(invoice__payer__user=user)
    return rows.select_related("file", "invoice", "mandate").defer("mandate__iban").order_by("file__day", "pk")


def _advance(user) -> int:
    """What the person has paid in advance, in cents."""
    free = Payment.objects.filter(payer__user=user, kind=Payment.Kind.PAYMENT)
    sums = free.aggregate(amount=Sum("amount"), used=Sum("used"))
    return (sums["amount"] or 0) - (sums["used"] or 0)


@never_cache
@require_safe
def my_invoice(request, number):
    """One invoice: lines, how each was computed, what was paid."""
    invoice = get_object_or_404(_mine(request), number=number)
    context = {
        "invoice": invoice,
        "coming": _coming(request.user).filter(invoice=invoice).first(),
        "lines": invoice.lines.all(),
        "allocations": invoice.allocations.select_related("payment", "credit"),
        "reminders": invoice.reminders.all() if invoice.due else [],
        "breadcrumbs": [("Mes factures", reverse("billing:my_invoices")), (invoice.number, "")],
    }
    return render(request, "billing/my_invoice.html", context)


@never_cache
@require_safe
def my_invoice_pdf(request, number):
    """The document, the same each time."""
    invoice = get_object_or_404(_mine(request), number=number)
    return pdf.response(invoice.number, document.render(invoice))


@never_cache
@require_safe
def certificate(request, year):
    """What was really paid in a year, for the tax return."""
    payer = Person.objects.filter(user=request.user).first()
    if payer is None or year not in certificates.years(payer):
        raise Http404("attestation")
    operator = get_object_or_404(Organisation, is_operator=True)
    return pdf.response(f"attestation-{year}", certificates.render(payer, year, operator))


@never_cache
@require_POST
def pay(request):
    """Pay the ticked invoices: to the provider's page, or back with the reason why not."""
    chosen = _mine(request).unpaid().filter(number__in=request.POST.getlist("choix"))
    invoices = list(chosen[:50])
    if not invoices:
        messages.error(request, "Cochez au moins une facture à payer.")
        return HttpResponseRedirect(reverse("billing:my_invoices"))
    try:
        _checkout, url = actions.start_checkout(invoices, payer=request.user.person)
    except actions.Underway as found:
        return HttpResponseRedirect(found.checkout.get_absolute_url())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return HttpResponseRedirect(reverse("billing:my_invoices"))
    return HttpResponseRedirect(url)


def _checkout(request, reference) -> Checkout:
    mine = Q(payer__user=request.user)
    return get_object_or_404(Checkout.objects.filter(mine).select_related("regie", "payment"), reference=reference)


@never_cache
@require_safe
def checkout(request, reference):
    """Where the payer comes back: what the provider answers now, never what the address says."""
    found = _checkout(request, reference)
    if found.status == Checkout.Status.PENDING:
        actions.check_checkout(found)
        found = _checkout(request, reference)
    alive = bool(found.operation) and actions.is_alive(found)
    context = {
        "checkout": found,
        "items": found.items.select_related("invoice"),
        "alive": alive,
        "pay_url": online.provider(found.provider).page(found.operation) if alive else "",
        "breadcrumbs": [("Mes factures", reverse("billing:my_invoices")), ("Paiement", "")],
    }
    return render(request, "billing/checkout.html", context)
