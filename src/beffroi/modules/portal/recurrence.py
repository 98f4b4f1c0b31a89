"""The dates of an event that comes back: every week, every two weeks, every month on the same rank of weekday."""

import calendar
import datetime
from collections.abc import Iterator

from django.utils import timezone

from beffroi.modules.portal.models.event import Event, Recurrence

MOST = 200
STEPS = {Recurrence.WEEKLY: 7, Recurrence.FORTNIGHTLY: 14}


def dates(event: Event) -> list[tuple[datetime.datetime, datetime.datetime]]:
    """(start, end) of each date, the first included, two hundred at most. The hour is kept through summer time."""
    first, last = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    if event.all_day:
        first = first.replace(hour=0, minute=0, second=0, microsecond=0)
        last = _at(last.date() + datetime.timedelta(days=1), datetime.time())
    span = (last.date() - first.date()).days
    found = []
    for day in _days(event, first.date()):
        start = _at(day, first.time())
        end = _at(day + datetime.timedelta(days=span), last.time())
        found.append((start, end))
        if len(found) == MOST:
            break
    return found


def _at(day: datetime.date, clock: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, clock))


def _days(event: Event, first: datetime.date) -> Iterator[datetime.date]:
    yield first
    if event.recurrence == Recurrence.NONE or event.repeat_until is None:
        return
    day = _following(event.recurrence, first, first)
    while day <= event.repeat_until:
        yield day
        day = _following(event.recurrence, day, first)


def _following(recurrence: str, day: datetime.date, first: datetime.date) -> datetime.date:
    if recurrence in STEPS:
        return day + datetime.timedelta(days=STEPS[recurrence])
    rank = rank_in_month(first)
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return _weekday_of(year, month, first.weekday(), rank)


def rank_in_month(day: datetime.date) -> int:
    """1 to 4 for the first to fourth of its weekday in the month; a fifth one is « the last » (-1)."""
    rank = (day.day - 1) // 7 + 1
    return -1 if rank == 5 else rank


def _weekday_of(year: int, month: int, weekday: int, rank: int) -> datetime.date:
    days = [day for day in calendar.Calendar().itermonthdates(year, month) if day.month == month]
    same = [day for day in days if day.weekday() == weekday]
    return same[rank - 1] if rank > 0 else same[-1]
