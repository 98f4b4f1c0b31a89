"""What days cost: what a family reads before saying yes, and what the régie invoices, by the same engine.

A unit names its tariff by a code (`childcare.day`, `childcare.half`… by its nature, when nothing is written). A home
pays by its own quotient familial; when two homes share the costs, each pays its part of the price that its own quotient
gives.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from django.db.models import Q, QuerySet

from beffroi.modules.childcare import custody, unpaid
from beffroi.modules.childcare.models import Booking, Child, ChildHome
from beffroi.modules.childcare.uses import PREFIX, SOURCE, Families, spent, units_of
from beffroi.shared.billing import rates, tariffs
from beffroi.shared.billing.actions import Bill
from beffroi.shared.billing.models import Regie, Run
from beffroi.shared.billing.money import rounded
from beffroi.shared.billing.simulation import Household
from beffroi.shared.billing.sources import Beneficiary

BATCH = 1000
UNKNOWN_QUOTIENT = "Quotient familial inconnu : le prix le plus haut s’applique."


def people(keys: Collection[str]) -> dict[str, Beneficiary]:
    """The children whom invoice lines name; one whose file was erased is left out. See `billing.sources`."""
    ids = {int(pk): key for key in keys if (pk := key.partition(":")[2]).isdigit()}
    children = Child.objects.kept().filter(pk__in=ids)
    return {ids[child.pk]: Beneficiary(name=str(child), born=child.birth_date) for child in children}


def regie_of(organisation_id: int) -> Regie | None:
    """The régie that receives the money of a body's childcare: the one that has its tariffs."""
    open_ones = Regie.objects.active().filter(organisation=organisation_id, tariffs__unit__startswith=PREFIX)
    return open_ones.order_by("pk").first()


def share_of(lines: Iterable[rates.Line], part: int) -> list[rates.Line]:
    """The part, in %, of priced lines."""
    if part == 100:
        return list(lines)
    factor = Decimal(part) / 100
    return [
        replace(
            line, quantity=line.quantity * factor, amount=rounded(line.unit_price * line.quantity * factor),
            explanation=f"{line.explanation} ; votre part : {part} %", care=rounded(line.care * factor),
        )
        for line in lines
    ]  # fmt: skip


def quote(lines) -> int:
    """Give `.price` (cents, None = no tariff) and `.explanation` to each line of a weighing; returns the total.

    A home that shares the costs reads its own part. Nothing is written; about six queries however many lines.
    """
    lines = [line for line in lines if line.unit is not None]
    if not lines:
        return 0
    regie = regie_of(lines[0].unit.activity.organisation_id)
    if regie is None:
        return 0
    days = [line.wish.day for line in lines]
    book = tariffs.book(regie, min(days), max(days))
    families = Families({line.home.pk: line.home for line in lines}.values())
    parts = _parts({line.home.pk: line.home for line in lines}.values())
    total = 0
    for line in lines:
        use = families.use(line.home, line.child, line.unit, line.wish.day)
        try:
            priced = share_of([book.quote(use)], parts[line.home.pk])[0]
        except rates.NoRate:
            continue
        line.price, line.explanation = priced.amount, priced.explanation
        total += priced.amount if line.verdict == "book" else 0
    return total


def _parts(homes: Iterable[ChildHome]) -> dict[int, int]:
    """What each home pays, in %, of what it books itself."""
    homes = list(homes)
    siblings = defaultdict(list)
    for home in ChildHome.objects.current().filter(child__in=[home.child_id for home in homes]):
        siblings[home.child_id].append(home)
    rhythms = {child.pk: getattr(child, "custody", None) for child in _with_custody(home.child_id for home in homes)}
    found = {}
    for home in homes:
        shares = {one.pk: part for one, part in custody.shares(rhythms[home.child_id], home, siblings[home.child_id])}
        found[home.pk] = shares.get(home.pk, 0)
    return found


def _with_custody(ids: Iterable[int]) -> QuerySet[Child]:
    return Child.objects.filter(pk__in=set(ids)).select_related("custody")


def billable(start: datetime.date, end: datetime.date) -> QuerySet[Booking]:
    """The days of a period that may be charged: booked (absences are judged by the tariff), or cancelled too late."""
    charged = Q(state="booked") | Q(state="cancelled", late=True)
    return Booking.objects.filter(charged, day__range=(start, end)).exclude(home=None)


def bills(regie: Regie, start: datetime.date, end: datetime.date) -> Iterator[Bill]:
    """What each payer owes to a régie for a period, payer by payer, by batches. See `billing.sources`."""
    if regie_of(regie.organisation_id) != regie:
        return
    book = tariffs.book(regie, start, end)
    booked = billable(start, end).filter(activity__organisation=regie.organisation_id)
    children = booked.values("child").distinct()
    homes = ChildHome.objects.filter(child__in=children, payer__isnull=False)
    payers = list(homes.order_by("payer").values_list("payer", flat=True).distinct())
    done, units = _already(regie, start, end), units_of(regie.organisation_id)
    for rank in range(0, len(payers), BATCH):
        yield from _batch(book, booked, payers[rank : rank + BATCH], units, start, end, done)
    yield from unpaid.bills(booked, (start, end))


def population(regie: Regie, start: datetime.date, end: datetime.date) -> Iterator[Household]:
    """The families of a period with what they used, for the simulator of tariffs. See `billing.sources`.

    One line a home: what it booked itself, whoever pays; a day shared between two homes is seen whole.
    """
    booked = billable(start, end).filter(activity__organisation=regie.organisation_id)
    homes = ChildHome.objects.filter(pk__in=booked.values("home")).select_related("household__commune", "child")
    households = defaultdict(list)
    for home in homes.order_by("household__name", "household_id", "pk"):
        households[home.household_id].append(home)
    groups, units = list(households.values()), units_of(regie.organisation_id)
    for rank in range(0, len(groups), BATCH):
        mine = [home for group in groups[rank : rank + BATCH] for home in group]
        families = Families(mine)
        held = defaultdict(list)
        for one in spent(booked.filter(home__in=mine)):
            held[one.home].append(one)
        for group in groups[rank : rank + BATCH]:
            uses = (
                families.use(home, home.child, units[one.unit], one.day, one) for home in group for one in held[home.pk]
            )
            yield Household(str(group[0].household), list(uses))


def _already(regie: Regie, start, end) -> list[tuple[datetime.date, datetime.date]]:
    """The periods of the other runs that overlap this one: a day is never invoiced twice."""
    others = Run.objects.filter(regie=regie, source=SOURCE, start__lte=end, end__gte=start)
    others = others.exclude(status=Run.Status.CANCELLED).exclude(start=start, end=end)
    return list(others.values_list("start", "end"))


def _batch(book, booked, payers, units, start, end, done) -> Iterator[Bill]:
    related = ("household__commune", "payer", "child")
    homes = list(ChildHome.objects.filter(payer__in=payers).select_related(*related).order_by("payer", "pk"))
    everyone = defaultdict(list)
    for home in ChildHome.objects.filter(child__in={home.child_id for home in homes}):
        everyone[home.child_id].append(home)
    rhythms = {one.pk: getattr(one, "custody", None) for one in _with_custody(home.child_id for home in homes)}
    days = defaultdict(list)
    for one in spent(booked.filter(child__in=rhythms)):
        if not any(since <= one.day <= until for since, until in done):
            days[one.child].append(one)
    families = Families(homes)
    by_payer = defaultdict(list)
    for home in homes:
        by_payer[home.payer_id].append(home)
    for payer, mine in by_payer.items():
        bill = _bill(book, mine, everyone, rhythms, days, families, units, (start, end))
        if bill.lines or bill.blocked:
            bill.source = f"{SOURCE}:{start:%Y-%m-%d}:{end:%Y-%m-%d}:{payer}"
            yield bill


def _bill(book, mine, everyone, rhythms, days, families, units, period) -> Bill:
    uses = defaultdict(list)
    for home in mine:
        both = everyone[home.child_id]
        shares = {booker.pk: custody.shares(rhythms[home.child_id], booker, both) for booker in both}
        # what this home pays of a day, by the home that booked it
        parts = {booker: sum(part for one, part in paid if one.pk == home.pk) for booker, paid in shares.items()}
        for one in days[home.child_id]:
            if part := parts.get(one.home, parts[home.pk]):
                uses[part].append(families.use(home, home.child, units[one.unit], one.day, one))
    bill = Bill(payer=mine[0].payer, lines=[], label="Accueils de loisirs", period=period, deducts=SOURCE)
    for part, group in uses.items():
        pricing = book.price(group)
        bill.lines.extend(share_of(pricing.lines, part))
        bill.anomalies += [anomaly.text for anomaly in pricing.anomalies]
        bill.blocked = bill.blocked or any(anomaly.blocking for anomaly in pricing.anomalies)
        if any(use.family.qf is None for use in group) and UNKNOWN_QUOTIENT not in bill.anomalies:
            bill.anomalies.append(UNKNOWN_QUOTIENT)
    return bill
