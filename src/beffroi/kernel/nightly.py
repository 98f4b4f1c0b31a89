"""What is done once a night: each step on its own, so that one that fails neither stops the others nor is forgotten.

A step done leaves a `Heartbeat`; the job looks every ten minutes for those that the last night has not seen. A
machine that was off at two o'clock does them when it starts again.
"""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from beffroi.kernel import indicators, retention, seals, search
from beffroi.kernel.datasets import snapshots
from beffroi.kernel.models import Heartbeat, RateCount

log = logging.getLogger("beffroi.nightly")

HOUR = time(2)


class AlteredJournal(Exception):
    """A sealed line of the journal is no longer what it was."""


def seal() -> str:
    """Seal the days of the journal that have ended.

    Not in a demonstration: its facts are dated after the event, and a new version may bring some to days gone by.
    """
    if settings.DEMO:
        return "pas de sceau dans une démonstration"
    return f"{len(seals.seal_until(timezone.localdate()))} jour(s) scellé(s)"


def clear_limits() -> str:
    """Forget how often each address did each thing, once the longest window is over."""
    count, _ = RateCount.objects.filter(window_start__lt=timezone.now() - timedelta(days=1)).delete()
    return f"{count} compte(s) de débit effacé(s)"


def measure() -> str:
    """Compute the indicators of the month."""
    return f"{indicators.store()} valeur(s) calculée(s)"


def publish() -> str:
    """Read the datasets again, so that the first visitor of the day does not wait."""
    faults = snapshots.refresh_all()
    if faults:
        log.error("datasets at fault: %s", faults)
    return f"{len(faults)} jeu(x) de données en faute : {', '.join(faults)}" if faults else "jeux de données à jour"


def forget() -> str:
    """Anonymise or delete what has been kept long enough."""
    runs = retention.apply_all()
    return f"{sum(run.done for run in runs)} objet(s) traité(s), {sum(run.failed for run in runs)} en échec"


def verify() -> str:
    """Recompute the seals of the journal. Raises when a sealed line was altered."""
    faults = [f"{fault.day:%d/%m/%Y} : {fault.text}" for fault in seals.verify()]
    if faults:
        raise AlteredJournal("; ".join(faults[:5]))
    return "aucune ligne modifiée"


def learn() -> str:
    """Learn the words of the public pages, which forgive a mistyped one."""
    return f"{search.learn_words()} mot(s) appris"


STEPS: dict[str, Callable[[], str]] = {
    "seal": seal,
    "verify": verify,
    "retention": forget,
    "limits": clear_limits,
    "indicators": measure,
    "datasets": publish,
    "search": learn,
}

LABELS = {
    "seal": "Sceau du journal",
    "verify": "Vérification du journal",
    "retention": "Durées de conservation",
    "limits": "Comptes de débit",
    "indicators": "Indicateurs",
    "datasets": "Jeux de données",
    "search": "Mots de la recherche",
}


def last_night(now: datetime) -> datetime:
    """The last two o'clock in the morning, in local time."""
    local = timezone.localtime(now)
    night = timezone.make_aware(datetime.combine(local.date(), HOUR))
    return night if night <= now else timezone.make_aware(datetime.combine(local.date() - timedelta(days=1), HOUR))


def run_due(now: datetime | None = None) -> list[str]:
    """Do every step that the last night has not seen; returns their names."""
    since = last_night(now or timezone.now())
    seen = set(Heartbeat.objects.filter(name__startswith="nightly:", at__gte=since).values_list("name", flat=True))
    done = []
    for name, step in STEPS.items():
        if f"nightly:{name}" in seen:
            continue
        try:
            detail = step()
        except Exception:
            log.exception("nightly step=%s", name)
            continue
        beat(f"nightly:{name}", detail)
        done.append(name)
    return done


def beat(name: str, detail: str = "") -> None:
    """Write that a recurring thing has just worked."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now(), "detail": detail[:300]})
