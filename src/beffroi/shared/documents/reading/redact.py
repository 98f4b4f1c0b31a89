"""Pages whose passages are hidden for good: each page is drawn, the passages painted over, their words left out.

Nothing of the source file goes into the result: neither its text, its layers, its attachments nor its metadata. The
words that may be read stay searchable, below the picture of the page (PDF/A-2b).
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw

from beffroi.shared.documents.reading import pages, searchable
from beffroi.shared.documents.reading.ocr import Seen, Word
from beffroi.shared.documents.reading.texts import PDF, PDFIUM, clean

DPI = 300
MOST_PAGES = 60
MOST_WORDS = 40
# What is drawn around a passage, in pixels at 300 dots an inch: the edge of a letter must not stick out.
MARGIN = 4
FINE = 100_000


class BadZone(ValueError):
    """A zone that is not on the pages; the message is for the person."""


@dataclass(frozen=True)
class Zone:
    """A rectangle of a page (1 = the first): left, top, right, bottom, as shares of its sides, 0 to 1."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


def count(mime: str, content: bytes) -> int:
    """How many pages."""
    return pages.count(mime, content)


def find(content: bytes, passages: list[str]) -> list[Zone]:
    """Where these words are in the text of a PDF, whatever their case."""
    found = []
    with PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            for number, leaf in enumerate(document, start=1):
                text = leaf.get_textpage()
                for passage in passages:
                    found += [Zone(number, *box) for box in _boxes(leaf, text, passage)]
                text.close()
                leaf.close()
        finally:
            document.close()
    return found


def _boxes(leaf, text, passage: str) -> Iterator[tuple[float, float, float, float]]:
    searcher = text.search(passage, match_case=False)
    while (at := searcher.get_next()) is not None:
        start, length = at
        for rank in range(text.count_rects(start, length)):
            yield _shares(leaf, text.get_rect(rank))
    searcher.close()


def _shares(leaf, box) -> tuple[float, float, float, float]:
    """Where (left, bottom, right, top) of the space of the page, in points, is on its picture, whatever its rotation
    and its edges: left, top, right, bottom, as shares of its sides."""
    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(leaf, 0, 0, FINE, FINE, 0, x, y, across, down)
        corners.append((across.value / FINE, down.value / FINE))
    (a, b), (c, d) = corners
    return min(a, c), min(b, d), max(a, c), max(b, d)


def part(total: int, first: int | None, last: int | None) -> range:
    """The pages that are asked for, all of them by default. Raises BadZone for pages that do not exist, or too many."""
    start, end = first or 1, last or total
    if not 1 <= start <= end <= total:
        raise BadZone(f"Le document a {total} pages : donnez une première et une dernière page parmi elles.")
    if end - start >= MOST_PAGES:
        raise BadZone(
            f"{MOST_PAGES} pages au plus à la fois : dites de quelle page à quelle page, puis faites la suite."
        )
    return range(start, end + 1)


def make(
    title: str, mime: str, content: bytes, zones: list[Zone], *, at: datetime, wanted: range | None = None
) -> bytes:
    """The PDF of these pages (`wanted`, as `part` gives them) without these passages; the zones bear the numbers of the
    source. Raises BadZone for a page that is not there or a zone of no size."""
    total = count(mime, content)
    wanted = part(total, None, None) if wanted is None else wanted
    for zone in zones:
        if not 1 <= zone.page <= total:
            raise BadZone(f"Le document n’a pas de page {zone.page}.")
        if zone.page not in wanted:
            raise BadZone(f"La page {zone.page} n’est pas dans la partie demandée, de {wanted[0]} à {wanted[-1]}.")
        if not (0 <= zone.left < zone.right <= 1.0001 and 0 <= zone.top < zone.bottom <= 1.0001):
            raise BadZone("Une zone se donne en pourcentages de la page, de 0 à 100.")
    leaves = (_leaf(mime, content, number, [z for z in zones if z.page == number]) for number in wanted)
    return searchable.make(title, leaves, at=at)  # one page in memory at a time


def _leaf(mime: str, content: bytes, number: int, zones: list[Zone]) -> Seen:
    picture = pages.draw(content, mime, number, dpi=DPI)
    hidden = [
        (
            int(zone.left * picture.width) - MARGIN,
            int(zone.top * picture.height) - MARGIN,
            int(zone.right * picture.width) + MARGIN,
            int(zone.bottom * picture.height) + MARGIN,
        )
        for zone in zones
    ]
    words = [word for word in _words(content, number, picture) if not _meets(word.box, hidden)] if mime == PDF else []
    brush = ImageDraw.Draw(picture)
    for box in hidden:
        brush.rectangle(box, fill="black")
    return Seen(" ".join(word.text for word in words), tuple(words), 100, picture)


def _meets(box, hidden) -> bool:
    """Does the word touch what is painted over?"""
    left, top, right, bottom = box
    return any(left < r and right > x and top < b and bottom > y for x, y, r, b in hidden)


def _words(content: bytes, number: int, picture: Image.Image) -> Iterator[Word]:
    """The words of a page of a PDF, with their boxes on its picture."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            leaf = document[number - 1]
            text = leaf.get_textpage()
            for said, box in _grouped(text):
                left, top, right, bottom = _shares(leaf, box)
                across, down = picture.width, picture.height
                yield Word(
                    clean(said), (round(left * across), round(top * down), round(right * across), round(bottom * down))
                )
            text.close()
            leaf.close()
        finally:
            document.close()


def _grouped(text) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Letters put together until a space: (word, left, bottom, right, top) in points."""
    said, box = "", None
    for rank in range(text.count_chars()):
        letter = text.get_text_range(rank, 1)
        here = text.get_charbox(rank)
        if not letter.strip():
            if said and box:
                yield said, box
            said, box = "", None
            continue
        if box is not None and (here[0] - box[2] > box[3] - box[1] or here[3] < box[1] or here[1] > box[3]):
            yield said, box
            said, box = "", None
        said += letter
        box = (
            here
            if box is None
            else (min(box[0], here[0]), min(box[1], here[1]), max(box[2], here[2]), max(box[3], here[3]))
        )
    if said and box:
        yield said, box


def read_zones(text: str) -> list[Zone]:
    """« page gauche haut largeur hauteur » in per cent, a zone a line. Raises BadZone."""
    zones = []
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = line.replace(",", ".").split()
        try:
            page, left, top, width, height = int(parts[0]), *(float(part) / 100 for part in parts[1:])
        except (ValueError, IndexError) as fault:
            raise BadZone(f"« {line.strip()} » n’est pas une zone : page, gauche, haut, largeur, hauteur.") from fault
        zones.append(Zone(page, left, top, min(left + width, 1), min(top + height, 1)))
    return zones
