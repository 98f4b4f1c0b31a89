"""The life of a letter: what arrives is routed, answered, closed; what leaves is written, signed, sent."""

from django.db import models

from beffroi.kernel.workflow import Transition, Workflow
from beffroi.modules.mail import rights


class State(models.TextChoices):
    NEW = "new", "À qualifier"
    ROUTED = "routed", "À traiter"
    WAITING = "waiting", "Pièces demandées"
    ANSWERED = "answered", "Répondu"
    FORWARDED = "forwarded", "Transmis ailleurs"
    DRAFT = "draft", "Projet"
    SIGNING = "signing", "Au parapheur"
    SIGNED = "signed", "À envoyer"
    SENT = "sent", "Envoyé"
    CLOSED = "closed", "Clos"
    CANCELLED = "cancelled", "Annulé"


TONES = {
    State.NEW: "new",
    State.ROUTED: "progress",
    State.WAITING: "waiting",
    State.ANSWERED: "done",
    State.FORWARDED: "neutral",
    State.DRAFT: "new",
    State.SIGNING: "progress",
    State.SIGNED: "waiting",
    State.SENT: "done",
    State.CLOSED: "neutral",
    State.CANCELLED: "neutral",
}
OPEN = (State.NEW, State.ROUTED, State.WAITING)
LEAVING = (State.DRAFT, State.SIGNING, State.SIGNED)
ENDED = (State.CLOSED, State.CANCELLED)
COMING_STATES = (*OPEN, State.ANSWERED, State.FORWARDED, *ENDED)
GOING_STATES = (*LEAVING, State.SENT, *ENDED)


def _may_close(actor, letter) -> bool:
    return rights.can_handle(actor, letter) or rights.can_send(actor, letter)


def _may_reopen(actor, letter) -> bool:
    return letter.is_incoming and rights.can_handle(actor, letter)


workflow = Workflow(
    Transition(
        verb="route",
        label="Qualifier et confier",
        sources=(State.NEW, State.ROUTED),
        target=State.ROUTED,
        who=rights.can_route,
        tone="primary",
    ),
    Transition(
        verb="ask_pieces",
        label="Demander des pièces",
        sources=(State.ROUTED,),
        target=State.WAITING,
        who=rights.can_handle,
    ),
    Transition(
        verb="receive_pieces",
        label="Noter les pièces reçues",
        sources=(State.WAITING,),
        target=State.ROUTED,
        who=rights.can_handle,
        tone="primary",
    ),
    Transition(
        verb="forward",
        label="Transmettre à l’administration compétente",
        sources=(State.NEW, State.ROUTED),
        target=State.FORWARDED,
        who=rights.can_handle,
    ),
    # Taken by the platform when the answer leaves: the right to send it was checked.
    Transition(
        verb="answer", label="Répondre", sources=(State.ROUTED, State.WAITING), target=State.ANSWERED, hidden=True
    ),
    Transition(
        verb="sign",
        label="Envoyer au parapheur",
        sources=(State.DRAFT,),
        target=State.SIGNING,
        who=rights.can_handle,
        tone="primary",
    ),
    # Taken by the platform when the circuit ends.
    Transition(verb="signed", label="Signé", sources=(State.SIGNING,), target=State.SIGNED, hidden=True),
    Transition(verb="refused", label="Rendu", sources=(State.SIGNING,), target=State.DRAFT, hidden=True),
    Transition(
        verb="sign_on_paper",
        label="Déposer la version signée",
        sources=(State.DRAFT,),
        target=State.SIGNED,
        who=rights.can_handle,
    ),
    Transition(
        verb="send", label="Envoyer", sources=(State.SIGNED,), target=State.SENT, who=rights.can_send, tone="primary"
    ),
    Transition(
        verb="close",
        label="Clore",
        sources=(State.ROUTED, State.ANSWERED, State.FORWARDED, State.SENT),
        target=State.CLOSED,
        who=_may_close,
    ),
    Transition(
        verb="reopen",
        label="Rouvrir",
        sources=(State.CLOSED, State.ANSWERED),
        target=State.ROUTED,
        who=_may_reopen,
        reason=True,
    ),
    Transition(
        verb="cancel",
        label="Annuler",
        sources=(State.NEW, State.DRAFT, State.SIGNED),
        target=State.CANCELLED,
        who=rights.can_cancel,
        reason=True,
        tone="danger",
    ),
)
