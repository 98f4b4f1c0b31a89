"""The life of a folder and of a document; what is eliminated or transferred is done by the archives, with its visa."""

from django.db import models

from beffroi.kernel import access
from beffroi.kernel.workflow import Transition, Workflow

MANAGE = "documents.manage"


class FolderState(models.TextChoices):
    OPEN = "open", "Ouvert"
    CLOSED = "closed", "Clos"
    ELIMINATED = "eliminated", "Éliminé"
    TRANSFERRED = "transferred", "Versé aux archives"


class DocumentState(models.TextChoices):
    DRAFT = "draft", "En cours"
    FINAL = "final", "Définitif"
    ELIMINATED = "eliminated", "Éliminé"
    TRANSFERRED = "transferred", "Versé aux archives"


TONES = {
    "open": "progress",
    "closed": "done",
    "draft": "progress",
    "final": "done",
    "eliminated": "neutral",
    "transferred": "neutral",
}


def _writes(actor, thing) -> bool:
    from beffroi.shared.documents.models import Fence, Level  # the models read this table

    return Fence.objects.open_to(actor, Level.WRITE).filter(pk=thing.fence_id).exists()


def _manages(actor, thing) -> bool:
    return access.can(actor, MANAGE, thing.space.organisation_id)


F, D = FolderState, DocumentState

folder_workflow = Workflow(
    Transition(verb="close", label="Clore le dossier", sources=(F.OPEN,), target=F.CLOSED, who=_writes),
    Transition(
        verb="reopen", label="Rouvrir le dossier", sources=(F.CLOSED,), target=F.OPEN, who=_manages, reason=True
    ),
    Transition(
        verb="eliminate_folder", label="Éliminer", sources=(F.CLOSED,), target=F.ELIMINATED, who=_manages, hidden=True
    ),
    Transition(
        verb="transfer_folder", label="Verser", sources=(F.CLOSED,), target=F.TRANSFERRED, who=_manages, hidden=True
    ),
)

document_workflow = Workflow(
    Transition(verb="finalise", label="Rendre définitif", sources=(D.DRAFT,), target=D.FINAL, who=_writes),
    Transition(verb="revise", label="Remettre en cours", sources=(D.FINAL,), target=D.DRAFT, who=_manages),
    Transition(
        verb="eliminate", label="Éliminer", sources=(D.DRAFT, D.FINAL), target=D.ELIMINATED, who=_manages, hidden=True
    ),
    Transition(
        verb="transfer", label="Verser", sources=(D.DRAFT, D.FINAL), target=D.TRANSFERRED, who=_manages, hidden=True
    ),
)
