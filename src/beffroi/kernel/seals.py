"""The seals of the journal: one digest a day, chained to the day before, that shows any later alteration."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from beffroi.kernel.dated import midnight, midnight_after
from beffroi.kernel.models import Entry, Seal

_SEALING = 7_261_001


@dataclass(frozen=True)
class Fault:
    """Something that does not hold, on a day, in plain words."""

    day: date
    text: str


def _canonical(values: tuple) -> bytes:
    pk, at, *rest = values
    line = [pk, at.astimezone(UTC).isoformat(), *rest]
    return json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _lines_of(day: date):
    start, end = midnight(day), midnight_after(day)
    columns = ("id", "at", "actor_id", "verb", "target_type_id", "target_id", "data")
    lines = Entry.objects.filter(at__gte=start, at__lt=end).order_by("id")
    return lines.values_list(*columns).iterator(chunk_size=5000)


def _compute(day: date, previous: str) -> Seal:
    """The seal that the present lines of a day give (SHA-256 of the day, the seal before, and each line as JSON)."""
    digest = hashlib.sha256(f"{day.isoformat()} {previous}\n".encode())
    count, first, last = 0, None, None
    for values in _lines_of(day):
        digest.update(_canonical(values))
        first = values[0] if first is None else first
        last, count = values[0], count + 1
    return Seal(day=day, first_id=first, last_id=last, count=count, previous=previous, digest=digest.hexdigest())


def _wait_for_writers() -> None:
    """Return once every line that was being written is committed or given up: then a past day is complete."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '60s'")
        cursor.execute("LOCK TABLE kernel_entry IN SHARE MODE")


def seal_until(today: date) -> list[Seal]:
    """Seal every day that has ended before `today` and is not sealed yet, chaining each to the one before."""
    _wait_for_writers()
    made: list[Seal] = []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALING])
        last = Seal.objects.order_by("-day").first()
        first_entry = Entry.objects.order_by("at").values_list("at", flat=True).first()
        if last is None and first_entry is None:
            return made
        day = last.day + timedelta(days=1) if last else timezone.localtime(first_entry).date()
        previous = last.digest if last else ""
        while day < today:
            seal = _compute(day, previous)
            seal.save(force_insert=True)
            made.append(seal)
            previous, day = seal.digest, day + timedelta(days=1)
    return made


def is_sealed(moment: datetime) -> bool:
    """Is the day of this moment sealed?"""
    return Seal.objects.filter(day__gte=timezone.localtime(moment).date()).exists()


def verify() -> Iterator[Fault]:
    """Recompute every seal and yield each fault; nothing yielded = no sealed line was altered, added or removed."""
    previous, expected = "", None
    for seal in Seal.objects.order_by("day").iterator():
        if expected is not None and seal.day != expected:
            yield Fault(expected, f"le sceau manque, ainsi que les suivants jusqu’au {seal.day:%d/%m/%Y}")
        if seal.previous != previous:
            yield Fault(seal.day, "le sceau n’est plus chaîné à celui de la veille")
        found = _compute(seal.day, seal.previous)
        if found.count != seal.count:
            yield Fault(seal.day, f"{seal.count} lignes scellées, {found.count} trouvées")
        elif found.digest != seal.digest:
            yield Fault(seal.day, "au moins une ligne a été modifiée")
        previous, expected = seal.digest, seal.day + timedelta(days=1)
    first_day = Seal.objects.order_by("day").values_list("day", flat=True).first()
    start = first_day and midnight(first_day)
    if first_day and start and (before := Entry.objects.filter(at__lt=start).count()):
        yield Fault(first_day, f"{before} lignes sont datées d’avant le premier sceau")


def unsealed_days(today: date) -> int:
    """How many ended days wait for their seal."""
    last = Seal.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        first = Entry.objects.order_by("at").values_list("at", flat=True).first()
        if first is None:
            return 0
        last = timezone.localtime(first).date() - timedelta(days=1)
    return max(0, (today - last).days - 1)
