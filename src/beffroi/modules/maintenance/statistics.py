"""What the work has cost and how things hold: by asset, kind, commune, nature, team, month; failures and repairs.

Costs count in the period in which they were spent: the day of a time, of a part, of an outside cost.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, DateField, DecimalField, F, Q, Sum, Value
from django.db.models.functions import Cast, Extract, Floor, Round, TruncMonth
from django.utils import timezone

from beffroi.kernel.dated import midnight, midnight_after
from beffroi.kernel.ui.formats import MONTHS
from beffroi.modules.maintenance.actions import overdue_of
from beffroi.modules.maintenance.models import Expense, Labour, Movement, Order, Plan
from beffroi.modules.maintenance.workflow import OrderState
from beffroi.shared.assets.models import Asset

CENT = Decimal("0.01")
NUMBER = DecimalField(max_digits=16, decimal_places=4)
DAY_SECONDS = 86400
# What one may group by: label, then the path from an order ("month" is that of the cost itself).
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "equipement": ("Équipement", ("asset", "asset__code", "asset__name")),
    "type": ("Type d’équipement", ("asset__kind__label",)),
    "commune": ("Commune", ("commune__name",)),
    "nature": ("Nature", ("nature",)),
    "equipe": ("Équipe", ("team__name",)),
    "mois": ("Mois", ()),
    "beneficiaire": ("Commune refacturée", ("beneficiary__slug", "beneficiary__name")),
    "ordre": ("Ordre", ("reference", "title")),
}
NATURES = dict(Order.Nature.choices)


@dataclass(frozen=True)
class Scope:
    """Which work: of which bodies, from a day to a day (included), by which team, in which commune, for whom."""

    organisations: Any
    since: datetime.date
    until: datetime.date
    filters: dict = field(default_factory=dict)

    def orders(self, prefix: str = "") -> dict:
        """The filters of the orders, seen from a row that leads to one by `prefix`."""
        found = {f"{prefix}organisation__in": self.organisations}
        return found | {f"{prefix}{name}": value for name, value in self.filters.items()}

    @property
    def moments(self) -> tuple[datetime.datetime, datetime.datetime]:
        """From the first instant to the one after the last."""
        return midnight(self.since), midnight_after(self.until)


@dataclass
class Row:
    """What one group has cost: minutes, euros; how many orders it has ended."""

    key: tuple
    label: str
    orders: int = 0
    minutes: int = 0
    labour: Decimal = Decimal(0)
    parts: Decimal = Decimal(0)
    outside: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.labour + self.parts + self.outside


def _label(group: str, key: tuple) -> str:
    if group == "mois":
        return f"{MONTHS[key[0].month - 1]} {key[0].year}".capitalize()
    if group == "nature":
        return str(NATURES[key[0]])
    return " ".join(str(part) for part in key[1 if group in ("equipement", "beneficiaire") else 0 :] if part)


EMPTY = {"equipement": "Sans équipement", "type": "Sans équipement", "commune": "Sans lieu", "equipe": "Sans équipe"}


def spent(scope: Scope, group: str) -> list[Row]:
    """The costs of a scope by group, the most expensive first (months in order): one query, whatever the number."""
    since, until = scope.moments
    minutes = Floor(Extract(F("end") - F("start"), "epoch") / 60)
    price = Round(Cast(minutes, NUMBER) * F("rate") / 60, 2, output_field=NUMBER)
    labours = Labour.objects.filter(**scope.orders("order__"), start__gte=since, start__lt=until, end__isnull=False)
    moves = Movement.objects.filter(**scope.orders("order__"), at__gte=since, at__lt=until)
    bills = Expense.objects.filter(**scope.orders("order__"), day__gte=scope.since, day__lte=scope.until)
    done = Order.objects.filter(**scope.orders(), state=OrderState.DONE, finished_at__gte=since, finished_at__lt=until)
    part = Round(-F("quantity") * F("price"), 2, output_field=NUMBER)
    grouped = [
        _grouped(labours, "labour", group, "order__", "start", Sum(minutes), Sum(price)),
        _grouped(moves, "parts", group, "order__", "at", Value(0), Sum(part)),
        _grouped(bills, "outside", group, "order__", "day", Value(0), Sum("amount")),
        _grouped(done, "orders", group, "", "finished_at", Count("pk"), Value(0)),
    ]
    found: dict[tuple, Row] = {}
    for *key, what, count, cost in grouped[0].union(*grouped[1:], all=True):
        label = EMPTY.get(group, "") if not any(key) else _label(group, tuple(key))
        row = found.setdefault(tuple(key), Row(key=tuple(key), label=label))
        if what == "orders":
            row.orders += int(count)
            continue
        row.minutes += int(count)
        setattr(row, what, getattr(row, what) + Decimal(cost or 0).quantize(CENT))
    rows = list(found.values())
    if group == "mois":
        return sorted(rows, key=lambda row: row.key)
    return sorted(rows, key=lambda row: (-row.total, -row.minutes, row.label))


def _grouped(rows, what: str, group: str, prefix: str, moment: str, count, cost):
    """(keys of the group…, what is counted, number, euros)."""
    paths = GROUPS[group][1]
    if paths:
        keys = [f"{prefix}{path}" for path in paths]
    else:
        rows, keys = rows.annotate(month=Cast(TruncMonth(moment), DateField())), ["month"]
    summed = (
        rows.order_by().values(*keys).annotate(what=Value(what), number=Cast(count, NUMBER), euros=Cast(cost, NUMBER))
    )
    return summed.values_list(*keys, "what", "number", "euros")


def total(rows: Iterable[Row]) -> Row:
    """The sum of the rows."""
    whole = Row(key=(), label="Total")
    for row in rows:
        for name in ("orders", "minutes", "labour", "parts", "outside"):
            setattr(whole, name, getattr(whole, name) + getattr(row, name))
    return whole


@dataclass(frozen=True)
class Health:
    """How things hold. Days: `mtbf` = mean time between two failures of the same asset, `mttr` = mean time from the
    opening of a repair to its end, `reaction` = from the opening of an order to its beginning; None without any.
    `preventive` = percentage of the orders done; `overdue_plans` = works of plans whose date is past and that are not
    done, whether their order is open or not yet."""

    failures: int
    mtbf: Decimal | None
    mttr: Decimal | None
    reaction: Decimal | None
    done: int
    preventive: Decimal | None
    backlog: int
    late: int
    overdue_plans: int


@dataclass(frozen=True)
class AssetHealth:
    """One asset: how many repairs, days between two, days to repair."""

    failures: int
    mtbf: Decimal | None
    mttr: Decimal | None


def _mean(seconds: list[float]) -> Decimal | None:
    return Decimal(sum(seconds) / len(seconds) / DAY_SECONDS).quantize(Decimal("0.1")) if seconds else None


def between_failures(scope: Scope) -> dict[int, list[float]]:
    """Seconds between successive repairs of the same asset, by asset, when the later one is in the scope."""
    since, until = scope.moments
    failed = Order.objects.filter(
        **scope.orders(), nature=Order.Nature.CORRECTIVE, asset__isnull=False, created_at__lt=until
    ).exclude(state=OrderState.CANCELLED)
    found: dict[int, list[float]] = {}
    last: dict[int, datetime.datetime] = {}
    for asset, at in failed.order_by("created_at").values_list("asset", "created_at"):
        if asset in last and at >= since:
            found.setdefault(asset, []).append((at - last[asset]).total_seconds())
        last[asset] = at
    return found


def repairs(scope: Scope) -> list[tuple[int | None, float]]:
    """(asset, seconds from the opening to the end) of the repairs ended in the scope."""
    since, until = scope.moments
    done = Order.objects.filter(
        **scope.orders(),
        state=OrderState.DONE,
        nature=Order.Nature.CORRECTIVE,
        finished_at__gte=since,
        finished_at__lt=until,
    ).order_by()
    rows = done.values_list("asset", "created_at", "finished_at")
    return [(asset, max(0.0, (ended - opened).total_seconds())) for asset, opened, ended in rows]


def health(scope: Scope, today: datetime.date | None = None, *, plans: bool = True) -> Health:
    """How things hold in a scope; backlog, late orders and overdue plans are those of `today`, or of its last day.
    `plans` False = without what the plans ask for and nobody has opened: they are not read."""
    return _health(scope, today, between_failures(scope), repairs(scope), plans)


def unopened(scope: Scope, day: datetime.date) -> int:
    """The works of plans of the scope that nobody has opened, though their date is before `day`."""
    plans = Plan.objects.filter(
        organisation__in=scope.organisations, is_active=True, created_at__lt=midnight_after(day)
    )
    if team := scope.filters.get("team"):
        plans = plans.filter(team=team)
    late = [due for plan in plans.with_dates() for due in overdue_of(plan, day)]
    if late and (town := scope.filters.get("commune__slug")):
        here = set(Asset.objects.filter(plans__in=plans, commune__slug=town).values_list("pk", flat=True))
        late = [due for due in late if due.asset is not None and due.asset.pk in here]
    return len(late)


def health_by_asset(scope: Scope, today: datetime.date | None = None) -> tuple[Health, dict[int, AssetHealth]]:
    """The same, and how each asset that failed holds."""
    gaps, mended = between_failures(scope), repairs(scope)
    return _health(scope, today, gaps, mended, plans=True), _by_asset(gaps, mended)


def _health(scope: Scope, today, gaps, mended, plans: bool) -> Health:
    since, until = scope.moments
    day = min(today or timezone.localdate(), scope.until)
    end = midnight_after(day)
    base = Order.objects.filter(**scope.orders()).order_by()
    counted = base.aggregate(
        done=_count(state=OrderState.DONE, finished_at__gte=since, finished_at__lt=until),
        preventive=_count(
            state=OrderState.DONE, finished_at__gte=since, finished_at__lt=until, nature__in=Order.PREVENTIVE
        ),
        failures=_count(nature=Order.Nature.CORRECTIVE, created_at__gte=since, created_at__lt=until),
        reaction=Avg(F("started_at") - F("created_at"), filter=Q(started_at__gte=since, started_at__lt=until)),
        backlog=_open_count(end),
        late=_open_count(end, due_on__lt=day),
        overdue=_open_count(end, due_on__lt=day, origin=Order.Origin.PLAN),
    )
    done = counted["done"]
    share = Decimal(100 * counted["preventive"]) / done if done else None
    return Health(
        failures=counted["failures"],
        mtbf=_mean([one for seconds in gaps.values() for one in seconds]),
        mttr=_mean([seconds for _asset, seconds in mended]),
        reaction=_mean([max(0.0, waited.total_seconds())]) if (waited := counted["reaction"]) else None,
        done=done,
        preventive=share.quantize(Decimal("0.1")) if share is not None else None,
        backlog=counted["backlog"],
        late=counted["late"],
        overdue_plans=counted["overdue"] + (unopened(scope, day) if plans else 0),
    )


def _count(**conditions) -> Count:
    return Count("pk", filter=Q(**conditions))


def _open_count(end: datetime.datetime, **conditions) -> Count:
    """Open at that moment: begun before it, and not ended before it."""
    open_then = Q(created_at__lt=end) & (Q(finished_at__isnull=True) | Q(finished_at__gte=end))
    return Count("pk", filter=open_then & Q(**conditions))


def _by_asset(gaps, mended) -> dict[int, AssetHealth]:
    seconds: dict[int, list[float]] = {}
    for asset, length in mended:
        if asset is not None:
            seconds.setdefault(asset, []).append(length)
    return {
        pk: AssetHealth(
            failures=len(seconds.get(pk, [])), mtbf=_mean(gaps.get(pk, [])), mttr=_mean(seconds.get(pk, []))
        )
        for pk in gaps.keys() | seconds.keys()
    }
