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


def by_year(actions: QuerySet) -> tuple[list[Year], Year]:
    """Each year that has a line, then the whole."""
    years: dict[int, Year] = {}
    whole = Year(0)
    for row in statistics.budget_by_year(actions):
        years.setdefault(row["year"], Year(row["year"])).add(row["kind"], row["planned"], row["actual"])
        whole.add(row["kind"], row["planned"], row["actual"])
    return list(years.values()), whole


@dataclass
class Line:
    """What one axis or one referent costs, in all and in each year of `years`."""

    label: str
    total: Amounts = field(default_factory=Amounts)
    years: dict[int, Amounts] = field(default_factory=dict)


def by_key(actions: QuerySet, key: str, labels: dict) -> list[Line]:
    """The amounts of each `key` ("axis", "referent"), in the order of `labels`; those without money are left out."""
    lines = BudgetLine.objects.filter(action__in=actions.distinct_ones().order_by().values("pk"))
    rows = lines.order_by().values(f"action__{key}", "year").annotate(p=Sum("planned"), a=Sum("actual"))
    found: dict = {}
    for row in rows.order_by("year"):
        line = found.setdefault(row[f"action__{key}"], Line(labels.get(row[f"action__{key}"], "Sans élu référent")))
        line.total.add(row["p"], row["a"])
        line.years.setdefault(row["year"], Amounts()).add(row["p"], row["a"])
    order = [*labels, None]
    return [found[pk] for pk in order if pk in found]


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
