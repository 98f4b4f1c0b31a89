"""Deadlines and states in plain words."""

import datetime

from django.utils import timezone

from beffroi.kernel.ui import formats
from beffroi.shared.cases import deadlines
from beffroi.shared.cases.models import Case

PUBLIC_STEPS = ("Reçue", "Prise en charge", "Terminée")
FAR = 30  # days after which the date itself says more than a count


def due_words(case: Case, now: datetime.datetime | None = None) -> str:
    """« dans 2 jours ouvrés », « aujourd’hui avant 16 h 30 », « en retard de 3 h », in the hours of its body."""
    if not case.is_open:
        return "terminée"
    if case.paused_at is not None:
        return "suspendue jusqu’à la réponse du demandeur"
    if case.due_at is None:
        return "sans échéance"
    now = now or timezone.now()
    return _late(case, now) if case.due_at < now else _ahead(case, now)


def _ahead(case: Case, now: datetime.datetime) -> str:
    today, last = timezone.localtime(now).date(), timezone.localtime(case.due_at).date()
    if today == last:
        return f"aujourd’hui avant {formats.hour(case.due_at)}"
    if (last - today).days > FAR:
        return f"le {formats.short_day(case.due_at)}"
    days = _working_days(case.organisation, today, last)
    if days <= 1 and (last - today).days == 1:
        return f"demain avant {formats.hour(case.due_at)}"
    return f"dans {formats.counted(max(days, 1), 'jour ouvré,jours ouvrés')}"


def _late(case: Case, now: datetime.datetime) -> str:
    due, today = timezone.localtime(case.due_at).date(), timezone.localtime(now).date()
    if (today - due).days > 2 * FAR:
        return f"en retard depuis le {formats.short_day(case.due_at)}"
    days = _working_days(case.organisation, due, today)
    if days > 1:
        return f"en retard de {formats.counted(days, 'jour ouvré,jours ouvrés')}"
    hours = deadlines.working_minutes(case.organisation, case.due_at, now) // 60
    return f"en retard de {hours}\u202fh" if hours else "en retard de moins d’une heure"


def _working_days(organisation, first: datetime.date, last: datetime.date) -> int:
    """The days of work after `first`, up to `last` included."""
    days = (first + datetime.timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
    return sum(1 for day in days if deadlines.working_ranges(organisation, day))


def public_step(case: Case) -> int:
    """Where a case stands among `PUBLIC_STEPS` (1 is the first)."""
    if not case.is_open:
        return 3
    return 1 if case.state in case.kind_model.new_states else 2


def public_sentence(case: Case) -> str:
    """Where a case stands, for the person who made it."""
    if case.merged_into_id:
        return "Elle est traitée avec une autre sur le même sujet. Le service vous écrit s’il y a du nouveau."
    if not case.is_open:
        return f"Le service a terminé le {formats.day(case.closed_at)}."
    if case.is_waiting:
        return "Le service attend votre réponse pour continuer."
    if case.state in case.kind_model.new_states:
        return f"Le service l’a reçue et va la prendre en charge.{_promise(case)}"
    return f"Le service s’en occupe.{_promise(case)}"


def _promise(case: Case) -> str:
    if case.due_at is None:
        return ""
    if case.due_at < timezone.now():
        return " Elle prend plus de temps que prévu\u202f: veuillez nous en excuser."
    return f" Délai prévu\u202f: avant le {formats.day(case.due_at)}."
