"""What is seen in the image of a page, in French: Tesseract 5, in its wheel, with the data of an npm package.

Nothing leaves the machine. A page that reads badly is tried on its other three sides, as a sheet put askew in a copier.
"""

import gzip
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps

# One thread for each page: as many pages as workers, and a machine that still answers.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import tesserocr  # noqa: E402  after its number of threads

LANGUAGE = "fra"
PACKAGE = ("node_modules", "@tesseract.js-data", "fra", "4.0.0_best_int", "fra.traineddata.gz")
# Below this confidence (0 to 100), the page may be upside down.
DOUBTFUL = 55
SURE = 30
SMALLEST = 1500


@dataclass(frozen=True)
class Word:
    """A word and its box in pixels: left, top, right, bottom."""

    text: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Seen:
    """What was read on a page; `image` = the page as it was read, the right way up. `confidence` from 0 to 100."""

    text: str
    words: tuple[Word, ...]
    confidence: int
    image: Image.Image


@cache
def data_folder(home: str) -> str:
    """The folder of the French data, unpacked once in the home of the installation."""
    folder = Path(home) / "ocr"
    kept = folder / f"{LANGUAGE}.traineddata"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with (
            gzip.open(Path(settings.PROJECT).joinpath(*PACKAGE)) as packed,
            tempfile.NamedTemporaryFile(dir=folder, delete=False) as draft,
        ):
            shutil.copyfileobj(packed, draft)
        os.replace(draft.name, kept)
    return f"{folder}/"


def see(image: Image.Image) -> Seen:
    """Read a page."""
    page = ImageOps.autocontrast(image.convert("L"))
    if max(page.size) < SMALLEST:
        scale = SMALLEST / max(page.size)
        page = page.resize((round(page.width * scale), round(page.height * scale)), Image.Resampling.LANCZOS)
    best = _read(page)
    if best.confidence < DOUBTFUL:
        for turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270):
            other = _read(page.transpose(turn))
            if other.confidence > best.confidence + 10 and len(other.words) >= len(best.words) // 2:
                best = other
            if best.confidence >= DOUBTFUL:
                break
    return best


def _read(page: Image.Image) -> Seen:
    folder = data_folder(str(settings.HOME))
    with tesserocr.PyTessBaseAPI(path=folder, lang=LANGUAGE, psm=tesserocr.PSM.AUTO) as reader:
        reader.SetImage(page)
        reader.SetSourceResolution(300)
        text = reader.GetUTF8Text()
        words = []
        found = reader.GetIterator()
        level = tesserocr.RIL.WORD
        for part in tesserocr.iterate_level(found, level) if found and text.strip() else ():
            if part.Empty(level) or part.Confidence(level) < SURE:
                continue
            said, box = part.GetUTF8Text(level).strip(), part.BoundingBox(level)
            if said and box:
                words.append(Word(said, box))
        confidence = reader.MeanTextConf() if words else 0
    return Seen(text.strip(), tuple(words), confidence, page)
