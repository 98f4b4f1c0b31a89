"""The calendar of a plan: one line an action, its bar placed to the day, months as they really are.

Distances are in units of the drawing; `Scale` turns a day into one. A bar covers its last day: an action that ends on
29 February ends where 1 March begins.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from beffroi.kernel.ui.formats import MONTHS, period, short_day
from beffroi.modules.roadmap.models import Action, Plan

MONTH_WIDTH = 15
NARROWEST, WIDEST = 640, 1400
HEIGHT = 34
NARROWEST_MONTH = 14


@dataclass(frozen=True)
class Scale:
    """From the first day of a month to the last day of another, both included."""

    first: date
    last: date
    width: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def x(self, day: date) -> float:
        """Where that day begins; outside the calendar, its nearest edge."""
        return round(min(max((day - self.first).days / self.days, 0), 1) * self.width, 1)

    def after(self, day: date) -> float:
        """Where that day ends."""
        return self.x(day + timedelta(days=1))


@dataclass(frozen=True)
class Mark:
    """A step on the line of its action."""

    x: float
    done: bool
    text: str


@dataclass
class Row:
    """The line of an action. `known` = has at least one date; a missing one is drawn as an open end."""

    action: Action
    x: float = 0
    width: float = 0
    known: bool = False
    marks: list[Mark] = field(default_factory=list)
    text: str = "sans date"
    done_share: float = 0

    @property
    def done_width(self) -> float:
        return round(self.width * self.done_share, 1)

    @property
    def tone(self) -> str:
        return self.action.shown_state.tone


@dataclass
class Calendar:
    """Everything the page draws."""

    scale: Scale
    years: list[tuple[float, float, str]]
    months: list[tuple[float, str]]
    rows: list[Row]
    today: float | None
    height: int = HEIGHT


def month_start(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month: 28, 29, 30 or 31."""
    return next_month(day) - timedelta(days=1)


def next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def scale_of(plan: Plan, actions: Iterable[Action]) -> Scale:
    """Wide enough for the plan and for the actions that overflow it."""
    days = [plan.start, plan.end]
    for action in actions:
        days += [day for day in (action.start, action.end, action.done_on) if day]
    first, last = month_start(min(days)), month_end(max(days))
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    return Scale(first, last, min(max(months * MONTH_WIDTH, NARROWEST), WIDEST))


def build(plan: Plan, actions: Iterable[Action], today: date) -> Calendar:
    """The calendar of these actions; wants `for_lists` and `with_shown_state`."""
    actions = list(actions)
    scale = scale_of(plan, actions)
    years, months = [], []
    day = scale.first
    while day <= scale.last:
        if scale.width / scale.days * 30 >= NARROWEST_MONTH:
            months.append((scale.x(day), MONTHS[day.month - 1]))
        if day.month == 1 or day == scale.first:
            end = min(date(day.year, 12, 31), scale.last)
            years.append((scale.x(day), round(scale.after(end) - scale.x(day), 1), str(day.year)))
        day = next_month(day)
    now = scale.x(today) if scale.first <= today <= scale.last else None
    return Calendar(scale, years, months, [row_of(action, scale) for action in actions], now)


def row_of(action: Action, scale: Scale) -> Row:
    row = Row(action)
    start, end = action.start, action.end
    if start is None and end is None:
        return row
    row.known = True
    row.x = scale.x(start) if start else max(scale.x(end) - MONTH_WIDTH, 0)
    right = scale.after(end) if end else min(row.x + MONTH_WIDTH, scale.width)
    row.width = round(max(right - row.x, 2), 1)
    row.text = period(start, end) if start else f"jusqu’au {short_day(end)}"
    steps = action.steps.all()
    if steps:
        row.done_share = sum(1 for step in steps if step.done_on) / len(steps)
    if action.done_on:
        row.done_share = 1
    row.marks = [Mark(scale.x(step.due), bool(step.done_on), step.title) for step in steps if step.due]
    return row
