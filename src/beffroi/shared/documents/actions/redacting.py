"""Make the copy of a document that may be shown to others, without what the law keeps from them."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from pypdfium2 import PdfiumError

from beffroi.kernel import journal
from beffroi.shared.documents.actions.bonds import link_documents
from beffroi.shared.documents.actions.filing import add_document
from beffroi.shared.documents.models import Document, Folder, Reading, Space
from beffroi.shared.documents.reading import pages, redact
from beffroi.shared.documents.reading.texts import PDF
from beffroi.shared.files import storage
from beffroi.shared.files.actions import DOCUMENT, store_upload


def source_of(document: Document) -> tuple[str, str] | None:
    """(digest, type) of the pages that are redacted: the searchable copy of a scan, whose words can be found, else the
    current content; None when it has no pages."""
    current = document.current
    if current is None or current.file is None or not current.file.blob.is_available:
        return None
    reading = getattr(current, "reading", None)
    if reading is not None and reading.method == Reading.Method.OCR and reading.searchable is not None:
        return reading.searchable.blob.sha256, PDF
    return (current.sha256, current.mime) if pages.has_pages(current.mime) else None


@transaction.atomic
def redact_document(
    document: Document,
    *,
    actor,
    space: Space,
    folder: Folder | None,
    name: str,
    reason: str,
    zones: list[redact.Zone] = (),
    passages: list[str] = (),
    first: int | None = None,
    last: int | None = None,
) -> Document:
    """File a copy without these passages and these zones, tied to the document, which stays as it is, with its own
    rights: the copy has those of the place where it is put. Records "documents.redact" on both.

    The reason (CRPA L311-5 to L311-7) is that of the law and names nobody. `first` and `last` = the pages of the copy,
    all by default. Raises ValidationError when a passage is not found there, when nothing is hidden, or for more than
    `redact.MOST_PAGES` pages.
    """
    source = source_of(document)
    if source is None:
        raise ValidationError("Ce document n’a pas de pages à occulter.")
    sha256, mime = source
    with storage.contents().open(storage.address(sha256)) as kept:
        content = kept.read()
    try:
        wanted = _part(redact.count(mime, content), first, last)
        found = [*zones, *_found(mime, content, passages, wanted)]
        if not found:
            raise ValidationError("Dites ce qui est à occulter : des mots, ou des zones.")
        made = redact.make(name, mime, content, found, at=timezone.now(), wanted=wanted)
    except redact.BadZone as fault:
        raise ValidationError({"zones": str(fault)}) from None
    except PdfiumError as fault:
        raise ValidationError("Ce document ne peut pas être ouvert.") from fault
    if redact.find(made, list(passages)):
        raise ValidationError({"passages": "Un passage resterait lisible : dessinez sa zone."})
    sent = SimpleUploadedFile(f"{name[:110]}.pdf", made, "application/pdf")
    file = store_upload(sent, actor=actor, kind=DOCUMENT)
    copy = add_document(
        actor=actor,
        space=space,
        folder=folder,
        file=file,
        name=name,
        source="redacted",
        dated_on=document.dated_on,
        sender=document.sender,
    )
    link_documents(copy, document, actor=actor, kind="redacts")
    data = {"reason": reason.strip(), "zones": len(found), "from": document.current.sha256}
    if first or last:
        data["pages"] = f"{wanted[0]}-{wanted[-1]}"
    journal.record("documents.redact", copy, actor=actor, data=data)
    journal.record("documents.redact", document, actor=actor, data={"reason": reason.strip(), "copy": copy.pk})
    return copy


def _part(total: int, first: int | None, last: int | None) -> range:
    try:
        return redact.part(total, first, last)
    except redact.BadZone as fault:
        raise ValidationError({"last": str(fault)}) from None


def _found(mime: str, content: bytes, passages, wanted: range) -> list[redact.Zone]:
    if not passages:
        return []
    if mime != PDF:
        raise ValidationError({"passages": "Ce document n’a pas de texte : dessinez les zones."})
    zones = []
    for passage in passages:
        here = [zone for zone in redact.find(content, [passage]) if zone.page in wanted]
        if not here:
            raise ValidationError({"passages": f"« {passage} » n’est nulle part dans le texte des pages."})
        zones += here
    return zones
