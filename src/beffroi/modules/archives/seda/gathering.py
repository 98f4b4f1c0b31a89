"""Read files of the documents into the units of a message, with what proves each content."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from beffroi.modules.archives.communicability import ARTICLES
from beffroi.modules.archives.seda import formats
from beffroi.modules.archives.seda.model import Content, Rules, Unit
from beffroi.shared.documents.models import Document, Folder, Hold, Series
from beffroi.shared.files import storage

MOST = 5000
LARGEST = 2 * 1024**3


class TooLarge(Exception):
    """More than a package made at once can hold; the message is for the user."""


@dataclass(frozen=True)
class Gathered:
    """A unit, and where its number leads: {unit: number of the file}."""

    units: list[Unit]
    roots: dict[int, str]


def units_of(folders: Iterable[Folder]) -> Gathered:
    """The units of these files, all that they hold included. Raises TooLarge, and FileNotFoundError when a content is
    no longer there."""
    roots = list(folders)
    inside = Folder.objects.alive().select_related("effective_series__activity").order_by("path", "name")
    found: dict[int, list[Folder]] = {root.pk: list(inside.below(root)) for root in roots}
    pks = [one.pk for several in found.values() for one in several]
    documents = (
        Document.objects.alive().filter(folder__in=pks, current__file__isnull=False).with_file()
        .select_related("effective_series__activity").prefetch_related("tags").order_by("name", "pk")
    )  # fmt: skip
    documents = list(documents[: MOST + 1])
    if len(documents) > MOST or sum(one.current.size for one in documents) > LARGEST:
        raise TooLarge(f"Plus de {MOST} documents ou de 2 Go : faites plusieurs versements.")
    by_folder: dict[int, list[Document]] = {}
    for document in documents:
        by_folder.setdefault(document.folder_id, []).append(document)
    holds = dict(Hold.objects.filter(lifted_at=None, folder__in=pks).values_list("folder_id", "reason"))
    units = [_folder(root, found[root.pk], by_folder, holds) for root in roots]
    return Gathered(units, {root.pk: unit.key for root, unit in zip(roots, units, strict=True)})


def _folder(root: Folder, inside: list[Folder], by_folder: dict, holds: dict) -> Unit:
    children: dict[int | None, list[Folder]] = {}
    for one in inside:
        if one.pk != root.pk:
            children.setdefault(one.parent_id, []).append(one)
    top = next(one for one in inside if one.pk == root.pk)

    def build(folder: Folder) -> Unit:
        documents = [_document(one, folder) for one in by_folder.get(folder.pk, [])]
        units = (*(build(one) for one in children.get(folder.pk, [])), *documents)
        days = [day for unit in units for day in (unit.first, unit.last) if day]
        series = folder.effective_series
        return Unit(
            key=f"UF{folder.pk}", title=folder.name, level="RecordGrp" if folder.pk != root.pk else "File",
            description=folder.about, plan=f"{series.activity.code} / {series.code}" if series else "",
            reference=folder.reference or f"GED-{folder.pk}", first=min(days, default=folder.opened_on),
            last=max(days, default=folder.closed_on), units=units,
            rules=_rules(series, folder.retention_start, max(days, default=folder.closed_on), holds.get(folder.pk, "")),
        )  # fmt: skip

    return build(top)


def _rules(series: Series | None, start, last, held: str = "") -> Rules | None:
    """A file to sort that leaves for the archives is kept: the norm knows only Keep and Destroy."""
    if series is None:
        return Rules(held_because=held) if held else None
    article = ARTICLES[series.communicability][0].replace(", ", "-").rstrip("°")
    return Rules(
        years=series.years, final="Destroy" if series.fate == "destroy" else "Keep", start=start, access=article,
        access_start=last, held_because=held,
    )  # fmt: skip


def _document(document: Document, folder: Folder) -> Unit:
    day = document.dated_on or timezone.localdate(document.created_at)
    own = document.effective_series_id != folder.effective_series_id
    return Unit(
        key=f"UD{document.pk}", title=document.title, level="Item", first=day, last=day,
        description=f"Auteur ou expéditeur : {document.sender}" if document.sender else "",
        reference=f"GED-D{document.pk}", content=_content(document),
        tags=tuple(tag.name for tag in document.tags.all()),
        rules=_rules(document.effective_series, document.retention_start, day) if own else None,
    )  # fmt: skip


def _content(document: Document) -> Content:
    version = document.current
    digest, head = hashlib.sha512(), bytearray()
    whole = version.mime in formats.OPEN_DOCUMENT or version.mime == "application/pdf"
    for portion in storage.contents().read(storage.address(version.sha256)):
        digest.update(portion)
        if whole or len(head) < formats.HEAD:
            head += portion
    found = formats.identify(version.mime, bytes(head), document.name)
    return Content(
        key=f"ID{version.pk}", name=document.name, mime=version.mime, size=version.size, sha512=digest.hexdigest(),
        sha256=version.sha256, puid=found.puid if found else "", format=found.name if found else "",
    )  # fmt: skip
