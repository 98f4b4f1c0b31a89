"""The text of a file, page by page where it has pages."""

import io
import re
import threading
import zipfile
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pypdfium2
from lxml import etree, html

MOST = 2_000_000
MOST_CELLS = 200_000
MOST_UNPACKED = 60 * 1024 * 1024
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
TEXT, TABLE = (
    "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}",
    "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}",
)
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
# PDFium keeps a state of its own: one thread at a time.
PDFIUM = threading.RLock()
PDF = "application/pdf"
OFFICE = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."


class Unreadable(Exception):
    """The file cannot be read; the message is for the person who sent it."""


@dataclass
class Read:
    """`pages` = the text of each page, one alone for what has none. `sender`, `subject`, `day` = what a message says
    of itself."""

    pages: list[str] = field(default_factory=list)
    sender: str = ""
    subject: str = ""
    day: object = None

    @property
    def text(self) -> str:
        return "\f".join(self.pages)[:MOST]


def read(mime: str, content: bytes) -> Read:
    """The text inside a file; no page for a picture. Raises Unreadable."""
    try:
        if mime == PDF:
            return Read(_pdf(content))
        if mime.startswith(OFFICE):
            return Read(_slides(content) if "presentation" in mime else [_ooxml(mime, content)])
        if mime.startswith(ODF):
            return Read(_odf(content))
        if mime == "message/rfc822":
            return _message(content)
        if mime == "text/plain":
            return Read([_plain(content)])
    except (pypdfium2.PdfiumError, zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, OSError) as fault:
        raise Unreadable("le fichier est abîmé ou protégé par un mot de passe") from fault
    return Read()


def clean(text: str) -> str:
    """What the database can keep: no zero byte nor lone surrogate, ends of lines as here."""
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-")
    return text.encode("utf-8", "ignore").decode()


def _plain(content: bytes) -> str:
    try:
        return clean(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return clean(content.decode("cp1252", "replace"))


def _pdf(content: bytes) -> list[str]:
    with PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            pages, length = [], 0
            for page in document:
                words = page.get_textpage()
                text = clean(words.get_text_range()) if length < MOST else ""
                words.close()
                page.close()
                pages.append(text)
                length += len(text)
            return pages
        finally:
            document.close()


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    if archive.getinfo(name).file_size > MOST_UNPACKED:
        raise ValueError(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)


def _ooxml(mime: str, content: bytes) -> str:
    if "spreadsheet" in mime:
        return _workbook(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        parts = ["word/document.xml"]
        parts += sorted(n for n in names if n.startswith(("word/header", "word/footer", "word/footnotes")))
        return clean("\n".join(_runs(_part(archive, n), f"{W}p", f"{W}t") for n in parts if n.endswith(".xml")))


SLIDE = re.compile(r"^ppt/slides/slide(\d+)\.xml$")


def _slides(content: bytes) -> list[str]:
    """The text of each slide, then what its notes say, in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        numbers = sorted(int(found[1]) for name in names if (found := SLIDE.match(name)))
        pages = []
        for number in numbers:
            said = _runs(_part(archive, f"ppt/slides/slide{number}.xml"), f"{A}p", f"{A}t")
            notes = f"ppt/notesSlides/notesSlide{number}.xml"
            if notes in names:
                said += "\n" + _runs(_part(archive, notes), f"{A}p", f"{A}t")
            pages.append(clean(said))
        return pages


def _runs(tree: etree._Element, paragraph: str, run: str) -> str:
    lines = []
    for one in tree.iter(paragraph):
        words = [
            "\t" if part.tag == f"{W}tab" else "\n" if part.tag == f"{W}br" else part.text or ""
            for part in one.iter(run, f"{W}tab", f"{W}br")
        ]
        lines.append("".join(words))
    return "\n".join(lines)


def _workbook(content: bytes) -> str:
    from openpyxl import load_workbook  # long to import

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    lines, cells = [], 0
    try:
        for sheet in book.worksheets:
            lines.append(sheet.title)
            for row in sheet.iter_rows(values_only=True):
                said = [str(value) for value in row if value is not None]
                cells += len(row)
                if said:
                    lines.append("\t".join(said))
                if cells > MOST_CELLS:
                    break
    finally:
        book.close()
    return clean("\n".join(lines))


def _odf(content: bytes) -> list[str]:
    """The text of a document, or of each slide of a presentation."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tree = _part(archive, "content.xml")
    slides = list(tree.iter(f"{DRAW}page"))
    return [_odf_lines(part) for part in slides or [tree]]


def _odf_lines(tree: etree._Element) -> str:
    lines = []
    for one in tree.iter(f"{TEXT}p", f"{TEXT}h", f"{TABLE}table"):
        if one.tag == f"{TABLE}table":
            lines.append(one.get(f"{TABLE}name") or "")
        else:
            lines.append(_odf_words(one))
    return clean("\n".join(lines))


def _odf_words(node: etree._Element) -> str:
    said = [node.text or ""]
    for child in node:
        if child.tag == f"{TEXT}s":
            said.append(" ")
        elif child.tag in (f"{TEXT}tab", f"{TEXT}line-break"):
            said.append("\t" if child.tag.endswith("tab") else "\n")
        elif child.tag != f"{TEXT}p":
            said.append(_odf_words(child))
        said.append(child.tail or "")
    return "".join(said)


def message_of(content: bytes) -> EmailMessage:
    """An e-mail message (RFC 5322), read by the standard library."""
    return message_from_bytes(content, policy=policy.default)  # type: ignore[return-value]


def _message(content: bytes) -> Read:
    message = message_of(content)
    sender = str(message.get("from", ""))[:160]
    subject = str(message.get("subject", ""))[:300]
    heads = [
        f"{name} : {message[key]}"
        for name, key in (("De", "from"), ("À", "to"), ("Date", "date"), ("Objet", "subject"))
        if message[key]
    ]
    attached = [part.get_filename() or "" for part in message.iter_attachments()]
    if any(attached):
        heads.append(f"Pièces jointes : {', '.join(name for name in attached if name)}")
    day = getattr(message["date"], "datetime", None) if message["date"] else None
    text = clean("\n".join([*heads, "", body_of(message)]))
    return Read([text], sender=clean(sender), subject=clean(subject), day=day.date() if day else None)


def body_of(message: EmailMessage) -> str:
    """The words of a message, without its markup."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        said = part.get_content()
    except (LookupError, UnicodeError):
        said = (part.get_payload(decode=True) or b"").decode("latin-1")
    if part.get_content_subtype() != "html":
        return said
    tree = html.fromstring(said) if said.strip() else None
    if tree is None:
        return ""
    for hidden in tree.xpath("//script|//style"):
        hidden.drop_tree()
    return "\n".join(line.strip() for line in tree.text_content().splitlines() if line.strip())


WORDS = {
    "fr": {"le", "la", "les", "des", "du", "et", "est", "une", "dans", "pour", "que", "vous", "sur", "par", "au"},
    "en": {"the", "and", "of", "to", "is", "in", "that", "for", "you", "with", "this", "are", "on", "be", "by"},
    "nl": {"het", "een", "van", "en", "is", "dat", "niet", "voor", "met", "zijn", "op", "aan", "wij", "ook", "u"},
    "de": {"der", "die", "das", "und", "ist", "nicht", "mit", "ein", "eine", "von", "zu", "den", "für", "auf", "sie"},
}


def language_of(text: str) -> str:
    """ "fr", "en", "nl" or "de" by its small words; empty when there are too few to tell."""
    words = [word.strip(".,;:!?()«»\"'’").lower() for word in text[:20_000].split()]
    scores = {code: sum(word in known for word in words) for code, known in WORDS.items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] >= 3 else ""
