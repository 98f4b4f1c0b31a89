"""Files that come bit by bit: begun, gone on with, finished; asked again, nothing is done twice."""

import io
import uuid

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel.offline import once
from beffroi.shared.documents.actions.filing import add_document
from beffroi.shared.documents.models import Document, Folder, Space, Upload, UploadPart
from beffroi.shared.files.actions import DOCUMENT, MAX_DOCUMENT, store_upload

PART = 2 * 1024 * 1024


def begin_upload(*, actor, client_uuid: uuid.UUID, name: str, size: int) -> Upload:
    """Announce a file, or find the one announced before under that number. Raises ValidationError past the limit."""
    if not 0 < size <= MAX_DOCUMENT:
        raise ValidationError(f"Le fichier est vide ou dépasse {MAX_DOCUMENT >> 20} Mo.")
    upload, _created = once(
        Upload,
        client_uuid,
        lambda: Upload.objects.create(client_uuid=client_uuid, user=actor, name=name[:255], size=size),
    )
    if upload.user_id != actor.pk:
        raise ValidationError("Cet envoi est celui de quelqu’un d’autre.")
    return upload


@transaction.atomic
def append_part(upload: Upload, *, offset: int, content: bytes) -> Upload:
    """Keep the bytes that follow those already kept; a part sent again is left aside.

    Raises ValidationError when bytes are missing before it, or when it overflows.
    """
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    if offset < held.received:
        return held
    if offset > held.received or not content or offset + len(content) > held.size:
        raise ValidationError("Ce morceau ne suit pas ce qui a été reçu.")
    UploadPart.objects.create(upload=held, offset=offset, content=content)
    held.received, held.moved_at = offset + len(content), timezone.now()
    held.save(update_fields=["received", "moved_at"])
    return held


def finish_upload(upload: Upload, *, actor, space: Space, folder: Folder | None) -> Document:
    """Make a document of a file that is whole; asked again, the same one. Raises ValidationError or files.Refused."""

    def make() -> Document:
        if upload.received != upload.size:
            raise ValidationError("Le fichier n’est pas entier.")
        content = io.BytesIO(b"".join(bytes(part.content) for part in upload.parts.all()))
        name = upload.name.replace("\\", "/").rpartition("/")[2]
        received = UploadedFile(content, name=name, size=upload.size)
        file = store_upload(received, actor=actor, kind=DOCUMENT)
        return add_document(
            actor=actor, space=space, folder=folder, file=file, name=name, client_uuid=upload.client_uuid
        )

    document, _created = once(Document, upload.client_uuid, make)
    upload.delete()
    return document


def forget_uploads(before) -> int:
    """Forget what has not moved since `before`; returns how many."""
    left = Upload.objects.filter(moved_at__lt=before)
    count = left.count()
    left.delete()
    return count
