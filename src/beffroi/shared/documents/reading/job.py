"""Read a version: its text, or what is seen in its image, then its index. The writing is in `actions.reading`."""

from datetime import timedelta

from django.utils import timezone
from pypdfium2 import PdfiumError

from beffroi.shared.documents.actions import reading as writing
from beffroi.shared.documents.actions.uploads import forget_uploads
from beffroi.shared.documents.asking import ask_reading
from beffroi.shared.documents.models import Reading, Version
from beffroi.shared.documents.reading import ocr, pages, searchable, straighten, texts
from beffroi.shared.files import storage

STILL = timedelta(minutes=15)
UPLOAD_LIFE = timedelta(days=2)
# A page with fewer letters than this is an image with a stamp.
FEWEST_LETTERS = 20
MOST_SEEN = 500


def read(version_id: int) -> None:
    """Read one version, unless it is read already."""
    version = Version.objects.select_related("document", "file__blob", "reading").filter(pk=version_id).first()
    if version is None or version.file is None or version.reading.status == Reading.Status.DONE:
        return
    if not version.file.blob.is_available:
        return  # the antivirus has not spoken: `read_late` comes back
    with storage.contents().open(storage.address(version.sha256)) as kept:
        content = kept.read()
    writing.start_reading(version.reading)
    try:
        found = texts.read(version.mime, content)
        count = _pages(version, content, found)
        scan = _recognise(version, content, found, count)
    except (texts.Unreadable, PdfiumError) as fault:
        writing.fail_reading(version.reading, _why(fault))
        return
    writing.finish_reading(version.reading, found, pages=count, scan=scan)


def _why(fault: Exception) -> str:
    """Why it cannot be read, for people: PDFium says it in English."""
    if isinstance(fault, PdfiumError):
        return "il est protégé par un mot de passe" if "password" in str(fault).lower() else "le fichier est abîmé"
    return str(fault) or "le fichier est abîmé"


def _pages(version: Version, content: bytes, found: texts.Read) -> int:
    if version.mime == texts.PDF:
        return len(found.pages)
    if pages.has_pages(version.mime):
        return pages.count(version.mime, content)
    return len(found.pages) if "presentation" in version.mime else 0


def _recognise(version: Version, content: bytes, found: texts.Read, count: int) -> bytes | None:
    """Read in their image the pages that have no text, and put it in `found`; the searchable copy when none had any.
    None when nothing had to be seen."""
    if not pages.has_pages(version.mime):
        return None
    bare = [n for n in range(1, count + 1) if n > len(found.pages) or _is_bare(found.pages[n - 1])]
    if not bare:
        return None
    found.pages += [""] * (count - len(found.pages))
    seen = []
    for number in bare[:MOST_SEEN]:
        picture = pages.draw(content, version.mime, number)
        leaf = ocr.see(straighten.flat(picture) if version.mime in pages.PHOTOS else picture)
        found.pages[number - 1] = texts.clean(leaf.text)
        seen.append(leaf)
        writing.advance_reading(version.reading, pages=count, done=number)
    if len(seen) < count or not any(leaf.words for leaf in seen):
        return b""
    return searchable.make(version.document.title, seen, at=version.created_at)


def _is_bare(text: str) -> bool:
    return sum(c.isalnum() for c in text) < FEWEST_LETTERS


def read_late() -> int:
    """What was not read in time is asked for again; returns how many."""
    forget_uploads(timezone.now() - UPLOAD_LIFE)
    late = Reading.objects.filter(
        status__in=[Reading.Status.WAITING, Reading.Status.READING], moved_at__lt=timezone.now() - STILL
    )
    asked = 0
    for version_id in late.order_by("moved_at").values_list("version_id", flat=True)[:200]:
        ask_reading(version_id)
        asked += 1
    return asked
