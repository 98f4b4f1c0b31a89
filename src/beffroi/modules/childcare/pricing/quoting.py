"""What days would cost: what a family reads before saying yes is what its bills grow by."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from beffroi.modules.childcare import supports
from beffroi.modules.childcare.models import Booking, Child, ChildHome, Unit
from beffroi.modules.childcare.pricing.portions import DAY, Portion, billable, monday, portions_of, regie_of
from beffroi.modules.childcare.uses import Families, Spent, spent, units_of
from beffroi.shared.billing import rates, tariffs
from beffroi.shared.billing.models import Regie
from beffroi.shared.billing.money import words

AHEAD = datetime.timedelta(days=400)  # nothing is booked later


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
    since, until = monday(min(days)), monday(max(days)) + 6 * DAY
    book, homes = tariffs.book(regie, since, until), {line.home.pk: line.home for line in lines}
    families, portions = Families(homes.values()), portions_of(homes.values())
    weeks: dict[tuple, list] = defaultdict(list)
    for line in lines:
        weeks[line.home.pk, monday(line.wish.day)].append(line)
    held: dict[tuple, list[rates.Use]] = defaultdict(list)
    if book.has_caps:
        units = units_of(organisation)
        children = {line.child.pk: line for line in lines}
        rows = billable(since, until).filter(activity__organisation=organisation, child__in=children)
        for one in spent(rows):
            home, child = children[one.child].home, children[one.child].child
            if portions[home.pk].of(one.home):
                held[home.pk, monday(one.day)].append(families.use(home, child, units[one.unit], one.day, one))
    for key, week in weeks.items():
        _quote_week(book, families, week, held[key], portions[key[0]])
    for home in homes.values():
        if families.supports.counted_since(home.pk, min(days), max(days)) is not None:
            mine = [line for line in lines if line.home.pk == home.pk]
            span = _Span(regie, home, mine[0].child, families, portions[home.pk], (min(days), max(days)))
            _quote_under_ceilings(span, mine)
    return sum(line.price or 0 for line in lines if line.verdict == "book")


def quote_quantity(booking: Booking, quantity: int) -> int | None:
    """By how much the bills of the home that booked grow, in cents, if a booking becomes one for `quantity`.

    Negative when they shrink; None when no régie or no tariff prices it. The other days count as in `quote`.
    """
    regie, home = regie_of(booking.activity.organisation_id), booking.home
    if regie is None or home is None:
        return None
    portion = portions_of([home])[home.pk]
    span = _Span(regie, home, booking.child, Families([home]), portion, (booking.day, booking.day))
    if not span.prices(booking):
        return None
    before = span.due()
    span.change(str(booking.pk), booking.day, quantity)
    return span.due() - before


class _Span:
    """What a home has booked around some days: their weeks, and all that counts under the ceilings of its bodies.

    Under a ceiling, the days that the child has elsewhere count too, by the prices of their own régie; what is invoiced
    already is what its run wrote, never priced again.
    """

    def __init__(self, regie: Regie, home: ChildHome, child: Child, families: Families, portion: Portion, days):
        first, last = days
        since, until = monday(first), monday(last) + 6 * DAY
        counted = families.supports.counted_since(home.pk, first, last)
        rows = billable(since, until).filter(activity__organisation=regie.organisation_id)
        if counted is not None:
            since, until = min(monday(counted), since), last + AHEAD
            families.supports.reread(since, until)
            rows = billable(since, until)
        self.home, self.child, self.families, self.portion = home, child, families, portion
        self.days = since, until
        self.organisation = regie.organisation_id
        self.books = {regie.organisation_id: tariffs.book(regie, since, until)}
        self.units = units_of(regie.organisation_id)
        self.uses: dict[tuple, list[rates.Use]] = defaultdict(list)
        self.charged: dict[tuple, list[rates.Use]] = defaultdict(list)
        self.lines: dict[tuple, list[rates.Line]] = {}
        self._read([one for one in spent(rows.filter(child=home.child_id)) if portion.of(one.home)])

    def _read(self, held: list[Spent]) -> None:
        """Sort the days by régie and by week; those that are charged already apart."""
        if elsewhere := {one.unit for one in held} - self.units.keys():
            self.units |= {one.pk: one for one in Unit.objects.filter(pk__in=elsewhere).select_related("activity")}
        for one in held:
            unit, taken = self.units[one.unit], self.families.supports.taken
            organisation, support = unit.activity.organisation_id, self.families.supports.on(self.home.pk, one.day)
            written = support is not None and taken.covers(support, organisation, one.day)
            if written and not taken.charged(support, str(one.pk)):
                continue  # its run has passed: nothing charges it
            use = self.families.use(self.home, self.child, unit, one.day, one)
            (self.charged if written else self.uses)[organisation, monday(one.day)].append(use)
        for week in self.uses:
            self._price(week)

    def _book(self, organisation_id: int) -> rates.Book:
        """The prices of a body; nothing is priced when it has no régie."""
        if organisation_id not in self.books:
            regie = regie_of(organisation_id)
            self.books[organisation_id] = tariffs.book(regie, *self.days) if regie else rates.Book([])
        return self.books[organisation_id]

    def _price(self, week: tuple[int, datetime.date]) -> None:
        uses = sorted(self.uses[week], key=lambda one: one.day)  # as the bills take them
        priced = self._book(week[0]).price(uses, before=self.charged.get(week, ()))
        self.lines[week] = self.portion.share(priced.lines)

    def prices(self, booking: Booking) -> bool:
        """Is there a tariff for a day?"""
        use = self.families.use(self.home, booking.child, self.units[booking.unit_id], booking.day)
        try:
            self._book(self.organisation).rate_for(use)
        except rates.NoRate:
            return False
        return True

    def add(self, use: rates.Use) -> None:
        self.uses[self._week(use.day)].append(use)
        self._price(self._week(use.day))

    def remove(self, use: rates.Use) -> None:
        self.uses[self._week(use.day)].remove(use)
        self._price(self._week(use.day))

    def change(self, key: str, day: datetime.date, quantity: int) -> None:
        week = self._week(day)
        self.uses[week] = [
            replace(one, quantity=Decimal(quantity)) if one.key == key else one for one in self.uses[week]
        ]
        self._price(week)

    def _week(self, day: datetime.date) -> tuple[int, datetime.date]:
        return self.organisation, monday(day)

    def due(self) -> int:
        """What the family pays of all that is not charged yet, in cents."""
        lines = [line for week in sorted(self.lines, key=lambda one: (one[1], one[0])) for line in self.lines[week]]
        paid = self.families.supports.paid(self.home.pk, lines)
        return sum(line.amount for line in supports.of_family(lines, paid))


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


def _quote_week(book: rates.Book, families: Families, week, held: list[rates.Use], portion: Portion) -> None:
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
