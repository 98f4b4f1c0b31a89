"""What keeps the store healthy: late scans, collection of what nothing uses, check of what is kept."""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from beffroi.shared.files import antivirus, storage, thumbnails
from beffroi.shared.files.models import Blob, StoredFile

GRACE = timedelta(days=1)


def scan(blob_id: int) -> None:
    """Scan one content that waits, and write down what was found. Raises `antivirus.Unreachable`."""
    blob = Blob.objects.filter(pk=blob_id, scanned_at__isnull=True).first()
    if blob is None or not antivirus.is_configured():
        return
    with storage.contents().open(storage.address(blob.sha256)) as content:
        threat = antivirus.scan(content)
    Blob.objects.filter(pk=blob_id).update(scanned_at=timezone.now(), threat=threat)
    if threat:
        thumbnails.remove(blob.sha256)


def scan_waiting() -> int:
    """Scan all that waits, until the daemon stops answering; returns how many were scanned."""
    done = 0
    if antivirus.is_configured():
        for pk in Blob.objects.filter(scanned_at__isnull=True).order_by("pk").values_list("pk", flat=True):
            try:
                scan(pk)
            except (antivirus.Unreachable, FileNotFoundError):
                continue
            done += 1
    return done


@dataclass
class Collected:
    """What a collection removed, or would remove."""

    loose: int = 0
    dangling: int = 0
    blobs: int = 0
    strays: int = 0
    drafts: int = 0
    octets: int = 0


def collect(now: datetime | None = None, *, dry_run: bool = False) -> Collected:
    """Remove what nothing uses: files never attached and contents without use (after a day), files of objects that are
    gone, contents that no line of the database knows."""
    now = now or timezone.now()
    report = Collected()
    loose = StoredFile.objects.filter(target_id__isnull=True, created_at__lt=now - GRACE)
    report.loose = loose.count() if dry_run else loose.delete()[0]
    for orphans in _dangling():
        report.dangling += orphans.count() if dry_run else orphans.delete()[0]
    _collect_blobs(report, now, dry_run)
    for stray in strays(now):
        if dry_run or _remove_stray(stray):
            report.strays += 1
            report.octets += stray.size
    if not dry_run:
        report.drafts = storage.contents().clear_drafts(now.timestamp())
    return report


def _dangling() -> Iterator:
    """For each kind of target, the files whose object no longer exists."""
    kinds = StoredFile.objects.exclude(target_type=None).order_by().values_list("target_type", flat=True).distinct()
    for kind in ContentType.objects.filter(pk__in=list(kinds)):
        files = StoredFile.objects.filter(target_type=kind)
        if kind.app_label in apps.app_configs and kind.model_class() is not None:
            alive = kind.model_class()._base_manager.filter(pk=OuterRef("target_id"))
            yield files.filter(~Exists(alive))


def _collect_blobs(report: Collected, now: datetime, dry_run: bool) -> None:
    unused = Blob.objects.filter(~Exists(StoredFile.objects.filter(blob=OuterRef("pk"))), created_at__lt=now - GRACE)
    for blob in unused.iterator(chunk_size=500):
        report.blobs += 1
        report.octets += blob.size
        if not dry_run:
            _remove(blob)


def drop_unused(digests: Iterable[str]) -> list[str]:
    """Remove now, without waiting for the collection, the contents of these SHA-256 that nothing uses any more;
    returns those whose bytes are gone. To be called outside a transaction: what is removed does not come back."""
    for blob in Blob.objects.filter(sha256__in=list(digests)):
        _remove(blob)
    left = set(Blob.objects.filter(sha256__in=list(digests)).values_list("sha256", flat=True))
    return sorted(set(digests) - left)


@contextlib.contextmanager
def _alone(sha256: str) -> Iterator[None]:
    """Under a lock that a simultaneous upload of the same content respects."""
    key = int(sha256[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _remove(blob: Blob) -> None:
    """The line first, then the bytes."""
    with _alone(blob.sha256):
        with transaction.atomic():
            used = StoredFile.objects.filter(blob=blob).exists()
            if not used:
                Blob.objects.filter(pk=blob.pk).delete()
        if not used:
            storage.contents().delete(storage.address(blob.sha256))
            thumbnails.remove(blob.sha256)


def _remove_stray(stray: storage.Kept) -> bool:
    """Unless the content that nothing knew has been sent again since it was seen; True when it is gone."""
    digest = _digest_of(stray.name)
    with _alone(digest):
        if Blob.objects.filter(sha256=digest).exists():
            return False
        storage.contents().delete(stray.name)
    return True


def _digest_of(name: str) -> str:
    """The SHA-256 that the address of a content, or of its thumbnails, begins with."""
    return name.rsplit("/", 1)[-1][:64]


def strays(now: datetime | None = None) -> Iterator[storage.Kept]:
    """What lies in the storage for more than a day without a line in the database."""
    limit = (now or timezone.now()) - GRACE
    batch: list[storage.Kept] = []
    for kept in storage.contents().walk():
        if kept.written < limit:
            batch.append(kept)
        if len(batch) >= 500:
            yield from _unknown(batch)
            batch = []
    yield from _unknown(batch)


def _unknown(batch: list[storage.Kept]) -> list[storage.Kept]:
    digests = {kept.name: _digest_of(kept.name) for kept in batch}
    known = set(Blob.objects.filter(sha256__in=digests.values()).values_list("sha256", flat=True))
    return [kept for kept in batch if digests[kept.name] not in known]


@dataclass
class Checked:
    """What a check found: contents seen, and the faults by name."""

    seen: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not (self.missing or self.damaged)


def check(*, quick: bool = False) -> Checked:
    """Compare each content with its line: there, of the right size and, unless `quick`, of the right digest."""
    report = Checked()
    kept = storage.contents()
    for blob in Blob.objects.order_by("pk").iterator(chunk_size=500):
        report.seen += 1
        name = storage.address(blob.sha256)
        try:
            sound = kept.size(name) == blob.size and (quick or _digest(kept, name) == blob.sha256)
        except FileNotFoundError:
            report.missing.append(blob.sha256)
            continue
        if not sound:
            report.damaged.append(blob.sha256)
    report.strays = [stray.name for stray in strays()]
    return report


def _digest(kept, name: str) -> str:
    digest = hashlib.sha256()
    for portion in kept.read(name):
        digest.update(portion)
    return digest.hexdigest()
