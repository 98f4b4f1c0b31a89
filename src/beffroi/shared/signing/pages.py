"""The pictures of the pages of a document of the sign-book, made at the first look."""

import pypdfium2

from beffroi.shared.documents.reading import pages
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile

MOST = 60


def can_show(file: StoredFile) -> bool:
    """Has it pages to show?"""
    return pages.has_pages(file.blob.mime) and file.blob.is_available


def count(file: StoredFile) -> int:
    """How many pages can be shown; 0 for what has none."""
    if not can_show(file):
        return 0
    try:
        with storage.contents().open(storage.address(file.blob.sha256)) as content:
            return pages.count(file.blob.mime, content.read())
    except (FileNotFoundError, pypdfium2.PdfiumError, OSError):
        return 0


def shown(file: StoredFile) -> range:
    """The numbers of the pages to show."""
    return range(1, min(count(file), MOST) + 1)


def picture(file: StoredFile, page: int) -> storage.Portions:
    """A page in WebP. Raises FileNotFoundError, IndexError or pypdfium2.PdfiumError."""
    return pages.picture(file.blob.sha256, file.blob.mime, page, "grande")
