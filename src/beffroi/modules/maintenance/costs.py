"""What an order has cost: time, parts, outside; and the lines of which it is made, read at once."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import CharField, DateField, DateTimeField, DecimalField, IntegerField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from beffroi.modules.maintenance.models import Movement, Order

CENT = Decimal("0.01")
KINDS = dict(Movement.Kind.choices)


@dataclass(frozen=True)
class Cost:
    """Euros, and minutes of work."""

    minutes: int
    labour: Decimal
    parts: Decimal
    outside: Decimal

    @property
    def total(self) -> Decimal:
        return self.labour + self.parts + self.outside


@dataclass(frozen=True)
class Line:
    """One line of what was spent on an order. `kind` is "labour", "part" or "expense", or "reserved" for parts only set
    aside; `who` = the agent's number of a time, the part's of a movement; `price` = euros for an hour, a unit, or the
    whole."""

    kind: str
    pk: int
    start: datetime.datetime | None
    end: datetime.datetime | None
    who: int | None
    label: str
    detail: str
    quantity: Decimal
    unit: str
    price: Decimal
    day: datetime.date | None

    @property
    def minutes(self) -> int:
        """The length of a time, up to now while it runs."""
        if self.kind != "labour" or self.start is None:
            return 0
        return int(((self.end or timezone.now()) - self.start).total_seconds() // 60)

    @property
    def cost(self) -> Decimal:
        """What it costs, in euros."""
        if self.kind == "labour":
            return labour_cost(self.minutes, self.price)
        if self.kind == "part":
            return (-self.quantity * self.price).quantize(CENT, ROUND_HALF_UP)
        return self.price if self.kind == "expense" else Decimal(0)


def labour_cost(minutes: int, rate: Decimal) -> Decimal:
    """The cost of a time, rounded to the cent."""
    return (Decimal(minutes) * rate / 60).quantize(CENT, ROUND_HALF_UP)


def _text(value) -> Cast:
    return Cast(value, CharField())


def _nothing(field) -> Cast:
    return Cast(Value(None), field)


def lines_of(order: Order) -> list[Line]:
    """The times, parts, outside costs and parts set aside of an order, in order, in one query."""
    number = DecimalField(max_digits=14, decimal_places=4)
    name = Concat("worker__first_name", Value(" "), "worker__last_name")
    zero = Cast(Value(0), number)
    labours = order.labours.order_by().values_list(
        Value("labour"),
        "pk",
        "start",
        "end",
        Cast("worker_id", IntegerField()),
        _text(name),
        _text("comment"),
        zero,
        _text(Value("")),
        Cast("rate", number),
        _nothing(DateField()),
    )
    movements = order.movements.order_by().values_list(
        Value("part"),
        "pk",
        "at",
        _nothing(DateTimeField()),
        Cast("part_id", IntegerField()),
        _text("part__name"),
        _text(Concat("kind", Value("|"), "store__name")),
        Cast("quantity", number),
        _text("part__unit"),
        Cast("price", number),
        _nothing(DateField()),
    )
    detail = Concat("supplier", Value("|"), "invoice")
    expenses = order.expenses.order_by().values_list(
        Value("expense"),
        "pk",
        "made_at",
        _nothing(DateTimeField()),
        _nothing(IntegerField()),
        _text("label"),
        _text(detail),
        zero,
        _text(Value("")),
        Cast("amount", number),
        "day",
    )
    reserved = order.reservations.order_by().values_list(
        Value("reserved"),
        "pk",
        _nothing(DateTimeField()),
        _nothing(DateTimeField()),
        Cast("part_id", IntegerField()),
        _text("part__name"),
        _text("store__name"),
        Cast("quantity", number),
        _text("part__unit"),
        zero,
        _nothing(DateField()),
    )
    return sorted((_line(*row) for row in labours.union(movements, expenses, reserved, all=True)), key=_rank)


def _rank(line: Line) -> tuple:
    day = line.day or (timezone.localtime(line.start).date() if line.start else datetime.date.min)
    return (("labour", "part", "expense", "reserved").index(line.kind), day, line.pk)


def _line(kind, pk, start, end, who, label, detail, quantity, unit, price, day) -> Line:
    if kind == "part":
        nature, _, place = detail.partition("|")
        detail = f"{KINDS[nature]}, {place}"
    elif kind == "expense":
        detail = ", ".join(part for part in detail.split("|") if part)
    return Line(kind, pk, start, end, who, label.strip(), detail, quantity, unit, price.quantize(CENT), day)


def cost_of(lines: Iterable[Line]) -> Cost:
    """The cost of the lines of one order. A time that still runs counts up to now."""
    lines = list(lines)

    def sum_of(kind: str) -> Decimal:
        return sum((one.cost for one in lines if one.kind == kind), Decimal(0))

    minutes = sum(one.minutes for one in lines)
    return Cost(minutes=minutes, labour=sum_of("labour"), parts=sum_of("part"), outside=sum_of("expense"))
