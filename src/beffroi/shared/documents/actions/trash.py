"""The trash: undone whole, emptied after thirty days."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, search
from beffroi.shared.documents import access, indexing, retention
from beffroi.shared.documents.actions.places import clash, hold_still
from beffroi.shared.documents.models import Document, Fence, Folder, Hold, Inlet, Removal, Version
from beffroi.shared.files.models import StoredFile

LIFE = timedelta(days=30)
HELD = "Un gel l’empêche : il faut d’abord le lever."


@transaction.atomic
def throw_document(document: Document, *, actor) -> Removal:
    """Put a document in the trash. Records "documents.throw". Raises ValidationError under a hold, or when it is final
    and its useful life is not over: that is for the archives."""
    held = Document.objects.select_for_update(of=("self",)).select_related("space").get(pk=document.pk)
    access.require_write(actor, held)
    if held.removal_id is not None:
        return held.removal
    _may_go([held])
    removal = Removal.objects.create(space=held.space, label=held.name, by=actor)
    held.removal = removal
    held.checked_out_by = held.checked_out_at = None
    held.save(update_fields=["removal", "checked_out_by", "checked_out_at"])
    retention.recount_documents([held])
    indexing.refresh(held)
    journal.record("documents.throw", held, actor=actor)
    document.refresh_from_db()
    return removal


@transaction.atomic
def throw_folder(folder: Folder, *, actor) -> Removal:
    """Put a folder in the trash with all that it holds. Records "documents.throw"."""
    held = Folder.objects.select_for_update(of=("self",)).select_related("space").get(pk=folder.pk)
    access.require_write(actor, held)
    if held.removal_id is not None:
        return held.removal
    inside = Folder.objects.alive().below(held)
    documents = Document.objects.alive().below(held)
    if inside.filter(held=True).exists():
        raise ValidationError(HELD)
    if Inlet.objects.filter(folder__in=inside).exists():
        raise ValidationError("Une arrivée automatique y classe des fichiers : ôtez-la d’abord.")
    if inside.exclude(state="open").exists():
        raise ValidationError("Un dossier clos ne se jette pas : il attend la fin de sa durée d’utilité.")
    _may_go(documents)
    removal = Removal.objects.create(space=held.space, label=held.name, by=actor)
    documents.update(removal=removal, checked_out_by=None, checked_out_at=None)
    for document in Document.objects.filter(removal=removal):
        indexing.refresh(document)
        search.forget(document)
    for one in Folder.objects.filter(pk__in=list(inside.values_list("pk", flat=True))):
        one.removal = removal
        one.save(update_fields=["removal"])
    folder.refresh_from_db()
    retention.recount_above(folder)
    journal.record("documents.throw", folder, actor=actor)
    return removal


def _may_go(documents) -> None:
    for document in documents:
        if document.held:
            raise ValidationError(HELD)
        if document.state != "draft":
            raise ValidationError(
                f"« {document.name} » est {document.get_state_display().lower()} : il attend la fin de sa durée "
                "d’utilité."
            )


@transaction.atomic
def restore(removal: Removal, *, actor) -> None:
    """Take back out of the trash what was thrown together. Records "documents.restore" on each."""
    folders = sorted(Folder.objects.filter(removal=removal).select_related("space"), key=lambda one: len(one.path))
    documents = list(Document.objects.filter(removal=removal).select_related("space", "folder"))
    if not folders and not documents:
        return
    first = folders[0] if folders else documents[0]
    access.require_write(actor, first)
    hold_still(first.space, first.parent if folders else first.folder)
    with clash("name"):
        for thing in [*folders, *documents]:
            thing.removal = None
            thing.save(update_fields=["removal"])
    if folders:
        retention.recount(folders[0])
    else:
        retention.recount_documents(documents)
    for thing in [*folders, *documents]:
        thing.refresh_from_db()
        if isinstance(thing, Document):
            indexing.refresh(thing)
        journal.record("documents.restore", thing, actor=actor)
    removal.delete()


@transaction.atomic
def empty(removal: Removal, *, actor=None) -> int:
    """Destroy what was thrown, contents included; returns how many documents. Records "documents.destroy" on the
    space: of what was never final, nothing else is kept."""
    documents = Document.objects.filter(removal=removal)
    count = documents.count()
    for document in documents:
        search.forget(document)
    journal.record("documents.destroy", removal.space, actor=actor, data={"documents": count})
    files = list(Version.objects.filter(document__in=documents).values_list("file", flat=True))
    files += list(Version.objects.filter(document__in=documents).values_list("reading__searchable", flat=True))
    documents.update(current=None)
    Hold.objects.filter(document__in=documents).delete()
    _delete_documents(documents)
    _delete_folders(removal)
    StoredFile.objects.filter(pk__in=[pk for pk in files if pk]).delete()
    removal.delete()
    return count


def _delete_documents(documents) -> None:
    """Each leaves its own fence first, which would keep it."""
    for fence in Fence.objects.filter(document__in=documents).select_related("parent"):
        Document.objects.filter(pk=fence.document_id).update(fence=fence.parent)
    Fence.objects.filter(document__in=documents).delete()
    Version.objects.filter(document__in=documents).delete()
    documents.delete()


def _delete_folders(removal: Removal) -> None:
    folders = sorted(Folder.objects.filter(removal=removal), key=lambda one: -len(one.path))
    for folder in folders:
        search.forget(folder)
        fence = Fence.objects.filter(folder=folder).select_related("parent").first()
        if fence is not None:
            Folder.objects.filter(fence=fence).update(fence=fence.parent)
            Document.objects.filter(fence=fence).update(fence=fence.parent)
            Fence.objects.filter(parent=fence).update(parent=fence.parent)
            fence.delete()
        folder.holds.all().delete()
        folder.delete()


def due(now=None):
    """What has been in the trash for more than thirty days."""
    return Removal.objects.filter(at__lt=(now or timezone.now()) - LIFE)
