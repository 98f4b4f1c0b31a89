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

from django.db.models import F, Q, QuerySet

from beffroi.modules.childcare import custody, supports, unpaid
from beffroi.modules.childcare.models import Booking, Child, ChildHome, Custody, Support
from beffroi.modules.childcare.uses import PREFIX, SOURCE, Families, Spent, spent, units_of
from beffroi.shared.billing import rates, tariffs
from beffroi.shared.billing.actions import Bill
from beffroi.shared.billing.models import Regie, Run
from beffroi.shared.billing.money import rounded, words
from beffroi.shared.billing.simulation import Household
from beffroi.shared.billing.sources import Beneficiary
from beffroi.shared.organisations.models import Organisation

BATCH = 1000
LABEL = "Accueils de loisirs"
DAY = datetime.timedelta(days=1)
AHEAD = datetime.timedelta(days=400)  # nothing is booked later
TO_JUDGE = "absence à examiner, facturée en attendant."
UNKNOWN_QUOTIENT = "Quotient familial inconnu : le prix le plus haut s’applique."


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
            line, quantity=line.quantity * factor, amount=portion(line.amount), care=portion(line.care),
            explanation=f"{line.explanation} ; votre part : {part} %",
        )
        for line in lines
    ]  # fmt: skip


def quote(lines) -> int:
    """Give `.price` (cents, None = no tariff) and `.explanation` to each line of a weighing; returns the total.

    The total is what the invoices grow by: the days already booked count under the weekly caps and under the ceilings
    of a body that pays, and a home that shares the costs reads its own part. Nothing is written; a fixed number of
    queries however many lines (a few more for each home with a ceiling).
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
    for home in homes.values():
        if families.supports.counted_since(home.pk, min(days), max(days)) is not None:
            span = _Span(regie, home, families, portions[home.pk], (min(days), max(days)))
            _quote_under_ceilings(span, [line for line in lines if line.home.pk == home.pk])
    return sum(line.price or 0 for line in lines if line.verdict == "book")


def quote_quantity(booking: Booking, quantity: int) -> int | None:
    """By how much the bills of the home that booked grow, in cents, if a booking becomes one for `quantity`.

    Negative when they shrink; None when no régie or no tariff prices it. The other days count as in `quote`.
    """
    regie, home = regie_of(booking.activity.organisation_id), booking.home
    if regie is None or home is None:
        return None
    span = _Span(regie, home, Families([home]), _portions([home])[home.pk], (booking.day, booking.day))
    try:
        span.book.rate_for(span.families.use(home, booking.child, booking.unit, booking.day))
    except rates.NoRate:
        return None
    before = span.due()
    span.change(str(booking.pk), booking.day, quantity)
    return span.due() - before


class _Span:
    """What a home has booked around some days: their weeks, and all that counts under the ceilings of its bodies."""

    def __init__(self, regie: Regie, home: ChildHome, families: Families, portion: "Portion", days):
        first, last = days
        since, until = _monday(first), _monday(last) + 6 * DAY
        if (counted := families.supports.counted_since(home.pk, first, last)) is not None:
            since, until = min(_monday(counted), since), last + AHEAD
        self.home, self.families, self.portion = home, families, portion
        self.book, units = tariffs.book(regie, since, until), units_of(regie.organisation_id)
        self.uses: dict[datetime.date, list[rates.Use]] = defaultdict(list)
        self.lines: dict[datetime.date, list[rates.Line]] = {}
        rows = billable(since, until).filter(activity__organisation=regie.organisation_id, child=home.child_id)
        for one in spent(rows):
            if portion.of(one.home):
                use = families.use(home, home.child, units[one.unit], one.day, one)
                self.uses[_monday(one.day)].append(use)
        for week in self.uses:
            self._price(week)

    def _price(self, week: datetime.date) -> None:
        uses = sorted(self.uses[week], key=lambda one: one.day)  # as the bills take them
        self.lines[week] = self.portion.share(self.book.price(uses).lines)

    def add(self, use: rates.Use) -> None:
        self.uses[_monday(use.day)].append(use)
        self._price(_monday(use.day))

    def remove(self, use: rates.Use) -> None:
        self.uses[_monday(use.day)].remove(use)
        self._price(_monday(use.day))

    def change(self, key: str, day: datetime.date, quantity: int) -> None:
        week = _monday(day)
        self.uses[week] = [
            replace(one, quantity=Decimal(quantity)) if one.key == key else one for one in self.uses[week]
        ]
        self._price(week)

    def due(self) -> int:
        """What the family pays of all that, in cents."""
        lines = [line for week in sorted(self.lines) for line in self.lines[week]]
        return sum(line.amount for line in supports.of_family(lines, self.families.supports, self.home.pk))


def _quote_under_ceilings(span: _Span, lines) -> None:
    """The price of each line of a home whose bodies have ceilings: what its bills grow by, the earliest day first."""
    before = span.due()
    for line in sorted(lines, key=lambda one: one.wish.day):
        if line.price is None:
            continue
        use = _use(span.families, line)
        span.add(use)
        line.price = span.due() - before
        if line.verdict == "book":
            before += line.price
        else:
            span.remove(use)


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
            support = families.supports.on(line.home.pk, line.wish.day)
            line.price = supports.left(support, one.amount) - supports.left(support, cut)
            line.explanation = one.explanation
            if cut:
                line.explanation += f" ; {rates.CAP.lower()} : {words(-cut)}"
            if support:
                line.explanation += f" ; {supports.words(support)}"
    context = [*held, *(uses[line.wish] for line in booked)]
    for line in week:
        if line.verdict != "book" and (alone := portion.share(book.price([uses[line.wish]], before=context).lines)):
            support = families.supports.on(line.home.pk, line.wish.day)
            line.price = sum(supports.left(support, one.amount) for one in alone)
            line.explanation = alone[0].explanation + (f" ; {supports.words(support)}" if support else "")


def _use(families: Families, line) -> rates.Use:
    use = families.use(line.home, line.child, line.unit, line.wish.day)
    return replace(use, key=line.wish.token, quantity=Decimal(line.wish.quantity))


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


def _book(regie: Regie, start: datetime.date, end: datetime.date) -> rates.Book:
    """The prices of a period, and those of the earlier days that count for them: a tariff may have ended since."""
    monday = _monday(start)
    book = tariffs.book(regie, monday, end)
    since = min(filter(None, (monday, book.lates_since(start), _counted_since(start, end))))
    return book if since == monday else tariffs.book(regie, since, end)


def _counted_since(start: datetime.date, end: datetime.date) -> datetime.date | None:
    """The first day that counts under the ceiling of a body that pays in a period; None when no body has any."""
    held = Support.objects.limited().filter(Q(end=None) | Q(end__gte=start), start__lte=end)
    return min((one.counted_since(start) for one in held), default=None)


def _charged(book: rates.Book, start: datetime.date, end: datetime.date) -> QuerySet[Booking]:
    """The days of a period, and what earlier ones count for its prices: the week in which it begins under a cap, and
    the children who were collected late since these are counted.
    """
    since = _monday(start) if book.has_caps else start
    lates_since = book.lates_since(start)
    if lates_since is None or lates_since >= since:
        return billable(since, end)
    late = Q(attendance__left_at__time__gt=F("unit__ends"))
    return billable(lates_since, end).filter(Q(day__gte=since) | late)


def bills(regie: Regie, start: datetime.date, end: datetime.date) -> Iterator[Bill]:
    """What each payer owes to a régie for a period, by batches; then each body that pays. See `billing.sources`."""
    if regie_of(regie.organisation_id) != regie:
        return
    book = _book(regie, start, end)
    booked = _charged(book, start, end).filter(activity__organisation=regie.organisation_id)
    children = booked.values("child").distinct()
    homes = ChildHome.objects.filter(child__in=children, payer__isnull=False)
    payers = list(homes.order_by("payer").values_list("payer", flat=True).distinct())
    done, units = _already(regie, start, end), units_of(regie.organisation_id)
    since = _counted_since(start, end)
    earlier = billable(since or start, start - DAY).filter(activity__organisation=regie.organisation_id)
    for rank in range(0, len(payers), BATCH):
        yield from _batch(book, (booked, earlier), payers[rank : rank + BATCH], units, start, end, done)
    yield from _of_bodies(book, (booked, earlier), units, start, end, done)
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


def _batch(book, rows, payers, units, start, end, done) -> Iterator[Bill]:
    related = ("household__commune", "payer", "child")
    homes = list(ChildHome.objects.filter(payer__in=payers).select_related(*related).order_by("payer", "pk"))
    portions = _portions(homes)
    days = _days(rows[0], homes, start, done)
    families = Families(homes)
    before = _before(book, rows[1], homes, portions, families, units, (start, end), days[1])
    by_payer = defaultdict(list)
    for home in homes:
        by_payer[home.payer_id].append(home)
    for payer, mine in by_payer.items():
        bill = Bill(payer=mine[0].payer, lines=[], label=LABEL, period=(start, end), deducts=SOURCE)
        for home, lines in _priced(bill, book, mine, portions, days, families, units):
            if home is not None:
                lines = supports.of_family(lines, families.supports, home.pk, before.get(home.pk, ()))
            bill.lines.extend(lines)
        if bill.lines or bill.blocked:
            bill.source = f"{SOURCE}:{start:%Y-%m-%d}:{end:%Y-%m-%d}:{payer}"
            yield bill


def _of_bodies(book, rows, units, start, end, done) -> Iterator[Bill]:
    """What each body pays of the days of the homes that it supports: one bill a body, a line for each child.

    A day that no tariff prices blocks it, even alone on its bill: the family has none that would tell it.
    """
    paying = Support.objects.filter(Q(end=None) | Q(end__gte=start), start__lte=end)
    related = ("household__commune", "payer", "child")
    homes = ChildHome.objects.filter(pk__in=paying.values("home"), child__in=rows[0].values("child"))
    homes = list(homes.select_related(*related).order_by("child__last_name", "child__first_name", "pk"))
    portions, families = _portions(homes), Families(homes)
    days = _days(rows[0], homes, start, done)
    before = _before(book, rows[1], homes, portions, families, units, (start, end), days[1])
    found: dict[int, Bill] = {}

    def of(support: Support) -> Bill:
        return found.setdefault(support.body_id, Bill(payer=support.body, lines=[], label=LABEL, period=(start, end)))

    for home in homes:
        draft = Bill(payer=Organisation(), lines=[])
        for _home, lines in _priced(draft, book, [home], portions, days, families, units):
            known = before.get(home.pk, ())
            for support, line in supports.of_bodies(lines, families.supports, home.pk, home.child, known):
                of(support).lines.append(line)
        for support in families.supports.during(home.pk, start, end):
            if draft.blocked or support.body_id in found:
                bill = of(support)
                bill.anomalies += [one for one in draft.anomalies if one not in bill.anomalies]
                bill.blocked = bill.blocked or draft.blocked
    for body, bill in sorted(found.items()):
        bill.source = f"{SOURCE}:{start:%Y-%m-%d}:{end:%Y-%m-%d}:organisme:{body}"
        yield bill


Days = dict[int, list[Spent]]


def _before(book, earlier, homes, portions, families, units, period, others) -> dict[int, list[rates.Line]]:
    """{home: what other bills charge and that counts under the ceilings of its bodies}; nothing without a ceiling."""
    limited = [home for home in homes if families.supports.counted_since(home.pk, *period) is not None]
    if not limited:
        return {}
    days: Days = defaultdict(list)
    for one in spent(earlier.filter(child__in={home.child_id for home in limited})):
        days[one.child].append(one)
    for child, held in others.items():
        days[child] += [one for one in held if one.day >= period[0]]
    found = {}
    for home in limited:
        told = _priced(Bill(payer=Organisation(), lines=[]), book, [home], portions, (days, {}), families, units)
        found[home.pk] = [line for _home, lines in told for line in lines]
    return found


def _days(booked, homes, start, done) -> tuple[Days, Days]:
    """By child: the days of the bills, and those that another bill charges and that count for their prices."""
    days, others = defaultdict(list), defaultdict(list)
    for one in spent(booked.filter(child__in={home.child_id for home in homes})):
        elsewhere = one.day < start or any(since <= one.day <= until for since, until in done)
        (others if elsewhere else days)[one.child].append(one)
    return days, others


def _priced(bill: Bill, book, mine, portions, booked, families, units) -> Iterator[tuple[ChildHome | None, list]]:
    """The lines of some homes of one payer, whole, the supported ones apart; tells `bill` what is strange."""
    days, others = booked
    uses, before, known = defaultdict(list), defaultdict(list), {}
    for home in mine:
        portion = portions[home.pk]
        apart = home if home.pk in families.supports else None
        for held, found in ((days, uses), (others if book.looks_back else {}, before)):
            for one in held.get(home.child_id, ()):
                if part := portion.of(one.home):
                    key = part, portion.rest, apart.pk if apart else 0
                    known[key] = apart
                    found[key].append(families.use(home, home.child, units[one.unit], one.day, one))
                    if one.absence == "waiting" and held is days:
                        bill.anomalies.append(f"{home.child.first_name}, le {one.day:%d/%m/%Y} : {TO_JUDGE}")
    for key, group in uses.items():
        pricing = book.price(group, before=before[key])
        bill.anomalies += [anomaly.text for anomaly in pricing.anomalies]
        bill.blocked = bill.blocked or any(anomaly.blocking for anomaly in pricing.anomalies)
        if any(use.family.qf is None for use in group) and UNKNOWN_QUOTIENT not in bill.anomalies:
            bill.anomalies.append(UNKNOWN_QUOTIENT)
        yield known[key], share_of(pricing.lines, key[0], rest=key[1])
    if uses:
        bill.anomalies += _unproved(mine, families)


def _unproved(homes: Iterable[ChildHome], families: Families) -> list[str]:
    """The homes whose commune waits for its proof, with the rate that applies meanwhile."""
    households = {home.household_id: home.household for home in homes}
    told = ((one, families.residences.status(one)) for one in households.values())
    return [f"{one} : domicile à vérifier, tarif {status.rate}." for one, status in told if not status.proved]
