"""By which way a debt is collected: one at a time, so that nobody pays it twice."""

from collections.abc import Iterable

from django.db.models import QuerySet

from beffroi.shared.billing.models import Checkout, CheckoutInvoice, Debit, Invoice, Reminder, SlipTitle


def coming_debits() -> QuerySet[Debit]:
    """The debits of files that the bank has not executed yet."""
    return Debit.objects.filter(live=True, payment__isnull=True)


def free(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Those that no coming debit, no online payment under way and no title of the trésorerie collects."""
    paying = CheckoutInvoice.objects.filter(checkout__status=Checkout.Status.PENDING)
    titles = SlipTitle.objects.filter(active=True)
    for taken in (coming_debits(), paying, titles):
        invoices = invoices.exclude(pk__in=taken.values("invoice"))
    return invoices


def waiting_letters() -> QuerySet[Reminder]:
    """The letters of no batch, the oldest first, whose invoice is still due and that nothing else collects."""
    due = free(Invoice.objects.unpaid())
    return Reminder.objects.filter(by_post=True, batch__isnull=True, invoice__in=due).order_by("pk")


def hold(rows: QuerySet[Invoice], invoices: Iterable[Invoice]) -> list[Invoice]:
    """Of `rows` (made by `free`), these invoices, locked until the end of the transaction.

    They are locked first and read again after: another collection that was being written meanwhile is seen.
    """
    pks = sorted({one.pk for one in invoices})
    locked = Invoice.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    return list(rows.filter(pk__in=list(locked.values_list("pk", flat=True))))
