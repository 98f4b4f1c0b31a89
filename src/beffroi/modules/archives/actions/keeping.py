"""Pieces: each file of the archives is sealed by its SHA-512, read again, and named when it is not what it was."""

import hashlib
import io

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from beffroi.kernel.models import Heartbeat
from beffroi.modules.archives import ledger
from beffroi.modules.archives.models import Piece
from beffroi.shared.files import storage, upkeep
from beffroi.shared.files.actions import store_made
from beffroi.shared.files.models import StoredFile

PDF = "application/pdf"
SCANS = (PDF, "image/jpeg", "image/png")
CHECK = "archives:fixity"
FAULTY = Q(finding__in=(Piece.Finding.DAMAGED, Piece.Finding.MISSING), file__isnull=False)
AT_ONCE = 200


def sha512_of(file: StoredFile) -> str:
    """Computed from the bytes that are kept. Raises FileNotFoundError."""
    digest = hashlib.sha512()
    for portion in storage.contents().read(storage.address(file.blob.sha256)):
        digest.update(portion)
    return digest.hexdigest()


def check_scan(scan: StoredFile) -> None:
    """Raises ValidationError for a slip signed on paper that is neither a PDF nor an image."""
    if scan.blob.mime not in SCANS:
        raise ValidationError({"scan": "Donnez le bordereau numérisé en PDF ou en image."})


def seal(file: StoredFile, *, organisation, label: str, reference: str) -> Piece:
    """Note the digest of a file that is kept, in the pieces and in the ledger."""
    piece = Piece.objects.create(
        organisation=organisation,
        file=file,
        label=label,
        reference=reference,
        sha512=sha512_of(file),
        size=file.blob.size,
    )
    ledger.write("piece.kept", organisation=organisation, reference=reference, label=label, sha512=piece.sha512)
    return piece


def keep(content: bytes, *, target, name: str, mime: str, actor, kind: str, label: str) -> StoredFile:
    """Keep what the archives made or read, attached to its record, and seal it."""
    file = store_made(io.BytesIO(content), name=name, mime=mime, actor=actor, target=target, kind=kind)
    seal(file, organisation=target.organisation, label=label, reference=target.reference)
    return file


def drop(files, *, organisation, reference: str, reason: str) -> list[str]:
    """Take away the local copies of sealed files; their digests stay, with the reason. Returns the SHA-256 of contents
    to remove once the transaction is over (see `upkeep.drop_unused`)."""
    digests = []
    for file in files:
        piece = Piece.objects.filter(file=file).first()
        digests.append(file.blob.sha256)
        if piece is not None:
            piece.dropped_because = reason[:200]
            piece.save(update_fields=["dropped_because"])
            ledger.write(
                "piece.dropped", organisation=organisation, reference=reference, label=piece.label, sha512=piece.sha512
            )
        file.delete()
    return digests


def check_pieces(most: int = AT_ONCE) -> int:
    """Read again the pieces not seen for the longest time; returns how many are not what they were. Each fault is
    written in the ledger and shown; what was mended (from a backup) is sound again."""
    found = Piece.objects.filter(file__isnull=False).select_related("file__blob", "organisation")
    bad = 0
    pieces = list(found.order_by(F("seen_at").asc(nulls_first=True), "pk")[:most])
    for piece in pieces:
        finding = _examine(piece)
        bad += finding != Piece.Finding.SOUND
        with transaction.atomic():
            if finding != Piece.Finding.SOUND and finding != piece.finding:
                ledger.write(
                    "piece.fault",
                    organisation=piece.organisation,
                    reference=piece.reference,
                    label=piece.label,
                    finding=str(finding),
                )
            Piece.objects.filter(pk=piece.pk).update(finding=finding, seen_at=timezone.now())
    detail = f"{len(pieces)} pièce(s) relue(s), {bad} en faute"
    Heartbeat.objects.update_or_create(name=CHECK, defaults={"at": timezone.now(), "detail": detail})
    return bad


def _examine(piece: Piece) -> str:
    try:
        return Piece.Finding.SOUND if sha512_of(piece.file) == piece.sha512 else Piece.Finding.DAMAGED
    except FileNotFoundError:
        return Piece.Finding.MISSING


def faults() -> list[Piece]:
    """The pieces that the last readings found altered or missing."""
    return list(Piece.objects.filter(FAULTY).order_by("pk"))


def remove_now(digests: list[str]) -> list[str]:
    """Remove the bytes that nothing uses any more; returns the SHA-256 of those that are gone."""
    return upkeep.drop_unused(digests)
