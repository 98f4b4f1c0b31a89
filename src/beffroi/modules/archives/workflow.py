"""The lives of a slip of elimination, of a transfer, of a handover and of a box."""

from django.db import models

from beffroi.kernel.workflow import Transition, Workflow
from beffroi.modules.archives import rights


class State(models.TextChoices):
    """Of a slip of elimination (Code du patrimoine, L212-2 and R212-14)."""

    DRAFT = "draft", "En préparation"
    SIGNING = "signing", "Au parapheur"
    SIGNED = "signed", "À faire viser"
    VISAED = "visaed", "Visé"
    CONFIRMED = "confirmed", "Destruction confirmée"
    DESTROYING = "destroying", "Destruction en cours"
    DESTROYED = "destroyed", "Détruit"
    REFUSED = "refused", "Visa refusé"
    CANCELLED = "cancelled", "Annulé"


class Sending(models.TextChoices):
    """Of a transfer: sent, acknowledged, answered, purged."""

    DRAFT = "draft", "En préparation"
    PACKED = "packed", "Paquet prêt"
    SENT = "sent", "Envoyé"
    ACKNOWLEDGED = "acknowledged", "Réception accusée"
    ACCEPTED = "accepted", "Pris en charge"
    REJECTED = "rejected", "Refusé"
    PURGED = "purged", "Copie locale détruite"
    CANCELLED = "cancelled", "Annulé"


class Delivering(models.TextChoices):
    """Of boxes of paper handed to the departmental archives."""

    DRAFT = "draft", "En préparation"
    DELIVERED = "delivered", "Remis"
    RECEIVED = "received", "Pris en charge"
    CANCELLED = "cancelled", "Annulé"


class Asking(models.TextChoices):
    """Of a restitution or a communication."""

    ASKED = "asked", "Demandé"
    READY = "ready", "Prêt"
    HANDED = "handed", "Remis"
    REFUSED = "refused", "Refusé"


class Keeping(models.TextChoices):
    """Of a box."""

    KEPT = "kept", "En place"
    ELIMINATED = "eliminated", "Éliminée"
    TRANSFERRED = "transferred", "Versée"


TONES = {
    "draft": "new",
    "signing": "progress",
    "signed": "waiting",
    "visaed": "progress",
    "confirmed": "waiting",
    "destroying": "progress",
    "destroyed": "done",
    "refused": "late",
    "cancelled": "neutral",
    "packed": "progress",
    "sent": "progress",
    "acknowledged": "progress",
    "accepted": "done",
    "rejected": "late",
    "purged": "neutral",
    "asked": "new",
    "ready": "progress",
    "handed": "done",
    "kept": "done",
    "eliminated": "neutral",
    "transferred": "neutral",
    "delivered": "waiting",
    "received": "done",
}
LIVING = (State.DRAFT, State.SIGNING, State.SIGNED, State.VISAED, State.CONFIRMED, State.DESTROYING)
S, T, A, K, D = State, Sending, Asking, Keeping, Delivering
prepares, eliminates, transfers = rights.can_prepare, rights.can_eliminate, rights.can_transfer

elimination_workflow = Workflow(
    Transition(
        verb="sign", label="Envoyer au parapheur", sources=(S.DRAFT,), target=S.SIGNING, who=prepares, tone="primary"
    ),
    # Taken by the platform when the circuit ends.
    Transition(verb="signed", label="Signé", sources=(S.SIGNING,), target=S.SIGNED, hidden=True),
    Transition(verb="returned", label="Rendu", sources=(S.SIGNING,), target=S.DRAFT, hidden=True),
    Transition(
        verb="sign_on_paper", label="Déposer le bordereau signé", sources=(S.DRAFT,), target=S.SIGNED, who=prepares
    ),
    Transition(
        verb="visa", label="Enregistrer le visa", sources=(S.SIGNED,), target=S.VISAED, who=eliminates, tone="primary"
    ),
    Transition(verb="refuse_visa", label="Visa refusé", sources=(S.SIGNED,), target=S.REFUSED, hidden=True),
    Transition(
        verb="confirm",
        label="Confirmer la destruction",
        sources=(S.VISAED,),
        target=S.CONFIRMED,
        who=eliminates,
        tone="primary",
    ),
    Transition(verb="step_back", label="Revenir au visa", sources=(S.CONFIRMED,), target=S.VISAED, who=eliminates),
    Transition(
        verb="destroy", label="Détruire", sources=(S.CONFIRMED,), target=S.DESTROYING, who=eliminates, tone="danger"
    ),
    Transition(verb="destroyed", label="Terminer", sources=(S.DESTROYING,), target=S.DESTROYED, hidden=True),
    Transition(
        verb="cancel",
        label="Annuler le bordereau",
        sources=(S.DRAFT, S.SIGNED, S.VISAED),
        target=S.CANCELLED,
        who=prepares,
        reason=True,
        tone="danger",
    ),
)

transfer_workflow = Workflow(
    Transition(
        verb="pack", label="Faire le paquet", sources=(T.DRAFT,), target=T.PACKED, who=transfers, tone="primary"
    ),
    Transition(verb="unpack", label="Rouvrir la préparation", sources=(T.PACKED,), target=T.DRAFT, who=transfers),
    Transition(verb="send", label="Noter l’envoi", sources=(T.PACKED,), target=T.SENT, who=transfers, tone="primary"),
    Transition(verb="acknowledged", label="Réception accusée", sources=(T.SENT,), target=T.ACKNOWLEDGED, hidden=True),
    Transition(
        verb="accepted", label="Pris en charge", sources=(T.SENT, T.ACKNOWLEDGED), target=T.ACCEPTED, hidden=True
    ),
    Transition(verb="rejected", label="Refusé", sources=(T.SENT, T.ACKNOWLEDGED), target=T.REJECTED, hidden=True),
    Transition(
        verb="purge",
        label="Détruire la copie locale",
        sources=(T.ACCEPTED,),
        target=T.PURGED,
        who=transfers,
        tone="danger",
    ),
    Transition(
        verb="give_up",
        label="Abandonner le versement",
        sources=(T.DRAFT, T.PACKED, T.REJECTED),
        target=T.CANCELLED,
        who=transfers,
        reason=True,
        tone="danger",
    ),
)

paper_workflow = Workflow(
    Transition(
        verb="deliver", label="Noter la remise", sources=(D.DRAFT,), target=D.DELIVERED, who=transfers, tone="primary"
    ),
    Transition(
        verb="receive",
        label="Enregistrer la prise en charge",
        sources=(D.DELIVERED,),
        target=D.RECEIVED,
        who=transfers,
        tone="primary",
    ),
    Transition(
        verb="keep_paper",
        label="Abandonner le versement",
        sources=(D.DRAFT, D.DELIVERED),
        target=D.CANCELLED,
        who=transfers,
        reason=True,
        tone="danger",
    ),
)

handover_workflow = Workflow(
    Transition(
        verb="make_copy", label="Préparer la copie", sources=(A.ASKED,), target=A.READY, who=transfers, tone="primary"
    ),
    Transition(
        verb="hand", label="Noter la remise", sources=(A.READY,), target=A.HANDED, who=transfers, tone="primary"
    ),
    Transition(
        verb="decline",
        label="Refuser",
        sources=(A.ASKED, A.READY),
        target=A.REFUSED,
        who=transfers,
        reason=True,
        tone="danger",
    ),
)

box_workflow = Workflow(
    Transition(verb="eliminate_box", label="Éliminer", sources=(K.KEPT,), target=K.ELIMINATED, hidden=True),
    Transition(verb="transfer_box", label="Verser", sources=(K.KEPT,), target=K.TRANSFERRED, hidden=True),
)
