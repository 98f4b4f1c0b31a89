"""Plain files of the demonstration, made in a blink: PDF written by hand, DOCX and ODT from one empty file, messages,
noisy pages whose words lie under the picture."""

import io
import zipfile
import zlib
from email.header import Header
from functools import cache
from xml.sax.saxutils import escape

import docx
import numpy
from odfdo import Document as OdfDocument
from PIL import Image, ImageDraw

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
# A4 in points, and the size of the noisy pages in pixels.
PAGE, SCAN = (595, 842), (620, 877)
NOISES = 12


def pdf(title: str, lines: list[str], *, scan: int | None = None) -> bytes:
    """A PDF 1.4 of one page with these lines; `scan` = the number of the noisy sheet that is seen above its words."""
    shown = "3" if scan is not None else "0"
    words = ["BT", "/F 11 Tf", f"{shown} Tr", "14 TL", "60 780 Td", f"({_string(title)}) Tj T* T*"]
    words += [f"({_string(line)}) Tj T*" for line in lines]
    words.append("ET")
    stream = "\n".join(words).encode("cp1252", "replace")
    pictures = b""
    if scan is not None:
        stream = b"q 595 0 0 842 0 0 cm /S Do Q\n" + stream
        pictures = b"/XObject << /S 6 0 R >> "
    packed = zlib.compress(stream, 1)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << "
        + pictures
        + b"/Font << /F 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    if scan is not None:
        sheet = noisy(scan % NOISES)
        head = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray" % SCAN
        objects.append(
            head + b" /BitsPerComponent 8 /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (len(sheet), sheet)
        )
    return _assembled(objects)


def _assembled(objects: list[bytes]) -> bytes:
    content, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(content)


def _string(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


@cache
def noisy(number: int) -> bytes:
    """A sheet as a copier gives it, grey, tilted and speckled, with the strokes of a hand: one of a dozen."""
    draw = numpy.random.default_rng(number)
    sheet = Image.new("L", SCAN, 244)
    pen = ImageDraw.Draw(sheet)
    for row in range(9 + number % 5):
        top = 90 + row * 34
        points = [(60 + step * 8, top + int(draw.normal(0, 3))) for step in range(28 + int(draw.integers(0, 30)))]
        pen.line(points, fill=int(draw.integers(30, 90)), width=2)
    sheet = sheet.rotate(0.9 - 0.15 * number, fillcolor=238, resample=Image.Resampling.BILINEAR)
    grain = draw.normal(0, 7, (SCAN[1], SCAN[0]))
    spoiled = numpy.clip(numpy.asarray(sheet, dtype=float) + grain, 0, 255).astype("uint8")
    kept = io.BytesIO()
    Image.fromarray(spoiled).save(kept, "JPEG", quality=25)
    return kept.getvalue()


@cache
def _empty(kind: str) -> tuple[tuple[zipfile.ZipInfo, bytes], ...]:
    """The parts of an empty DOCX or ODT."""
    kept = io.BytesIO()
    if kind == "docx":
        docx.Document().save(kept)
    else:
        OdfDocument("text").save(kept)
    with zipfile.ZipFile(kept) as archive:
        return tuple((entry, archive.read(entry)) for entry in archive.infolist() if "thumbnail" not in entry.filename)


def _filled(kind: str, part: str, content: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for entry, said in _empty(kind):
            how = zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry.filename, content if entry.filename == part else said, compress_type=how)
    return kept.getvalue()


def word(title: str, lines: list[str]) -> bytes:
    """A DOCX: a title and paragraphs."""
    head = f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>{escape(title)}</w:t></w:r></w:p>'
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    return _filled("docx", "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{head}{body}</w:body></w:document>')


def open_text(title: str, lines: list[str]) -> bytes:
    """An ODT: a title and paragraphs."""
    head = f'<text:h text:outline-level="1">{escape(title)}</text:h>'
    body = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    names = f'xmlns:office="{OFFICE}" xmlns:text="{TEXT}" office:version="1.3"'
    return _filled(
        "odt",
        "content.xml",
        f"<office:document-content {names}><office:body><office:text>{head}{body}</office:text></office:body>"
        "</office:document-content>",
    )


def message(writer: str, title: str, lines: list[str], day, number: int) -> bytes:
    """An e-mail message."""
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day.month - 1]
    heads = [
        f"From: {Header(writer, 'utf-8').encode()} <courriel{number}@example.invalid>",
        "To: contact@example.invalid",
        f"Subject: {Header(title, 'utf-8').encode()}",
        f"Date: {day.day} {month} {day.year} 10:00:00 +0000",
        f"Message-ID: <demo-{number}@example.invalid>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    return "\r\n".join([*heads, "", *lines, ""]).encode()
