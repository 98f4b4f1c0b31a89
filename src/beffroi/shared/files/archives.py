"""Office documents are ZIP archives: which kind, and whether it is safe to open one."""

import zipfile
from typing import BinaryIO

from beffroi.shared.files.refusals import Refused

MAX_ENTRIES = 5000
MAX_UNPACKED = 250 * 1024 * 1024
MAX_RATIO = 200
SMALL = 1024 * 1024

ODF = {
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.graphics",
}
OOXML = {
    "wordprocessingml.document.main+xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "spreadsheetml.sheet.main+xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "presentationml.presentation.main+xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def office_type(file: BinaryIO) -> str:
    """The type of an OpenDocument (ISO/IEC 26300) or Office Open XML (ISO/IEC 29500) document.

    Raises Refused for any other archive, one that holds macros or a password, or one made to fill the memory.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            _check_size(entries)
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refused("le document est protégé par un mot de passe : retirez-le avant de l’envoyer")
            if _has_macros(names):
                raise Refused("le document contient des macros : enregistrez-le sans elles, ou en PDF")
            return _kind(archive, set(names))
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError) as error:
        raise Refused("le fichier est abîmé : ouvrez-le sur votre appareil pour vérifier, puis renvoyez-le") from error


def _check_size(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    bomb = len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED
    if bomb or any(e.file_size > SMALL and e.file_size > MAX_RATIO * max(e.compress_size, 1) for e in entries):
        raise Refused("le document est démesuré une fois déplié")


def _has_macros(names: list[str]) -> bool:
    for name in names:
        lower = name.lower()
        if lower.endswith("vbaproject.bin") or lower.startswith("scripts/"):
            return True
        if lower.startswith("basic/") and lower.endswith(".xml") and "script-l" not in lower:
            return True
    return False


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" in names:
        with archive.open("mimetype") as entry:
            mime = entry.read(100).decode("ascii", "replace").strip()
        if mime in ODF and "content.xml" in names:
            return mime
    if "[Content_Types].xml" in names and archive.getinfo("[Content_Types].xml").file_size <= SMALL:
        types = archive.read("[Content_Types].xml").decode("utf-8", "replace")
        for mark, mime in OOXML.items():
            if mark in types:
                return mime
    raise Refused("les archives ne sont pas acceptées : envoyez les fichiers un par un")
