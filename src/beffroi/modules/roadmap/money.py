"""The money of a plan, year by year, axis by axis, funder by funder: sums of exact cents, never of rounded ones."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum

from beffroi.modules.roadmap import statistics
from beffroi.modules.roadmap.models import BudgetLine

ZERO = Decimal(0)
AMOUNT = DecimalField(max_digits=14, decimal_places=2)


def with_money(actions: QuerySet) -> QuerySet:
    """Adds `planned` and `actual`, the euros of each action over the whole plan (None without a line)."""

    def total(name: str) -> Subquery:
        lines = BudgetLine.objects.filter(action=OuterRef("pk")).order_by().values("action")
        return Subquery(lines.annotate(total=Sum(name)).values("total"), output_field=AMOUNT)

    return actions.annotate(planned=total("planned"), actual=total("actual"))


@dataclass
class Amounts:
    """Planned and spent euros; `known` = at least one expense was written."""

    planned: Decimal = ZERO
    actual: Decimal = ZERO
    known: bool = False

    @property
    def left(self) -> Decimal:
        return self.planned - self.actual

    def add(self, planned: Decimal, actual: Decimal | None) -> None:
        self.planned += planned
        self.actual += actual or ZERO
        self.known = self.known or actual is not None


@dataclass
class Year:
    """One year, and its parts by kind of expense."""

    year: int
    total: Amounts = field(default_factory=Amounts)
    operating: Amounts = field(default_factory=Amounts)
    investment: Amounts = field(default_factory=Amounts)

    def add(self, kind: str, planned: Decimal, actual: Decimal | None) -> None:
        getattr(self, kind).add(planned, actual)
        self.total.add(planned, actual)


@dataclass
class Line:
    """What one axis or one referent costs, in all and in each year of `years`."""

    label: str
    total: Amounts = field(default_factory=Amounts)
    years: dict[int, Amounts] = field(default_factory=dict)

    def add(self, year: int, planned: Decimal, actual: Decimal | None) -> None:
        self.total.add(planned, actual)
        self.years.setdefault(year, Amounts()).add(planned, actual)


@dataclass
class Spread:
    """The money of a plan cut three ways; each cut adds up to `whole`."""

    years: list[Year]
    whole: Year
    axes: list[Line]
    referents: list[Line]


def spread(actions: QuerySet) -> Spread:
    """One query, whatever the number of lines. Lines that repeat another action hold no money."""
    lines = BudgetLine.objects.filter(action__in=actions.distinct_ones().order_by().values("pk"))
    axis, referent = ("action__axis__position", "action__axis__code", "action__axis__title"), "action__referent__name"
    rows = lines.order_by("year").values("year", "kind", *axis, referent).annotate(p=Sum("planned"), a=Sum("actual"))
    years: dict[int, Year] = {}
    axes: dict[tuple, Line] = {}
    referents: dict[str, Line] = {}
    whole = Year(0)
    for row in rows:
        year, planned, actual = row["year"], row["p"], row["a"]
        years.setdefault(year, Year(year)).add(row["kind"], planned, actual)
        whole.add(row["kind"], planned, actual)
        place = tuple(row[name] for name in axis)
        axes.setdefault(place, Line(f"Axe {place[1]}. {place[2]}")).add(year, planned, actual)
        name = row[referent] or ""
        referents.setdefault(name, Line(name or "Sans élu référent")).add(year, planned, actual)
    by_name = sorted(referents.items(), key=lambda pair: (not pair[0], pair[0]))
    return Spread(list(years.values()), whole, [axes[key] for key in sorted(axes)], [line for _name, line in by_name])


@dataclass
class Funded:
    """What funders bring, by how sure it is; what was refused counts for nothing."""

    rows: list[dict]
    expected: Decimal = ZERO
    granted: Decimal = ZERO
    received: Decimal = ZERO


def funded(actions: QuerySet) -> Funded:
    found = Funded(statistics.funding_by_funder(actions))
    for row in found.rows:
        found.expected += row["expected"]
        found.granted += row["granted"]
        found.received += row["received"]
    return found


def funded_share(planned: Decimal, granted: Decimal) -> Decimal | None:
    """Percentage of what is planned that funders have granted."""
    return 100 * granted / planned if planned else None
