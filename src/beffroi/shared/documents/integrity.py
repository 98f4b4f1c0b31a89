"""Proof that what is kept is what came: every night, digests are computed again, the oldest seen first.

A content that is damaged or missing is named on `/sante/` and by `./beffroi check`; it can then be taken back from a
backup.
"""

import hashlib
from dataclasses import dataclass

from django.db.models import Count, F, Max, Min, Q, Subquery
from django.utils import timezone

from beffroi.kernel.models import Heartbeat
from beffroi.shared.documents.models import Fixity, Version
from beffroi.shared.files import storage

AT_ONCE = 500
NAME = "documents:integrity"


@dataclass(frozen=True)
class Fault:
    """One content that is not what it was: `what` = damaged or missing."""

    sha256: str
    what: str
    names: tuple[str, ...]


def _digest(sha256: str) -> str:
    digest = hashlib.sha256()
    for portion in storage.contents().read(storage.address(sha256)):
        digest.update(portion)
    return digest.hexdigest()


def examine(sha256: str) -> str:
    """ "sound", "damaged" or "missing"."""
    try:
        return "sound" if _digest(sha256) == sha256 else "damaged"
    except FileNotFoundError:
        return "missing"


def sample(most: int = AT_ONCE) -> int:
    """Look at the contents not seen for the longest time; returns how many are not sound."""
    wanted = (
        Version.objects.filter(file__isnull=False)
        .values("sha256")
        .annotate(seen=Min("fixity__seen_at"))
        .order_by(F("seen").asc(nulls_first=True), "sha256")
        .values_list("sha256", flat=True)[:most]
    )
    found = {sha256: examine(sha256) for sha256 in wanted}
    now = timezone.now()
    lines = [
        Fixity(version_id=pk, seen_at=now, finding=found[sha256])
        for pk, sha256 in Version.objects.filter(sha256__in=found, file__isnull=False).values_list("pk", "sha256")
    ]
    Fixity.objects.bulk_create(
        lines, update_conflicts=True, unique_fields=["version"], update_fields=["seen_at", "finding"]
    )
    bad = sum(what != "sound" for what in found.values())
    detail = f"{len(found)} contenu(s) relu(s), {bad} en faute"
    Heartbeat.objects.update_or_create(name=NAME, defaults={"at": now, "detail": detail})
    return bad


def faults() -> list[Fault]:
    """What the last looks found, with the names of the documents."""
    found: dict[tuple[str, str], list[str]] = {}
    bad = (
        Fixity.objects.exclude(finding="sound").filter(version__file__isnull=False).select_related("version__document")
    )
    for line in bad:
        found.setdefault((line.version.sha256, line.finding), []).append(line.version.document.name)
    return [Fault(sha256, what, tuple(sorted(set(names)))) for (sha256, what), names in found.items()]


def names_of(sha256: str) -> list[str]:
    """The documents that hold a content."""
    return sorted(set(Version.objects.filter(sha256=sha256).values_list("document__name", flat=True)))[:5]


def health() -> tuple[bool, str]:
    """The line of `/sante/`: no name of a document, which everyone could read."""
    last = Heartbeat.objects.filter(name=NAME).values("detail")[:1]
    bad = ~Q(finding="sound") & Q(version__file__isnull=False)
    found = Fixity.objects.aggregate(bad=Count("pk", filter=bad), seen=Max(Subquery(last)))
    if found["bad"]:
        return False, f"{found['bad']} contenu(s) abîmé(s) ou absent(s) : ./beffroi check les nomme."
    if found["seen"] is None:
        return True, "Aucune relecture encore."
    return True, f"Dernière relecture : {found['seen']}."
