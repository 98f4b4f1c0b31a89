"""The searchable copy of a scan: PDF/A-2b (ISO 19005-2), the words lying under the picture of each page."""

import json
import tempfile
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import typst

from beffroi.shared.documents.reading.ocr import Seen

TEMPLATE = Path(__file__).parent / "searchable.typ"
DPI = 300
KEPT_WIDTH = 1654  # an A4 page at 200 dots an inch


def make(title: str, seen: Iterable[Seen], *, at: datetime) -> bytes:
    """The PDF of these pages, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        leaves = [_leaf(root, number, page) for number, page in enumerate(seen, start=1)]
        (root / "pages.json").write_text(json.dumps({"title": title, "pages": leaves}))
        (root / "main.typ").write_text(TEMPLATE.read_text())
        return typst.compile(  # type: ignore[call-overload]
            str(root / "main.typ"),
            root=folder,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=["a-2b"],
            timestamp=int(at.timestamp()),
        )


def _leaf(root: Path, number: int, page: Seen) -> dict:
    image = page.image
    name = f"{number}.jpg"
    small = image
    if image.width > KEPT_WIDTH:
        small = image.resize((KEPT_WIDTH, round(image.height * KEPT_WIDTH / image.width)))
    small.save(root / name, "JPEG", quality=70, optimize=True)
    points = 72 / DPI
    words = []
    for word in page.words:
        left, top, right, bottom = word.box
        said = _printable(word.text)
        if said:
            words.append(
                {
                    "t": said,
                    "x": left * points,
                    "y": top * points,
                    "w": max(right - left, 1) * points,
                    "h": max(bottom - top, 1) * points,
                }
            )
    return {"image": name, "w": image.width * points, "h": image.height * points, "words": words}


def _printable(text: str) -> str:
    """What the fonts of the file can write: Latin letters, figures, usual marks."""
    kept = [c for c in unicodedata.normalize("NFC", text) if c.isprintable() and (ord(c) < 0x250 or c in "’‘“”–—…€•œŒ")]
    return "".join(kept)
