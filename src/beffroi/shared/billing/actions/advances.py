"""What payers pay before any invoice: it settles the next ones, the oldest payment first, or is given back."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.shared.billing.actions.ledger import Draft, post_many
from beffroi.shared.billing.models import (
    Account,
    Allocation,
    Invoice,
    Method,
    Payment,
    Posting,
    RefundRequest,
    Regie,
)
from beffroi.shared.billing.money import words
from beffroi.shared.billing.sepa import writing
from beffroi.shared.people.models import Person

Status = RefundRequest.Status


def advances_left():
    """The payments of which something has settled nothing yet, the oldest first."""
    return Payment.objects.filter(kind=Payment.Kind.PAYMENT, used__lt=F("amount")).order_by("day", "pk")


def advance_of(regie: Regie, payer: Person) -> int:
    """What a payer has paid in advance to a régie, in cents."""
    return advances_left().filter(payer=payer, regie=regie).aggregate(total=Sum(F("amount") - F("used")))["total"] or 0


def settle_from_advances(regie: Regie, invoices: Iterable[Invoice], *, actor) -> int:
    """Settle new invoices with what their payers have paid in advance, the oldest first; returns the cents used.

    What a payer has asked to be given back is left alone. The invoices are those of this transaction. Records
    "billing.allocate" on each payment used, and "billing.settle" on each invoice then paid in full.
    """
    due: dict[int, list[Invoice]] = defaultdict(list)
    for invoice in invoices:
        if invoice.payer_id and invoice.due > 0:
            due[invoice.payer_id].append(invoice)
    if not due:
        return 0
    asked = RefundRequest.objects.waiting().filter(regie=regie).values("payer")
    payments = advances_left().filter(regie=regie, payer__in=list(due)).exclude(payer__in=asked)
    allocations, drafts, used, settled = [], [], [], []
    for payment in payments.select_for_update(of=("self",)):
        parts = []
        free = payment.free
        for invoice in due[payment.payer_id]:
            part = min(invoice.due, free)
            if part > 0:
                parts.append((invoice, part))
                invoice.paid += part
                free -= part
                if invoice.due == 0:
                    settled.append(invoice)
        if parts:
            total = payment.free - free
            allocations += [Allocation(invoice=invoice, payment=payment, amount=part) for invoice, part in parts]
            sides = [(Account.ADVANCE, total, None, payment)]
            sides += [(Account.RECEIVABLE, -part, invoice, payment) for invoice, part in parts]
            drafts.append(Draft(Posting.Kind.ALLOCATION, "Avance employée", sides))
            used.append((payment, total))
    Allocation.objects.bulk_create(allocations)
    post_many(regie, drafts, day=timezone.localdate(), actor=account_of(actor))
    for payment, total in used:
        journal.record("billing.allocate", payment, actor=actor, data={"amount": total})
    for invoice in settled:
        journal.record("billing.settle", invoice, actor=actor)
    return sum(total for _payment, total in used)


@transaction.atomic
def ask_refund(regie: Regie, payer: Person, *, amount: int, holder: str, iban: str, actor) -> RefundRequest:
    """A payer asks for what is left of their advances; it settles no invoice until the régie answers.

    Records "billing.refund_ask", which tells the régisseur. Raises ValidationError.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=payer.pk)
    free = advance_of(regie, payer)
    if not 0 < amount <= free:
        raise ValidationError({"amount": f"Au plus {words(free)} : le reste a réglé des factures."})
    try:
        bare = writing.bare_iban(iban)
    except ValueError as fault:
        raise ValidationError({"iban": str(fault)}) from None
    request = RefundRequest(
        regie=regie, payer=payer, amount=amount, holder=holder.strip()[:70], iban=bare, iban_end=bare[-4:]
    )
    request.full_clean()
    request.save(force_insert=True)
    journal.record("billing.refund_ask", request, actor=actor, data={"amount": amount})
    return request


def _waiting(request: RefundRequest) -> RefundRequest:
    held = RefundRequest.objects.select_for_update(of=("self",)).select_related("regie", "payer").get(pk=request.pk)
    if held.status != Status.WAITING:
        raise ValidationError(f"Cette demande est « {held.get_status_display()} ».")
    return held


def _answer(request: RefundRequest, status: Status, actor, reason: str = "") -> RefundRequest:
    request.status, request.answered_at, request.answered_by = status, timezone.now(), account_of(actor)
    request.iban, request.reason = None, reason
    request.save(update_fields=["status", "answered_at", "answered_by", "iban", "reason"])
    return request


@transaction.atomic
def read_refund(request: RefundRequest, *, actor) -> str:
    """The whole account on which to give it back; empty once it is answered. Records "billing.refund_read"."""
    iban = RefundRequest.objects.values_list("iban", flat=True).get(pk=request.pk) or ""
    if iban:
        journal.record("billing.refund_read", request, actor=actor)
    return iban


@transaction.atomic
def pay_refund(request: RefundRequest, *, reference: str, actor) -> RefundRequest:
    """The transfer is ordered: the oldest payments give back what was asked. Records "billing.refund_paid".

    Raises ValidationError: already answered, or less is left than what was asked.
    """
    from beffroi.shared.billing.actions.payments import refund  # which issues, and so settles from advances

    request = _waiting(request)
    amount = request.amount
    for payment in advances_left().filter(payer=request.payer, regie=request.regie).select_for_update(of=("self",)):
        part = min(payment.free, amount)
        if part > 0:
            refund(
                payment,
                actor=actor,
                amount=part,
                method=Method.TRANSFER,
                reference=reference.strip(),
                reason="Avance rendue à la demande du payeur",
            )
            amount -= part
    if amount:
        raise ValidationError(f"Il ne reste que {words(request.amount - amount)} à rendre : refusez cette demande.")
    request = _answer(request, Status.DONE, actor)
    journal.record("billing.refund_paid", request, actor=actor, data={"amount": request.amount})
    return request


@transaction.atomic
def refuse_refund(request: RefundRequest, *, reason: str, actor) -> RefundRequest:
    """Say no, and why: the payer reads it. Records "billing.refund_refuse"; raises ValidationError."""
    request = _waiting(request)
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi : le payeur le lira."})
    request = _answer(request, Status.REFUSED, actor, reason.strip()[:200])
    journal.record("billing.refund_refuse", request, actor=actor, data={"amount": request.amount})
    return request


@transaction.atomic
def withdraw_refund(request: RefundRequest, *, actor) -> RefundRequest:
    """The payer no longer asks. Records "billing.refund_withdraw"; raises ValidationError."""
    request = _answer(_waiting(request), Status.WITHDRAWN, actor)
    journal.record("billing.refund_withdraw", request, actor=actor)
    return request
