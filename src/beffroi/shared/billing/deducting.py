"""Taking down payments off invoices: whose, how much, written as lines that any payer can read."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import F

from beffroi.shared.billing import rates
from beffroi.shared.billing.models import DownPayment, DownPaymentUse, Invoice, Regie
from beffroi.shared.people.models import Person

Taken = list[tuple[DownPayment, int]]


def _open(regie: Regie, bills: Sequence, *, lock: bool) -> dict[tuple[int, str], list[DownPayment]]:
    """{(payer, source): its open down payments, the oldest first}: one query, none when no bill wants any."""
    payers = {bill.payer.pk for bill in bills if bill.deducts and isinstance(bill.payer, Person)}
    if not payers:
        return {}
    rows = DownPayment.objects.open().filter(invoice__regie=regie, invoice__payer__in=payers)
    rows = rows.select_related("invoice").order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = defaultdict(list)
    for one in rows:
        found[one.invoice.payer_id, one.source].append(one)
    return found


def deduct(regie: Regie, bills: Sequence, *, lock: bool) -> list[Taken]:
    """Lower the bills that ask for it (`Bill.deducts`), never below zero; what was taken from each, in their order.

    The line added says which invoice it comes from; its share of childcare is that of the bill. Without `lock`,
    nothing is promised: it is a preview.
    """
    held = _open(regie, bills, lock=lock)
    if not held:
        return [[] for _bill in bills]
    taken: list[Taken] = []
    for bill in bills:
        parts: Taken = []
        for one in held.get((bill.payer.pk, bill.deducts), ()) if isinstance(bill.payer, Person) else ():
            part = min(one.left, bill.total)
            if part > 0:
                care = min(part, sum(line.care for line in bill.lines))
                bill.lines = [*bill.lines, _line(one, part, care)]
                one.used += part
                parts.append((one, part))
        taken.append(parts)
    return taken


def _line(one: DownPayment, part: int, care: int) -> rates.Gathered:
    return rates.Gathered(
        subject="",
        label=f"Acompte déjà facturé ({one.invoice.number})",
        quantity=Decimal(1),
        unit_price=-part,
        amount=-part,
        explanation=one.invoice.label[:200],
        care=-care,
    )


def keep(invoices: Sequence[Invoice], taken: Sequence[Taken]) -> None:
    """Write what was taken off, with the invoices: three queries at most, none when nothing was."""
    uses = [
        DownPaymentUse(down_payment=one, invoice=invoice, amount=part)
        for invoice, parts in zip(invoices, taken, strict=True)
        for one, part in parts
    ]
    if not uses:
        return
    DownPaymentUse.objects.bulk_create(uses)
    changed = {use.down_payment_id: use.down_payment for use in uses}
    DownPayment.objects.bulk_update(changed.values(), ["used"])


def give_back(invoice: Invoice) -> None:
    """An invoice is cancelled whole: what was taken off it may be taken off the next ones."""
    for use in invoice.down_payment_uses.select_for_update():
        DownPayment.objects.filter(pk=use.down_payment_id).update(used=F("used") - use.amount)
        use.delete()


def left_of(invoice: Invoice) -> int | None:
    """What of a down payment may still be credited, in cents: not what was taken off; None for another invoice."""
    one = DownPayment.objects.select_for_update().filter(invoice=invoice).first()
    return None if one is None else one.left


def shrink(invoice: Invoice, amount: int) -> None:
    """A credit note cancels `amount` cents of a down payment."""
    DownPayment.objects.filter(invoice=invoice).update(amount=F("amount") - amount)
