"""The life of a folder of the sign-book."""

from django.db import models

from beffroi.kernel.workflow import Transition, Workflow


class State(models.TextChoices):
    DRAFT = "draft", "En préparation"
    RUNNING = "running", "En circuit"
    DONE = "done", "Terminé"
    REJECTED = "rejected", "Rejeté"
    WITHDRAWN = "withdrawn", "Repris par l’auteur"
    EXPIRED = "expired", "Délai dépassé"


TONES = {
    State.DRAFT: "new",
    State.RUNNING: "progress",
    State.DONE: "done",
    State.REJECTED: "late",
    State.WITHDRAWN: "neutral",
    State.EXPIRED: "late",
}


def is_author(actor, folder) -> bool:
    """Only the person who prepared the folder sends it, or takes it back."""
    return actor is not None and folder.author_id == actor.pk


workflow = Workflow(
    Transition(
        verb="submit",
        label="Envoyer dans le circuit",
        sources=(State.DRAFT,),
        target=State.RUNNING,
        who=is_author,
        tone="primary",
    ),
    Transition(
        verb="withdraw",
        label="Reprendre le dossier",
        sources=(State.RUNNING,),
        target=State.WITHDRAWN,
        who=is_author,
        reason=True,
    ),
    # Taken by the platform when a step is decided: the step's own right was checked.
    Transition(verb="reject", label="Rejeter", sources=(State.RUNNING,), target=State.REJECTED, hidden=True),
    Transition(verb="expire", label="Délai dépassé", sources=(State.RUNNING,), target=State.EXPIRED, hidden=True),
    Transition(verb="finish", label="Terminer", sources=(State.RUNNING,), target=State.DONE, hidden=True),
    Transition(verb="reopen", label="Rouvrir", sources=(State.REJECTED, State.DONE), target=State.RUNNING, hidden=True),
)
