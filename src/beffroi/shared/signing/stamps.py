"""Where the stamp of a signature is drawn: where the text of the PDF says, else at the foot of a page.

The author writes `#signature#` (or `#cachet#`) in the document, in white if he likes: the stamp covers it. The second
signature takes the second mark, and so on. Without a mark, the page is that of the type: 1 is the first, −1 the last.
"""

from dataclasses import dataclass

import pypdfium2

from beffroi.shared.documents.reading.texts import PDFIUM

MARKS = {"signature": "#signature#", "seal": "#cachet#"}
WIDTH, HEIGHT = 190, 42
LEFT, BOTTOM = 36, 24  # points from the lower left corner of the page
STEP_X, STEP_Y, IN_A_ROW = 200, 48, 2


@dataclass(frozen=True)
class Wish:
    """Where it should go: `kind` is "signature" or "seal"; `nth` = how many of that kind are there already."""

    kind: str = "signature"
    nth: int = 0
    page: int = -1


@dataclass(frozen=True)
class Place:
    """`page` from 0, or −1 for the last; `box` in points: left, bottom, right, top."""

    page: int
    box: tuple[int, int, int, int]


def find(content: bytes, wish: Wish, rank: int) -> Place:
    """The place of the signature number `rank` (0 = the first). Raises ValueError for a file that cannot be read."""
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as fault:
            raise ValueError(str(fault)) from fault
        try:
            marked = _marked(document, MARKS.get(wish.kind, ""), wish.nth)
            if marked is not None:
                return marked
            page = wish.page if wish.page < 0 else min(wish.page, len(document)) - 1
            return Place(max(page, -len(document)), _row(rank))
        finally:
            document.close()


def _row(rank: int) -> tuple[int, int, int, int]:
    """At the foot of the page, beside and above those that are there, so that none hides another."""
    left, bottom = LEFT + rank % IN_A_ROW * STEP_X, BOTTOM + rank // IN_A_ROW * STEP_Y
    return left, bottom, left + WIDTH, bottom + HEIGHT


def _marked(document, mark: str, nth: int) -> Place | None:
    if not mark:
        return None
    seen = 0
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        search = text.search(mark, match_case=False)
        while (hit := search.get_next()) is not None:
            if seen == nth:
                return _at(page, text, number, *hit)
            seen += 1
    return None


def _at(page, text, number: int, index: int, count: int) -> Place | None:
    if page.get_rotation():
        return None
    boxes = [text.get_charbox(index + place) for place in range(count)]
    left, top = min(box[0] for box in boxes), max(box[3] for box in boxes)
    width, _height = page.get_size()
    left = max(0, min(int(left), int(width) - WIDTH))
    top = max(HEIGHT, int(top) + 2)
    return Place(number, (left, top - HEIGHT, left + WIDTH, top))
