"""Figures of reports: volumes, delays, refusals, age of those that are open. Delays are medians, in days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from beffroi.kernel.ui.formats import SHORT_MONTHS
from beffroi.modules.reports.models import Refusal, Report
from beffroi.modules.reports.workflow import S

AGES = (
    (7, "Moins d’une semaine"),
    (30, "Une semaine à un mois"),
    (90, "Un à trois mois"),
    (None, "Plus de trois mois"),
)
_FIGURES = """
SELECT {which} AS which, {key} AS key, count(*) AS filed,
    count(*) FILTER (WHERE c.closed_at IS NULL) AS open,
    count(*) FILTER (WHERE c.state = 'resolved') AS resolved,
    count(*) FILTER (WHERE c.state = 'refused') AS refused,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.acknowledged_at - c.created_at))
        FILTER (WHERE c.acknowledged_at IS NOT NULL) / 86400 AS acknowledge,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.closed_at - c.created_at))
        FILTER (WHERE c.state = 'resolved') / 86400 AS fix,
    100.0 * count(*) FILTER (WHERE c.state = 'resolved' AND c.closed_at <= c.due_at)
        / nullif(count(*) FILTER (WHERE c.state = 'resolved' AND c.due_at IS NOT NULL), 0) AS in_time
FROM reports_report r JOIN cases_case c ON c.id = r.case_ptr_id {joins}
WHERE c.state <> 'merged' AND c.created_at >= %s AND c.created_at < %s {where}
GROUP BY GROUPING SETS ({sets}) ORDER BY kernel_fold({key})
"""


@dataclass(frozen=True)
class Line:
    """What happened to the reports of one commune, one category or one body in a period. Delays in days, or None.

    `in_time` = per cent of those resolved that were so before their due date.
    """

    key: str
    filed: int
    open: int
    resolved: int
    refused: int
    acknowledge: float | None
    fix: float | None
    in_time: float | None


@dataclass(frozen=True)
class Scope:
    """Which reports are counted: those of a commune, of bodies (ids; None = all), the public ones only or all."""

    commune: int | None = None
    bodies: frozenset[int] | None = None
    public: bool = True

    def sql(self) -> tuple[str, list]:
        parts, values = [], []
        if self.public:
            parts.append("AND NOT r.is_private AND r.hidden_at IS NULL")
        if self.commune is not None:
            parts.append("AND c.commune_id = %s")
            values.append(self.commune)
        if self.bodies is not None:
            parts.append("AND (c.organisation_id = ANY(%s) OR r.external_id = ANY(%s))")
            values += [list(self.bodies)] * 2
        return " ".join(parts), values

    def reports(self):
        rows = Report.objects.exclude(state=S.MERGED)
        if self.public:
            rows = rows.filter(is_private=False, hidden_at__isnull=True)
        if self.commune is not None:
            rows = rows.filter(commune=self.commune)
        if self.bodies is not None:
            rows = rows.filter(Q(organisation__in=self.bodies) | Q(external__in=self.bodies))
        return rows


# What a line is of, and where it is found.
_KEYS = {
    "commune": ("town.name", "JOIN organisations_organisation town ON town.id = c.commune_id"),
    "category": (
        "f.label",
        "JOIN reports_category k ON k.id = r.category_id JOIN reports_category f ON f.id = coalesce(k.parent_id, k.id)",
    ),
    "body": ("o.name", "JOIN organisations_organisation o ON o.id = coalesce(r.external_id, c.organisation_id)"),
}
ALL = "all"


def cuts(names: Sequence[str], scope: Scope, since, until) -> dict[str, list[Line]]:
    """The figures of a period, {cut: its lines}, read in one pass: by "commune", "category" (family), "body", or of
    "all" together, which is always one line."""
    keyed = [name for name in names if name != ALL]
    keys = [_KEYS[name][0] for name in keyed]
    absent = 2 ** len(keys) - 1  # `grouping` sets the bit of each key that a line is not cut by; the last is the lowest
    cut_of = {absent - 2 ** (len(keys) - 1 - rank): name for rank, name in enumerate(keyed)} | {absent: ALL}
    where, values = scope.sql()
    statement = _FIGURES.format(
        which=f"grouping({', '.join(keys)})" if keys else "0",
        key=f"coalesce({', '.join(keys)})" if keys else "''::text",
        joins=" ".join(_KEYS[name][1] for name in keyed),
        where=where,
        sets=", ".join([f"({key})" for key in keys] + ["()"] * (ALL in names)),
    )
    found: dict[str, list[Line]] = {name: [] for name in names}
    with connection.cursor() as cursor:
        cursor.execute(statement, [since, until, *values])
        for which, key, *figures in cursor.fetchall():
            found[cut_of[which]].append(Line(key or "", *figures))
    return found


def total(scope: Scope, since, until) -> Line:
    """Those of the whole; zeros and no delay when there is nothing."""
    return cuts((ALL,), scope, since, until)[ALL][0]


def ages(scope: Scope) -> list[tuple[str, int, str]]:
    """How long the open reports have waited: (words, number, tone)."""
    now, edges, start = timezone.now(), {}, None
    for rank, (days, _words) in enumerate(AGES):
        rule = Q(created_at__lte=start) if start else Q()
        if days is not None:
            start = now - timedelta(days=days)
            rule = rule & Q(created_at__gt=start)
        edges[f"a{rank}"] = Count("pk", filter=rule)
    found = scope.reports().open().aggregate(**edges)
    tones = ("progress", "progress", "waiting", "late")
    return [(words, found[f"a{rank}"], tones[rank]) for rank, (_d, words) in enumerate(AGES)]


def months(scope: Scope, since, until) -> list[tuple[str, int]]:
    """Reports by month: (« nov. 2026 », number)."""
    rows = scope.reports().filter(created_at__gte=since, created_at__lt=until)
    found = rows.annotate(month=TruncMonth("created_at")).values("month").annotate(n=Count("pk")).order_by("month")
    return [(f"{SHORT_MONTHS[row['month'].month - 1]} {row['month'].year}", row["n"]) for row in found]


def refusals(scope: Scope, since, until) -> list[tuple[str, int]]:
    """Reports that were not followed up, by reason, the most frequent first."""
    rows = scope.reports().filter(state=S.REFUSED, closed_at__gte=since, closed_at__lt=until)
    found = rows.values("refusal").annotate(n=Count("pk")).order_by("-n")
    return [(Refusal(row["refusal"]).label if row["refusal"] else "Autre raison", row["n"]) for row in found]
