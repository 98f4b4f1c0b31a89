"""`/bureau/regie/caisse/`: the day's receipts, the count of the cash, the closing, what is handed over."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, pdf, sheets
from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions
from beffroi.shared.billing.access import COLLECT, VIEW
from beffroi.shared.billing.documents import till as documents
from beffroi.shared.billing.forms import regies
from beffroi.shared.billing.forms_counter import ClosingForm, DepositForm, PeriodForm
from beffroi.shared.billing.models import Account, Closing, Deposit, Method, Payment
from beffroi.shared.billing.money import euros, words
from beffroi.shared.billing.views.common import allowed, attempt, desk, find_regie

SHOWN = 15
HELD = (Account.CASH, Account.CHEQUE, Account.VOUCHER, Account.CARD, Account.ONLINE, Account.DEBIT)


def _crumbs(regie, *steps):
    home = ("Caisse", reverse("billing:till", args=[regie.code]) if steps else "")
    return [("Bureau", "/bureau/"), home, *steps]


@desk
@require_safe
@permission_required(VIEW)
def till_home(request):
    """The till of the first régie; the others are one press away."""
    mine = regies(request.user)
    if not mine:
        return render(request, "billing/no_regie.html", {"breadcrumbs": [("Bureau", "/bureau/"), ("Caisse", "")]})
    return redirect("billing:till", mine[0].code)


def _receipts(found: dict) -> list[tuple[str, int, int]]:
    return [(Method(code).label, one["count"], one["amount"]) for code, one in found.items()]


@desk
@require_safe
@permission_required(VIEW)
def till(request, code):
    """What the régie holds, what it received today, the last closings and deposits."""
    regie = find_regie(request, code, VIEW)
    day = timezone.localdate()
    held = [(Account(code).label, amount) for code, amount in actions.balances(regie, HELD).items()]
    cash = actions.balance(regie, Account.CASH)
    context = {
        "regie": regie,
        "regies": regies(request.user),
        "day": day,
        "receipts": _receipts(actions.receipts_of(regie, day)),
        "held": held,
        "over": cash > regie.cash_limit,
        "closings": regie.closings.select_related("closed_by")[:SHOWN],
        "deposits": regie.deposits.all()[:SHOWN],
        "may_collect": access.can(request.user, COLLECT, regie.organisation_id),
        "breadcrumbs": _crumbs(regie),
    }
    return render(request, "billing/till.html", context)


@desk
@permission_required(COLLECT)
def close(request, code):
    """Count the cash and close the day."""
    regie = find_regie(request, code, COLLECT)
    form = ClosingForm(request.POST or None)
    made = []
    if form.is_valid():
        data = form.cleaned_data
        if attempt(
            form,
            lambda: made.append(
                actions.close_day(regie, data["day"], pieces=form.pieces(), comment=data["comment"], actor=request.user)
            ),
        ):
            messages.success(request, f"La journée du {made[0].day:%d/%m/%Y} est arrêtée.")
            return HttpResponseRedirect(made[0].get_absolute_url())
    context = {
        "regie": regie,
        "form": form,
        "expected": actions.balance(regie, Account.CASH),
        "breadcrumbs": _crumbs(regie, ("Arrêter la journée", "")),
    }
    return render(request, "billing/close.html", context)


@desk
@require_safe
@permission_required(VIEW)
def closing(request, pk):
    found = get_object_or_404(Closing.objects.visible_to(request.user).select_related("regie", "closed_by"), pk=pk)
    pieces = [(int(value), number, int(value) * number) for value, number in found.pieces.items()]
    context = {
        "closing": found,
        "pieces": pieces,
        "receipts": _receipts(found.receipts),
        "breadcrumbs": _crumbs(found.regie, (f"Arrêté du {found.day:%d/%m/%Y}", "")),
    }
    return render(request, "billing/closing.html", context)


@desk
@permission_required(COLLECT)
def deposit_new(request, code):
    """Choose what leaves: cash by its amount, the rest payment by payment."""
    regie = find_regie(request, code, COLLECT)
    kind = request.POST.get("kind") or request.GET.get("nature") or Deposit.Kind.CHEQUE
    kind = kind if kind in Deposit.Kind.values else Deposit.Kind.CHEQUE
    waiting = [] if kind == Deposit.Kind.CASH else list(actions.to_deposit(regie, kind)[:200])
    initial = {"kind": kind, "amount": max(actions.balance(regie, Account.CASH), 0) or None}
    form = DepositForm(request.POST or None, initial=initial)
    made = []

    def write():
        data = form.cleaned_data
        if kind == Deposit.Kind.CASH:
            made.append(actions.deposit_cash(regie, data["amount"], reference=data["reference"], actor=request.user))
            return
        ticked = set(request.POST.getlist("choix"))
        chosen = [one for one in waiting if str(one.pk) in ticked]
        made.append(actions.deposit_payments(regie, kind, chosen, reference=data["reference"], actor=request.user))

    if form.is_valid() and attempt(form, write):
        messages.success(request, f"Remise de {words(made[0].amount)} faite. Imprimez son bordereau.")
        return HttpResponseRedirect(made[0].get_absolute_url())
    context = {
        "regie": regie,
        "form": form,
        "kind": kind,
        "waiting": waiting,
        "kinds": Deposit.Kind.choices,
        "breadcrumbs": _crumbs(regie, ("Remise", "")),
    }
    return render(request, "billing/deposit_form.html", context)


def _deposit(request, pk) -> Deposit:
    found = Deposit.objects.visible_to(request.user).select_related("regie__organisation", "created_by")
    return get_object_or_404(found, pk=pk)


@desk
@require_safe
@permission_required(VIEW)
def deposit(request, pk):
    found = _deposit(request, pk)
    context = {
        "deposit": found,
        "items": found.items.select_related("payment"),
        "breadcrumbs": _crumbs(found.regie, (f"Remise du {found.day:%d/%m/%Y}", "")),
    }
    return render(request, "billing/deposit.html", context)


@desk
@require_safe
@permission_required(VIEW)
def deposit_pdf(request, pk):
    """The slip of the deposit, for the bank."""
    found = _deposit(request, pk)
    return pdf.response(f"remise-{found.pk}", documents.deposit(found))


@desk
@require_safe
@permission_required(VIEW)
def receipt(request, pk):
    """The receipt given to the payer."""
    rows = Payment.objects.visible_to(request.user).filter(kind=Payment.Kind.PAYMENT)
    found = get_object_or_404(rows.select_related("regie__organisation"), pk=pk)
    return pdf.response(f"quittance-{found.pk}", documents.receipt(found))


@desk
@require_safe
@permission_required(VIEW)
def ledger(request, code):
    """The accounts of a period: the balance of each account, and its postings as a table."""
    regie = find_regie(request, code, VIEW)
    form = PeriodForm(request.GET or None)
    since, until = form.period()
    kind = request.GET.get("format", "")
    if kind in sheets.TYPES:
        rows = [
            [
                leg.posting_id,
                leg.posting.day,
                leg.posting.get_kind_display(),
                leg.posting.label,
                leg.get_account_display(),
                euros(max(leg.amount, 0)),
                euros(max(-leg.amount, 0)),
                leg.invoice.number if leg.invoice else "",
                leg.payment_id,
            ]
            for leg in actions.legs(regie, since, until)[:100_000]
        ]
        headers = [
            "Écriture",
            "Jour",
            "Nature",
            "Libellé",
            "Compte",
            "Débit (€)",
            "Crédit (€)",
            "Facture",
            "Paiement",
        ]
        sheet = sheets.Sheet("Écritures", headers, rows, widths=[10, 12, 16, 40, 36, 12, 12, 18, 10])
        return sheets.response(kind, f"ecritures-{regie.code}-{since}-{until}", [sheet])
    kept = request.GET.copy()
    context = {
        "regie": regie,
        "form": form,
        "since": since,
        "until": until,
        "accounts": actions.trial_balance(regie, since, until),
        "exports": [(label, f"?{kept.urlencode()}&format={code_}") for code_, label in sheets.LABELS.items()],
        "breadcrumbs": _crumbs(regie, ("Comptes", "")),
    }
    return render(request, "billing/ledger.html", context)


@desk
@require_POST
@permission_required(COLLECT)
def use_advance(request, pk):
    """Settle what the payer owes with what is left of a payment."""
    found = get_object_or_404(Payment.objects.visible_to(request.user).select_related("regie", "payer"), pk=pk)
    allowed(request, found.regie, COLLECT)
    due = found.regie.invoices.unpaid().filter(payer=found.payer, payer_body=found.payer_body).order_by("due_on")
    used = actions.use_advance(found, due, actor=request.user)
    messages.success(request, f"{words(used)} ont réglé des factures.") if used else messages.error(
        request, "Ce payeur ne doit rien à cette régie."
    )
    return HttpResponseRedirect(found.get_absolute_url())
