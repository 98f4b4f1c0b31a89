"""Where a scanned PDF is to be cut: the pages that bear one of our codes."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
import zxingcpp

from beffroi.modules.mail import paper

DPI = 150
MOST_PAGES = 1000


class Unreadable(Exception):
    """The file is not a PDF that can be read; the message is for the user."""


@dataclass(frozen=True)
class Part:
    """The pages of one letter, counted from 1; `team`, `letter` = those that its sheet names, or 0."""

    first: int
    last: int
    team: int = 0
    letter: int = 0


def marks(content: bytes) -> Iterator[paper.Mark | None]:
    """For each page: what its separator says, or None for a page of a letter. Read at 150 dots per inch, whatever the
    side that was scanned first. Raises Unreadable."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise Unreadable("Ce PDF est abîmé ou protégé par un mot de passe.") from None
    try:
        if len(document) > MOST_PAGES:
            raise Unreadable(f"Ce lot a plus de {MOST_PAGES} pages : numérisez-le en plusieurs fois.")
        for page in document:
            yield _mark_of(page.render(scale=DPI / 72, grayscale=True).to_numpy())
    finally:
        document.close()


def _mark_of(picture) -> paper.Mark | None:
    if picture.ndim == 3:
        picture = picture[:, :, 0]
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode, try_rotate=True, try_downscale=True)
    return next((mark for code in found if (mark := paper.read_mark(code.text)) is not None), None)


def parts(found: Sequence[paper.Mark | None], register: int) -> list[Part]:
    """The letters between the separators. Pages before the first separator are a letter of their own; two separators
    that follow each other hold nothing between them; a separator of another register cuts, and names no team."""
    made: list[Part] = []
    start, last = 1, paper.Mark(register)
    for number, mark in enumerate([*found, last], start=1):
        if mark is None:
            continue
        if number > start:
            made.append(Part(start, number - 1, last.team if last.register == register else 0, last.letter))
        start, last = number + 1, mark
    return made


def extract(content: bytes, *ranges: tuple[int, int]) -> bytes:
    """These pages (first and last, counted from 1) as a PDF of their own."""
    from pypdf import PdfReader, PdfWriter

    reader, writer = PdfReader(io.BytesIO(content)), PdfWriter()
    for first, last in ranges:
        for page in reader.pages[first - 1 : last]:
            writer.add_page(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
