"""Documents: file, change, move, add versions, lend to one person."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.documents import access, fences, indexing, retention
from beffroi.shared.documents.actions.places import clash, free_name, hold_still
from beffroi.shared.documents.asking import ask_reading
from beffroi.shared.documents.models import Document, Folder, Reading, Space, Tag, Version
from beffroi.shared.documents.workflow import DocumentState, FolderState, document_workflow
from beffroi.shared.files.actions import attach, copy_file
from beffroi.shared.files.models import StoredFile


@transaction.atomic
def add_document(
    *,
    actor,
    space: Space,
    file: StoredFile,
    folder: Folder | None = None,
    name: str = "",
    source: str = "upload",
    dated_on: datetime.date | None = None,
    sender: str = "",
    kind=None,
    client_uuid=None,
    read: bool = True,
) -> Document:
    """File what was received (a file that waits: see `files.actions.store_upload`, kind "document").

    A name already taken in the place gets a number. Its text is read by a job, unless `read` is false. Records
    "documents.add".
    """
    access.require_write(actor, folder or space)
    hold_still(space, folder)
    wanted = _with_ending(name.strip() or file.name, file.name)
    document = Document(
        space=space,
        folder=folder,
        name=free_name(space, folder, wanted),
        source=source,
        dated_on=dated_on,
        sender=sender[:160],
        kind=kind,
        client_uuid=client_uuid,
        fence=fences.around(space, folder),
        created_by=actor,
    )
    document.full_clean(exclude=["fence", "client_uuid"], validate_constraints=False)
    document.save(force_insert=True)
    _put_version(document, file, actor=actor, read=read)
    retention.recount_documents([document])
    indexing.refresh(document)
    journal.record("documents.add", document, actor=actor, data={"source": str(source)})
    return document


def _with_ending(name: str, given: str) -> str:
    """The name wanted, with the ending of the real type."""
    name = name.replace("/", "-").replace("\x00", "").strip()
    ending = given.rpartition(".")[2]
    return name if name.lower().endswith(f".{ending.lower()}") else f"{name[:150]}.{ending}"


def _put_version(document: Document, file: StoredFile, *, actor, comment: str = "", read: bool = True) -> Version:
    last = document.versions.order_by("-number").values_list("number", flat=True).first() or 0
    blob = file.blob
    version = Version.objects.create(
        document=document,
        number=last + 1,
        sha256=blob.sha256,
        size=blob.size,
        mime=blob.mime,
        file=file,
        comment=comment.strip()[:300],
        author=actor,
    )
    attach([file], version, kind="version")
    Reading.objects.create(version=version)
    document.current = version
    document.save(update_fields=["current"])
    if read:
        ask_reading(version.pk)
    return version


@transaction.atomic
def add_version(document: Document, *, actor, file: StoredFile, comment: str = "", read: bool = True) -> Version:
    """Add a version, which becomes the current one. Records "documents.version".

    Raises ValidationError when the document is not being worked on, when someone else has taken it, or when the
    content is the same as before.
    """
    held = _hold(document, actor)
    if held.current_id and held.current.sha256 == file.blob.sha256:
        raise ValidationError({"file": "Ce fichier est identique à la version actuelle."})
    version = _put_version(held, file, actor=actor, comment=comment, read=read)
    ending, before = file.name.rpartition(".")[2], held.name.rpartition(".")[2]
    if ending.lower() != before.lower():
        held.name = free_name(held.space, held.folder, f"{held.title}.{ending}", but=held)
        held.save(update_fields=["name"])
    indexing.refresh(held)
    journal.record("documents.version", held, actor=actor, data={"number": version.number})
    document.refresh_from_db()
    return version


@transaction.atomic
def bring_back_version(document: Document, number: int, *, actor) -> Version:
    """Make an older version current again, as a new one. Records "documents.version"."""
    held = _hold(document, actor)
    old = held.versions.select_related("file__blob").get(number=number)
    if old.file is None or held.current_id == old.pk:
        raise ValidationError("Cette version ne peut pas être reprise.")
    copy = copy_file(old.file, actor=actor)
    version = _put_version(held, copy, actor=actor, comment=f"Reprise de la version {number}")
    indexing.refresh(held)
    journal.record("documents.version", held, actor=actor, data={"number": version.number, "from": number})
    document.refresh_from_db()
    return version


def _hold(document: Document, actor, *, described: bool = False) -> Document:
    """The document, locked, if `actor` may work on it now; in a closed folder it can only be `described`."""
    held = Document.objects.select_for_update(of=("self",)).select_related("space", "folder").get(pk=document.pk)
    access.require_write(actor, held)
    if held.removal_id is not None:
        raise ValidationError("Ce document est à la corbeille.")
    if held.state != DocumentState.DRAFT:
        raise ValidationError(f"Ce document est « {held.get_state_display().lower()} » : il ne change plus.")
    if held.folder is not None and held.folder.state != FolderState.OPEN and not described:
        raise ValidationError("Son dossier est clos : il ne change plus.")
    if held.checked_out_by_id is not None and held.checked_out_by_id != getattr(actor, "pk", None):
        raise ValidationError(f"Ce document est pris par {held.checked_out_by}.")
    return held


@transaction.atomic
def update_document(document: Document, *, actor, tags: list[str] | None = None) -> Document:
    """Change the name, the description, the series or the tags (their names). Records "documents.update"."""
    before = _hold(document, actor, described=True).name
    document.name = _with_ending(document.name, before)
    document.full_clean(exclude=["fence"], validate_constraints=False)
    if document.series_id and document.series.activity.organisation_id != document.space.organisation_id:
        raise ValidationError({"series": "Cette série appartient au plan d’une autre collectivité."})
    with clash("name"):
        document.save(update_fields=["name", "kind", "values", "series", "dated_on", "sender", "event_on"])
    if tags is not None:
        document.tags.set([tag_named(document.space.organisation_id, name) for name in tags])
    retention.recount_documents([document])
    indexing.refresh(document)
    journal.record("documents.update", document, actor=actor)
    return document


@transaction.atomic
def move_document(document: Document, *, actor, space: Space, folder: Folder | None) -> Document:
    """Put a document elsewhere in the spaces of the same body. Records "documents.move"."""
    held = _hold(document, actor)
    access.require_write(actor, folder or space)
    if space.organisation_id != held.space.organisation_id:
        raise ValidationError("Un document ne change pas de collectivité : exportez-le.")
    hold_still(space, folder)
    before = held.folder
    own = fences.Fence.objects.filter(document=held).first()
    outer = fences.around(space, folder)
    held.name = free_name(space, folder, held.name, but=held)
    held.space, held.folder = space, folder
    if own is None:
        held.fence = outer
    held.save(update_fields=["name", "space", "folder", "fence"])
    if own is not None:
        own.parent, own.space = outer, space
        own.save(update_fields=["parent", "space"])
        fences.set_inherits(own, own.inherits)
    retention.recount_documents([held])
    if before is not None:
        retention.recount(before)
    indexing.refresh(held)
    journal.record("documents.move", held, actor=actor)
    document.refresh_from_db()
    return document


@transaction.atomic
def check_out(document: Document, *, actor) -> Document:
    """Take a document: nobody else adds a version until it is given back. Records "documents.check_out"."""
    held = _hold(document, actor)
    if held.checked_out_by_id is None:
        held.checked_out_by, held.checked_out_at = actor, timezone.now()
        held.save(update_fields=["checked_out_by", "checked_out_at"])
        journal.record("documents.check_out", held, actor=actor)
    document.refresh_from_db()
    return document


@transaction.atomic
def check_in(document: Document, *, actor) -> Document:
    """Give a document back: who took it, or whoever manages the documents. Records "documents.check_in"."""
    held = Document.objects.select_for_update(of=("self",)).select_related("space").get(pk=document.pk)
    if held.checked_out_by_id is not None:
        if actor is not None and held.checked_out_by_id != actor.pk and not access.can_manage(actor, held):
            raise PermissionDenied(access.MANAGE)
        held.checked_out_by = held.checked_out_at = None
        held.save(update_fields=["checked_out_by", "checked_out_at"])
        journal.record("documents.check_in", held, actor=actor)
    document.refresh_from_db()
    return document


@transaction.atomic
def finalise_document(document: Document, *, actor) -> Document:
    """The content no longer changes. Records "documents.finalise"."""
    held = _hold(document, actor, described=True)
    data = {"sha256": held.current.sha256} if held.current_id else {}
    document_workflow.fire("finalise", document, actor=actor, data=data, check=actor is not None)
    indexing.refresh(document)
    return document


@transaction.atomic
def revise_document(document: Document, *, actor) -> Document:
    """Whoever manages the documents lets a final one change again. Records "documents.revise"."""
    document_workflow.fire("revise", document, actor=actor, check=actor is not None)
    indexing.refresh(document)
    return document


def tag_named(organisation_id: int, name: str) -> Tag:
    """The tag of a body that has this name, whatever its case; made at first use."""
    found = Tag.objects.filter(organisation=organisation_id, name__iexact=name).first()
    if found is not None:
        return found
    tag, _created = Tag.objects.get_or_create(organisation_id=organisation_id, name=name)
    return tag
