"""Where days stand on the invoices already issued, and for how much: what a credit note would give back."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from beffroi.modules.childcare import uses
from beffroi.modules.childcare.models import Booking
from beffroi.shared.billing.models import Invoice, InvoiceLine
from beffroi.shared.billing.money import rounded
from beffroi.shared.billing.rates.gather import MONTHS


@dataclass(frozen=True)
class Charged:
    """A day of a child on an invoice, and what of it is paid for that day, in cents."""

    booking: Booking
    invoice: Invoice
    amount: int


def days_of(line: InvoiceLine) -> list[tuple[int, int]]:
    """The days that a line names, as (day, month). See `rates.gather`."""
    found = []
    for part in filter(None, (one.strip() for one in line.days.split(";"))):
        numbers, _space, month = part.rpartition(" ")
        if month in MONTHS:
            days = (one.strip().removesuffix("er") for one in numbers.split(","))
            found += [(int(day), MONTHS.index(month) + 1) for day in days if day.isdigit()]
    return found


def _invoices(booking: Booking) -> Iterable[Invoice]:
    names, day = uses.beneficiaries(booking.child), booking.day
    found = Invoice.objects.filter(
        lines__beneficiary__in=names, kind="invoice", period_start__lte=day, period_end__gte=day,
        source__startswith=f"{uses.SOURCE}:",
    )  # fmt: skip
    return found.distinct().order_by("pk").prefetch_related("lines")


def charged(booking: Booking) -> list[Charged]:
    """Each invoice that charges this day of the child, with the amount of the day: all payers together."""
    names, key = set(uses.beneficiaries(booking.child)), (booking.day.day, booking.day.month)
    code, found = uses.code_of(booking.unit), []
    for invoice in _invoices(booking):
        amount = 0
        for line in invoice.lines.all():
            days = days_of(line) if line.beneficiary in names and line.unit == code else []
            if key in days:
                amount += rounded(Decimal(line.amount) / len(days))
        if amount:
            found.append(Charged(booking, invoice, amount))
    return found
