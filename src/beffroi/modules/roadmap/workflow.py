"""The life of an action, as a table that a clerk can read. « En retard » is not a step: see `states`."""

from beffroi.kernel.workflow import Transition, Workflow
from beffroi.modules.roadmap.access import can_edit_action
from beffroi.modules.roadmap.states import State as S

UNFINISHED = (S.PLANNED, S.ONGOING, S.PAUSED, S.BLOCKED)

action_workflow = Workflow(
    Transition(
        verb="start", label="Démarrer", sources=(S.PLANNED,), target=S.ONGOING, who=can_edit_action, tone="primary"
    ),
    Transition(
        verb="resume",
        label="Reprendre",
        sources=(S.PAUSED, S.BLOCKED),
        target=S.ONGOING,
        who=can_edit_action,
        tone="primary",
    ),
    Transition(
        verb="finish",
        label="Marquer comme réalisée",
        sources=(S.PLANNED, S.ONGOING),
        target=S.DONE,
        who=can_edit_action,
        tone="primary",
    ),
    Transition(
        verb="pause",
        label="Mettre en pause",
        sources=(S.PLANNED, S.ONGOING, S.BLOCKED),
        target=S.PAUSED,
        who=can_edit_action,
        reason=True,
    ),
    Transition(
        verb="block",
        label="Signaler un blocage",
        sources=(S.PLANNED, S.ONGOING, S.PAUSED),
        target=S.BLOCKED,
        who=can_edit_action,
        reason=True,
    ),
    Transition(
        verb="postpone",
        label="Remettre à venir",
        sources=(S.ONGOING, S.PAUSED, S.BLOCKED),
        target=S.PLANNED,
        who=can_edit_action,
        reason=True,
    ),
    Transition(
        verb="drop",
        label="Abandonner",
        sources=UNFINISHED,
        target=S.DROPPED,
        who=can_edit_action,
        reason=True,
        tone="danger",
    ),
    Transition(
        verb="reopen",
        label="Rouvrir",
        sources=(S.DONE, S.DROPPED),
        target=S.ONGOING,
        who=can_edit_action,
        reason=True,
    ),
)


def route(source: str, target: str) -> list[str]:
    """The shortest list of verbs from one state to another (empty when they are the same)."""
    paths: dict[str, list[str]] = {str(source): []}
    queue = [str(source)]
    while queue:
        here = queue.pop(0)
        for verb, step in action_workflow.transitions.items():
            there = str(step.target)
            if here in step.sources and there not in paths:
                paths[there] = [*paths[here], verb]
                queue.append(there)
    return paths[str(target)]
