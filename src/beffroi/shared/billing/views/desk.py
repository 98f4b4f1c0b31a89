"""`/bureau/regie/factures/`: the invoices of the régies, and what is done with one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, Q, Sum
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, journal, pdf, sheets
from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions, figures
from beffroi.shared.billing.access import COLLECT, INVOICE, VIEW
from beffroi.shared.billing.documents import invoice as document
from beffroi.shared.billing.forms import CreditForm, InvoiceFilter, regies
from beffroi.shared.billing.forms_counter import PeriodForm
from beffroi.shared.billing.models import Invoice
from beffroi.shared.billing.money import euros, words
from beffroi.shared.billing.views.common import allowed, attempt, crumbs, desk, find_invoice

PAGE = 30
EXPORT_LIMIT = 20_000
SORTS = {
    "numero": "number",
    "payeur": "payer_name",
    "date": "issued_on",
    "echeance": "due_on",
    "total": "total",
}


def selection(request):
    """(form, invoices) of an address."""
    form = InvoiceFilter(request.GET, user=request.user)
    wanted = form.chosen()
    found = Invoice.objects.visible_to(request.user)
    if typed := wanted.get("q", "").strip():
        found = found.filter(
            Q(number__icontains=typed) | Q(payer_name__unaccent__icontains=typed) | Q(label__unaccent__icontains=typed)
        )
    if code := wanted.get("regie"):
        found = found.filter(regie__code=code)
    match wanted.get("etat"):
        case "a-payer":
            found = found.unpaid()
        case "retard":
            found = found.late()
        case "reglee":
            found = found.filter(kind="invoice", paid=F("total"))
        case "avoir":
            found = found.filter(kind="credit")
    if since := wanted.get("du"):
        found = found.filter(issued_on__gte=since)
    if until := wanted.get("au"):
        found = found.filter(issued_on__lte=until)
    sort = request.GET.get("tri", "")
    if key := SORTS.get(sort.removeprefix("-")):
        return form, found.order_by(f"-{key}" if sort.startswith("-") else key, "-pk")
    return form, found.order_by("-issued_on", "-pk")


@desk
@require_safe
@permission_required(VIEW)
def invoices(request):
    form, found = selection(request)
    page = Paginator(found.select_related("regie"), PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "sums": found.aggregate(total=Sum("total"), paid=Sum("paid")),
        "ages": figures.by_age(found) if page.number == 1 else [],
        "filtered": bool(form.chosen()),
        "exports": [(label, f"export.{kind}?{kept.urlencode()}") for kind, label in sheets.LABELS.items()],
        "may_invoice": access.can(request.user, INVOICE),
        "breadcrumbs": [("Bureau", "/bureau/"), ("Factures", "")],
    }
    return render(request, "billing/invoices.html", context)


@desk
@require_safe
@permission_required(VIEW)
def invoices_export(request, kind):
    """The filtered list as a table."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, found = selection(request)
    rows = (
        [
            one.number,
            one.get_kind_display(),
            one.regie.name,
            one.label,
            one.payer_name,
            one.issued_on,
            one.due_on,
            euros(one.total),
            euros(one.paid),
            euros(one.due),
            one.status[0],
        ]
        for one in found.select_related("regie")[:EXPORT_LIMIT]
    )
    headers = [
        "Numéro",
        "Nature",
        "Régie",
        "Objet",
        "Payeur",
        "Émise le",
        "Échéance",
        "Total (€)",
        "Réglé (€)",
        "Reste dû (€)",
        "État",
    ]
    sheet = sheets.Sheet(title="Factures", headers=headers, rows=rows, widths=[18, 10, 24, 34, 26, 12, 12, 12, 12, 12])
    return sheets.response(kind, f"factures-{timezone.localdate():%Y-%m-%d}", [sheet])


@desk
@require_safe
@permission_required(VIEW)
def costs(request):
    """What families pay for one unit, and what it costs."""
    form = PeriodForm(request.GET or None)
    since, until = form.period()
    found = figures.costs(regies(request.user), since, until)
    context = {
        "form": form,
        "rows": found,
        "since": since,
        "until": until,
        "breadcrumbs": crumbs(("Prix et coûts", "")),
    }
    return render(request, "billing/costs.html", context)


@desk
@require_safe
@permission_required(VIEW)
def invoice(request, number):
    found = find_invoice(request, number)
    organisation = found.regie.organisation_id
    context = {
        "invoice": found,
        "lines": found.lines.select_related("tariff"),
        "allocations": found.allocations.select_related("payment", "credit"),
        "notes": found.credit_notes.all() if found.kind == Invoice.Kind.INVOICE else [],
        "reminders": found.reminders.select_related("batch"),
        "items": journal.story(found),
        "may_invoice": access.can(request.user, INVOICE, organisation),
        "may_collect": access.can(request.user, COLLECT, organisation),
        "breadcrumbs": crumbs((found.number, "")),
    }
    return render(request, "billing/invoice.html", context)


@desk
@require_safe
@permission_required(VIEW)
def invoice_pdf(request, number):
    found = find_invoice(request, number)
    return pdf.response(found.number, document.render(found))


@desk
@permission_required(INVOICE)
def credit(request, number):
    """A credit note of the invoice."""
    found = find_invoice(request, number)
    allowed(request, found.regie, INVOICE)
    if found.kind != Invoice.Kind.INVOICE:
        raise Http404(number)
    form = CreditForm(request.POST or None)
    made = []
    if form.is_valid() and attempt(
        form,
        lambda: made.append(
            actions.issue_credit_note(
                found, actor=request.user, reason=form.cleaned_data["reason"], amount=form.cleaned_data["amount"]
            )
        ),
    ):
        messages.success(request, f"L’avoir {made[0].number} est émis : {words(-made[0].total)} annulés.")
        return HttpResponseRedirect(found.get_absolute_url())
    context = {
        "form": form,
        "invoice": found,
        "breadcrumbs": crumbs((found.number, found.get_absolute_url()), ("Avoir", "")),
    }
    return render(request, "billing/credit.html", context)


@desk
@require_POST
@permission_required(INVOICE)
def remind(request, number):
    """The next step of the reminders, now."""
    found = find_invoice(request, number)
    allowed(request, found.regie, INVOICE)
    try:
        made = actions.remind(found, actor=request.user, early=True)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return HttpResponseRedirect(found.get_absolute_url())
    if made is None:
        messages.error(request, "Toutes les relances sont déjà parties, ou rien n’est dû.")
    elif made.by_post:
        messages.success(request, f"« {made.title} » : la lettre attend dans « Lettres de relance ».")
    else:
        messages.success(request, f"« {made.title} » est envoyé au payeur.")
    return HttpResponseRedirect(found.get_absolute_url())
