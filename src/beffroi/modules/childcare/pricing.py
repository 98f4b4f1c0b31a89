"""What days cost: what a family reads before saying yes, and what the régie invoices, by the same engine.

A unit names its tariff by a code (`childcare.day`, `childcare.half`… by its nature, when nothing is written). A home
pays by its own quotient familial; when two homes share the costs, each pays its part of the price that its own quotient
gives.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q, QuerySet

from beffroi.modules.childcare import custody, unpaid
from beffroi.modules.childcare.models import Booking, Child, ChildHome, Custody
from beffroi.modules.childcare.uses import PREFIX, SOURCE, Families, spent, units_of
from beffroi.shared.billing import rates, tariffs
from beffroi.shared.billing.actions import Bill
from beffroi.shared.billing.models import Regie, Run
from beffroi.shared.billing.money import rounded, words
from beffroi.shared.billing.simulation import Household
from beffroi.shared.billing.sources import Beneficiary

BATCH = 1000
DAY = datetime.timedelta(days=1)
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


def share_of(lines: Iterable[rates.Line], part: int, *, rest: bool = False) -> list[rates.Line]:
    """The part, in %, of priced lines; with `rest`, what the other home leaves: both together make the price."""
    if part == 100:
        return list(lines)
    factor, other = Decimal(part) / 100, Decimal(100 - part) / 100

    def portion(amount: int) -> int:
        return amount - rounded(amount * other) if rest else rounded(amount * factor)

    return [
        replace(
            line, quantity=line.quantity * factor, amount=portion(line.amount), care=portion(line.care),
            explanation=f"{line.explanation} ; votre part : {part} %",
        )
        for line in lines
    ]  # fmt: skip


def quote(lines) -> int:
    """Give `.price` (cents, None = no tariff) and `.explanation` to each line of a weighing; returns the total.

    The total is what the invoices grow by: the days already booked count under the weekly caps, and a home that shares
    the costs reads its own part. Nothing is written; a fixed number of queries however many lines.
    """
    lines = [line for line in lines if line.unit is not None]
    if not lines:
        return 0
    organisation = lines[0].unit.activity.organisation_id
    regie = regie_of(organisation)
    if regie is None:
        return 0
    days = [line.wish.day for line in lines]
    since, until = _monday(min(days)), _monday(max(days)) + 6 * DAY
    book, homes = tariffs.book(regie, since, until), {line.home.pk: line.home for line in lines}
    families, portions = Families(homes.values()), _portions(homes.values())
    weeks: dict[tuple, list] = defaultdict(list)
    for line in lines:
        weeks[line.home.pk, _monday(line.wish.day)].append(line)
    held: dict[tuple, list[rates.Use]] = defaultdict(list)
    if book.has_caps:
        units = units_of(organisation)
        children = {line.child.pk: line for line in lines}
        rows = billable(since, until).filter(activity__organisation=organisation, child__in=children)
        for one in spent(rows):
            home, child = children[one.child].home, children[one.child].child
            if portions[home.pk].of(one.home):
                held[home.pk, _monday(one.day)].append(families.use(home, child, units[one.unit], one.day, one))
    for key, week in weeks.items():
        _quote_week(book, families, week, held[key], portions[key[0]])
    return sum(line.price or 0 for line in lines if line.verdict == "book")


def _quote_week(book: rates.Book, families: Families, week, held: list[rates.Use], portion: "Portion") -> None:
    """Price the lines of one child and one week, beside what is booked already."""
    uses = {line.wish: _use(families, line) for line in week}
    booked = [line for line in week if line.verdict == "book"]
    known = portion.share(book.price(held).lines)
    priced = portion.share(book.price([*held, *(uses[line.wish] for line in booked)]).lines)
    over = _caps(priced)
    over.subtract(_caps(known))
    found = {line.key: line for line in priced if line.kind == "unit"}
    for line in reversed(booked):
        if (one := found.get(line.wish.token)) is not None:
            cut = max(min(over[one.unit], one.amount), 0)
            over[one.unit] -= cut
            line.price, line.explanation = one.amount - cut, one.explanation
            if cut:
                line.explanation += f" ; {rates.CAP.lower()} : {words(-cut)}"
    context = [*held, *(uses[line.wish] for line in booked)]
    for line in week:
        if line.verdict != "book" and (alone := portion.share(book.price([uses[line.wish]], before=context).lines)):
            line.price, line.explanation = sum(one.amount for one in alone), alone[0].explanation


def _use(families: Families, line) -> rates.Use:
    return replace(families.use(line.home, line.child, line.unit, line.wish.day), key=line.wish.token)


def _caps(lines: Iterable[rates.Line]) -> Counter[str]:
    """What the weekly caps take away, in cents, tariff by tariff."""
    found: Counter[str] = Counter()
    for line in lines:
        if line.kind == "cap":
            found[line.unit] -= line.amount
    return found


def _monday(day: datetime.date) -> datetime.date:
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


def _portions(homes: Iterable[ChildHome]) -> dict[int, Portion]:
    """What each of these homes pays: two queries."""
    homes = list(homes)
    siblings = defaultdict(list)
    for home in ChildHome.objects.filter(child__in=[home.child_id for home in homes]):
        siblings[home.child_id].append(home)
    rhythms = {child.pk: getattr(child, "custody", None) for child in _with_custody(home.child_id for home in homes)}
    return {home.pk: _portion(home, siblings[home.child_id], rhythms[home.child_id]) for home in homes}


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
    book = tariffs.book(regie, _monday(start), end)
    since = _monday(start) if book.has_caps else start
    booked = billable(since, end).filter(activity__organisation=regie.organisation_id)
    children = booked.values("child").distinct()
    homes = ChildHome.objects.filter(child__in=children, payer__isnull=False)
    payers = list(homes.order_by("payer").values_list("payer", flat=True).distinct())
    done, units = _already(regie, start, end), units_of(regie.organisation_id)
    for rank in range(0, len(payers), BATCH):
        yield from _batch(book, booked, payers[rank : rank + BATCH], units, start, end, done)
    yield from unpaid.bills(booked.filter(day__gte=start), (start, end))


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
    portions = _portions(homes)
    days, others = defaultdict(list), defaultdict(list)
    for one in spent(booked.filter(child__in={home.child_id for home in homes})):
        elsewhere = one.day < start or any(since <= one.day <= until for since, until in done)
        (others if elsewhere else days)[one.child].append(one)
    families = Families(homes)
    by_payer = defaultdict(list)
    for home in homes:
        by_payer[home.payer_id].append(home)
    for payer, mine in by_payer.items():
        bill = _bill(book, mine, portions, (days, others), families, units, (start, end))
        if bill.lines or bill.blocked:
            bill.source = f"{SOURCE}:{start:%Y-%m-%d}:{end:%Y-%m-%d}:{payer}"
            yield bill


def _bill(book, mine, portions, booked, families, units, period) -> Bill:
    """`booked`: by child, the days of the bill, and those of the same weeks that another one charges."""
    days, others = booked
    uses, before = defaultdict(list), defaultdict(list)
    for home in mine:
        portion = portions[home.pk]
        for held, found in ((days, uses), (others if book.has_caps else {}, before)):
            for one in held.get(home.child_id, ()):
                if part := portion.of(one.home):
                    use = families.use(home, home.child, units[one.unit], one.day, one)
                    found[part, portion.rest].append(use)
    bill = Bill(payer=mine[0].payer, lines=[], label="Accueils de loisirs", period=period, deducts=SOURCE)
    for (part, rest), group in uses.items():
        pricing = book.price(group, before=before[part, rest])
        bill.lines.extend(share_of(pricing.lines, part, rest=rest))
        bill.anomalies += [anomaly.text for anomaly in pricing.anomalies]
        bill.blocked = bill.blocked or any(anomaly.blocking for anomaly in pricing.anomalies)
        if any(use.family.qf is None for use in group) and UNKNOWN_QUOTIENT not in bill.anomalies:
            bill.anomalies.append(UNKNOWN_QUOTIENT)
    return bill
