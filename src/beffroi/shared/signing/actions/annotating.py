"""Sticky notes on the pages of a folder."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from beffroi.kernel import journal, offline
from beffroi.shared.signing.models import Annotation, Desk, Folder, Step
from beffroi.shared.signing.models.folder import desks_of
from beffroi.shared.signing.workflow import State

OPEN = (State.DRAFT, State.RUNNING)
TOO_LATE = "Trop tard : une étape a été décidée depuis. La note reste telle qu’elle a été lue."
MOST = 200


def rank_of(folder: Folder) -> int:
    """Where the folder is in its circuit: the rank of the steps that are current, 0 before it is sent."""
    ranks = folder.steps.filter(outcome=Step.Outcome.CURRENT).order_by("position").values_list("position", flat=True)
    return ranks.first() or 0


def may_annotate(user, folder: Folder) -> bool:
    """The author, and whoever decides for a desk of the circuit, as long as it goes on."""
    if folder.state not in OPEN:
        return False
    return folder.author_id == user.pk or folder.steps.filter(desk__in=list(desks_of(user))).exists()


def add_annotation(
    folder: Folder, *, actor, page: int, x: int, y: int, text: str, is_private: bool = False, client_uuid=None
) -> Annotation:
    """Place a note on a page of the document (`x`, `y` in thousandths); the file itself is not touched.

    A replay with the same `client_uuid` is harmless. Records "signing.annotate". Raises PermissionDenied, or
    ValidationError when the folder has ended.
    """

    def create() -> Annotation:
        with transaction.atomic():
            locked = Folder.objects.select_for_update().get(pk=folder.pk)
            if locked.state not in OPEN:
                raise ValidationError("Ce dossier n’est plus en circuit : il ne s’annote plus.")
            if not may_annotate(actor, locked):
                raise PermissionDenied("signing")
            if locked.annotations.count() >= MOST:
                raise ValidationError(f"Un dossier porte {MOST} notes au plus.")
            main = locked.main()
            if main is None:
                raise ValidationError("Le document n’est plus là.")
            note = Annotation(
                folder=locked,
                sha256=main.blob.sha256,
                page=page,
                x=x,
                y=y,
                text=text.strip(),
                is_private=is_private,
                author=actor,
                desk=_desk(locked, actor),
                position=rank_of(locked),
                client_uuid=client_uuid,
            )
            note.full_clean(exclude=["client_uuid"])
            note.save(force_insert=True)
            journal.record("signing.annotate", locked, actor=actor, data={"note": note.pk, "page": page})
            return note

    note, _created = offline.once(Annotation, client_uuid, create)
    return note


def _desk(folder: Folder, actor) -> Desk | None:
    """The desk for which the person reads the folder."""
    step = folder.steps.filter(desk__in=list(desks_of(actor))).select_related("desk").order_by("outcome", "position")
    found = step.filter(outcome=Step.Outcome.CURRENT).first() or step.first()
    return found.desk if found else None


def may_change(user, note: Annotation) -> bool:
    """Its author, as long as the folder has not gone further than where it was."""
    return note.author_id == user.pk and note.folder.state in OPEN and rank_of(note.folder) == note.position


def _held(note: Annotation, actor) -> Annotation:
    folder = Folder.objects.select_for_update().get(pk=note.folder_id)
    locked = folder.annotations.get(pk=note.pk)
    locked.folder = folder
    if locked.author_id != actor.pk:
        raise PermissionDenied("signing")
    if not may_change(actor, locked):
        raise ValidationError(TOO_LATE)
    return locked


@transaction.atomic
def change_annotation(note: Annotation, *, actor, text: str, is_private: bool, page: int, x: int, y: int) -> Annotation:
    """Write a note again, or move it. Records "signing.reannotate". Raises ValidationError once it is too late."""
    locked = _held(note, actor)
    locked.text, locked.is_private, locked.page, locked.x, locked.y = text.strip(), is_private, page, x, y
    locked.full_clean(exclude=["client_uuid"])
    locked.save()
    journal.record("signing.reannotate", locked.folder, actor=actor, data={"note": locked.pk})
    return locked


@transaction.atomic
def remove_annotation(note: Annotation, *, actor) -> None:
    """Take a note away. Records "signing.unannotate". Raises ValidationError once it is too late."""
    locked = _held(note, actor)
    journal.record("signing.unannotate", locked.folder, actor=actor, data={"note": locked.pk})
    locked.delete()
