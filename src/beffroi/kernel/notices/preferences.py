"""How each person wants to be told: by category and channel, and outside which hours."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from beffroi.kernel import access, modules
from beffroi.kernel.models import NoticePreference, QuietHours

QUIET_START, QUIET_END = time(20), time(8)


@dataclass(frozen=True)
class Category:
    """One line of the preferences: `labels` say what is told there."""

    code: str
    label: str
    labels: tuple[str, ...]


def categories(user) -> list[Category]:
    """What this person may be told of, in the order of the modules; agents' notices are shown to agents only."""
    agent = access.is_agent(user)
    found: dict[str, tuple[str, list[str]]] = {}
    for _config, module in modules.installed():
        for notice in module.notices:
            if notice.agents and not agent:
                continue
            labels = found.setdefault(notice.category, (module.label, []))[1]
            if notice.label not in labels:
                labels.append(notice.label)
    return [Category(code, label, tuple(labels)) for code, (label, labels) in found.items()]


def chosen(user, category: str) -> NoticePreference:
    """The preference of one category: what the person saved, else the defaults (unsaved)."""
    kept = NoticePreference.objects.filter(user=user, category=category).first()
    return kept or NoticePreference(user=user, category=category)


def all_chosen(user) -> dict[str, NoticePreference]:
    """The saved preferences by category."""
    return {kept.category: kept for kept in NoticePreference.objects.filter(user=user)}


def quiet_hours(user) -> tuple[time, time]:
    """From when to when this person is not disturbed; equal hours mean never."""
    kept = QuietHours.objects.filter(user=user).first() if user is not None else None
    return (kept.start, kept.end) if kept else (QUIET_START, QUIET_END)


def quiet_until(user, now: datetime) -> datetime | None:
    """The end of the quiet hours in which `now` falls, None outside of them. `user` None = the usual hours."""
    start, end = quiet_hours(user)
    local = timezone.localtime(now)
    moment = local.time()
    if start == end:
        return None
    inside = start <= moment < end if start < end else moment >= start or moment < end
    if not inside:
        return None
    day = local.date() + timedelta(days=1) if start > end and moment >= start else local.date()
    return timezone.make_aware(datetime.combine(day, end))
