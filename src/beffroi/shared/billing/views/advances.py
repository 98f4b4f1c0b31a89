"""`/compte/factures/avance/`: pay before any invoice, see what it settled, ask for it back; the answer of the régie."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, Q, Sum
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, journal
from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions
from beffroi.shared.billing.access import COLLECT, VIEW
from beffroi.shared.billing.documents.mandate import grouped
from beffroi.shared.billing.forms_advances import AdvanceForm, AskRefundForm, PayRefundForm, RefuseRefundForm
from beffroi.shared.billing.models import Invoice, Payment, RefundRequest, Regie
from beffroi.shared.billing.views.common import allowed, attempt, desk
from beffroi.shared.people.actions import person_of

HERE = "Mon avance"
SHOWN = 20
PAGE = 30


def _crumbs(*steps):
    here = (HERE, reverse("billing:advance") if steps else "")
    return [("Mes factures", reverse("billing:my_invoices")), here, *steps]


def _regies(user):
    """The régies that take online payments, and those to which this person has paid."""
    paid = Payment.objects.filter(payer__user=user).values("regie")
    found = Regie.objects.filter(Q(pk__in=paid) | Q(is_active=True) & ~Q(payfip_client=""))
    return found.order_by("name")


def _cards(user, forms: dict) -> list[dict]:
    """What each régie holds of this person: four queries, however many régies."""
    payments = defaultdict(list)
    for one in actions.advances_left().filter(payer__user=user):
        payments[one.regie_id].append(one)
    unpaid = Invoice.objects.of_payer(user).unpaid().order_by().values("regie")
    due = dict(unpaid.annotate(due=Sum(F("total") - F("paid"))).values_list("regie", "due"))
    asked = {one.regie_id: one for one in RefundRequest.objects.waiting().filter(payer__user=user).defer("iban")}
    return [
        {
            "regie": regie,
            "form": form,
            "payments": payments[regie.pk][:SHOWN],
            "total": sum(one.free for one in payments[regie.pk]),
            "due": due.get(regie.pk, 0),
            "request": asked.get(regie.pk),
            "online": regie.is_active and regie.payfip_client,
        }
        for regie, form in forms.items()
    ]


@never_cache
def advance(request):
    """What is left of what was paid in advance, régie by régie; pay more."""
    wanted = request.POST.get("regie", "")
    forms = {}
    for regie in _regies(request.user)[:SHOWN]:
        mine = request.method == "POST" and wanted == regie.code
        form = forms[regie] = AdvanceForm(request.POST if mine else None, prefix=regie.code)
        if mine and form.is_valid() and (url := _start(form, regie, person_of(request.user))):
            return HttpResponseRedirect(url)
    past = RefundRequest.objects.filter(payer__user=request.user).exclude(status="waiting").defer("iban")
    past = past.select_related("regie")
    context = {"cards": _cards(request.user, forms), "past": past[:SHOWN], "breadcrumbs": _crumbs()}
    return render(request, "billing/advance.html", context)


def _start(form, regie, payer) -> str:
    """The address where to pay; empty when it is refused, which the form says."""
    found = []
    try:
        attempt(form, lambda: found.append(actions.start_advance(regie, form.cleaned_data["amount"], payer=payer)))
    except actions.Underway as underway:
        return underway.checkout.get_absolute_url()
    return found[0][1] if found else ""


@never_cache
def ask(request, code):
    """Ask for what is left."""
    payer = person_of(request.user)
    regie = get_object_or_404(Regie, code=code.upper())
    free = actions.advance_of(regie, payer)
    if not free:
        messages.info(request, "Il ne reste rien à vous rendre.")
        return redirect("billing:advance")
    form = AskRefundForm(request.POST or None, initial={"amount": free, "holder": str(payer)[:70]})
    if form.is_valid() and attempt(
        form, lambda: actions.ask_refund(regie, payer, actor=request.user, **form.cleaned_data)
    ):
        messages.success(request, "Votre demande part à la régie. Elle vous répondra.")
        return redirect("billing:advance")
    context = {"form": form, "regie": regie, "free": free, "breadcrumbs": _crumbs(("Être remboursé", ""))}
    return render(request, "billing/ask_refund.html", context)


@never_cache
@require_POST
def withdraw(request, pk):
    """No longer ask."""
    found = get_object_or_404(RefundRequest, pk=pk, payer__user=request.user)
    try:
        actions.withdraw_refund(found, actor=request.user)
        messages.success(request, "Votre demande est retirée : l’avance réglera vos prochaines factures.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("billing:advance")


def _desk_crumbs(*steps):
    return [("Bureau", "/bureau/"), ("Remboursements", reverse("billing:refunds") if steps else ""), *steps]


@desk
@require_safe
@permission_required(VIEW)
def refunds(request):
    """What payers ask back: what waits first."""
    rows = RefundRequest.objects.visible_to(request.user).select_related("regie", "payer").defer("iban")
    view = request.GET.get("vue", "")
    rows = rows if view == "toutes" else rows.waiting()
    context = {
        "page": Paginator(rows.order_by("-pk"), PAGE).get_page(request.GET.get("page")),
        "tabs": [("À rendre", request.path), ("Toutes", f"{request.path}?vue=toutes")],
        "breadcrumbs": _desk_crumbs(),
    }
    return render(request, "billing/refunds.html", context)


@desk
@permission_required(VIEW)
def refund_request(request, pk):
    """One request: read the account, order the transfer then say so, or refuse. The journal keeps who read it."""
    rows = RefundRequest.objects.visible_to(request.user).select_related("regie", "payer", "answered_by").defer("iban")
    found = get_object_or_404(rows, pk=pk)
    may_collect = access.can(request.user, COLLECT, found.regie.organisation_id)
    asked = request.POST.get("geste", "rendre") if request.method == "POST" else ""
    pay = PayRefundForm(request.POST if asked == "rendre" else None)
    refuse = RefuseRefundForm(request.POST if asked == "refuser" else None)
    iban = ""
    if request.method == "POST":
        allowed(request, found.regie, COLLECT)
        if found.status != RefundRequest.Status.WAITING:
            messages.error(request, f"Cette demande est « {found.get_status_display()} ».")
            return HttpResponseRedirect(found.get_absolute_url())
        if asked == "lire":
            iban = grouped(actions.read_refund(found, actor=request.user))
        form, gesture = (refuse, actions.refuse_refund) if asked == "refuser" else (pay, actions.pay_refund)
        if form.is_valid() and attempt(form, lambda: gesture(found, actor=request.user, **form.cleaned_data)):
            done = "La demande est refusée." if form is refuse else "C’est rendu, et inscrit aux comptes."
            messages.success(request, done)
            return HttpResponseRedirect(found.get_absolute_url())
    context = {
        "request_": found,
        "iban": iban,
        "free": actions.advance_of(found.regie, found.payer),
        "pay": pay,
        "refuse": refuse,
        "may_collect": may_collect and found.status == RefundRequest.Status.WAITING,
        "items": journal.story(found),
        "breadcrumbs": _desk_crumbs((str(found), "")),
    }
    return render(request, "billing/refund_request.html", context)
