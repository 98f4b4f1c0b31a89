"""Money received, allocated, given back, bounced."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.shared.billing.actions.invoices import payer_fields
from beffroi.shared.billing.actions.ledger import post
from beffroi.shared.billing.models import Account, Allocation, Invoice, Method, Payment, Posting, Regie
from beffroi.shared.billing.money import words

ACCOUNTS = {
    Method.CASH: Account.CASH,
    Method.CHEQUE: Account.CHEQUE,
    Method.CESU: Account.VOUCHER,
    Method.ANCV: Account.VOUCHER,
    Method.CARD: Account.CARD,
    Method.TRANSFER: Account.TREASURY,
    Method.PAYFIP: Account.ONLINE,
    Method.SEPA: Account.DEBIT,
    Method.TITRE: Account.HANDED,
}


# What a closed day refuses.
CLOSED_METHODS = (Method.CASH, Method.CHEQUE, Method.CESU, Method.ANCV, Method.CARD)


def first_open_day(regie: Regie) -> date:
    """The day of what is received now at the counter: today, or tomorrow once today is closed."""
    last = regie.closings.aggregate(last=Max("day"))["last"]
    today = timezone.localdate()
    return today if last is None or last < today else last + timedelta(days=1)


def _lock(invoices: Iterable[Invoice]) -> list[Invoice]:
    """The invoices as they are now, locked in one order, those due first first."""
    pks = [invoice.pk for invoice in invoices]
    locked = list(Invoice.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))
    return sorted(locked, key=lambda one: (one.due_on, one.pk))


def _allocate(payment: Payment, invoices: Sequence[Invoice], amount: int) -> list[tuple[Invoice, int]]:
    """Settle the invoices in their order with at most `amount` cents; returns what each received."""
    parts = []
    for invoice in invoices:
        part = min(invoice.due, amount)
        if part > 0:
            parts.append((invoice, part))
            amount -= part
    Allocation.objects.bulk_create(Allocation(invoice=invoice, payment=payment, amount=part) for invoice, part in parts)
    return parts


def _tell_settled(parts: Iterable[tuple[Invoice, int]], actor) -> None:
    for invoice, part in parts:
        invoice.paid += part
        if invoice.due == 0:
            journal.record("billing.settle", invoice, actor=actor)


@transaction.atomic
def receive_payment(
    *,
    regie: Regie,
    method: str,
    amount: int,
    payer,
    invoices: Iterable[Invoice] = (),
    actor,
    day: date | None = None,
    reference: str = "",
    bank: str = "",
    client_uuid=None,
) -> tuple[Payment, bool]:
    """Take `amount` cents from a payer; returns (payment, created). A replay with the same `client_uuid` adds nothing.

    The invoices are settled in the order of their last days; what remains is an advance. Records "billing.pay" on the
    payment and "billing.settle" on each invoice that is now paid in full. Raises ValidationError.
    """
    if amount <= 0:
        raise ValidationError({"amount": "Le montant doit dépasser zéro."})
    at_counter = method in CLOSED_METHODS
    day = day or (first_open_day(regie) if at_counter else timezone.localdate())

    def create():
        if at_counter and day < first_open_day(regie) and regie.closings.filter(day__gte=day).exists():
            raise ValidationError({"day": f"La journée du {day:%d/%m/%Y} est arrêtée : datez d’un jour ouvert."})
        held = _lock(invoices)
        if any(invoice.regie_id != regie.pk for invoice in held):
            raise ValidationError("Ces factures ne sont pas toutes de cette régie.")
        payment = Payment.objects.create(
            regie=regie,
            method=method,
            amount=amount,
            day=day,
            reference=reference.strip()[:60],
            bank=bank.strip()[:60],
            client_uuid=client_uuid,
            created_by=account_of(actor),
            **payer_fields(payer),
        )
        parts = _allocate(payment, held, amount)
        rest = amount - sum(part for _invoice, part in parts)
        sides = [(ACCOUNTS[Method(method)], amount, None, payment)]
        sides += [(Account.RECEIVABLE, -part, invoice, payment) for invoice, part in parts]
        sides.append((Account.ADVANCE, -rest, None, payment))
        label = f"{Method(method).label} {reference}".strip()
        post(regie, Posting.Kind.PAYMENT, label, sides, day=day, actor=account_of(actor))
        payment.used = amount - rest
        journal.record("billing.pay", payment, actor=actor, data={"method": method, "amount": amount})
        _tell_settled(parts, actor)
        return payment

    return offline.once(Payment, client_uuid, create)


@transaction.atomic
def use_advance(payment: Payment, invoices: Iterable[Invoice], *, actor) -> int:
    """Settle invoices with what is left of a payment; returns the cents used. Records "billing.allocate"."""
    held = _lock(invoices)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    parts = _allocate(payment, held, payment.free)
    total = sum(part for _invoice, part in parts)
    if total:
        sides = [(Account.ADVANCE, total, None, payment)]
        sides += [(Account.RECEIVABLE, -part, invoice, payment) for invoice, part in parts]
        day = timezone.localdate()
        post(payment.regie, Posting.Kind.ALLOCATION, "Avance employée", sides, day=day, actor=account_of(actor))
        journal.record("billing.allocate", payment, actor=actor, data={"amount": total})
        _tell_settled(parts, actor)
    return total


@transaction.atomic
def refund(payment: Payment, *, actor, amount: int, method: str, reason: str, reference: str = "") -> Payment:
    """Give back what is left of a payment, by cash or transfer. Records "billing.refund". Raises ValidationError."""
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if not 0 < amount <= payment.free:
        raise ValidationError({"amount": f"Au plus {words(payment.free)} : le reste a réglé des factures."})
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi cette somme est rendue."})
    if method not in (Method.CASH, Method.TRANSFER):
        raise ValidationError({"method": "On rembourse en espèces ou par virement."})
    back = Payment.objects.create(
        regie=payment.regie,
        kind=Payment.Kind.REFUND,
        method=method,
        amount=-amount,
        payer=payment.payer,
        payer_body=payment.payer_body,
        payer_name=payment.payer_name,
        reference=reference[:60],
        day=first_open_day(payment.regie),
        reason=reason.strip()[:200],
        origin=payment,
        created_by=account_of(actor),
    )
    sides = [(Account.ADVANCE, amount, None, payment), (ACCOUNTS[Method(method)], -amount, None, back)]
    post(payment.regie, Posting.Kind.REFUND, "Trop-perçu rendu", sides, day=back.day, actor=account_of(actor))
    journal.record("billing.refund", back, actor=actor, data={"amount": amount})
    return back


@transaction.atomic
def bounce(payment: Payment, *, actor, reason: str) -> Payment:
    """A cheque without funds, a direct debit refused: its invoices are due again. Records "billing.bounce".

    Raises ValidationError when it has already bounced, or when a part of it was given back.
    """
    pks = list(payment.allocations.values_list("invoice", flat=True).order_by("invoice").distinct())
    list(Invoice.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if payment.kind != Payment.Kind.PAYMENT or payment.reversals.exists():
        raise ValidationError("Ce paiement est déjà rejeté, ou une part en a été rendue.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi ce paiement est rejeté."})
    held = list(payment.allocations.values("invoice").annotate(held=Sum("amount")).filter(held__gt=0))
    Allocation.objects.bulk_create(
        Allocation(invoice_id=one["invoice"], payment=payment, amount=-one["held"]) for one in held
    )
    back = Payment.objects.create(
        regie=payment.regie,
        kind=Payment.Kind.BOUNCE,
        method=payment.method,
        amount=-payment.amount,
        payer=payment.payer,
        payer_body=payment.payer_body,
        payer_name=payment.payer_name,
        day=first_open_day(payment.regie),
        reference=payment.reference,
        reason=reason.strip()[:200],
        origin=payment,
        created_by=account_of(actor),
    )
    invoices = Invoice.objects.in_bulk([one["invoice"] for one in held])
    sides = [(ACCOUNTS[Method(payment.method)], -payment.amount, None, back)]
    sides += [(Account.RECEIVABLE, one["held"], invoices[one["invoice"]], back) for one in held]
    sides.append((Account.ADVANCE, payment.amount - sum(one["held"] for one in held), None, back))
    label = f"Rejet : {payment.get_method_display()}"
    post(payment.regie, Posting.Kind.BOUNCE, label, sides, day=back.day, actor=account_of(actor))
    journal.record("billing.bounce", back, actor=actor, data={"amount": payment.amount})
    return back
