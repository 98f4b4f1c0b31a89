"""The journal is the spine: one line per business fact, from which the rest follows."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone

from beffroi.kernel import modules, search
from beffroi.kernel.models import Entry, Seal


def record(verb, target, *, actor, data=None) -> Entry:
    """Write that `actor` (a user, or None for the platform itself) did `verb` to `target`.

    `verb` is "app_label.word". `data` holds no personal data: the line is kept for ever. Reactions of other modules
    run here, in the same transaction; messages leave after it, by a job that exists only if it is committed.
    Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Record a fact in the transaction that makes it true.")
    actor = actor if actor is not None and actor.is_authenticated else None
    entry = Entry.objects.create(verb=verb, target=target, actor=actor, data=data or {})
    for reaction in modules.collect("reactions"):
        if reaction.verb == verb:
            reaction.run(entry)
    search.refresh(target)
    if any(notice.verb == verb for notice in modules.collect("notices")):
        from beffroi.kernel.tasks import notify  # tasks import the journal

        notify.defer(entry_id=entry.pk)
    return entry


def lines_about(*targets):
    """The lines of the given objects, oldest first, with their actors."""
    query = Entry.objects.none()
    for target in targets:
        kind = ContentType.objects.get_for_model(target)
        query |= Entry.objects.filter(target_type=kind, target_id=target.pk)
    return query.select_related("actor").order_by("id")


def last_id() -> int:
    """The number of the last line: changes whenever anything of note has changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM kernel_entry")
        return cursor.fetchone()[0] or 0


def version() -> str:
    """Changes as soon as a line is committed, even one whose number was taken before that of a line already seen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(id), count(*) FROM kernel_entry"
            " WHERE id > (SELECT coalesce(max(id), 0) - 200 FROM kernel_entry)"
        )
        last, count = cursor.fetchone()
    return f"{last or 0}-{count}"


def _canonical(entry_values: tuple) -> bytes:
    pk, at, actor, verb, target_type, target_id, data = entry_values
    line = [pk, at.astimezone(UTC).isoformat(), actor, verb, target_type, target_id, data]
    return json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _day_bounds(day: date) -> tuple[datetime, datetime]:
    start = timezone.make_aware(datetime.combine(day, time()))
    return start, timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _digest(day: date, previous: str) -> tuple[str, int, int | None, int | None]:
    start, end = _day_bounds(day)
    digest = hashlib.sha256(f"{day.isoformat()} {previous}\n".encode())
    count, first, last = 0, None, None
    rows = Entry.objects.filter(at__gte=start, at__lt=end).order_by("id")
    columns = ("id", "at", "actor_id", "verb", "target_type_id", "target_id", "data")
    for values in rows.values_list(*columns).iterator(chunk_size=5000):
        digest.update(_canonical(values))
        first = values[0] if first is None else first
        last, count = values[0], count + 1
    return digest.hexdigest(), count, first, last


def seal_until(today: date) -> list[Seal]:
    """Seal every day that has ended before `today` and is not sealed yet, chaining each to the one before."""
    made: list[Seal] = []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7261001)")
        last = Seal.objects.order_by("-day").first()
        first_entry = Entry.objects.order_by("id").values_list("at", flat=True).first()
        if first_entry is None and last is None:
            return made
        day = last.day + timedelta(days=1) if last else timezone.localtime(first_entry).date()
        previous = last.digest if last else ""
        while day < today:
            digest, count, first, end = _digest(day, previous)
            made.append(
                Seal.objects.create(day=day, first_id=first, last_id=end, count=count, previous=previous, digest=digest)
            )
            previous, day = digest, day + timedelta(days=1)
    return made


def verify() -> Iterator[tuple[Seal, str]]:
    """Recompute every seal; yields (seal, fault) for each that does not hold. Nothing yielded = nothing altered."""
    previous = ""
    expected: date | None = None
    for seal in Seal.objects.order_by("day").iterator():
        if expected is not None and seal.day != expected:
            yield seal, f"un ou plusieurs sceaux manquent avant le {seal.day:%d/%m/%Y}"
        if seal.previous != previous:
            yield seal, "le chaînage avec le jour précédent est rompu"
        digest, count, _first, _last = _digest(seal.day, seal.previous)
        if count != seal.count:
            yield seal, f"{seal.count} lignes scellées, {count} trouvées"
        elif digest != seal.digest:
            yield seal, "une ligne au moins a été modifiée"
        previous, expected = seal.digest, seal.day + timedelta(days=1)
