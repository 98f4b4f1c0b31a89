"""The axes of a plan as a tree, each with its actions and where it stands: what most pages and the report show."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from beffroi.modules.roadmap import statistics
from beffroi.modules.roadmap.models import Action, Axis, Plan


@dataclass
class Branch:
    """One axis: its own actions, and the figures of everything under it. `level` 0 = at the top of the plan."""

    axis: Axis
    level: int = 0
    actions: list[Action] = field(default_factory=list)
    tally: statistics.Tally = field(default_factory=statistics.Tally)

    @property
    def repeats_only(self) -> bool:
        """Holds nothing but lines followed elsewhere."""
        return bool(self.actions) and all(action.same_as_id for action in self.actions)


def build(plan: Plan, lines: Iterable[Action]) -> list[Branch]:
    """The axes of the plan, parents before their children, with those actions; wants `with_shown_state`."""
    by_axis: dict[int, list[Action]] = {}
    for action in lines:
        by_axis.setdefault(action.axis_id, []).append(action)
    figures = {axis: statistics.tally_of(actions) for axis, actions in by_axis.items()}
    children: dict[int | None, list[Axis]] = {}
    for axis in plan.axes.order_by("position", "pk"):
        children.setdefault(axis.parent_id, []).append(axis)
    branches: list[Branch] = []
    _grow(branches, children, by_axis, figures, parent=None, level=0)
    return branches


def _grow(branches, children, by_axis, figures, *, parent, level) -> statistics.Tally:
    below = statistics.Tally()
    for axis in children.get(parent, ()):
        branch = Branch(axis, level, by_axis.get(axis.pk, []))
        branch.tally.add(figures.get(axis.pk, statistics.Tally()))
        branches.append(branch)
        branch.tally.add(_grow(branches, children, by_axis, figures, parent=axis.pk, level=level + 1))
        below.add(branch.tally)
    return below


def whole(branches: Iterable[Branch]) -> statistics.Tally:
    """Where the plan stands: its top axes together."""
    return statistics.whole(branch.tally for branch in branches if branch.level == 0)
