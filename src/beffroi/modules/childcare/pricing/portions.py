"""Who pays what of a day: the régie that receives it, the part of each home."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q, QuerySet

from beffroi.modules.childcare import custody
from beffroi.modules.childcare.models import Booking, Child, ChildHome, Custody
from beffroi.modules.childcare.uses import PREFIX
from beffroi.shared.billing import rates
from beffroi.shared.billing.models import Regie
from beffroi.shared.billing.money import rounded
from beffroi.shared.billing.sources import Beneficiary

DAY = datetime.timedelta(days=1)


def people(keys: Collection[str]) -> dict[str, Beneficiary]:
    """The children whom invoice lines name; one whose file was erased is left out. See `billing.sources`.

    A file merged into another one names the child of that one.
    """
    ids = {int(pk): key for key in keys if (pk := key.partition(":")[2]).isdigit()}
    rows = Child.objects.filter(pk__in=ids).select_related("merged_into")
    children = ((one.pk, one.merged_into or one) for one in rows)
    return {ids[pk]: Beneficiary(name=str(one), born=one.birth_date) for pk, one in children if one.erased_at is None}


def regie_of(organisation_id: int) -> Regie | None:
    """The régie that receives the money of a body's childcare: the one that has its tariffs."""
    open_ones = Regie.objects.active().filter(organisation=organisation_id, tariffs__unit__startswith=PREFIX)
    return open_ones.order_by("pk").first()


def share_of(lines: Iterable[rates.Line], part: int, *, rest: bool = False) -> list[rates.Line]:
    """The part, in %, of priced lines; with `rest`, what the other home leaves: both together make the price."""
    if part == 100:
        return list(lines)
    factor, other = Decimal(part) / 100, Decimal(100 - part) / 100

    def portion(amount: int) -> int:
        return amount - rounded(amount * other) if rest else rounded(amount * factor)

    return [
        replace(
            line,
            quantity=line.quantity * factor,
            amount=portion(line.amount),
            care=portion(line.care),
            explanation=f"{line.explanation} ; votre part : {part} %",
        )
        for line in lines
    ]


def monday(day: datetime.date) -> datetime.date:
    """The Monday of its week."""
    return day - day.weekday() * DAY


@dataclass
class Portion:
    """What a home pays, in %, of what each home of the child books; `rest` = it takes what the rounding leaves."""

    own: int
    paid: dict[int, int]
    rest: bool

    def of(self, booker: int) -> int:
        """Of a day that this home booked; one of a home that is gone counts as its own."""
        return self.paid.get(booker, self.own)

    def share(self, lines: Iterable[rates.Line]) -> list[rates.Line]:
        """Its part of what it books itself."""
        return share_of(lines, self.own, rest=self.rest)


def _portion(home: ChildHome, homes: Collection[ChildHome], rhythm: Custody | None) -> Portion:
    paid = {
        booker.pk: sum(part for one, part in custody.shares(rhythm, booker, homes) if one.pk == home.pk)
        for booker in homes
    }
    current = [one for one in homes if one.end is None]
    rest = len(current) > 1 and home.pk == max(current, key=lambda one: one.rank).pk
    return Portion(paid.get(home.pk, 0), paid, rest)


def portions_of(homes: Iterable[ChildHome]) -> dict[int, Portion]:
    """What each of these homes pays: one query."""
    homes = list(homes)
    siblings = defaultdict(list)
    rhythms: dict[int, Custody | None] = {}
    rows = ChildHome.objects.filter(child__in=[home.child_id for home in homes])
    for home in rows.select_related("child__custody"):
        siblings[home.child_id].append(home)
        rhythms[home.child_id] = getattr(home.child, "custody", None)
    return {home.pk: _portion(home, siblings[home.child_id], rhythms[home.child_id]) for home in homes}


def billable(start: datetime.date, end: datetime.date) -> QuerySet[Booking]:
    """The days of a period that may be charged: booked (absences are judged by the tariff), or cancelled too late."""
    charged = Q(state="booked") | Q(state="cancelled", late=True)
    return Booking.objects.filter(charged, day__range=(start, end)).exclude(home=None)
