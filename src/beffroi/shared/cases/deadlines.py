"""Deadlines in working hours: those of the organisation, or Monday to Friday, 9–12 and 14–17.

Public holidays and exceptional days are respected; time is counted as it elapses, so a change of clock inside a range
makes it an hour longer or shorter. While the requester is expected to answer, the deadline is paused.
"""

import datetime
from collections.abc import Iterator

from django.utils import timezone

from beffroi.shared.organisations.hours import Range, ranges_of
from beffroi.shared.organisations.models import Organisation

OFFICE = (
    (datetime.time(9), datetime.time(12)),
    (datetime.time(14), datetime.time(17)),
)
PATIENCE = 400
Span = tuple[datetime.datetime, datetime.datetime]


def working_ranges(organisation: Organisation, day: datetime.date) -> list[Range]:
    """When the organisation works on `day`, in local time."""
    ranges, reason = ranges_of(organisation, day)
    usual = not ranges and not reason and not organisation.opening_hours.all()
    return list(OFFICE) if usual and day.weekday() < 5 else ranges


def spans(organisation: Organisation, day: datetime.date) -> list[Span]:
    """The same as moments in UTC, so that the length of each is the time that really elapses."""
    return [(_moment(day, opens), _moment(day, closes)) for opens, closes in working_ranges(organisation, day)]


def due_date(
    organisation: Organisation, *, hours: float, start: datetime.datetime | None = None
) -> datetime.datetime | None:
    """The moment at which `hours` of work will have elapsed since `start` (now by default), in local time.

    None when the organisation does not work for more than a year: no date can be promised.
    """
    return add_minutes(organisation, start or timezone.now(), round(hours * 60))


def add_minutes(organisation: Organisation, start: datetime.datetime, minutes: int) -> datetime.datetime | None:
    """The moment at which `minutes` of work will have elapsed since `start`; at the earliest, `start` itself."""
    if minutes <= 0:
        return timezone.localtime(start)
    left = datetime.timedelta(minutes=minutes)
    for opens, closes in _spans_from(organisation, start):
        if closes - opens >= left:
            return timezone.localtime(opens + left)
        left -= closes - opens
    return None


def working_minutes(organisation: Organisation, start: datetime.datetime, end: datetime.datetime) -> int:
    """The minutes of work between two moments; negative when `end` comes first."""
    if end < start:
        return -working_minutes(organisation, end, start)
    total = datetime.timedelta()
    limit = end.astimezone(datetime.UTC)
    day, last = timezone.localtime(start).date(), timezone.localtime(end).date()
    while day <= last:
        for opens, closes in spans(organisation, day):
            total += max(min(closes, limit) - max(opens, start), datetime.timedelta())
        day += datetime.timedelta(days=1)
    return int(total.total_seconds() // 60)


def pause(organisation: Organisation, due_at: datetime.datetime | None, now: datetime.datetime) -> int | None:
    """The minutes of work that are left when the deadline is paused (negative when it is already missed)."""
    return None if due_at is None else working_minutes(organisation, now, due_at)


def resume(
    organisation: Organisation, due_at: datetime.datetime | None, minutes: int | None, now: datetime.datetime
) -> datetime.datetime | None:
    """The new deadline when the requester has answered; one that was already missed stays as it was."""
    if due_at is None or minutes is None or minutes < 0:
        return due_at
    return add_minutes(organisation, now, minutes) or due_at


def _spans_from(organisation: Organisation, start: datetime.datetime) -> Iterator[Span]:
    first = start.astimezone(datetime.UTC)
    day = timezone.localtime(start).date()
    for ahead in range(PATIENCE):
        for opens, closes in spans(organisation, day + datetime.timedelta(days=ahead)):
            if closes > first:
                yield max(opens, first), closes


def _moment(day: datetime.date, clock: datetime.time) -> datetime.datetime:
    local = timezone.make_aware(datetime.datetime.combine(day, clock))
    return local.astimezone(datetime.UTC)
