"""The week of opening hours: in words, grouped by day, and in OpenStreetMap's `opening_hours` notation."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from beffroi.shared.organisations.hours import Range, merge, say_date, say_hour
from beffroi.shared.organisations.models import DAYS, ExceptionalDay, Organisation

OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
OSM_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Line:
    """Days that share the same hours: « du lundi au jeudi » — « 9 h à 12 h et 14 h à 17 h »."""

    days: str
    hours: str
    is_open: bool
    weekdays: tuple[int, ...]


def by_day(organisation: Organisation) -> list[list[Range]]:
    """The usual ranges of the seven days, from Monday."""
    days: list[list[Range]] = [[] for _ in DAYS]
    for line in organisation.opening_hours.all():
        days[line.weekday].append((line.opens, line.closes))
    return [merge(ranges) for ranges in days]


def say_ranges(ranges: list[Range]) -> str:
    """« 9 h à 12 h et 14 h à 17 h », or « fermé »."""
    if not ranges:
        return "fermé"
    words = [f"{say_hour(opens)} à {say_hour(closes)}" for opens, closes in ranges]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}"


def lines(organisation: Organisation) -> list[Line]:
    """The usual week, consecutive days with the same hours together. Empty when no hours are known."""
    return lines_of(by_day(organisation))


def lines_of(days: list[list[Range]]) -> list[Line]:
    """Same, for seven days of ranges that are not written yet."""
    if not any(days):
        return []
    groups: list[list[int]] = []
    for weekday, ranges in enumerate(days):
        if groups and days[groups[-1][-1]] == ranges:
            groups[-1].append(weekday)
        else:
            groups.append([weekday])
    return [Line(_say_days(g), say_ranges(days[g[0]]), bool(days[g[0]]), tuple(g)) for g in groups]


def _say_days(group: list[int]) -> str:
    if len(group) == 1:
        return DAYS[group[0]]
    if len(group) == 2:
        return f"{DAYS[group[0]]} et {DAYS[group[1]]}"
    return f"du {DAYS[group[0]]} au {DAYS[group[-1]]}"


def exceptions(organisation: Organisation, today: datetime.date | None = None, days: int = 60) -> list[str]:
    """What will differ from usual in the next `days`: « fermé du … au … (congés) », in order."""
    today = today or timezone.localdate()
    last = today + datetime.timedelta(days=days)
    coming = [e for e in organisation.exceptional_days.all() if e.end >= today and e.start <= last]
    return [say_exception(e) for e in sorted(coming, key=lambda e: (e.start, e.opens or datetime.time()))]


def say_exception(day: ExceptionalDay) -> str:
    """One exception in words."""
    if day.start == day.end:
        when = f"le {say_date(day.start)}"
    else:
        when = f"du {say_date(day.start)} au {say_date(day.end)}"
    what = f"ouvert {when} de {say_ranges([(day.opens, day.closes)])}" if day.opens and day.closes else f"fermé {when}"
    return f"{what} ({day.reason})" if day.reason else what


def osm(organisation: Organisation, today: datetime.date | None = None) -> str:
    """The hours in OpenStreetMap's `opening_hours` notation, with the exceptions to come; empty when unknown."""
    days = by_day(organisation)
    rules = []
    for ranges in sorted({tuple(r) for r in days if r}, key=lambda r: days.index(list(r))):
        held = [number for number, other in enumerate(days) if tuple(other) == ranges]
        rules.append(f"{_osm_days(held)} {_osm_ranges(list(ranges))}")
    if not rules:
        return ""
    rules.append("PH off")
    today = today or timezone.localdate()
    for day in sorted(organisation.exceptional_days.all(), key=lambda e: e.start):
        if day.end >= today:
            when = _osm_date(day.start) if day.start == day.end else f"{_osm_date(day.start)}-{_osm_date(day.end)}"
            open_at = _osm_ranges([(day.opens, day.closes)]) if day.opens and day.closes else "off"
            rules.append(f"{when} {open_at}")
    return "; ".join(rules)


def _osm_days(weekdays: list[int]) -> str:
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and weekday == runs[-1][-1] + 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return ",".join(OSM_DAYS[r[0]] if len(r) == 1 else f"{OSM_DAYS[r[0]]}-{OSM_DAYS[r[-1]]}" for r in runs)


def _osm_ranges(ranges: list[Range]) -> str:
    return ",".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in ranges)


def _osm_date(day: datetime.date) -> str:
    return f"{day.year} {OSM_MONTHS[day.month - 1]} {day.day:02d}"


def clock(text: str) -> datetime.time:
    """An hour as the journal writes it: « 09:30 »."""
    return datetime.time.fromisoformat(text)


def date(text: str) -> datetime.date:
    """A day as the journal writes it: « 2026-11-24 »."""
    return datetime.date.fromisoformat(text)
