"""What each payer owes for a period, and each body that pays: what a run turns into invoices."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from beffroi.modules.childcare import supports, unpaid
from beffroi.modules.childcare.models import Booking, ChildHome, Support, Unit
from beffroi.modules.childcare.pricing.portions import DAY, Portion, billable, monday, portions_of, regie_of, share_of
from beffroi.modules.childcare.uses import SOURCE, Families, Spent, spent, units_of
from beffroi.shared.billing import rates, tariffs
from beffroi.shared.billing.actions import Bill
from beffroi.shared.billing.models import Regie, Run
from beffroi.shared.billing.simulation import Household
from beffroi.shared.organisations.models import Organisation

BATCH = 1000
LABEL = "Accueils de loisirs"
RELATED = ("household__commune", "payer", "child")
TO_JUDGE = "absence à examiner, facturée en attendant."
UNKNOWN_QUOTIENT = "Quotient familial inconnu : le prix le plus haut s’applique."

Days = dict[int, list[Spent]]
Periods = list[tuple[datetime.date, datetime.date]]


def _book(regie: Regie, start: datetime.date, end: datetime.date) -> rates.Book:
    """The prices of a period, and those of the earlier days that count for them: a tariff may have ended since."""
    first = monday(start)
    book = tariffs.book(regie, first, end)
    since = min(filter(None, (first, book.lates_since(start), _counted_since(start, end))))
    return book if since == first else tariffs.book(regie, since, end)


def _counted_since(start: datetime.date, end: datetime.date) -> datetime.date | None:
    """The first day that counts under the ceiling of a body that pays in a period; None when no body has any."""
    held = Support.objects.limited().filter(Q(end=None) | Q(end__gte=start), start__lte=end)
    return min((one.counted_since(start) for one in held), default=None)


def _charged(book: rates.Book, start: datetime.date, end: datetime.date) -> QuerySet[Booking]:
    """The days of a period, and what earlier ones count for its prices: the week in which it begins under a cap, and
    the children who were collected late since these are counted.
    """
    since = monday(start) if book.has_caps else start
    lates_since = book.lates_since(start)
    if lates_since is None or lates_since >= since:
        return billable(since, end)
    late = Q(attendance__left_at__time__gt=F("unit__ends"))
    return billable(lates_since, end).filter(Q(day__gte=since) | late)


@dataclass(frozen=True)
class _Period:
    """What a régie invoices from a day to a day: its prices, the days booked, those before that count, the units.

    `done` = the periods of its other runs that overlap this one: their days are never invoiced twice.
    """

    regie: Regie
    start: datetime.date
    end: datetime.date
    book: rates.Book
    booked: QuerySet[Booking]
    earlier: QuerySet[Booking]
    units: dict[int, Unit]
    done: Periods

    @property
    def key(self) -> str:
        return f"{SOURCE}:{self.start:%Y-%m-%d}:{self.end:%Y-%m-%d}"


def _period(regie: Regie, start: datetime.date, end: datetime.date) -> _Period:
    book, mine = _book(regie, start, end), {"activity__organisation": regie.organisation_id}
    since = _counted_since(start, end) or start
    return _Period(
        regie,
        start,
        end,
        book,
        _charged(book, start, end).filter(**mine),
        billable(since, start - DAY).filter(**mine),
        units_of(regie.organisation_id),
        _already(regie, start, end),
    )


def bills(regie: Regie, start: datetime.date, end: datetime.date) -> Iterator[Bill]:
    """What each payer owes to a régie for a period, by batches; then each body that pays. See `billing.sources`."""
    if regie_of(regie.organisation_id) != regie:
        return
    period = _period(regie, start, end)
    homes = ChildHome.objects.filter(child__in=period.booked.values("child").distinct(), payer__isnull=False)
    payers = list(homes.order_by("payer").values_list("payer", flat=True).distinct())
    for rank in range(0, len(payers), BATCH):
        yield from _batch(period, payers[rank : rank + BATCH])
    yield from _of_bodies(period)
    yield from unpaid.bills(period.booked.filter(day__gte=start), (start, end))


def drawn(regie: Regie, start: datetime.date, end: datetime.date) -> Iterator[tuple[Support, rates.Line, int]]:
    """What each body that has a ceiling pays of each line of a period, in cents: what `actions.keep_draws` writes."""
    if regie_of(regie.organisation_id) != regie:
        return
    period = _period(regie, start, end)
    read = _Read(period, _supported(period, Support.objects.limited()))
    for home in read.homes:
        lines = read.lines_of(home)
        for line, (support, part) in zip(lines, read.paid(home, lines), strict=True):
            if support is not None and support.ceilings and line.day:
                yield support, line, part


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


def _supported(period: _Period, paying: QuerySet[Support]) -> list[ChildHome]:
    """The homes of which a body pays some day of a period, in the order of the children's names."""
    held = paying.filter(Q(end=None) | Q(end__gte=period.start), start__lte=period.end)
    homes = ChildHome.objects.filter(pk__in=held.values("home"), child__in=period.booked.values("child"))
    return list(homes.select_related(*RELATED).order_by("child__last_name", "child__first_name", "pk"))


class _Read:
    """All that prices the days of some homes, read in a fixed number of queries."""

    def __init__(self, period: _Period, homes: list[ChildHome]):
        self.period, self.homes = period, homes
        self.portions, self.families = portions_of(homes), Families(homes)
        self.days, self.others = _days(period.booked, homes, period.start, period.done)
        self.families.supports.reread(period.start, period.end, period.regie)
        self.before = self._before()

    def _before(self) -> dict[int, list[rates.Line]]:
        """{home: what other bills will charge and that counts under the ceilings of its bodies}: the days of which no
        run wrote yet what they took. Nothing without a ceiling.
        """
        period, paying = self.period, self.families.supports
        limited = [one for one in self.homes if paying.counted_since(one.pk, period.start, period.end) is not None]
        if not limited:
            return {}
        days: Days = defaultdict(list)
        for one in spent(period.earlier.filter(child__in={home.child_id for home in limited})):
            days[one.child].append(one)
        for child, held in self.others.items():
            days[child] += [one for one in held if one.day >= period.start]
        found = {}
        for home in limited:
            mine = [one for one in days.get(home.child_id, ()) if not self._is_written(home, one)]
            draft = Bill(payer=Organisation(), lines=[])
            told = _priced(draft, period, [home], self.portions, ({home.child_id: mine}, {}), self.families)
            found[home.pk] = [line for _home, lines in told for line in lines]
        return found

    def _is_written(self, home: ChildHome, one: Spent) -> bool:
        paying = self.families.supports
        support = paying.on(home.pk, one.day)
        return support is not None and paying.taken.covers(support, self.period.regie.organisation_id, one.day)

    def priced(self, bill: Bill, homes: list[ChildHome]) -> Iterator[tuple[ChildHome | None, list[rates.Line]]]:
        """See `_priced`; the lines of a supported home come all together, as its ceilings look at all of them."""
        whole: dict[int, list[rates.Line]] = defaultdict(list)
        by_key = {home.pk: home for home in homes}
        days = self.days, self.others
        for home, lines in _priced(bill, self.period, homes, self.portions, days, self.families):
            whole[home.pk if home else 0].extend(lines)
        for key, lines in whole.items():
            yield by_key.get(key), lines

    def lines_of(self, home: ChildHome, bill: Bill | None = None) -> list[rates.Line]:
        """The lines of one home, whoever pays; tells `bill` what is strange."""
        draft = Bill(payer=Organisation(), lines=[]) if bill is None else bill
        return [line for _home, lines in self.priced(draft, [home]) for line in lines]

    def paid(self, home: ChildHome, lines: Sequence[rates.Line]) -> list[tuple[Support | None, int]]:
        return self.families.supports.paid(home.pk, lines, self.before.get(home.pk, ()))


def _batch(period: _Period, payers: list[int]) -> Iterator[Bill]:
    homes = ChildHome.objects.filter(payer__in=payers).select_related(*RELATED).order_by("payer", "pk")
    read = _Read(period, list(homes))
    by_payer = defaultdict(list)
    for home in read.homes:
        by_payer[home.payer_id].append(home)
    for payer, mine in by_payer.items():
        bill = Bill(payer=mine[0].payer, lines=[], label=LABEL, period=(period.start, period.end), deducts=SOURCE)
        for home, lines in read.priced(bill, mine):
            if home is not None:
                lines = supports.of_family(lines, read.paid(home, lines))
            bill.lines.extend(lines)
        if bill.lines or bill.blocked:
            bill.source = f"{period.key}:{payer}"
            yield bill


def _of_bodies(period: _Period) -> Iterator[Bill]:
    """What each body pays of the days of the homes that it supports: one bill a body, a line for each child.

    A day that no tariff prices blocks it, even alone on its bill: the family has none that would tell it.
    """
    read = _Read(period, _supported(period, Support.objects.all()))
    span, found = (period.start, period.end), {}

    def of(support: Support) -> Bill:
        return found.setdefault(support.body_id, Bill(payer=support.body, lines=[], label=LABEL, period=span))

    for home in read.homes:
        draft = Bill(payer=Organisation(), lines=[])
        lines = read.lines_of(home, draft)
        for support, line in supports.of_bodies(lines, read.paid(home, lines), home.child):
            of(support).lines.append(line)
        for support in read.families.supports.during(home.pk, *span):
            if draft.blocked or support.body_id in found:
                bill = of(support)
                bill.anomalies += [one for one in draft.anomalies if one not in bill.anomalies]
                bill.blocked = bill.blocked or draft.blocked
    for body, bill in sorted(found.items()):
        bill.source = f"{period.key}:organisme:{body}"
        yield bill


def _days(booked, homes, start, done) -> tuple[Days, Days]:
    """By child: the days of the bills, and those that another bill charges and that count for their prices."""
    days, others = defaultdict(list), defaultdict(list)
    for one in spent(booked.filter(child__in={home.child_id for home in homes})):
        elsewhere = one.day < start or any(since <= one.day <= until for since, until in done)
        (others if elsewhere else days)[one.child].append(one)
    return days, others


def _priced(
    bill: Bill, period: _Period, mine, portions: dict[int, Portion], booked: tuple[Days, Days], families: Families
) -> Iterator[tuple[ChildHome | None, list[rates.Line]]]:
    """The lines of some homes of one payer, whole, the supported ones apart; tells `bill` what is strange."""
    days, others = booked
    book, units = period.book, period.units
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
