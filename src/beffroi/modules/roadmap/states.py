"""The seven states that people see: six are set by someone, « En retard » is read from the dates.

Nobody declares an action late: it is, from the day after its planned end (or after its planned start when it has not
begun), until it is finished or its dates are changed with a reason. A paused, blocked or abandoned action keeps its
own state, which says more.
"""

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    """What is written in the table; « En retard » is not among them."""

    PLANNED = "planned", "À venir"
    ONGOING = "ongoing", "En cours"
    DONE = "done", "Réalisé"
    PAUSED = "paused", "En pause"
    DROPPED = "dropped", "Abandonné"
    BLOCKED = "blocked", "Bloqué"


RUNNING = (State.PLANNED, State.ONGOING)
BEGUN = frozenset({State.ONGOING, State.DONE, State.PAUSED, State.BLOCKED})


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A state as it is shown. `rank` sorts the board; `plain` is the sentence for residents."""

    code: str
    label: str
    tone: str
    icon: str
    plain: str
    plural: str


LATE = "late"
SHOWN = {
    state.code: state
    for state in (
        Shown(
            code="planned",
            label="À venir",
            tone="neutral",
            icon="calendar",
            plain="L’action n’a pas encore commencé.",
            plural="à venir",
        ),
        Shown(
            code="ongoing",
            label="En cours",
            tone="progress",
            icon="circle-play",
            plain="L’action a commencé et avance dans les délais prévus.",
            plural="en cours",
        ),
        Shown(
            code="late",
            label="En retard",
            tone="late",
            icon="alarm-clock",
            plain="La date prévue est passée.",
            plural="en retard",
        ),
        Shown(
            code="blocked",
            label="Bloqué",
            tone="late",
            icon="octagon-alert",
            plain="L’action ne peut pas avancer tant qu’une condition n’est pas remplie.",
            plural="bloquées",
        ),
        Shown(
            code="paused",
            label="En pause",
            tone="waiting",
            icon="circle-pause",
            plain="L’action est suspendue ; elle doit reprendre.",
            plural="en pause",
        ),
        Shown(
            code="done",
            label="Réalisé",
            tone="done",
            icon="circle-check",
            plain="L’action est terminée.",
            plural="réalisées",
        ),
        Shown(
            code="dropped",
            label="Abandonné",
            tone="neutral",
            icon="circle-x",
            plain="L’action ne sera pas menée.",
            plural="abandonnées",
        ),
    )
}


def shown_code(state: str, start, end, today) -> str:
    """The code of the state to show for these dates, on this day."""
    if state in RUNNING and end is not None and end < today:
        return LATE
    if state == State.PLANNED and start is not None and start < today:
        return LATE
    return str(state)
