"""What a content is, by its PRONOM identifier (PUID), for the types that the platform accepts.

Each line was compared with version 109 of the PRONOM signature file (The National Archives, 2022). The version of a
format is read in the bytes, as PRONOM's own signatures do; where it is not told, the most general identifier is given.
"""

import io
import re
import zipfile
from dataclasses import dataclass

LIST = "PRONOM v109"
HEAD = 64 * 1024


@dataclass(frozen=True)
class Format:
    """`puid` = the identifier, `name` = its name in PRONOM."""

    puid: str
    name: str


PDF = {
    "1.0": "fmt/14",
    "1.1": "fmt/15",
    "1.2": "fmt/16",
    "1.3": "fmt/17",
    "1.4": "fmt/18",
    "1.5": "fmt/19",
    "1.6": "fmt/20",
    "1.7": "fmt/276",
    "2.0": "fmt/1129",
}
PDF_A = {
    "1a": "fmt/95",
    "1b": "fmt/354",
    "2a": "fmt/476",
    "2b": "fmt/477",
    "2u": "fmt/478",
    "3a": "fmt/479",
    "3b": "fmt/480",
    "3u": "fmt/481",
}
ODF = "application/vnd.oasis.opendocument"
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = {
    f"{ODF}.text": {"1.0": "fmt/136", "1.1": "fmt/290", "1.2": "fmt/291", "1.3": "fmt/1756"},
    f"{ODF}.spreadsheet": {"1.0": "fmt/137", "1.1": "fmt/294", "1.2": "fmt/295", "1.3": "fmt/1755"},
    f"{ODF}.presentation": {"1.0": "fmt/138", "1.1": "fmt/292", "1.2": "fmt/293", "1.3": "fmt/1754"},
}
PLAIN = {
    f"{OFFICE}.wordprocessingml.document": Format("fmt/412", "Microsoft Word for Windows 2007 onwards"),
    f"{OFFICE}.spreadsheetml.sheet": Format("fmt/214", "Microsoft Excel for Windows 2007 onwards"),
    f"{OFFICE}.presentationml.presentation": Format("fmt/215", "Microsoft Powerpoint for Windows 2007 onwards"),
    "image/tiff": Format("fmt/353", "Tagged Image File Format"),
    "message/rfc822": Format("fmt/278", "Internet Message Format"),
    "text/csv": Format("x-fmt/18", "Comma Separated Values"),
    "text/plain": Format("x-fmt/111", "Plain Text File"),
}
PART, CONFORMANCE = (
    re.compile(rb"pdfaid:" + word + rb"\s*(?:=\s*[\"']|>)\s*(\w)") for word in (b"part", b"conformance")
)
ODF_VERSION = re.compile(rb"office:version\s*=\s*[\"'](1\.[0-3])[\"']")


def identify(mime: str, content: bytes, name: str = "") -> Format | None:
    """The format of a content of that type; None for a type that the table does not know."""
    if mime == "application/pdf":
        return _pdf(content)
    if mime == "image/jpeg":
        return _jpeg(content)
    if mime == "image/png":
        return _png(content)
    if mime in OPEN_DOCUMENT:
        return _open_document(mime, content)
    if mime == "text/plain" and name.lower().endswith(".csv"):
        return PLAIN["text/csv"]
    return PLAIN.get(mime)


def _pdf(content: bytes) -> Format:
    part, conformance = PART.search(content), CONFORMANCE.search(content)
    if part and conformance:
        level = f"{part[1].decode()}{conformance[1].decode().lower()}"
        if level in PDF_A:
            return Format(PDF_A[level], f"Acrobat PDF/A - Portable Document Format {level}")
    found = re.match(rb"%PDF-(\d\.\d)", content)
    version = found[1].decode() if found else ""
    return Format(PDF.get(version, "fmt/18"), f"Acrobat PDF - Portable Document Format {version or '1.4'}")


def _jpeg(content: bytes) -> Format:
    """JFIF tells its version after its mark; anything else that begins as a JPEG is a raw stream."""
    if content[6:11] == b"JFIF\x00":
        puid = {0: "fmt/42", 1: "fmt/43", 2: "fmt/44"}.get(content[12], "fmt/43")
        return Format(puid, "JPEG File Interchange Format")
    return Format("fmt/41", "Raw JPEG Stream")


def _png(content: bytes) -> Format:
    """The version is that of the newest kind of chunk found before the picture."""
    kinds, place = set(), 8
    while place + 8 <= len(content):
        size, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        if kind == b"IDAT":
            break
        kinds.add(kind)
        place += size + 12
    if b"iTXt" in kinds:
        return Format("fmt/13", "Portable Network Graphics 1.2")
    newer = kinds & {b"sRGB", b"iCCP", b"sPLT"}
    return Format("fmt/12" if newer else "fmt/11", f"Portable Network Graphics {'1.1' if newer else '1.0'}")


def _open_document(mime: str, content: bytes) -> Format:
    version = "1.2"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as inside:
            found = ODF_VERSION.search(inside.read(HEAD))
            version = found[1].decode() if found else "1.0"
    except (zipfile.BadZipFile, KeyError):
        pass
    kind = mime.rpartition(".")[2].capitalize()
    return Format(OPEN_DOCUMENT[mime][version], f"OpenDocument {kind} {version}")
