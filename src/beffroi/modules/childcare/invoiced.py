"""Where days stand on the invoices already issued, and for how much: what a credit note would give back.

All is read on the invoices and the credit notes themselves, never priced again: a quotient or a tariff that has changed
since changes nothing. Under a weekly cap, a day gives back only what the cap had not already taken off its week.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import CharField, DateField, Exists, ExpressionWrapper, OuterRef, Q, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.utils import timezone

from beffroi.modules.childcare import uses
from beffroi.modules.childcare.invoice_days import dates_of
from beffroi.modules.childcare.models import Booking, Child
from beffroi.shared.billing.models import Invoice, InvoiceLine, Regie
from beffroi.shared.billing.money import rounded
from beffroi.shared.billing.rates import CAP, Gathered
from beffroi.shared.billing.sources import Overcharge

SINCE = datetime.timedelta(days=730)
POSTDATED = datetime.timedelta(days=31)  # an invoice may bear a date after the day on which it was made


@dataclass(frozen=True)
class Charged:
    """A day of a child on an invoice line, and what of it is still to be given back if the day is not due, in cents."""

    booking: Booking
    line: InvoiceLine
    amount: int

    @property
    def invoice(self) -> Invoice:
        return self.line.invoice


class _Invoices:
    """The lines, the weekly caps and the credit notes that bear some children, read in a fixed number of queries."""

    def __init__(self, bookings: Collection[Booking]):
        children = {one.child_id for one in bookings}
        merged = Child.objects.filter(merged_into__in=children).values_list("pk", "merged_into")
        self.names = {uses.beneficiary(pk): pk for pk in children}
        self.names |= {uses.beneficiary(pk): known for pk, known in merged}
        first, last = min(one.day for one in bookings), max(one.day for one in bookings)
        week = datetime.timedelta(days=7)  # a week under a cap may be on two invoices
        rows = InvoiceLine.objects.filter(
            beneficiary__in=self.names,
            invoice__kind="invoice",
            invoice__source__startswith=f"{uses.SOURCE}:",
            invoice__period_start__lte=last + week,
            invoice__period_end__gte=first - week,
        )
        self.lines: dict[tuple, list[tuple[InvoiceLine, list[datetime.date]]]] = defaultdict(list)
        self.caps: Counter[tuple] = Counter()
        invoices = set()
        for line in rows.exclude(days="").select_related("invoice__regie").order_by("pk"):
            dates = dates_of(line, line.invoice.period_start, line.invoice.period_end)
            child = self.names[line.beneficiary]
            invoices.add(line.invoice_id)
            if line.label.startswith(CAP):
                for day in dates[-1:]:
                    self.caps[week_of(line, child, day)] -= line.amount
            elif line.amount > 0:
                self.lines[child, line.unit].append((line, dates))
        self.given: Counter[tuple] = Counter()
        self.notes: dict[tuple, Invoice] = {}
        credit = InvoiceLine.objects.filter(beneficiary__in=self.names, invoice__credits__in=invoices)
        for line in credit.select_related("invoice__credits"):
            of = line.invoice.credits
            for day in dates_of(line, of.period_start, of.period_end):
                key = (of.pk, self.names[line.beneficiary], line.unit, day)
                self.given[key] -= line.amount
                self.notes[key] = line.invoice


def week_of(line: InvoiceLine, child: int, day: datetime.date) -> tuple:
    """What a weekly cap gathers: a week of a child under a tariff, for one payer."""
    payer = line.invoice.payer_id or f"body:{line.invoice.payer_body_id}"
    return payer, child, line.unit, *day.isocalendar()[:2]


def _part(line: InvoiceLine, dates: list[datetime.date], booking: Booking) -> int:
    """What of a line is charged for one of its days: an even part, or according to how many were taken each day."""
    if not booking.unit.is_counted:
        return rounded(Decimal(line.amount) / len(dates))
    taken = Coalesce("attendance__quantity", "quantity")
    rows = Booking.objects.filter(child=booking.child_id, unit=booking.unit_id, day__in=dates)
    rows = rows.filter(Q(state="booked") | Q(state="cancelled", late=True))
    counts = dict(rows.values("day").annotate(count=Sum(taken)).values_list("day", "count"))
    whole = sum(counts.values())
    return rounded(Decimal(line.amount) * counts[booking.day] / whole) if counts.get(booking.day) and whole else 0


def charged(bookings: Collection[Booking]) -> list[Charged]:
    """What the invoices charge for these days and that no credit note has given back yet, all payers together.

    The days of a week under a cap are looked at together, the earliest first.
    """
    bookings = sorted(bookings, key=lambda one: (one.child_id, one.day, one.pk))
    if not bookings:
        return []
    known, found = _Invoices(bookings), []
    gross: Counter[tuple] = Counter()
    for booking in bookings:
        code = uses.code_of(booking.unit)
        for line, dates in known.lines.get((booking.child_id, code), ()):
            if booking.day not in dates:
                continue
            week, part = week_of(line, booking.child_id, booking.day), _part(line, dates, booking)
            cut = known.caps[week]
            net = max(gross[week] + part - cut, 0) - max(gross[week] - cut, 0)
            gross[week] += part
            key = (line.invoice_id, booking.child_id, code, booking.day)
            back = min(known.given[key], net)
            known.given[key] -= back
            if net > back:
                found.append(Charged(booking, line, net - back))
    return found


def preview(bookings: Collection[Booking]) -> list[Charged]:
    """What these days would leave to be given back, beside those of the same weeks that are justified already."""
    if not bookings:
        return []
    week = datetime.timedelta(days=7)
    span = min(one.day for one in bookings) - week, max(one.day for one in bookings) + week
    beside = Booking.objects.filter(
        child__in={one.child_id for one in bookings},
        day__range=span,
        attendance__absence="justified",
        attendance__justified_at__isnull=False,
    )
    beside = beside.exclude(pk__in={one.pk for one in bookings}).select_related("child", "unit__activity")
    wanted = {one.pk for one in bookings}
    return [one for one in charged([*bookings, *beside]) if one.booking.pk in wanted]


def note_of(booking: Booking) -> Invoice | None:
    """The credit note that has given a day back, or None."""
    known, code = _Invoices([booking]), uses.code_of(booking.unit)
    for (_invoice, child, unit, day), note in known.notes.items():
        if (child, unit, day) == (booking.child_id, code, booking.day):
            return note
    return None


def excused(regies: Collection[Regie], invoice: Invoice | None = None) -> list[Booking]:
    """The days of these régies whose absence was justified, and that were maybe on an invoice by then.

    One that was justified before is on it for nothing: `charged` tells.
    """
    key = Concat(Value(f"{uses.SOURCE}:"), Cast("child_id", CharField()))
    judged = ExpressionWrapper(TruncDate("attendance__justified_at") + POSTDATED, output_field=DateField())
    issued = Invoice.objects.filter(
        regie__in=regies,
        regie__organisation=OuterRef("activity__organisation"),
        kind="invoice",
        source__startswith=f"{uses.SOURCE}:",
        lines__beneficiary=OuterRef("key"),
        period_start__lte=OuterRef("day"),
        period_end__gte=OuterRef("day"),
        issued_on__lte=OuterRef("judged"),
    )
    if invoice is not None:
        issued = issued.filter(pk=invoice.pk)
    rows = Booking.objects.filter(
        Q(state="booked") | Q(state="cancelled", late=True),
        activity__organisation__in={regie.organisation_id for regie in regies},
        attendance__absence="justified",
        attendance__justified_at__gte=timezone.now() - SINCE,
    )
    rows = rows.annotate(key=key, judged=judged).filter(Exists(issued))
    return list(rows.select_related("child", "unit__activity", "activity", "attendance"))


def overcharges(regies: Collection[Regie], invoice: Invoice | None = None) -> list[Overcharge]:
    """What accepted absences leave to be given back, invoice by invoice. See `billing.sources`.

    A credit note made by hand since the absence was justified counts: it is taken off what is left.
    """
    found: dict[int, list[Charged]] = defaultdict(list)
    mine = {regie.pk for regie in regies}
    for one in charged(excused(regies, invoice)):
        if one.invoice.regie_id in mine and (invoice is None or one.invoice == invoice):
            found[one.invoice.pk].append(one)
    by_hand = _by_hand(found)
    made = []
    for pk, days in found.items():
        since = min(timezone.localdate(at) for one in days if (at := one.booking.attendance.justified_at))
        left = sum(one.amount for one in days) - sum(amount for day, amount in by_hand[pk] if day >= since)
        room = days[0].invoice.total - sum(amount for _day, amount in by_hand[pk])
        if lines := list(_lines(days, min(left, room))):
            made.append(Overcharge(invoice=days[0].invoice, reason=_reason(days), lines=lines))
    return made


def _by_hand(invoices: Collection[int]) -> dict[int, list[tuple[datetime.date, int]]]:
    """{invoice: (when, how many cents) of its credit notes that name no day}."""
    found: dict[int, list[tuple[datetime.date, int]]] = defaultdict(list)
    notes = Invoice.objects.filter(credits__in=list(invoices)).exclude(lines__beneficiary__gt="")
    for pk, day, total in notes.values_list("credits", "issued_on", "total"):
        found[pk].append((day, -total))
    return found


def _lines(days: Iterable[Charged], left: int) -> Iterable[Gathered]:
    """The lines of the credit note, day by day, for `left` cents at most."""
    for one in days:
        part = min(one.amount, left)
        if part <= 0:
            continue
        left -= part
        yield Gathered(
            subject=one.line.subject,
            label=one.line.label,
            quantity=Decimal(1),
            unit_price=-part,
            amount=-part,
            explanation="absence justifiée : le jour n’est plus dû",
            unit=one.line.unit,
            tariff=one.line.tariff_id,
            beneficiary=one.line.beneficiary,
            days=[one.booking.day],
        )


def _reason(days: Iterable[Charged]) -> str:
    names: dict[str, list[str]] = defaultdict(list)
    for one in days:
        names[one.booking.child.first_name].append(f"{one.booking.day:%d/%m/%Y}")
    return "Absence justifiée : " + " ; ".join(f"{name}, {', '.join(found)}" for name, found in names.items())
