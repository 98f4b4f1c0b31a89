"""The board: one column a shown state, one card an action, and the moves that each card allows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from beffroi.kernel.workflow import Transition
from beffroi.modules.roadmap import states
from beffroi.modules.roadmap.models import Action
from beffroi.modules.roadmap.workflow import action_workflow


@dataclass
class Card:
    """An action on the board. `moves` = the steps of the workflow that its reader may take."""

    action: Action
    moves: list[Transition] = field(default_factory=list)

    @property
    def targets(self) -> str:
        """For the script: « ongoing:start done:finish blocked:block! »; « ! » = a text must be given first."""
        return " ".join(f"{move.target}:{move.verb}{'!' if move.reason else ''}" for move in self.moves)

    @property
    def late_step(self):
        """The first step whose day has passed, or None."""
        return next((step for step in self.action.steps.all() if step.is_late), None)


@dataclass
class Column:
    """A state. `target` = the state written when a card is put there; « En retard » takes none: the dates decide."""

    shown: states.Shown
    cards: list[Card] = field(default_factory=list)

    @property
    def target(self) -> str:
        return "" if self.shown.code == states.LATE else self.shown.code


def moves_of(action: Action) -> list[Transition]:
    """The steps that leave from the action's state, whoever may take them."""
    return [step for step in action_workflow.transitions.values() if not step.hidden and action.state in step.sources]


def columns(actions: Iterable[Action], editable: set[int]) -> list[Column]:
    """Every state in its usual order, with its actions."""
    found = {code: Column(shown) for code, shown in states.SHOWN.items()}
    for action in actions:
        moves = moves_of(action) if action.pk in editable else []
        found[action.shown_state.code].cards.append(Card(action, moves))
    return list(found.values())
