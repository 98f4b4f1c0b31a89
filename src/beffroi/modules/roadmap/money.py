"""The money of a plan, year by year, axis by axis, funder by funder: sums of exact cents, never of rounded ones."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from beffroi.modules.roadmap import statistics
from beffroi.modules.roadmap.models import BudgetLine, Pilot

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
    """The money of a plan cut four ways; each cut adds up to `whole`."""

    years: list[Year]
    whole: Year
    axes: list[Line]
    referents: list[Line]
    structures: list[Line]


NO_STRUCTURE = "Sans structure pilote"


def structures_of(actions: QuerySet) -> dict[int, str]:
    """The bodies that pilot each action: those named, those of the teams named, and for agents named that of the plan.

    Several bodies that pilot together are one line, « A, B »: nobody wrote which share each of them pays.
    """
    found: dict[int, set[str]] = {}
    pilots = Pilot.objects.filter(action__in=actions.distinct_ones().order_by().values("pk"))
    body = Coalesce("organisation__name", "team__organisation__name", "action__axis__plan__organisation__name")
    for pk, name in pilots.order_by().values_list("action_id", body).distinct():
        found.setdefault(pk, set()).add(name)
    return {pk: ", ".join(sorted(names)) for pk, names in found.items()}


def spread(actions: QuerySet) -> Spread:
    """Two queries, whatever the number of lines. Lines that repeat another action hold no money."""
    lines = BudgetLine.objects.filter(action__in=actions.distinct_ones().order_by().values("pk"))
    axis, referent = ("action__axis__position", "action__axis__code", "action__axis__title"), "action__referent__name"
    places = ("year", "kind", "action_id", *axis, referent)
    rows = lines.order_by("year").values(*places).annotate(p=Sum("planned"), a=Sum("actual"))
    pilots = structures_of(actions)
    years: dict[int, Year] = {}
    axes: dict[tuple, Line] = {}
    referents: dict[str, Line] = {}
    structures: dict[str, Line] = {}
    whole = Year(0)
    for row in rows:
        year, planned, actual = row["year"], row["p"], row["a"]
        years.setdefault(year, Year(year)).add(row["kind"], planned, actual)
        whole.add(row["kind"], planned, actual)
        place = tuple(row[name] for name in axis)
        axes.setdefault(place, Line(f"Axe {place[1]}. {place[2]}")).add(year, planned, actual)
        name = row[referent] or ""
        referents.setdefault(name, Line(name or "Sans élu référent")).add(year, planned, actual)
        name = pilots.get(row["action_id"], "")
        structures.setdefault(name, Line(name or NO_STRUCTURE)).add(year, planned, actual)
    by_axis = [axes[key] for key in sorted(axes)]
    return Spread(list(years.values()), whole, by_axis, _by_name(referents), _by_name(structures))


def _by_name(lines: dict[str, Line]) -> list[Line]:
    """In alphabetical order, what has no name last."""
    return [line for _name, line in sorted(lines.items(), key=lambda pair: (not pair[0], pair[0]))]


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
