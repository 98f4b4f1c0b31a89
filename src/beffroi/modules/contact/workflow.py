"""The life of a message to a service, as a table that a clerk can read."""

from django.db import models

from beffroi.kernel.workflow import Transition, Workflow


class ContactState(models.TextChoices):
    NEW = "new", "Reçue"
    ACKNOWLEDGED = "acknowledged", "Prise en charge"
    WAITING = "waiting", "En attente de votre réponse"
    REPLIED = "replied", "Répondue"
    DISMISSED = "dismissed", "Sans suite"
    MERGED = "merged", "Regroupée"


S = ContactState
TONES = {
    S.NEW: "new",
    S.ACKNOWLEDGED: "progress",
    S.WAITING: "waiting",
    S.REPLIED: "done",
    S.DISMISSED: "neutral",
    S.MERGED: "neutral",
}
OPEN = (S.NEW, S.ACKNOWLEDGED, S.WAITING)


def handler(actor, request) -> bool:
    """An agent of the body addressed who handles its messages, or the agent in charge of this one."""
    return request.can_be_handled_by(actor)


def handler_or_author(actor, request) -> bool:
    """A handler, or the person who wrote, from their own account."""
    own = actor is not None and actor.is_authenticated and request.requester_id == actor.pk
    return own or handler(actor, request)


contact_workflow = Workflow(
    Transition(verb="acknowledge", label="Prendre en charge", sources=(S.NEW,), target=S.ACKNOWLEDGED, who=handler),
    Transition(
        verb="reply",
        label="Répondre et clore",
        sources=OPEN,
        target=S.REPLIED,
        who=handler,
        reason=True,
        tone="primary",
    ),
    Transition(
        verb="ask",
        label="Demander une précision",
        sources=(S.NEW, S.ACKNOWLEDGED),
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
        verb="dismiss",
        label="Classer sans suite",
        sources=OPEN,
        target=S.DISMISSED,
        who=handler,
        reason=True,
        tone="danger",
    ),
    Transition(
        verb="reopen",
        label="Rouvrir",
        sources=(S.REPLIED, S.DISMISSED),
        target=S.ACKNOWLEDGED,
        who=handler_or_author,
        reason=True,
    ),
    Transition(verb="merge", label="Regrouper", sources=OPEN, target=S.MERGED, who=handler, hidden=True),
)
