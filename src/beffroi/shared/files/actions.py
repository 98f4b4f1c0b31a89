"""Every write about files: receive, attach, hide, remove, scan, collect.

Receiving and attaching are not facts of their own in the journal: they belong to the fact of the target (a report was
filed, a message was posted), which records itself.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone

from beffroi.kernel import jobs, journal
from beffroi.kernel.access import account_of
from beffroi.shared.files import antivirus, images, names, sniff, storage
from beffroi.shared.files.models import Blob, StoredFile
from beffroi.shared.files.refusals import Refused

MAX_SIZE = 20 * 1024 * 1024
IMAGES_ONLY = {"photo"}
# What an agent files: scans of many pages, at the definition of the scanner, and messages with their attachments.
DOCUMENT = "document"
# What the sign-book signs and keeps: XML files (PES, detached signatures) and CMS signatures too; never shown inline.
SIGNED = "signed"
MAX_DOCUMENT = 100 * 1024 * 1024
DOCUMENT_SIDE = 5000
CHUNK = 256 * 1024


@dataclass(frozen=True)
class _Received:
    content: BinaryIO
    mime: str
    width: int | None = None
    height: int | None = None
    position: tuple[float, float] | None = None


def store_upload(uploaded, *, actor, kind: str = "attachment", target=None, public: bool = False) -> StoredFile:
    """Keep a file just received, under the rules of `kind` ("photo": pictures only; "document": up to 100 MB, pictures
    of 5,000 pixels, messages, scans in TIFF; "signed": XML and detached signatures too; any other: pictures and
    documents).

    A picture is drawn again without metadata; the place it named, if any, is in `.position` of the answer and nowhere
    else. Without `target` the file waits to be attached, a day at most. Raises Refused, with the reason.
    """
    received = _receive(uploaded, kind)
    scanned = _scan(uploaded)
    name = names.safe_name(getattr(uploaded, "name", "") or "", received.mime)
    with transaction.atomic():
        blob = _keep(received, scanned)
        stored = StoredFile(blob=blob, name=name, kind=kind, public=public, uploaded_by=account_of(actor))
        if target is not None:
            stored.target = target
        stored.save(force_insert=True)
        if blob.is_image:
            jobs.defer("files.make_thumbnails", blob_id=blob.pk)
        if not blob.is_available:
            jobs.defer("files.scan_blob", blob_id=blob.pk)
    stored.position = received.position
    return stored


def store_made(content: BinaryIO, *, name: str, mime: str, actor, target, kind: str) -> StoredFile:
    """Keep a file that the platform itself made, or has read safely, whatever its type (a package, a message in XML).

    It is never shown in the browser: what is not a picture, a PDF or plain text is only downloaded.
    """
    with transaction.atomic():
        blob = _keep(_Received(content, mime), scanned=False)
        stored = StoredFile(blob=blob, name=name, kind=kind, uploaded_by=account_of(actor))
        stored.target = target
        stored.save(force_insert=True)
        if not blob.is_available:
            jobs.defer("files.scan_blob", blob_id=blob.pk)
    return stored


def _receive(uploaded, kind: str) -> _Received:
    filed = kind == DOCUMENT
    most = MAX_DOCUMENT if filed else MAX_SIZE
    if uploaded.size > most:
        raise Refused(f"le fichier dépasse {most >> 20} Mo")
    mime = sniff.detect(uploaded, filed=filed, signed=kind == SIGNED)
    if mime == sniff.TIFF:
        images.check_scan(uploaded)
        return _Received(uploaded, mime)
    if mime in sniff.IMAGES:
        picture = images.clean(uploaded, side=DOCUMENT_SIDE if filed else images.MAX_SIDE)
        return _Received(picture.content, picture.mime, picture.width, picture.height, picture.position)
    if kind in IMAGES_ONLY:
        raise Refused("ce n’est pas une photo : envoyez une image JPEG, PNG, WebP ou HEIC")
    return _Received(uploaded, mime)


def _scan(uploaded) -> bool:
    """Whether the antivirus has spoken; raises Refused when it found something."""
    if not antivirus.is_configured():
        return False
    try:
        threat = antivirus.scan(uploaded)
    except antivirus.Unreachable:
        return False
    if threat:
        raise antivirus.refusal(threat)
    return True


def _keep(received: _Received, scanned: bool) -> Blob:
    sha256, size = _digest(received.content)
    lock_content(sha256)
    now = timezone.now() if scanned else None
    blob, created = Blob.objects.get_or_create(
        sha256=sha256,
        defaults={
            "size": size,
            "mime": received.mime,
            "width": received.width,
            "height": received.height,
            "scanned_at": now,
        },
    )
    if blob.threat:
        raise antivirus.refusal(blob.threat)
    if scanned and blob.scanned_at is None:
        blob.scanned_at = now
        blob.save(update_fields=["scanned_at"])
    kept = storage.contents()
    if created or not kept.exists(storage.address(sha256)):
        kept.put(storage.address(sha256), received.content)
    return blob


def _digest(content: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def lock_content(sha256: str) -> None:
    """Until the transaction ends, nobody else may keep or collect this content."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


@transaction.atomic
def attach(files, target, *, public: bool | None = None, kind: str = "") -> list[StoredFile]:
    """Give files that wait (objects or ids) to the object that they belong to; returns those attached, in order.

    `public` and `kind` replace what was said of them when they were received.

    Those already attached to the same object are left as they are: a replay is harmless. Raises Refused for one that
    belongs to another object, or that is no longer there.
    """
    wanted = [getattr(file, "pk", file) for file in files]
    found = {file.pk: file for file in StoredFile.objects.select_for_update().filter(pk__in=wanted)}
    target_type = ContentType.objects.get_for_model(target)
    attached = []
    for pk in wanted:
        file = found.get(pk)
        if file is None:
            raise Refused("le fichier n’est plus là : il a attendu plus d’une journée, choisissez-le de nouveau")
        if file.target_id is not None and (file.target_type_id, file.target_id) != (target_type.pk, target.pk):
            raise Refused("ce fichier appartient déjà à un autre dossier")
        file.target_type, file.target_id = target_type, target.pk
        file.public = file.public if public is None else public
        file.kind = kind or file.kind
        file.save(update_fields=["target_type", "target_id", "public", "kind"])
        attached.append(file)
    return attached


def copy_file(file: StoredFile, *, actor, kind: str = "") -> StoredFile:
    """The same content under another name, waiting to be attached to another object: nothing is written twice."""
    lock_content(file.blob.sha256)
    return StoredFile.objects.create(
        blob=file.blob, name=file.name, kind=kind or file.kind, uploaded_by=account_of(actor)
    )


@transaction.atomic
def set_visibility(file: StoredFile, *, actor, public: bool) -> None:
    """Show a file to everyone, or only to those who may see its object. Records "files.show" or "files.hide"."""
    file.public = public
    file.save(update_fields=["public"])
    journal.record("files.show" if public else "files.hide", file.target, actor=actor, data={"file": str(file.pk)})


@transaction.atomic
def remove_file(file: StoredFile, *, actor) -> None:
    """Take a file away from its object; its content dies with its last use. Records "files.remove" on the object."""
    target = file.target
    if target is not None:
        journal.record("files.remove", target, actor=actor, data={"file": str(file.pk)})
    file.delete()


def remove_files_of(target: Any) -> int:
    """Remove every file of an object that is being erased or anonymised; returns how many."""
    removed, _details = StoredFile.objects.about(target).delete()
    return removed
