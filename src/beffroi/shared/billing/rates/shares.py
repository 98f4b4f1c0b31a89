"""What a third party pays of lines that are priced: a part in percent, up to so much a day, a month, and in all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from beffroi.shared.billing.money import rounded, words
from beffroi.shared.billing.rates.model import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceilings:
    """The most that is paid, in cents: a day, a calendar month, in all; None = no ceiling."""

    day: int | None = None
    month: int | None = None
    whole: int | None = None

    def __bool__(self) -> bool:
        return (self.day, self.month, self.whole) != (None, None, None)

    @property
    def words(self) -> str:
        """« au plus 5,00 € par jour, 60,00 € par mois », or an empty string."""
        named = ((self.day, " par jour"), (self.month, " par mois"), (self.whole, " en tout"))
        said = ", ".join(f"{words(most)}{per}" for most, per in named if most is not None)
        return f"au plus {said}" if said else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A line of which a third party is known to have paid `part`, in cents; `who` = its beneficiary, or its subject."""

    day: date
    who: str
    tariff: int | None
    price: int
    part: int


def third_party(
    lines: Sequence[Line], percent: int, ceilings: Ceilings, before: Sequence[Line] = (), taken: Sequence[Paid] = ()
) -> list[int]:
    """What a third party pays of each line, in cents, in the order of `lines`; the payer pays the rest.

    Each line is paid at `percent` to the nearest cent, the earliest day first, until a ceiling is reached. What a
    weekly cap takes off is taken off both sides, as they share the week; it leaves that much under the ceilings.
    `taken` = what invoices say that it paid already, then `before` = lines that another invoice will bear: they use up
    the ceilings first. Lines without a day are not shared.
    """
    account = _Account(percent, ceilings)
    for one in taken:
        account.record(one)
    for line in sorted(before, key=_order):
        account.take(line)
    paid = [0] * len(lines)
    for rank in sorted(range(len(lines)), key=lambda rank: _order(lines[rank])):
        paid[rank] = account.take(lines[rank])
    return paid


def _order(line: Line) -> tuple:
    """Day after day; what a cap takes off, once its week is over."""
    day = line.day or date.min
    return (day, False) if line.amount >= 0 else (day + timedelta(days=6 - day.weekday()), True)


class _Account:
    """What was paid so far: by day, by month, in all, and of each week under a cap."""

    def __init__(self, percent: int, ceilings: Ceilings):
        self.percent, self.ceilings = percent, ceilings
        self.used: Counter[object] = Counter()
        self.weeks: dict[tuple, list[int]] = {}

    def take(self, line: Line) -> int:
        """What is paid of a line, which is then counted."""
        if line.day is None:
            return 0
        week = self.weeks.setdefault(_week(line, line.day), [0, 0])
        if line.amount >= 0:
            part = min([rounded(line.amount * Decimal(self.percent) / 100), *self._left(line.day)])
            week[0] += line.amount
            week[1] += part
        else:
            share = Decimal(week[1]) / week[0] if week[0] else Decimal(self.percent) / 100
            part = -min(rounded(-line.amount * share), week[1]) if week[0] else rounded(line.amount * share)
        self._use(line.day, part)
        return part

    def record(self, one: Paid) -> None:
        """Count what was paid of a line that is charged already."""
        if one.price >= 0:
            week = self.weeks.setdefault((one.who, one.tariff, *one.day.isocalendar()[:2]), [0, 0])
            week[0] += one.price
            week[1] += one.part
        self._use(one.day, one.part)

    def _use(self, day: date, part: int) -> None:
        for key in (day, (day.year, day.month), None):
            self.used[key] += part

    def _left(self, day: date) -> list[int]:
        """What is left under each ceiling."""
        month = (day.year, day.month)
        most = ((day, self.ceilings.day), (month, self.ceilings.month), (None, self.ceilings.whole))
        return [max(ceiling - self.used[key], 0) for key, ceiling in most if ceiling is not None]


def _week(line: Line, day: date) -> tuple:
    return line.beneficiary or line.subject, line.tariff, *day.isocalendar()[:2]
