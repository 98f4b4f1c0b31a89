"""The life of a work order, as a table that a clerk can read."""

from django.db import models

from beffroi.kernel.workflow import Transition, Workflow
from beffroi.modules.maintenance.access import can_manage, can_work


class OrderState(models.TextChoices):
    OPEN = "open", "À planifier"
    PLANNED = "planned", "Planifié"
    STARTED = "started", "En cours"
    HELD = "held", "En attente"
    DONE = "done", "Terminé"
    CANCELLED = "cancelled", "Annulé"


S = OrderState
TONES = {
    S.OPEN: "new",
    S.PLANNED: "neutral",
    S.STARTED: "progress",
    S.HELD: "waiting",
    S.DONE: "done",
    S.CANCELLED: "neutral",
}
UNFINISHED = (S.OPEN, S.PLANNED, S.STARTED, S.HELD)
FINISHED = (S.DONE, S.CANCELLED)

order_workflow = Workflow(
    Transition(
        verb="plan", label="Planifier", sources=(S.OPEN, S.PLANNED), target=S.PLANNED, who=can_manage, hidden=True
    ),
    Transition(verb="unplan", label="Retirer du planning", sources=(S.PLANNED,), target=S.OPEN, who=can_manage),
    Transition(
        verb="start",
        label="Commencer",
        sources=(S.OPEN, S.PLANNED),
        target=S.STARTED,
        who=can_work,
        tone="primary",
    ),
    Transition(
        verb="hold",
        label="Mettre en attente",
        sources=(S.OPEN, S.PLANNED, S.STARTED),
        target=S.HELD,
        who=can_work,
        reason=True,
    ),
    Transition(verb="resume", label="Reprendre", sources=(S.HELD,), target=S.STARTED, who=can_work, tone="primary"),
    Transition(
        verb="finish",
        label="Terminer",
        sources=UNFINISHED,
        target=S.DONE,
        who=can_work,
        tone="primary",
        hidden=True,
    ),
    Transition(
        verb="cancel",
        label="Annuler",
        sources=UNFINISHED,
        target=S.CANCELLED,
        who=can_manage,
        reason=True,
        tone="danger",
    ),
    Transition(
        verb="reopen",
        label="Rouvrir",
        sources=FINISHED,
        target=S.OPEN,
        who=can_manage,
        reason=True,
    ),
)
