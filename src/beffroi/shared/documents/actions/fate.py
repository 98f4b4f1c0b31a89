"""Holds, and what the archives do at the end of the DUA."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.documents import access, companions, indexing, retention
from beffroi.shared.documents.models import Document, Folder, Hold, Reading, Suggestion, Version
from beffroi.shared.documents.workflow import DocumentState, document_workflow, folder_workflow
from beffroi.shared.files.models import StoredFile


@transaction.atomic
def set_hold(thing: Folder | Document, *, actor, reason: str) -> Hold:
    """Forbid to throw away, eliminate or transfer a folder with all that it holds, or a document. Records
    "documents.hold"."""
    access.require_manage(actor, thing)
    hold = Hold(reason=reason.strip(), set_by=actor, **_target(thing))
    if not hold.reason:
        raise ValidationError({"reason": "Donnez le motif du gel."})
    # Who eliminates or transfers it locks the same rows: one of the two comes too late, and is told.
    _hold_rows(thing)
    if thing.state in retention.GONE:
        raise ValidationError(f"Trop tard : « {thing.get_state_display().lower()} ».")
    try:
        with transaction.atomic():
            hold.save(force_insert=True)
    except IntegrityError as fault:
        if "document_hold_once" in str(fault):
            raise ValidationError("Un gel est déjà posé.") from None
        raise
    _recount(thing)
    journal.record("documents.hold", thing, actor=actor)
    return hold


@transaction.atomic
def lift_hold(hold: Hold, *, actor, reason: str) -> Hold:
    """Lift a hold. Records "documents.lift_hold"."""
    thing = hold.folder or hold.document
    access.require_manage(actor, thing)
    held = Hold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if not reason.strip():
        raise ValidationError({"reason": "Donnez le motif de la levée."})
    if held.lifted_at is not None:
        raise ValidationError("Ce gel est déjà levé.")
    held.lifted_at, held.lifted_by, held.lift_reason = timezone.now(), actor, reason.strip()[:300]
    held.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    _recount(thing)
    journal.record("documents.lift_hold", thing, actor=actor)
    return held


def _target(thing: Folder | Document) -> dict:
    return {"folder": thing} if isinstance(thing, Folder) else {"document": thing}


def _recount(thing: Folder | Document) -> None:
    if isinstance(thing, Folder):
        retention.recount(thing)
    else:
        retention.recount_documents([thing])
    thing.refresh_from_db()


def not_due(folder: Folder, day: datetime.date | None = None) -> str:
    """Why a folder may not leave its shelf on that day; empty when it may."""
    day = day or timezone.localdate()
    if folder.held or Folder.objects.alive().below(folder).filter(held=True).exists():
        return "Un gel l’empêche."
    if Document.objects.alive().below(folder).filter(held=True).exists():
        return "Un gel posé sur un de ses documents l’empêche."
    if folder.retention_end is None:
        return "Sa durée d’utilité n’a pas de fin connue."
    if folder.retention_end >= day:
        return f"Sa durée d’utilité court jusqu’au {folder.retention_end:%d/%m/%Y}."
    return ""


@transaction.atomic
def eliminate_folder(folder: Folder, *, actor, basis: str, day: datetime.date | None = None) -> int:
    """Destroy the contents of a closed folder whose DUA is over, with the redacted versions and the pieces that go
    with them (see `companions`); lines, names and digests remain as proof.

    `basis` names what allows it (number of the bordereau and visa: Code du patrimoine, R212-14); the caller has
    checked that visa. Records "documents.eliminate_folder" and "documents.eliminate". Returns how many documents.
    Raises ValidationError under a hold, before the end of the DUA, or when the plan keeps it.
    """
    _hold_rows(folder)
    if why := not_due(folder, day):
        raise ValidationError(why)
    if folder.effective_series is None or folder.effective_series.fate == "keep":
        raise ValidationError("Le plan de classement le conserve.")
    others = _hold_companions(folder, day)
    return _leave(folder, actor, basis, "eliminate", others)


def _hold_companions(folder: Folder, day: datetime.date | None) -> list[Document]:
    """What goes with the folder, locked. Raises ValidationError when a hold keeps one of them."""
    numbers = companions.of_folder(folder, day)
    rows = Document.objects.select_for_update(of=("self",)).filter(pk__in=numbers).order_by("pk")
    found = list(rows.select_related("space"))
    if why := companions.held(folder, day):
        raise ValidationError(why)
    return found


@transaction.atomic
def transfer_folder(folder: Folder, *, actor, basis: str, day: datetime.date | None = None) -> int:
    """The archives have acknowledged a folder (`basis` = their acknowledgment): its contents leave. Records
    "documents.transfer_folder" and "documents.transfer". Returns how many documents."""
    _hold_rows(folder)
    if why := not_due(folder, day):
        raise ValidationError(why)
    return _leave(folder, actor, basis, "transfer")


def _hold_rows(thing: Folder | Document) -> None:
    """Lock what it holds and what is above it, always in the same order, until the end of the transaction: a hold and
    an elimination never cross."""
    folder = thing if isinstance(thing, Folder) else thing.folder
    documents = Document.objects.filter(pk=thing.pk)
    if folder is not None:
        rows = Q(pk__in=folder.path)
        if isinstance(thing, Folder):
            rows |= Q(path__contains=[folder.pk])
            documents = Document.objects.below(folder)
        list(Folder.objects.select_for_update(of=("self",)).filter(rows).order_by("pk").values_list("pk", flat=True))
    list(documents.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    thing.refresh_from_db()


def _leave(folder: Folder, actor, basis: str, verb: str, others: Iterable[Document] = ()) -> int:
    gone = (DocumentState.DRAFT, DocumentState.FINAL)
    data = {"basis": basis[:200]}
    check = actor is not None
    documents = list(Document.objects.alive().below(folder).filter(state__in=gone).select_related("space"))
    documents += others
    for document in documents:
        document_workflow.fire(verb, document, actor=actor, data=data, check=check)
    _drop_contents(documents)
    inner = Folder.objects.alive().below(folder).filter(state="closed").select_related("space")
    for one in sorted(inner, key=lambda found: -len(found.path)):
        folder_workflow.fire(f"{verb}_folder", one, actor=actor, data=data, check=check)
    folder.refresh_from_db()
    retention.recount_above(folder)
    retention.recount_documents(others)
    return len(documents)


def _drop_contents(documents: list[Document]) -> None:
    """The bytes, the texts and what was guessed from them go; the digests stay."""
    versions = Version.objects.filter(document__in=documents)
    readings = Reading.objects.filter(version__in=versions)
    files = set(versions.values_list("file", flat=True)) | set(readings.values_list("searchable", flat=True))
    readings.update(text="", searchable=None)
    versions.update(file=None)
    Suggestion.objects.filter(document__in=documents).delete()
    for document in documents:
        document.refresh_from_db()
        indexing.refresh(document)
    StoredFile.objects.filter(pk__in=files - {None}).delete()
