"""Closing the day of a counter, and handing over what it holds."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.billing.actions.ledger import post
from beffroi.shared.billing.models import (
    PIECES,
    Account,
    Closing,
    Deposit,
    DepositItem,
    Leg,
    Method,
    Payment,
    Posting,
    Regie,
)
from beffroi.shared.billing.money import words

DEPOSITED = {
    Deposit.Kind.CHEQUE: (Account.CHEQUE, (Method.CHEQUE,)),
    Deposit.Kind.VOUCHER: (Account.VOUCHER, (Method.CESU, Method.ANCV)),
    Deposit.Kind.CARD: (Account.CARD, (Method.CARD,)),
    Deposit.Kind.ONLINE: (Account.ONLINE, (Method.PAYFIP,)),
    Deposit.Kind.DEBIT: (Account.DEBIT, (Method.SEPA,)),
}


def balance(regie: Regie, account: Account, until: date | None = None) -> int:
    """What an account holds at the end of a day, in cents."""
    legs = Leg.objects.filter(posting__regie=regie, account=account)
    if until is not None:
        legs = legs.filter(posting__day__lte=until)
    return legs.aggregate(total=Sum("amount"))["total"] or 0


def balances(regie: Regie, accounts: Iterable[Account]) -> dict[str, int]:
    """{account: what it holds}, in cents, those that hold nothing included: one query."""
    found = Leg.objects.filter(posting__regie=regie, account__in=list(accounts)).order_by()
    sums = dict(found.values_list("account").annotate(total=Sum("amount")))
    return {account: sums.get(account, 0) for account in accounts}


def legs(regie: Regie, since: date, until: date):
    """The sides of the postings of a period, in their order."""
    found = Leg.objects.filter(posting__regie=regie, posting__day__gte=since, posting__day__lte=until)
    return found.select_related("posting", "invoice").order_by("posting__day", "posting_id", "pk")


def trial_balance(regie: Regie, since: date, until: date) -> list[tuple[str, int, int, int]]:
    """(account, debit, credit, balance at the end) in cents: two queries. Debits and credits are equal."""
    moved = legs(regie, since, until).order_by().values_list("account")
    sums = {
        account: (debit or 0, -(credit or 0))
        for account, debit, credit in moved.annotate(
            debit=Sum("amount", filter=Q(amount__gt=0)), credit=Sum("amount", filter=Q(amount__lt=0))
        )
    }
    held = Leg.objects.filter(posting__regie=regie, posting__day__lte=until).order_by().values_list("account")
    ends = dict(held.annotate(total=Sum("amount")))
    return [
        (account.label, *sums.get(account.value, (0, 0)), ends[account.value])
        for account in sorted(Account, key=lambda one: one.label)
        if account.value in ends
    ]


def receipts_of(regie: Regie, day: date) -> dict[str, dict[str, int]]:
    """{means of payment: {"count", "amount"}} of a day; what was given back or bounced is taken away."""
    found = (
        Payment.objects.filter(regie=regie, day=day).values("method").annotate(number=Count("pk"), sum=Sum("amount"))
    )
    return {one["method"]: {"count": one["number"], "amount": one["sum"]} for one in found.order_by("method")}


def count_pieces(pieces: Mapping[int, int]) -> int:
    """The sum of notes and coins, in cents. Raises ValidationError."""
    if any(value not in PIECES or number < 0 for value, number in pieces.items()):
        raise ValidationError("Le compte des billets et des pièces n’est pas possible.")
    return sum(value * number for value, number in pieces.items())


@transaction.atomic
def close_day(regie: Regie, day: date, *, pieces: Mapping[int, int], comment: str = "", actor) -> Closing:
    """Count the cash and close a day for good; a difference is written in the accounts, with its explanation.

    Records "billing.close". Raises ValidationError.
    """
    regie = Regie.objects.select_for_update().get(pk=regie.pk)
    if day > timezone.localdate():
        raise ValidationError({"day": "Cette journée n’est pas finie."})
    if regie.closings.filter(day__gte=day).exists():
        raise ValidationError({"day": "Cette journée est déjà arrêtée, ou une plus récente l’est."})
    expected, counted = balance(regie, Account.CASH, day), count_pieces(pieces)
    if counted != expected and not comment.strip():
        raise ValidationError(
            {"comment": f"Il y a {words(abs(counted - expected))} d’écart avec les comptes : expliquez-le."}
        )
    closing = Closing(
        regie=regie,
        day=day,
        expected=expected,
        counted=counted,
        comment=comment.strip(),
        closed_by=actor,
        pieces={str(value): number for value, number in pieces.items() if number},
        receipts=receipts_of(regie, day),
    )
    closing.full_clean()
    closing.save(force_insert=True)
    gap = closing.difference
    sides = [(Account.CASH, gap, None, None), (Account.DIFFERENCE, -gap, None, None)]
    post(regie, Posting.Kind.CLOSING, f"Écart de caisse du {day:%d/%m/%Y}", sides, day=day, actor=actor)
    journal.record("billing.close", closing, actor=actor, data={"counted": counted, "difference": gap})
    return closing


def to_deposit(regie: Regie, kind: str):
    """The payments of a kind that are still at the counter: neither handed over nor reversed."""
    _account, methods = DEPOSITED[Deposit.Kind(kind)]
    found = Payment.objects.filter(regie=regie, kind=Payment.Kind.PAYMENT, method__in=methods)
    return found.filter(deposit_item__isnull=True).exclude(reversals__kind=Payment.Kind.BOUNCE).order_by("day", "pk")


@transaction.atomic
def deposit_payments(regie: Regie, kind: str, payments: Iterable[Payment], *, reference: str = "", actor) -> Deposit:
    """Hand over cheques, vouchers, card or online receipts; each payment once. Records "billing.deposit"."""
    account, _methods = DEPOSITED[Deposit.Kind(kind)]
    pks = [payment.pk for payment in payments]
    held = list(to_deposit(regie, kind).filter(pk__in=pks).select_for_update(of=("self",)))
    if not held or len(held) != len(pks):
        raise ValidationError("Choisissez des paiements qui ne sont pas encore remis.")
    amount = sum(payment.amount for payment in held)
    deposit = _deposit(regie, kind, amount, reference, actor)
    DepositItem.objects.bulk_create(DepositItem(deposit=deposit, payment=payment) for payment in held)
    _post_deposit(deposit, account, actor)
    return deposit


@transaction.atomic
def deposit_cash(regie: Regie, amount: int, *, reference: str = "", actor) -> Deposit:
    """Hand over cash; not more than what the accounts hold. Records "billing.deposit"."""
    regie = Regie.objects.select_for_update().get(pk=regie.pk)
    held = balance(regie, Account.CASH)
    if not 0 < amount <= held:
        raise ValidationError({"amount": f"La caisse contient {words(held)}."})
    deposit = _deposit(regie, Deposit.Kind.CASH, amount, reference, actor)
    _post_deposit(deposit, Account.CASH, actor)
    return deposit


def _deposit(regie: Regie, kind: str, amount: int, reference: str, actor) -> Deposit:
    return Deposit.objects.create(
        regie=regie, kind=kind, amount=amount, reference=reference.strip()[:60], created_by=actor
    )


def _post_deposit(deposit: Deposit, account: Account, actor) -> None:
    sides = [(Account.TREASURY, deposit.amount, None, None), (account, -deposit.amount, None, None)]
    label = f"Remise : {deposit.get_kind_display()} {deposit.reference}".strip()
    post(deposit.regie, Posting.Kind.DEPOSIT, label, sides, day=deposit.day, actor=actor)
    journal.record("billing.deposit", deposit, actor=actor, data={"amount": deposit.amount})
