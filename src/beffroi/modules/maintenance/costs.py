"""What an order has cost: time, parts, outside."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from beffroi.modules.maintenance.models import Order

CENT = Decimal("0.01")


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


def labour_cost(minutes: int, rate: Decimal) -> Decimal:
    """The cost of a time, rounded to the cent."""
    return (Decimal(minutes) * rate / 60).quantize(CENT, ROUND_HALF_UP)


def cost_of(order: Order, labours=None, movements=None, expenses=None) -> Cost:
    """The cost of one order; lists already fetched may be given. A time that still runs counts up to now."""
    labours = list(order.labours.all()) if labours is None else labours
    movements = list(order.movements.all()) if movements is None else movements
    expenses = list(order.expenses.all()) if expenses is None else expenses
    return Cost(
        minutes=sum(one.minutes for one in labours),
        labour=sum((labour_cost(one.minutes, one.rate) for one in labours), Decimal(0)),
        parts=sum((one.cost.quantize(CENT, ROUND_HALF_UP) for one in movements), Decimal(0)),
        outside=sum((one.amount for one in expenses), Decimal(0)),
    )
