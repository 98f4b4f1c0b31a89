"""Read files of the documents into the units of a message, with what proves each content."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.utils import timezone

from beffroi.modules.archives.communicability import ARTICLES
from beffroi.modules.archives.seda import formats
from beffroi.modules.archives.seda.model import Content, Rules, Unit
from beffroi.shared.documents.models import Document, Folder, Hold, Series
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile

MOST = 5000
LARGEST = 2 * 1024**3


class TooLarge(Exception):
    """More than a package made at once can hold; the message is for the user."""


@dataclass(frozen=True)
class Gathered:
    """A unit, and where its number leads: {unit: number of the file}."""

    units: list[Unit]
    roots: dict[int, str]


@dataclass(frozen=True)
class UnitProfiles:
    """The identifiers of the profiles of units: of files by their series, of documents by their type."""

    series: Mapping[int, str] = field(default_factory=dict)
    kinds: Mapping[int, str] = field(default_factory=dict)


def units_of(folders: Iterable[Folder], *, copies: bool = True, profiles: UnitProfiles | None = None) -> Gathered:
    """The units of these files, all that they hold included; `copies` = with the searchable copies of scans. Raises
    TooLarge, and FileNotFoundError when a content is no longer there."""
    profiles = profiles or UnitProfiles()
    roots = list(folders)
    inside = Folder.objects.alive().select_related("effective_series__activity").order_by("path", "name")
    found: dict[int, list[Folder]] = {root.pk: list(inside.below(root)) for root in roots}
    pks = [one.pk for several in found.values() for one in several]
    documents = (
        Document.objects.alive()
        .filter(folder__in=pks, current__file__isnull=False)
        .with_file()
        .select_related("effective_series__activity", "current__reading__searchable__blob")
        .defer("current__reading__text")
        .prefetch_related("tags")
        .order_by("name", "pk")
    )
    several = [(one, _copy(one) if copies else None) for one in documents[: MOST + 1]]
    weight = sum(one.current.size + (copy.blob.size if copy is not None else 0) for one, copy in several)
    if len(several) > MOST or weight > LARGEST:
        raise TooLarge(f"Plus de {MOST} documents ou de 2 Go : faites plusieurs versements.")
    by_folder: dict[int, list[tuple[Document, StoredFile | None]]] = {}
    for document, copy in several:
        by_folder.setdefault(document.folder_id, []).append((document, copy))
    holds = dict(Hold.objects.filter(lifted_at=None, folder__in=pks).values_list("folder_id", "reason"))
    units = [_folder(root, found[root.pk], by_folder, holds, profiles) for root in roots]
    return Gathered(units, {root.pk: unit.key for root, unit in zip(roots, units, strict=True)})


def _folder(root: Folder, inside: list[Folder], by_folder: dict, holds: dict, profiles: UnitProfiles) -> Unit:
    children: dict[int | None, list[Folder]] = {}
    for one in inside:
        if one.pk != root.pk:
            children.setdefault(one.parent_id, []).append(one)
    top = next(one for one in inside if one.pk == root.pk)

    def build(folder: Folder) -> Unit:
        documents = [_document(one, copy, folder, profiles) for one, copy in by_folder.get(folder.pk, [])]
        units = (*(build(one) for one in children.get(folder.pk, [])), *documents)
        days = [day for unit in units for day in (unit.first, unit.last) if day]
        series = folder.effective_series
        return Unit(
            key=f"UF{folder.pk}",
            title=folder.name,
            level="RecordGrp" if folder.pk != root.pk else "File",
            description=folder.about,
            plan=f"{series.activity.code} / {series.code}" if series else "",
            reference=folder.reference or f"GED-{folder.pk}",
            first=min(days, default=folder.opened_on),
            last=max(days, default=folder.closed_on),
            units=units,
            profile=profiles.series.get(folder.effective_series_id, "") if folder.pk == root.pk else "",
            rules=_rules(series, folder.retention_start, max(days, default=folder.closed_on), holds.get(folder.pk, "")),
        )

    return build(top)


def _rules(series: Series | None, start, last, held: str = "") -> Rules | None:
    """A file to sort that leaves for the archives is kept: the norm knows only Keep and Destroy."""
    if series is None:
        return Rules(held_because=held) if held else None
    article = ARTICLES[series.communicability][0].replace(", ", "-").rstrip("°")
    return Rules(
        years=series.years,
        final="Destroy" if series.fate == "destroy" else "Keep",
        start=start,
        access=article,
        access_start=last,
        held_because=held,
    )


def _document(document: Document, copy: StoredFile | None, folder: Folder, profiles: UnitProfiles) -> Unit:
    day = document.dated_on or timezone.localdate(document.created_at)
    own = document.effective_series_id != folder.effective_series_id
    return Unit(
        key=f"UD{document.pk}",
        title=document.title,
        level="Item",
        first=day,
        last=day,
        description=f"Auteur ou expéditeur : {document.sender}" if document.sender else "",
        reference=f"GED-D{document.pk}",
        content=_contents(document, copy),
        tags=tuple(tag.name for tag in document.tags.all()),
        profile=profiles.kinds.get(document.kind_id, ""),
        rules=_rules(document.effective_series, document.retention_start, day) if own else None,
    )


def _copy(document: Document) -> StoredFile | None:
    """The searchable PDF/A that was made of a scan, if any."""
    reading = getattr(document.current, "reading", None)
    return reading.searchable if reading is not None else None


def _contents(document: Document, copy: StoredFile | None) -> Content:
    """The content of a document as it was received and, of a scan, the copy that is read (usage « Dissemination »)."""
    key = f"ID{document.current.pk}"
    master = _content(key, document.name, document.current)
    if copy is None:
        return master
    name = f"{document.title} (copie cherchable).pdf"
    return replace(master, copies=(_content(f"{key}D", name, copy.blob, usage="Dissemination"),))


def _content(key: str, name: str, kept, usage: str = "BinaryMaster") -> Content:
    """A content read from its first to its last byte; `kept` tells its digest, its type, its size."""
    digest, head = hashlib.sha512(), bytearray()
    whole = kept.mime in formats.OPEN_DOCUMENT or kept.mime == "application/pdf"
    for portion in storage.contents().read(storage.address(kept.sha256)):
        digest.update(portion)
        if whole or len(head) < formats.HEAD:
            head += portion
    found = formats.identify(kept.mime, bytes(head), name)
    return Content(
        key=key,
        name=name,
        mime=kept.mime,
        size=kept.size,
        sha512=digest.hexdigest(),
        sha256=kept.sha256,
        puid=found.puid if found else "",
        format=found.name if found else "",
        usage=usage,
    )
