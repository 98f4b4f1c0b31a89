"""Folders: open, change, move, close."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.documents import access, fences, retention
from beffroi.shared.documents.actions.places import clash, hold_still
from beffroi.shared.documents.models import Document, Fence, Folder, Series, Space
from beffroi.shared.documents.models.folder import DEEPEST
from beffroi.shared.documents.workflow import FolderState, folder_workflow


@transaction.atomic
def create_folder(
    *,
    actor,
    space: Space,
    name: str,
    parent: Folder | None = None,
    series: Series | None = None,
    about: str = "",
    reference: str = "",
    opened_on: datetime.date | None = None,
    client_uuid=None,
) -> Folder:
    """Open a folder in another, or at the root of a space. Records "documents.folder"."""
    access.require_write(actor, parent or space)
    hold_still(space, parent)
    if parent is not None and len(parent.path) >= DEEPEST:
        raise ValidationError(f"{DEEPEST} niveaux de dossiers au plus.")
    folder = Folder(
        space=space,
        parent=parent,
        name=name.strip(),
        series=series,
        about=about.strip(),
        reference=reference.strip(),
        opened_on=opened_on or timezone.localdate(),
        fence=fences.around(space, parent),
        client_uuid=client_uuid,
        created_by=actor,
    )
    _check(folder)
    with clash("name"):
        folder.save(force_insert=True)
    folder.path = [*(parent.path if parent else []), folder.pk]
    folder.effective_series = series or (parent.effective_series if parent else None)
    folder.held = bool(parent and parent.held)
    folder.save(update_fields=["path", "effective_series", "held"])
    if parent is not None:
        retention.recount_above(folder)
    journal.record("documents.folder", folder, actor=actor)
    return folder


@transaction.atomic
def update_folder(folder: Folder, *, actor) -> Folder:
    """Change the name, the series, the dates or the words of a folder. Records "documents.folder_update"."""
    access.require_write(actor, folder)
    _check(folder)
    with clash("name"):
        folder.save()
    retention.recount(folder)
    folder.refresh_from_db()
    journal.record("documents.folder_update", folder, actor=actor)
    return folder


def _check(folder: Folder) -> None:
    folder.full_clean(exclude=["fence", "path"], validate_constraints=False)
    if folder.series_id and folder.series.activity.organisation_id != folder.space.organisation_id:
        raise ValidationError({"series": "Cette série appartient au plan d’une autre collectivité."})


@transaction.atomic
def move_folder(folder: Folder, *, actor, space: Space, parent: Folder | None) -> Folder:
    """Put a folder, with all that it holds, elsewhere in the spaces of the same body. Records "documents.move"."""
    access.require_write(actor, folder)
    access.require_write(actor, parent or space)
    if space.organisation_id != folder.space.organisation_id:
        raise ValidationError("Un dossier ne change pas de collectivité : exportez-le.")
    if parent is not None and folder.pk in parent.path:
        raise ValidationError("Un dossier ne peut pas aller dans lui-même.")
    hold_still(space, parent)
    before, old = folder.fence, folder.parent
    below = list(Folder.objects.below(folder))
    start = list(parent.path) if parent else []
    if len(start) + max(len(one.path) for one in below) - len(folder.path) + 1 > DEEPEST:
        raise ValidationError(f"{DEEPEST} niveaux de dossiers au plus.")
    depth = len(folder.path) - 1
    for one in below:
        one.path, one.space = [*start, *one.path[depth:]], space
    Folder.objects.bulk_update(below, ["path", "space"], batch_size=500)
    Document.objects.filter(folder__in=below).update(space=space)
    folder.refresh_from_db()
    folder.parent = parent
    with clash("name"):
        folder.save(update_fields=["parent"])
    Fence.objects.filter(Q(folder__in=below) | Q(document__folder__in=below)).update(space=space)
    fences.moved(folder, before)
    retention.recount(folder)
    if old is not None:
        retention.recount(old)
    folder.refresh_from_db()
    journal.record("documents.move", folder, actor=actor)
    return folder


@transaction.atomic
def close_folder(folder: Folder, *, actor, day: datetime.date | None = None) -> Folder:
    """Close a folder and those that it holds, on a day (today by default): the DUA begins. Records
    "documents.close" on each."""
    day = day or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"day": "La date de clôture ne peut pas être à venir."})
    if day < folder.opened_on:
        raise ValidationError({"day": "Un dossier ne peut pas être clos avant d’avoir été ouvert."})
    inner = Folder.objects.alive().below(folder).filter(state=FolderState.OPEN).exclude(pk=folder.pk)
    for one in sorted(inner, key=lambda found: -len(found.path)):
        folder_workflow.fire(
            "close", one, actor=actor, update={"closed_on": max(day, one.opened_on)}, check=actor is not None
        )
    folder_workflow.fire("close", folder, actor=actor, update={"closed_on": day}, check=actor is not None)
    retention.recount(folder)
    folder.refresh_from_db()
    return folder


@transaction.atomic
def reopen_folder(folder: Folder, *, actor, reason: str) -> Folder:
    """Open a closed folder again: its DUA stops. Records "documents.reopen", with the reason."""
    data = {"reason": reason.strip()}
    folder_workflow.fire("reopen", folder, actor=actor, update={"closed_on": None}, data=data, check=actor is not None)
    retention.recount(folder)
    folder.refresh_from_db()
    return folder
