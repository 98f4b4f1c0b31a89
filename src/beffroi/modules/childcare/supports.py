"""What a body pays of the days of a home: the invoice is cut in two parts, which together make it to the cent."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from beffroi.modules.childcare.models import Child, Support
from beffroi.shared.billing import rates
from beffroi.shared.billing.money import rounded


class Supports:
    """The bodies that pay for some homes, read in one query."""

    def __init__(self, homes: Iterable[int]):
        self._held: dict[int, list[Support]] = defaultdict(list)
        for one in Support.objects.filter(home__in=set(homes)).select_related("body").order_by("start"):
            self._held[one.home_id].append(one)

    def __contains__(self, home_id: int) -> bool:
        return home_id in self._held

    def on(self, home_id: int, day: datetime.date) -> Support | None:
        """The body that pays for this home on a day."""
        for one in self._held.get(home_id, ()):
            if one.start <= day and (one.end is None or day <= one.end):
                return one
        return None

    def during(self, home_id: int, start: datetime.date, end: datetime.date) -> list[Support]:
        """The bodies that pay for this home on some day of a period."""
        return [
            one for one in self._held.get(home_id, ()) if one.start <= end and (one.end is None or one.end >= start)
        ]


def paid(support: Support, amount: int) -> int:
    """What the body pays of an amount, in cents, to the nearest one; the family pays the rest."""
    return rounded(amount * Decimal(support.percent) / 100)


def left(support: Support | None, amount: int) -> int:
    """What the family pays of an amount, in cents."""
    return amount if support is None else amount - paid(support, amount)


def words(support: Support) -> str:
    """What the family reads beside its price."""
    return f"{support.percent} % pris en charge par {support.body}"


def of_family(lines: Iterable[rates.Line], supports: Supports, home_id: int) -> list[rates.Line]:
    """The part of the family; a line that a body pays whole is left out."""
    found = []
    for line in lines:
        support = supports.on(home_id, line.day) if line.day else None
        if support is None:
            found.append(line)
        elif support.percent < 100:
            part = Decimal(100 - support.percent) / 100
            found.append(
                replace(
                    line, quantity=line.quantity * part, amount=left(support, line.amount),
                    care=left(support, line.care), explanation=f"{line.explanation} ; {words(support)}",
                )
            )  # fmt: skip
    return found


def of_bodies(
    lines: Iterable[rates.Line], supports: Supports, home_id: int, child: Child
) -> list[tuple[Support, rates.Line]]:
    """The parts of the bodies, each with the full name of the child and the reference that the body gave."""
    found = []
    for line in lines:
        support = supports.on(home_id, line.day) if line.day else None
        if support is None:
            continue
        reference = f", {support.reference}" if support.reference else ""
        found.append(
            (
                support,
                replace(
                    line, subject=f"{child}{reference}"[:120], amount=paid(support, line.amount),
                    quantity=line.quantity * Decimal(support.percent) / 100, care=paid(support, line.care),
                    explanation=f"{line.explanation} ; votre part : {support.percent} %",
                ),
            )
        )  # fmt: skip
    return found
