"""Write down what was read in a version."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.documents import indexing, retention
from beffroi.shared.documents.actions.proposing import propose
from beffroi.shared.documents.models import Document, Reading
from beffroi.shared.documents.reading import texts
from beffroi.shared.files.actions import DOCUMENT, store_upload

Status, Method = Reading.Status, Reading.Method


def start_reading(reading: Reading) -> None:
    """Say that a job is at it."""
    reading.status, reading.moved_at = Status.READING, timezone.now()
    reading.save(update_fields=["status", "moved_at"])


def advance_reading(reading: Reading, *, pages: int, done: int) -> None:
    """Tell how far the job has come."""
    reading.pages, reading.pages_done, reading.moved_at = pages, done, timezone.now()
    reading.save(update_fields=["pages", "pages_done", "moved_at"])


@transaction.atomic
def fail_reading(reading: Reading, why: str) -> None:
    """Nothing can be read: the document is found by its name. Records "documents.read"."""
    reading.status, reading.fault, reading.moved_at = Status.FAILED, why[:200], timezone.now()
    reading.save(update_fields=["status", "fault", "moved_at"])
    _tell(reading, method="failed")


@transaction.atomic
def finish_reading(reading: Reading, found: texts.Read, *, pages: int, scan: bytes | None = None) -> None:
    """Keep the text, and what the file says of itself where nobody has said it; then propose the rest.

    `scan` not None = the text was seen in the image; its bytes, if any, are the searchable copy. Records
    "documents.read".
    """
    text = found.text
    reading.text, reading.pages, reading.pages_done = text, pages, pages
    reading.status, reading.moved_at, reading.fault = Status.DONE, timezone.now(), ""
    reading.method = (Method.INSIDE if scan is None else Method.OCR) if text.strip() else Method.NONE
    reading.language = texts.language_of(text)
    reading.save()
    if scan:
        _keep_copy(reading, scan)
    document = reading.version.document
    changed = []
    if found.sender and not document.sender:
        document.sender = found.sender
        changed.append("sender")
    if found.day and not document.dated_on:
        document.dated_on = found.day
        changed.append("dated_on")
    if changed:
        document.save(update_fields=changed)
        retention.recount_documents([document])
    propose(document, text)
    _tell(reading, method=reading.method)


def _keep_copy(reading: Reading, content: bytes) -> None:
    name = f"{reading.version.document.title} (cherchable).pdf"
    sent = SimpleUploadedFile(name, content, "application/pdf")
    copy = store_upload(sent, actor=None, kind=DOCUMENT, target=reading)
    reading.searchable = copy
    reading.save(update_fields=["searchable"])


def _tell(reading: Reading, method: str) -> None:
    document = Document.objects.select_related("current", "space", "folder").get(pk=reading.version.document_id)
    if document.current_id == reading.version_id:
        indexing.refresh(document)
    journal.record("documents.read", document, actor=None, data={"method": str(method)})
