"""A folder taken away: a ZIP of its documents, with a manifest that says what each is and proves that it is whole."""

import tempfile
import zipfile
from typing import IO

from django.utils import timezone

from beffroi.kernel import sheets
from beffroi.shared.documents.models import Document, Folder, Space
from beffroi.shared.files import storage
from beffroi.shared.files.models import Blob

MOST = 5000
LARGEST = 2 * 1024**3
HEADERS = (
    "Chemin",
    "Nom",
    "Version",
    "Empreinte SHA-256",
    "Taille (octets)",
    "Type",
    "Date du document",
    "Auteur ou expéditeur",
    "Étiquettes",
    "Série",
    "Début de la DUA",
    "Fin de la DUA",
    "Sort final",
    "Gelé",
    "État",
)


class TooLarge(Exception):
    """More than a ZIP made at once can hold."""


def chosen(user, space: Space, folder: Folder | None) -> list[Document]:
    """The documents that `user` sees below a place, in the order of their folders. Raises TooLarge."""
    found = Document.objects.visible_to(user).with_file().filter(space=space, current__file__isnull=False)
    if folder is not None:
        found = found.below(folder)
    documents = list(
        found.select_related("folder", "effective_series")
        .prefetch_related("tags")
        .order_by("folder__path", "name")[: MOST + 1]
    )
    if len(documents) > MOST or sum(one.current.size for one in documents) > LARGEST:
        raise TooLarge
    return documents


def pack_files(files: list[tuple[str, Blob]]) -> IO[bytes]:
    """The ZIP of some files by their names, for somebody outside; a name met twice is told apart by its rank."""
    kept: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by who reads it
    names = [_safe(name) for name, _blob in files]
    with zipfile.ZipFile(kept, "w") as archive:
        for rank, (name, (_name, blob)) in enumerate(zip(names, files, strict=True), start=1):
            inside_name = f"{rank}-{name}" if names.count(name) > 1 else name
            entry = zipfile.ZipInfo(inside_name, date_time=timezone.localtime(blob.created_at).timetuple()[:6])
            with archive.open(entry, "w", force_zip64=blob.size > 2**31) as inside:
                for portion in storage.contents().read(storage.address(blob.sha256)):
                    inside.write(portion)
    kept.seek(0)
    return kept


def pack(documents: list[Document], root: Folder | None, *, manifest: bool = True) -> IO[bytes]:
    """The ZIP, ready to be read; contents already compressed are only stored. Without the manifest for somebody
    outside, whom tags, holds and series do not concern: the names alone, all in one place."""
    names = dict(Folder.objects.filter(pk__in=_around(documents)).values_list("pk", "name"))
    kept: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by who reads it
    rows = []
    contents = storage.contents()
    with zipfile.ZipFile(kept, "w") as archive:
        for document in documents:
            path = _path(document, root, names) if manifest else f"{document.pk}-{_safe(document.name)}"
            entry = zipfile.ZipInfo(path, date_time=timezone.localtime(document.current.created_at).timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED if document.current.mime == "text/plain" else zipfile.ZIP_STORED
            with archive.open(entry, "w", force_zip64=document.current.size > 2**31) as inside:
                for portion in contents.read(storage.address(document.current.sha256)):
                    inside.write(portion)
            if manifest:
                rows.append(_line(path, document))
        if manifest:
            table = sheets.csv_bytes(sheets.Sheet(title="Manifeste", headers=HEADERS, rows=rows))
            archive.writestr(zipfile.ZipInfo("manifeste.csv", timezone.localtime().timetuple()[:6]), table)
    kept.seek(0)
    return kept


def _around(documents: list[Document]) -> set[int]:
    return {pk for one in documents if one.folder for pk in one.folder.path}


def _safe(name: str) -> str:
    """A name that any system accepts, and that stays below the root of the ZIP."""
    return "".join("-" if c in '/\\:*?"<>|' or ord(c) < 32 else c for c in name).strip(" .") or "sans nom"


def _path(document: Document, root: Folder | None, names: dict[int, str]) -> str:
    above = document.folder.path if document.folder else []
    if root is not None:
        above = above[len(root.path) :]
    return "/".join([*(_safe(names.get(pk, str(pk))) for pk in above), _safe(document.name)])


def _line(path: str, document: Document) -> list:
    series = document.effective_series
    return [
        path,
        document.name,
        document.current.number,
        document.current.sha256,
        document.current.size,
        document.current.mime,
        document.dated_on,
        document.sender,
        ", ".join(tag.name for tag in document.tags.all()),
        str(series) if series else "",
        document.retention_start,
        document.retention_end,
        series.get_fate_display() if series else "",
        document.held,
        document.get_state_display(),
    ]
