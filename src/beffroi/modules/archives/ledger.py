"""The ledger of the archives: each line holds the digest of the one before; heads are timestamped (RFC 3161).

    digest(n) = SHA-512 of the JSON [rank, date, fact, body, reference, data, digest(n-1)], keys sorted, no spaces.

A line altered, added, removed or moved changes every digest after it; a head keeps what they were, at a time that
somebody else has said. `verify` names each fault.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from django.db import connection, transaction
from django.utils import timezone

from beffroi.modules.archives import timestamps
from beffroi.modules.archives.models import LedgerHead, LedgerLine

_WRITING = 7_261_005
EVENTS = {
    "elimination.prepared": "Bordereau envoyé à la signature",
    "elimination.visaed": "Visa enregistré",
    "elimination.refused": "Visa refusé",
    "elimination.confirmed": "Destruction confirmée",
    "elimination.line": "Ligne détruite",
    "elimination.purged": "Contenus effacés",
    "elimination.set_aside": "Ligne retirée",
    "elimination.certified": "Attestation de destruction",
    "transfer.packed": "Paquet de versement fait",
    "transfer.sent": "Paquet envoyé",
    "transfer.message": "Message du service d’archives lu",
    "transfer.purged": "Copie locale détruite après versement",
    "paper.delivered": "Boîtes remises au service d’archives",
    "paper.received": "Boîtes prises en charge",
    "handover.made": "Copie préparée",
    "handover.handed": "Dossier remis",
    "piece.kept": "Pièce scellée",
    "piece.dropped": "Pièce détruite sur décision",
    "piece.fault": "Pièce altérée ou absente",
    "fixity.checked": "Pièces relues",
}


@dataclass(frozen=True)
class Fault:
    """Something that does not hold, at a rank, in plain words."""

    rank: int
    text: str


def digest_of(line: LedgerLine) -> str:
    """The digest that the present content of a line gives."""
    content = [
        line.rank,
        line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        line.event,
        line.organisation_id,
        line.reference,
        line.data,
        line.previous,
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha512(text.encode()).hexdigest()


def write(event: str, *, organisation=None, reference: str = "", **data) -> LedgerLine:
    """Add a line, in the transaction of the fact; one writer at a time. `data` = numbers and texts, nothing personal.

    Raises KeyError for a fact that is not told in EVENTS, RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Write a line of the ledger in the transaction that makes it true.")
    EVENTS[event]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITING])
    rank, previous = LedgerLine.objects.order_by("-rank").values_list("rank", "digest").first() or (0, "")
    line = LedgerLine(
        rank=rank + 1,
        at=timezone.now(),
        event=event,
        organisation=organisation,
        reference=reference,
        data=json.loads(json.dumps(data)),
        previous=previous,
    )
    line.digest = digest_of(line)
    line.save(force_insert=True)
    return line


def crown() -> LedgerHead | None:
    """Timestamp the last line, unless it is already. Raises `timestamps.Unavailable`."""
    last = LedgerLine.objects.order_by("-rank").first()
    if last is None or LedgerHead.objects.filter(rank=last.rank).exists():
        return None
    given = timestamps.stamp(timestamps.digest_of(last.digest))
    with transaction.atomic():
        head, _created = LedgerHead.objects.get_or_create(
            rank=last.rank,
            defaults={
                "digest": last.digest,
                "token": given.token,
                "authority": given.authority,
                "is_local": given.is_local,
                "at": given.at,
            },
        )
    return head


def verify() -> Iterator[Fault]:
    """Each fault of the chain and of its heads; nothing yielded = no line was altered, added, removed or moved."""
    previous, expected, known = "", 1, {}
    heads = {head.rank: head for head in LedgerHead.objects.all()}
    for line in LedgerLine.objects.order_by("rank").iterator(chunk_size=2000):
        if line.rank != expected:
            yield Fault(expected, f"il manque {line.rank - expected} ligne(s)")
        if line.previous != previous:
            yield Fault(line.rank, "la ligne n’est plus chaînée à la précédente")
        if digest_of(line) != line.digest:
            yield Fault(line.rank, "la ligne a été modifiée")
        if line.rank in heads:
            known[line.rank] = line.digest
        previous, expected = line.digest, line.rank + 1
    for rank, head in sorted(heads.items()):
        yield from _faults_of(head, known.get(rank))


def _faults_of(head: LedgerHead, digest: str | None) -> Iterator[Fault]:
    if digest is None:
        yield Fault(head.rank, "la ligne horodatée a disparu")
    elif digest != head.digest:
        yield Fault(head.rank, "la ligne n’est plus celle qui a été horodatée")
    fault = timestamps.fault_of(bytes(head.token), timestamps.digest_of(head.digest), is_local=head.is_local)
    if fault:
        yield Fault(head.rank, fault)


def since_head() -> int:
    """How many lines wait for a timestamp."""
    last = LedgerHead.objects.order_by("-rank").values_list("rank", flat=True).first() or 0
    return LedgerLine.objects.filter(rank__gt=last).count()
