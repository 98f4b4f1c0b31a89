"""A file's name, as shown and downloaded: the sender's words, without what could deceive or harm."""

import re
import unicodedata

LIMIT = 120
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "message/rfc822": "eml",
    "application/xml": "xml",
    "application/pkcs7-signature": "p7s",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.graphics": "odg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
}
ALSO = {"jpg": {"jpeg", "jpe"}, "tif": {"tiff"}, "txt": {"csv", "md", "log"}}


def safe_name(name: str, mime: str) -> str:
    """The last part of the path, one line, no control nor direction mark, its ending that of its real type."""
    name = unicodedata.normalize("NFC", name or "").replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in name if not _invisible(c))
    name = re.sub(r"[<>:\"|?*%#]+", " ", name)
    name = re.sub(r"\s+", " ", name).strip().rstrip(" .")
    wanted = EXTENSIONS[mime]
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    if ending.lower() not in {wanted, *ALSO.get(wanted, ())} and len(ending) > 5:
        stem, ending = name, ""
    ending = ending.lower() if ending.lower() in {wanted, *ALSO.get(wanted, ())} else wanted
    return f"{stem.strip(' .')[:LIMIT] or 'fichier'}.{ending}"


def _invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf"
