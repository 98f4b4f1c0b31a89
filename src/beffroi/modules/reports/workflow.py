"""The life of a report, as a table that a clerk can read."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from beffroi.kernel.workflow import Transition, Workflow

REOPEN_WITHIN = timedelta(days=30)


class ReportState(models.TextChoices):
    NEW = "new", "Reçu"
    ACKNOWLEDGED = "acknowledged", "Pris en charge"
    SCHEDULED = "scheduled", "Intervention prévue"
    WAITING = "waiting", "En attente de précisions"
    RESOLVED = "resolved", "Résolu"
    REFUSED = "refused", "Non retenu"
    MERGED = "merged", "Regroupé"


S = ReportState
TONES = {
    S.NEW: "new",
    S.ACKNOWLEDGED: "progress",
    S.SCHEDULED: "progress",
    S.WAITING: "waiting",
    S.RESOLVED: "done",
    S.REFUSED: "neutral",
    S.MERGED: "neutral",
}
OPEN = (S.NEW, S.ACKNOWLEDGED, S.SCHEDULED, S.WAITING)
CLOSED = (S.RESOLVED, S.REFUSED, S.MERGED)


def handler(actor, report) -> bool:
    """An agent who handles reports in the body that has it, or the agent in charge of this one."""
    return actor is not None and report.can_be_handled_by(actor)


def is_author(actor, report) -> bool:
    """The person who reported it, from their own account."""
    return actor is not None and actor.is_authenticated and report.requester_id == actor.pk


def handler_or_author(actor, report) -> bool:
    return is_author(actor, report) or handler(actor, report)


def may_reopen(actor, report) -> bool:
    """An agent at any time; the author for thirty days after the end."""
    recent = report.closed_at is not None and timezone.now() - report.closed_at <= REOPEN_WITHIN
    return handler(actor, report) or (recent and is_author(actor, report))


report_workflow = Workflow(
    Transition(
        verb="acknowledge",
        label="Prendre en charge",
        sources=(S.NEW,),
        target=S.ACKNOWLEDGED,
        who=handler,
        tone="primary",
    ),
    Transition(
        verb="schedule",
        label="Prévoir l’intervention",
        sources=(S.NEW, S.ACKNOWLEDGED),
        target=S.SCHEDULED,
        who=handler,
        reason=True,
    ),
    Transition(
        verb="ask",
        label="Demander une précision",
        sources=(S.NEW, S.ACKNOWLEDGED, S.SCHEDULED),
        target=S.WAITING,
        who=handler,
        reason=True,
    ),
    Transition(
        verb="answer",
        label="Répondre à la question",
        sources=(S.WAITING,),
        target=S.ACKNOWLEDGED,
        who=handler_or_author,
        hidden=True,
    ),
    Transition(
        verb="resolve", label="Déclarer résolu", sources=OPEN, target=S.RESOLVED, who=handler, reason=True, hidden=True
    ),
    Transition(
        verb="refuse",
        label="Ne pas donner suite",
        sources=OPEN,
        target=S.REFUSED,
        who=handler,
        reason=True,
        tone="danger",
        hidden=True,
    ),
    Transition(
        verb="reopen",
        label="Rouvrir",
        sources=(S.RESOLVED, S.REFUSED),
        target=S.ACKNOWLEDGED,
        who=may_reopen,
        reason=True,
    ),
    Transition(verb="merge", label="Regrouper", sources=OPEN, target=S.MERGED, who=handler, hidden=True),
)
