"""What a form carries for a file that was received and is not attached yet: its number, signed, good for a day."""

import uuid

from django.core import signing

from beffroi.shared.files.models import StoredFile

SALT = "beffroi.files.upload"
LIFE = 24 * 3600


def give(file: StoredFile) -> str:
    """The token of a file; it also carries the position of the photo, which is kept nowhere else."""
    return signing.dumps([file.pk.hex, file.position], salt=SALT, compress=False)


def take(tokens: list[str]) -> list[StoredFile]:
    """The files of those tokens that still wait, in order, with their position; the others are left out."""
    positions = {}
    for token in tokens:
        try:
            number, position = signing.loads(token, salt=SALT, max_age=LIFE)
        except signing.BadSignature:
            continue
        positions[uuid.UUID(hex=number)] = tuple(position) if position else None
    waiting = StoredFile.objects.filter(pk__in=positions, target_id__isnull=True).select_related("blob")
    found = {file.pk: file for file in waiting}
    files = []
    for number, position in positions.items():
        if number in found:
            found[number].position = position
            files.append(found[number])
    return files
