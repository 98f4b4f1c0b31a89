"""From one line per use to the lines of an invoice: the same thing at the same price, for the same person, is one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from beffroi.shared.billing.rates.model import Line

MOST_DAYS = 380


@dataclass(slots=True)
class Gathered:
    """One line of an invoice, in cents: `amount` is the sum of the lines gathered, to the cent."""

    subject: str
    label: str
    quantity: Decimal
    unit_price: int
    amount: int
    explanation: str
    unit: str = ""
    tariff: int | None = None
    beneficiary: str = ""
    care: int = 0
    days: list[date] = field(default_factory=list)

    @property
    def said_days(self) -> str:
        """« 4, 11, 18 nov. » : the days, month by month, as they are written on the invoice."""
        months: dict[tuple[int, int], list[str]] = {}
        for day in sorted(set(self.days)):
            months.setdefault((day.year, day.month), []).append("1er" if day.day == 1 else str(day.day))
        return "; ".join(f"{', '.join(found)} {MONTHS[month - 1]}" for (_y, month), found in months.items())[:MOST_DAYS]


MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def gather(lines: Iterable[Line]) -> list[Gathered]:
    """The lines of an invoice, in the order in which each first appears."""
    found: dict[tuple, Gathered] = {}
    for line in lines:
        key = (
            line.subject,
            line.label,
            line.unit_price,
            line.explanation,
            line.kind,
            line.tariff,
            line.beneficiary,
        )
        kept = found.get(key)
        if kept is None:
            kept = found[key] = Gathered(
                subject=line.subject,
                label=line.label,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=line.amount,
                explanation=line.explanation,
                unit=line.unit,
                tariff=line.tariff,
                beneficiary=line.beneficiary,
                care=line.care,
            )
        else:
            kept.quantity += line.quantity
            kept.amount += line.amount
            kept.care += line.care
        if line.day is not None:
            kept.days.append(line.day)
    return list(found.values())
