"""Whether the platform is well: what /sante/ shows, and what `beffroi check` reads."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from beffroi.kernel import modules, nightly
from beffroi.kernel.models import Entry, Heartbeat
from beffroi.kernel.modules import HealthCheck

LATE_JOB = timedelta(minutes=10)
MISSED_NIGHT = timedelta(hours=36)
STUCK_MESSAGE = timedelta(minutes=15)
SILENT_WORKER = timedelta(seconds=90)
ROOM = 500 * 1024 * 1024
BACKUP_RECORD = "last-backup.json"


@dataclass(frozen=True)
class Finding:
    """What one check found; `sentence` may hold details that are not for everyone."""

    code: str
    label: str
    ok: bool
    sentence: str


def database() -> tuple[bool, str]:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        version, size = cursor.fetchone()
    elapsed = (time.perf_counter() - started) * 1000
    return True, f"PostgreSQL {version.split()[0]} répond en {elapsed:.0f} ms ; la base pèse {size >> 20} Mo."


# The job without a date that was deferred first, or the dated one that is the most overdue.
QUEUE = """
SELECT (SELECT max(last_heartbeat) FROM procrastinate_workers),
       (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
       least(
           (SELECT min(at) FROM procrastinate_events WHERE job_id =
               (SELECT min(id) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at IS NULL)),
           (SELECT min(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at <= now())
       ),
       now()
"""


def queue() -> tuple[bool, str]:
    """A worker is alive, and no job that could start has been waiting for long."""
    with connection.cursor() as cursor:
        cursor.execute(QUEUE)
        heartbeat, waiting, oldest, now = cursor.fetchone()
    if heartbeat is None or now - heartbeat > SILENT_WORKER:
        return False, f"Aucun worker ne donne signe de vie ; {waiting} tâche(s) attendent."
    if oldest and now - oldest > LATE_JOB:
        return False, f"{waiting} tâche(s) attendent, la plus ancienne depuis {_age(now - oldest)}."
    return True, f"Le worker est en vie ; {waiting} tâche(s) en attente."


OUTBOX = """
SELECT count(*) FILTER (WHERE state = 'waiting' AND coalesce(not_before, now()) <= now()),
       count(*) FILTER (WHERE state = 'waiting' AND attempts > 0),
       now() - min(created_at) FILTER (WHERE state = 'waiting' AND attempts > 0),
       count(*) FILTER (WHERE state = 'refused' AND created_at > now() - interval '1 day'),
       count(*) FILTER (WHERE state = 'uncertain' AND created_at > now() - interval '1 day')
FROM kernel_delivery WHERE state IN ('waiting', 'refused', 'uncertain')
"""


def disk() -> tuple[bool, str]:
    sentences, ok = [], True
    for place in {Path(settings.HOME), Path(settings.MEDIA_ROOT)}:
        while not place.exists():
            place = place.parent
        usage = shutil.disk_usage(place)
        ok = ok and usage.free > ROOM
        sentences.append(f"{usage.free / 1e9:.1f} Go libres sur {usage.total / 1e9:.0f}".replace(".", ","))
    return ok, f"{' ; '.join(dict.fromkeys(sentences))}."


def last_backup_at() -> datetime | None:
    """When `beffroi backup` last succeeded on this machine."""
    try:
        return datetime.fromisoformat(json.loads((Path(settings.HOME) / BACKUP_RECORD).read_text())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def backup() -> tuple[bool, str]:
    """Not watched in a demonstration, nor where backups are made by other means (BEFFROI_BACKUP_MAX_AGE=0)."""
    if settings.DEMO or not settings.BACKUP_MAX_AGE:
        return True, "Les sauvegardes ne sont pas surveillées ici."
    last = last_backup_at()
    if last is None:
        return False, "Aucune sauvegarde n’a encore été faite."
    age = datetime.now(UTC) - last
    return age <= timedelta(hours=settings.BACKUP_MAX_AGE), f"La dernière sauvegarde date d’il y a {_age(age)}."


def outbox() -> tuple[bool, str]:
    """A message that waits in spite of attempts means that a server does not answer."""
    with connection.cursor() as cursor:
        cursor.execute(OUTBOX)
        waiting, stuck, since, refused, uncertain = cursor.fetchone()
    sentence = f"{waiting} message(s) en attente, {refused} refusé(s) et {uncertain} incertain(s) depuis 24 h."
    if stuck and since > STUCK_MESSAGE:
        return False, f"{stuck} message(s) ne partent pas depuis {_age(since)}. {sentence}"
    return True, sentence


def nights() -> tuple[bool, str]:
    """The seal, its verification, retention… : each done within the last two nights, once there has been one."""
    if settings.DEMO:
        return True, "Les nuits ne sont pas surveillées dans une démonstration."
    limit = timezone.now() - MISSED_NIGHT
    first = Entry.objects.order_by("at").values_list("at", flat=True).first()
    if first is None or first > limit:
        return True, "Rien à rattraper."
    seen = set(Heartbeat.objects.filter(name__startswith="nightly:", at__gte=limit).values_list("name", flat=True))
    missed = [nightly.LABELS[name] for name in nightly.STEPS if f"nightly:{name}" not in seen]
    if missed:
        return False, f"Pas fait depuis deux nuits : {', '.join(missed)}."
    return True, "Tout ce qui se fait la nuit a été fait."


VITAL = (HealthCheck(code="database", label="Base de données", check=database),)
CHECKS = (
    *VITAL,
    HealthCheck(code="queue", label="Tâches de fond", check=queue),
    HealthCheck(code="outbox", label="Envoi des messages", check=outbox),
    HealthCheck(code="nights", label="Travaux de la nuit", check=nights),
    HealthCheck(code="disk", label="Disque", check=disk),
    HealthCheck(code="backup", label="Dernière sauvegarde", check=backup),
)


def findings(*, vital: bool = False, but: str = "") -> Iterator[Finding]:
    """Run the checks: those of the kernel, then those of the modules. One that breaks is a fault, never an error.

    `vital` runs only those without which no page can be served; `but` leaves out the one of that code.
    """
    for check in VITAL if vital else (*CHECKS, *modules.collect("health")):
        if check.code == but:
            continue
        try:
            ok, sentence = check.check()
        except Exception as fault:  # noqa: BLE001  whatever breaks is what we came to find
            ok, sentence = False, f"Ne répond pas ({type(fault).__name__})."
        yield Finding(check.code, check.label, ok, sentence)


def _age(duration: timedelta) -> str:
    minutes = int(duration.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} jours"
