"""Where plans stand, in figures. Lines that repeat another action are never counted twice.

Counts give every shown state its own place, so their sum is the number of actions. « Part réalisée » = actions done,
out of those that were not abandoned.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from beffroi.kernel.ui.formats import nb
from beffroi.modules.roadmap import states
from beffroi.modules.roadmap.models import Action, BudgetLine, Funding
from beffroi.modules.roadmap.states import State


@dataclass
class Tally:
    """How many actions are in each shown state; `begun` = those that were started, finished ones included."""

    counts: dict[str, int] = field(default_factory=dict)
    begun: int = 0

    def count(self, shown: str, state: str, number: int) -> None:
        """Add actions of that shown and written state."""
        self.counts[shown] = self.counts.get(shown, 0) + number
        self.begun += number if state in states.BEGUN else 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def kept(self) -> int:
        """Not abandoned."""
        return self.total - self.counts.get("dropped", 0)

    @property
    def done(self) -> int:
        return self.counts.get("done", 0)

    @property
    def late(self) -> int:
        return self.counts.get(states.LATE, 0)

    @property
    def share_done(self) -> Decimal | None:
        """Percentage of done among those not abandoned; None when there is none."""
        return Decimal(100 * self.done) / self.kept if self.kept else None

    @property
    def lines(self) -> list[tuple[states.Shown, int]]:
        """The states that have at least one action, in their usual order."""
        return [(shown, self.counts[code]) for code, shown in states.SHOWN.items() if self.counts.get(code)]

    @property
    def sentence(self) -> str:
        """« 14 actions : 4 réalisées, 6 en cours, 2 en retard. »"""
        if not self.total:
            return "Aucune action pour l’instant."
        parts = [f"{nb(count)} {_agree(shown.plural, count)}" for shown, count in self.lines]
        word = "actions" if self.total > 1 else "action"
        return f"{nb(self.total)} {word}\u202f: {', '.join(parts)}."

    @property
    def headline(self) -> str:
        """« 12 actions sur 14 sont engagées, dont 5 réalisées. »"""
        if not self.total:
            return "Aucune action n’est encore inscrite."
        if not self.begun:
            return f"Aucune des {nb(self.total)} actions n’est encore engagée."
        many, done = self.begun > 1, self.done
        text = f"{nb(self.begun)} {'actions' if many else 'action'} sur {nb(self.total)}"
        text += " sont engagées" if many else " est engagée"
        return text + (f", dont {nb(done)} {'réalisées' if done > 1 else 'réalisée'}." if done else ".")

    def add(self, other: "Tally") -> None:
        self.begun += other.begun
        for code, count in other.counts.items():
            self.counts[code] = self.counts.get(code, 0) + count


def _agree(plural: str, count: int) -> str:
    return plural.removesuffix("s") if count == 1 and plural.endswith("ées") else plural


def tallies(actions: QuerySet, today: date | None = None, by: str = "axis_id") -> dict[int, Tally]:
    """By axis (or by "axis__plan_id"): one query, whatever the number of actions. Repeated lines are left out."""
    rows = (
        actions.distinct_ones()
        .with_shown_state(today)
        .order_by()
        .values(by, "shown", "state")
        .annotate(count=Count("pk", distinct=True))
    )
    found: dict[int, Tally] = {}
    for row in rows:
        found.setdefault(row[by], Tally()).count(row["shown"], row["state"], row["count"])
    return found


def tally_of(actions: Iterable[Action]) -> Tally:
    """The same of actions already fetched with `with_shown_state`."""
    tally = Tally()
    for action in actions:
        if action.same_as_id is None:
            tally.count(action.shown_state.code, action.state, 1)
    return tally


def whole(by_axis: Iterable[Tally]) -> Tally:
    """All the axes together."""
    total = Tally()
    for tally in by_axis:
        total.add(tally)
    return total


def budget_by_year(actions: QuerySet) -> list[dict]:
    """Planned and actual euros of each year and kind: rows {year, kind, planned, actual}, in order."""
    lines = BudgetLine.objects.filter(action__in=actions.distinct_ones().order_by().values("pk"))
    rows = lines.order_by("year", "kind").values("year", "kind")
    return list(rows.annotate(planned=Sum("planned"), actual=Sum("actual")))


def budget_totals(actions: QuerySet) -> dict[str, Decimal]:
    """Planned and spent euros over the whole plan."""
    rows = budget_by_year(actions)
    return {
        "planned": sum((row["planned"] for row in rows), Decimal(0)),
        "actual": sum((row["actual"] or Decimal(0) for row in rows), Decimal(0)),
    }


def funding_by_funder(actions: QuerySet) -> list[dict]:
    """Expected, granted and received euros of each funder; what was refused counts for nothing."""
    granted = Q(status__in=[Funding.Status.GRANTED, Funding.Status.RECEIVED])
    lines = Funding.objects.filter(action__in=actions.distinct_ones().order_by().values("pk"))
    rows = lines.exclude(status=Funding.Status.REFUSED).order_by("funder").values("funder")
    return list(
        rows.annotate(
            expected=Sum("amount"),
            granted=Sum("amount", filter=granted, default=Decimal(0)),
            received=Sum("amount", filter=Q(status=Funding.Status.RECEIVED), default=Decimal(0)),
        )
    )


def _day(moment: datetime | date) -> date:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def _published() -> QuerySet:
    return Action.objects.public().distinct_ones()


def share_done(since, until) -> Decimal | None:
    """Percentage of the published actions that were done by the end of `until`, out of those not abandoned."""
    kept = _published().exclude(state=State.DROPPED)
    counts = kept.aggregate(all=Count("pk"), done=Count("pk", filter=Q(done_on__lte=_day(until))))
    return (Decimal(100 * counts["done"]) / counts["all"]).quantize(Decimal("0.1")) if counts["all"] else None


def late_actions(since, until) -> Decimal | None:
    """Published actions that are late at the end of the period, by their state of today."""
    if not _published().exists():
        return None
    return Decimal(_published().with_shown_state(_day(until)).filter(shown=states.LATE).count())


def budget_consumed(since, until) -> Decimal | None:
    """Percentage of the planned budget that was spent, up to the year of the end of the period, in published plans."""
    actions = _published().filter(axis__plan__budget_is_public=True)
    lines = BudgetLine.objects.filter(action__in=actions.order_by().values("pk"), year__lte=_day(until).year)
    sums = lines.aggregate(planned=Sum(F("planned")), actual=Sum("actual"))
    if not sums["planned"]:
        return None
    return (100 * (sums["actual"] or Decimal(0)) / sums["planned"]).quantize(Decimal("0.1"))
