"""Pictures of the pages of a document, made here at the first look and kept beside the contents."""

import io

import pypdfium2
from PIL import Image, ImageOps

from beffroi.shared.documents.reading.texts import PDF, PDFIUM
from beffroi.shared.files import storage

FOLDER = "pages"
WIDTHS = {"petite": 220, "grande": 1100}
PHOTOS = ("image/jpeg", "image/png")
TIFF = "image/tiff"
IMAGES = (*PHOTOS, TIFF)
OCR_DPI = 300


def has_pages(mime: str) -> bool:
    """Can its pages be shown?"""
    return mime == PDF or mime in IMAGES


def count(mime: str, content: bytes) -> int:
    """How many pages."""
    if mime in PHOTOS:
        return 1
    if mime == TIFF:
        with Image.open(io.BytesIO(content), formats=("TIFF",)) as scan:
            return getattr(scan, "n_frames", 1)
    with PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            return len(document)
        finally:
            document.close()


def name_of(sha256: str, page: int, size: str) -> str:
    """Where the picture of a page lies in the storage; collected with the content."""
    return f"{FOLDER}/{storage.address(sha256)}-{page}-{size}.webp"


def picture(sha256: str, mime: str, page: int, size: str) -> storage.Portions:
    """The bytes of the picture of a page (1 = the first) in WebP.

    Raises FileNotFoundError without the content, IndexError past the last page, and pypdfium2.PdfiumError for a file
    that cannot be opened.
    """
    kept = storage.contents()
    name = name_of(sha256, page, size)
    try:
        return kept.read(name)
    except FileNotFoundError:
        with kept.open(storage.address(sha256)) as content:
            drawn = draw(content.read(), mime, page, width=WIDTHS[size])
        small = io.BytesIO()
        drawn.save(small, "WEBP", quality=80, method=3)
        kept.put(name, small)
        return kept.read(name)


def forget(sha256: str) -> None:
    """Delete the pictures of the pages of a content."""
    kept = storage.contents()
    folder = f"{FOLDER}/{sha256[:2]}/{sha256[2:4]}"
    try:
        names = kept.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        if name.startswith(f"{sha256}-"):
            kept.delete(f"{folder}/{name}")


def _upright(source: Image.Image) -> Image.Image:
    """The pixels in colours; a scan that copiers write in sixteen shades, or lying, is put right."""
    if source.mode.startswith("I;16"):
        return source.point(lambda value: value / 256).convert("L").convert("RGB")
    return ImageOps.exif_transpose(source).convert("RGB")


def draw(content: bytes, mime: str, page: int, *, width: int | None = None, dpi: int = OCR_DPI) -> Image.Image:
    """The page as a picture, so many pixels wide, or at so many dots an inch."""
    if mime in IMAGES:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "TIFF")) as source:
            if not 1 <= page <= (getattr(source, "n_frames", 1) if mime == TIFF else 1):
                raise IndexError(page)
            source.seek(page - 1)
            found = _upright(source)
        if width and found.width > width:
            found.thumbnail((width, width * 3), Image.Resampling.LANCZOS)
        return found
    with PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            if not 1 <= page <= len(document):
                raise IndexError(page)
            leaf = document[page - 1]
            scale = width / max(leaf.get_width(), 1) if width else dpi / 72
            # A plan of a metre by two must not fill the memory.
            scale = min(scale, 6000 / max(leaf.get_width(), leaf.get_height(), 1))
            return leaf.render(scale=scale).to_pil().convert("RGB")
        finally:
            document.close()
