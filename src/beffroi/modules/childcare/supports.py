"""What a body pays of the days of a home: the invoice is cut in two parts, which together make it to the cent."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from beffroi.modules.childcare.models import Child, Support
from beffroi.modules.childcare.taken import Taken
from beffroi.shared.billing import rates
from beffroi.shared.billing.models import Regie
from beffroi.shared.billing.money import rounded
from beffroi.shared.billing.money import words as euros

CEILING = "plafond atteint"
PLACES = Decimal("0.0001")


class Supports:
    """The bodies that pay for some homes, read in one query; `taken` = what they took already, once it is reread."""

    def __init__(self, homes: Iterable[int]):
        self.taken = Taken()
        self._held: dict[int, list[Support]] = defaultdict(list)
        for one in Support.objects.filter(home__in=set(homes)).select_related("body", "home").order_by("start"):
            self._held[one.home_id].append(one)

    def __contains__(self, home_id: int) -> bool:
        return home_id in self._held

    def reread(self, start: datetime.date, end: datetime.date, regie: Regie | None = None) -> None:
        """Read what the bodies of a period took already. `regie` = the one that invoices this very period."""
        counted = [one for held in self._held.values() for one in held if _overlaps(one, start, end)]
        self.taken = Taken(counted, regie, (start, end))

    def on(self, home_id: int, day: datetime.date) -> Support | None:
        """The body that pays for this home on a day."""
        for one in self._held.get(home_id, ()):
            if one.start <= day and (one.end is None or day <= one.end):
                return one
        return None

    def during(self, home_id: int, start: datetime.date, end: datetime.date) -> list[Support]:
        """The bodies that pay for this home on some day of a period."""
        return [one for one in self._held.get(home_id, ()) if _overlaps(one, start, end)]

    def counted_since(self, home_id: int, start: datetime.date, end: datetime.date) -> datetime.date | None:
        """From when on days count under the ceilings of a period; None when no body of this home has any."""
        return min((one.counted_since(start) for one in self.during(home_id, start, end) if one.ceilings), default=None)

    def paid(
        self, home_id: int, lines: Sequence[rates.Line], before: Sequence[rates.Line] = ()
    ) -> list[tuple[Support | None, int]]:
        """Who pays for each line besides the family, and how much, in cents. `before` = those of other invoices."""
        found: list[tuple[Support | None, int]] = [(None, 0)] * len(lines)
        mine, others = self._by_support(home_id, lines), self._by_support(home_id, before)
        for support, ranks in mine.values():
            if not support.ceilings:
                parts = [paid(support, lines[rank].amount) for rank in ranks]
            else:
                earlier = [before[rank] for rank in others[support.pk][1]] if support.pk in others else []
                own = [lines[rank] for rank in ranks]
                parts = self.taken.split(support, own, earlier)
            for rank, part in zip(ranks, parts, strict=True):
                found[rank] = support, part
        return found

    def _by_support(self, home_id: int, lines: Sequence[rates.Line]) -> dict[int, tuple[Support, list[int]]]:
        """{support: (itself, the ranks of the lines of its days)}."""
        found: dict[int, tuple[Support, list[int]]] = {}
        for rank, line in enumerate(lines):
            support = self.on(home_id, line.day) if line.day else None
            if support is not None:
                found.setdefault(support.pk, (support, []))[1].append(rank)
        return found


def _overlaps(support: Support, start: datetime.date, end: datetime.date) -> bool:
    return support.start <= end and (support.end is None or support.end >= start)


def paid(support: Support, amount: int) -> int:
    """What the body pays of an amount, in cents, to the nearest one, ceilings apart; the family pays the rest."""
    return rounded(amount * Decimal(support.percent) / 100)


def left(support: Support | None, amount: int) -> int:
    """What the family pays of an amount, in cents, ceilings apart."""
    return amount if support is None else amount - paid(support, amount)


def words(support: Support) -> str:
    """What the family reads beside its price."""
    most = f", {support.ceilings.words}" if support.ceilings else ""
    return f"{support.percent} % pris en charge par {support.body}{most}"


def _split(support: Support, line: rates.Line, part: int) -> tuple[int, Decimal, bool]:
    """(the cents of childcare that the body pays, its part of the quantity, whether a ceiling was reached)."""
    if part == paid(support, line.amount):
        return paid(support, line.care), line.quantity * Decimal(support.percent) / 100, False
    share = Decimal(part) / line.amount if line.amount else Decimal(0)
    return rounded(line.care * share), (line.quantity * share).quantize(PLACES), line.amount > 0


def of_family(lines: Sequence[rates.Line], paid_of: Sequence[tuple[Support | None, int]]) -> list[rates.Line]:
    """The part of the family, from what `Supports.paid` says of each line; one that a body pays whole is left out."""
    found = []
    for line, (support, part) in zip(lines, paid_of, strict=True):
        if support is None:
            found.append(line)
            continue
        care, quantity, reached = _split(support, line, part)
        if support.percent == 100 and part == line.amount:
            continue
        told = words(support)
        if reached:
            paid_part = f"{euros(part)} pris en charge" if part else "rien n’est pris en charge"
            told = f"{paid_part} par {support.body} ({CEILING})"
        found.append(
            replace(
                line,
                quantity=line.quantity - quantity,
                amount=line.amount - part,
                care=line.care - care,
                explanation=f"{line.explanation} ; {told}",
            )
        )
    return found


def of_bodies(
    lines: Sequence[rates.Line], paid_of: Sequence[tuple[Support | None, int]], child: Child
) -> Iterator[tuple[Support, rates.Line]]:
    """The parts of the bodies, each with the full name of the child and the reference that the body gave.

    A line of which nothing is left to pay under a ceiling is left out.
    """
    for line, (support, part) in zip(lines, paid_of, strict=True):
        if support is None:
            continue
        care, quantity, reached = _split(support, line, part)
        if reached and part == 0:
            continue
        reference = f", {support.reference}" if support.reference else ""
        told = f"{euros(part)} ({CEILING})" if reached else f"{support.percent} %"
        yield (
            support,
            replace(
                line,
                subject=f"{child}{reference}"[:120],
                amount=part,
                quantity=quantity,
                care=care,
                explanation=f"{line.explanation} ; votre part : {told}",
            ),
        )
