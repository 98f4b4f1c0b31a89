"""How long a document is useful, counted and counted again whenever something that it hangs on changes.

The DUA begins at the event that the series names and ends on 31 December of its last year: the invoices of a file
closed in 2019, kept ten years, may go from 1 January 2030 (Code du patrimoine, R212-14; circulars of the Service
interministériel des Archives de France). A file may go only when all that it holds may.
"""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from beffroi.shared.documents import indexing
from beffroi.shared.documents.models import Document, Folder, Hold, Series
from beffroi.shared.documents.workflow import FolderState

GONE = ("eliminated", "transferred")


def end_of(years: int | None, start: datetime.date | None) -> datetime.date | None:
    """The last day of a DUA of so many years that began on `start`; None while it has no end."""
    if years is None or start is None:
        return None
    return datetime.date(min(start.year + years, datetime.MAXYEAR), 12, 31)


def start_of_document(document: Document, series: Series | None, folder: Folder | None) -> datetime.date | None:
    """When the DUA of a document begins, or None while the event has not come."""
    if series is None:
        return None
    if series.trigger == Series.Trigger.DATE:
        return document.dated_on or timezone.localdate(document.created_at)
    if series.trigger == Series.Trigger.EVENT:
        return document.event_on
    return folder.closed_on if folder is not None else None


def recount(folder: Folder) -> None:
    """Count again for a folder, all that it holds, and the folders above it."""
    folders = sorted(Folder.objects.alive().below(folder).select_related("series"), key=lambda one: len(one.path))
    known = {one.pk: one for one in folders}
    above = Folder.objects.select_related("effective_series").filter(pk=folder.parent_id).first()
    held = set(Hold.objects.filter(lifted_at=None, folder__in=known).values_list("folder_id", flat=True))
    for one in folders:
        parent = known.get(one.parent_id) or (above if one.pk == folder.pk else None)
        one.effective_series = one.series or (parent.effective_series if parent else None)
        one.held = one.pk in held or bool(parent and parent.held)
    documents = list(Document.objects.alive().filter(folder__in=known).select_related("series"))
    _count_documents(documents, known)
    ends: dict[int, list] = {}
    for document in documents:
        if document.state not in GONE:
            ends.setdefault(document.folder_id, []).append(document.retention_end)
    for one in reversed(folders):
        _count_folder(one, ends.get(one.pk, []))
        if one.state not in GONE:
            ends.setdefault(one.parent_id, []).append(one.retention_end)
    Folder.objects.bulk_update(
        folders, ["effective_series", "held", "retention_start", "retention_end"], batch_size=500
    )
    indexing.moved(document.pk for document in documents)
    recount_above(folder)


def recount_documents(documents: Iterable[Document]) -> None:
    """Count again for these documents, and the folders that they are in."""
    documents = list(documents)
    folders = Folder.objects.select_related("effective_series").in_bulk({d.folder_id for d in documents if d.folder_id})
    _count_documents(documents, folders)
    for folder in folders.values():
        _refresh_end(folder)
        recount_above(folder)


def _count_documents(documents: list[Document], folders: dict[int, Folder]) -> None:
    held = set(Hold.objects.filter(lifted_at=None, document__in=documents).values_list("document_id", flat=True))
    for document in documents:
        folder = folders.get(document.folder_id)
        series = document.series or (folder.effective_series if folder else None)
        document.effective_series = series
        document.held = document.pk in held or bool(folder and folder.held)
        document.retention_start = start_of_document(document, series, folder)
        document.retention_end = end_of(series.years if series else None, document.retention_start)
    changed = ["effective_series", "held", "retention_start", "retention_end"]
    Document.objects.bulk_update(documents, changed, batch_size=500)


def _count_folder(folder: Folder, ends: list) -> None:
    """The latest of its own end and of those of what it holds; none while it is open or one of them has none."""
    series = folder.effective_series
    closed = folder.closed_on if folder.state != FolderState.OPEN else None
    folder.retention_start = closed if series else None
    own = end_of(series.years if series else None, closed)
    if series and series.trigger != Series.Trigger.CLOSING and ends:
        own = datetime.date.min if closed else None
    known = [*ends, own]
    folder.retention_end = None if None in known else max(known)


def _refresh_end(folder: Folder) -> None:
    ends = list(
        Document.objects.alive().filter(folder=folder).exclude(state__in=GONE).values_list("retention_end", flat=True)
    )
    ends += Folder.objects.alive().filter(parent=folder).exclude(state__in=GONE).values_list("retention_end", flat=True)
    _count_folder(folder, ends)
    folder.save(update_fields=["retention_start", "retention_end"])


def recount_above(folder: Folder) -> None:
    """Count again for the folders above this one."""
    above = Folder.objects.select_related("effective_series").in_bulk(folder.path[:-1])
    for pk in reversed(folder.path[:-1]):
        if pk in above:
            _refresh_end(above[pk])
