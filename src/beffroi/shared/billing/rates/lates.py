"""Late collections: charged by the minutes, or by how many times in a month, a quarter, a school year."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from beffroi.kernel.ui.formats import MONTHS, ordinal
from beffroi.shared.billing.money import words
from beffroi.shared.billing.rates.model import Line, Period, Rate, Use

LATE = "Retard à la fermeture"
MOST_DAYS = 12
SCHOOL_STARTS = 9


def start_of(period: Period, day: date) -> date:
    """The first day of the period in which a day is; a school year begins in September."""
    match period:
        case Period.MONTH:
            return day.replace(day=1)
        case Period.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return date(day.year if day.month >= SCHOOL_STARTS else day.year - 1, SCHOOL_STARTS, 1)


def said(period: Period, start: date) -> str:
    """« de novembre 2026 », « du 4ᵉ trimestre 2026 », « de l’année scolaire 2026-2027 »."""
    match period:
        case Period.MONTH:
            name = MONTHS[start.month - 1]
            return f"{'d’' if name[0] in 'ao' else 'de '}{name} {start.year}"
        case Period.QUARTER:
            return f"du {ordinal(start.month // 3 + 1)} trimestre {start.year}"
        case _:
            return f"de l’année scolaire {start.year}-{start.year + 1}"


def lateness(rate: Rate, use: Use) -> int:
    """The minutes by which a child was collected too late; 0 = in time, or within what is tolerated."""
    if not rate.penalties.late_amount or use.pickup is None or use.closing is None:
        return 0
    pickup, closing = (one.hour * 60 + one.minute for one in (use.pickup, use.closing))
    return pickup - closing if pickup - closing > rate.penalties.late_grace else 0


def by_minutes(rate: Rate, use: Use, minutes: int) -> Line:
    """What one late collection costs, by steps of so many minutes begun."""
    penalties = rate.penalties
    steps = -(-minutes // penalties.late_step)
    why = f"{minutes} min après {use.closing:%H h %M}, "
    why += f"{words(penalties.late_amount)} par {penalties.late_step} min commencées"
    return _line(rate, use, steps, why)


def _line(rate: Rate, use: Use, quantity: int, why: str) -> Line:
    amount = rate.penalties.late_amount
    return Line(
        label=LATE,
        quantity=Decimal(quantity),
        unit_price=amount,
        amount=quantity * amount,
        explanation=why,
        unit=use.unit,
        subject=use.subject,
        day=use.day,
        key=f"{use.key}:late" if use.key else "",
        kind="penalty",
        tariff=rate.tariff,
        beneficiary=use.beneficiary,
    )


@dataclass
class Tally:
    """The late collections of each child, period by period; those charged elsewhere count and make no line."""

    times: dict[tuple, list[tuple[Use, Rate, int, bool]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, rate: Rate, use: Use, *, elsewhere: bool = False) -> None:
        """Count a use, if it was collected late under a tariff that counts the times."""
        minutes = lateness(rate, use)
        if minutes and rate.penalties.late_from:
            period = rate.penalties.late_period
            key = (use.beneficiary or use.subject, period, start_of(period, use.day))
            self.times[key].append((use, rate, minutes, elsewhere))

    def lines(self) -> Iterator[Line]:
        """From the number that the tariff says on, each time costs its amount; in the order of the days."""
        for (_who, period, start), found in self.times.items():
            found = sorted(found, key=lambda one: (one[0].day, one[0].pickup))
            for rank, (use, rate, minutes, elsewhere) in enumerate(found, 1):
                penalties = rate.penalties
                if elsewhere or rank < penalties.late_from:
                    continue
                days = ", ".join(f"{one[0].day:%d/%m}" for one in found[:rank][-MOST_DAYS:])
                why = (
                    f"{ordinal(rank)} retard {said(period, start)} ({days}), {minutes} min après {use.closing:%H h %M}"
                )
                why += f" ; {words(penalties.late_amount)} par retard dès le {ordinal(penalties.late_from)}"
                yield _line(rate, use, 1, why)
