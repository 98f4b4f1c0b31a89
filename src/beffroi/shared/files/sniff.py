"""What a file is, by its bytes: its name and what the browser says of it count for nothing."""

import re
from typing import BinaryIO

import filetype
from lxml import etree

from beffroi.shared.files.archives import office_type
from beffroi.shared.files.refusals import Refused

HEAD = 8192
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MARKUP = re.compile(r"<\s*(!doctype|html|head|body|script|svg|\?xml|iframe|[a-z][\w:-]*\s+xmlns)", re.IGNORECASE)

IMAGES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/avif")
HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
MESSAGE = "message/rfc822"
TIFF = "image/tiff"
TIFFS = (b"II*\x00", b"MM\x00*")
XML, CMS = "application/xml", "application/pkcs7-signature"
# A CMS SignedData (RFC 5652): a DER sequence that begins with the identifier 1.2.840.113549.1.7.2.
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
XML_HEAD = re.compile(rb"^(\xef\xbb\xbf)?\s*<(\?xml\s|[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?[\s>/])")
HEADER = re.compile(r"^[A-Za-z][A-Za-z0-9-]*:\s")
NEEDED = re.compile(r"^(from|date|message-id|received):", re.IGNORECASE | re.MULTILINE)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect(file: BinaryIO, *, filed: bool = False, signed: bool = False) -> str:
    """The MIME type of a content; an e-mail message (RFC 5322) or a scan in TIFF is one only where agents file them, an
    XML file or a detached signature (CMS) where `signed` says so.

    Raises Refused, with the way out, for what is not a known and safe type.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Refused("le fichier est vide")
    if head.startswith(b"PK\x03\x04"):
        return office_type(file)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head[4:8] == b"ftyp":
        return _of_container(head)
    if head.startswith(OLE):
        raise Refused(
            "les anciens formats de bureautique (.doc, .xls, .ppt) ne sont pas acceptés : "
            "enregistrez-le au format PDF, DOCX ou ODT"
        )
    if filed and head[:4] in TIFFS:
        return TIFF
    if filed and is_message(head):
        return MESSAGE
    if signed and head[:1] == b"\x30" and SIGNED_DATA in head[:24]:
        return CMS
    if signed and XML_HEAD.match(head) and not re.match(rb"\s*<(!doctype|html|svg)", head, re.IGNORECASE):
        return _of_xml(file)
    kind = filetype.guess(head)
    if kind is not None:
        if kind.mime in IMAGES:
            return kind.mime
        raise Refused(_explain(kind.mime))
    return _of_text(file)


def is_message(head: bytes) -> bool:
    """Does it begin as a message: header fields, among which an author, a date or a number?"""
    text = head.decode("latin-1").replace("\r\n", "\n")
    fields = text.partition("\n\n")[0]
    lines = [line for line in fields.split("\n") if line and not line[0].isspace()]
    if len(lines) < 2 or not all(HEADER.match(line) for line in lines[:-1]):
        return False
    return len({found.lower() for found in NEEDED.findall(fields)}) >= 2


def _of_container(head: bytes) -> str:
    size = int.from_bytes(head[:4], "big")
    brands = {head[8:12], *(head[i : i + 4] for i in range(16, min(size, len(head)), 4))}
    if b"avif" in brands:
        return "image/avif"
    if brands & HEIF_BRANDS:
        return "image/heic"
    raise Refused(_explain("video/mp4"))


def _explain(mime: str) -> str:
    if mime.startswith("video/"):
        return "les vidéos ne sont pas acceptées : envoyez plutôt des photos"
    if mime.startswith("audio/"):
        return "les enregistrements sonores ne sont pas acceptés"
    if mime == TIFF:
        return "les numérisations TIFF ne sont acceptées que dans les documents : envoyez-la en PDF ou en JPEG"
    if mime.startswith("image/"):
        return "ce format d’image n’est pas accepté : envoyez-la en JPEG ou en PNG"
    if mime in {"application/zip", "application/x-7z-compressed", "application/x-rar-compressed", "application/gzip"}:
        return "les archives ne sont pas acceptées : envoyez les fichiers un par un"
    return "ce type de fichier n’est pas accepté : envoyez une image, un PDF ou un document bureautique"


def _of_xml(file: BinaryIO) -> str:
    """A well-formed XML file, without a DTD nor outside entities."""
    file.seek(0)
    try:
        for _event, element in etree.iterparse(file, resolve_entities=False, no_network=True, load_dtd=False):
            element.clear()
    except etree.XMLSyntaxError as fault:
        raise Refused("ce fichier XML est mal formé") from fault
    finally:
        file.seek(0)
    if re.search(rb"<!(DOCTYPE|ENTITY)", file.read(HEAD), re.IGNORECASE):
        raise Refused("les fichiers XML qui déclarent un DTD ne sont pas acceptés")
    return XML


def _of_text(file: BinaryIO) -> str:
    file.seek(0)
    content = file.read()
    if BINARY.search(content):
        raise Refused(_explain(""))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if MARKUP.search(text[:HEAD]):
        raise Refused("les pages web et les dessins SVG ne sont pas acceptés : envoyez plutôt un PDF ou une image")
    return "text/plain"
