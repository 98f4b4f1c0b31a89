"""The life of an act, from its draft to its publication or notification."""

from django.db import models

from beffroi.kernel import access
from beffroi.kernel.workflow import Transition, Workflow

EDIT, PUBLISH = "deliberations.edit", "deliberations.publish"


class State(models.TextChoices):
    DRAFT = "draft", "Projet"
    ADOPTED = "adopted", "Adopté"
    RECEIVED = "received", "Reçu en préfecture"
    PUBLISHED = "published", "Publié"
    NOTIFIED = "notified", "Notifié"
    WITHDRAWN = "withdrawn", "Retiré"
    CANCELLED = "cancelled", "Abandonné"


TONES = {
    State.DRAFT: "new",
    State.ADOPTED: "progress",
    State.RECEIVED: "progress",
    State.PUBLISHED: "done",
    State.NOTIFIED: "done",
    State.WITHDRAWN: "late",
    State.CANCELLED: "neutral",
}


def _editor(actor, act) -> bool:
    return access.can(actor, EDIT, act.organisation_id)


def _publisher(actor, act) -> bool:
    return access.can(actor, PUBLISH, act.organisation_id)


def _may_publish(actor, act) -> bool:
    return _publisher(actor, act) and not act.is_individual and act.is_ready


def _may_notify(actor, act) -> bool:
    return _publisher(actor, act) and act.is_individual and act.is_ready


def _may_receive(actor, act) -> bool:
    return _editor(actor, act) and act.must_transmit


workflow = Workflow(
    Transition(
        verb="adopt",
        label="Enregistrer comme adopté",
        sources=(State.DRAFT,),
        target=State.ADOPTED,
        who=_editor,
        tone="primary",
    ),
    Transition(
        verb="receive",
        label="Noter l’accusé de réception",
        sources=(State.ADOPTED,),
        target=State.RECEIVED,
        who=_may_receive,
        tone="primary",
    ),
    Transition(
        verb="publish",
        label="Publier",
        sources=(State.ADOPTED, State.RECEIVED),
        target=State.PUBLISHED,
        who=_may_publish,
        tone="primary",
    ),
    Transition(
        verb="notify",
        label="Noter la notification",
        sources=(State.ADOPTED, State.RECEIVED),
        target=State.NOTIFIED,
        who=_may_notify,
        tone="primary",
    ),
    Transition(
        verb="withdraw",
        label="Retirer",
        sources=(State.PUBLISHED, State.NOTIFIED),
        target=State.WITHDRAWN,
        who=_publisher,
        reason=True,
        tone="danger",
    ),
    Transition(
        verb="cancel",
        label="Abandonner",
        sources=(State.DRAFT, State.ADOPTED),
        target=State.CANCELLED,
        who=_editor,
        reason=True,
        tone="danger",
    ),
)
