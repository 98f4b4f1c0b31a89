"""Events as calendars read them (RFC 5545)."""

import datetime
from collections.abc import Iterable

import icalendar
from django.conf import settings
from django.utils import timezone

from beffroi.kernel import calendars
from beffroi.modules.portal import recurrence, text
from beffroi.modules.portal.models import Event, State
from beffroi.modules.portal.models.event import Recurrence

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def calendar(events: Iterable[Event], name: str) -> bytes:
    """A calendar that holds these events; those that come back carry their rule."""
    return calendars.published(map(_entry, events), part="Agenda", name=name, hours=6)


def _entry(event: Event) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", calendars.uid(f"evenement-{event.pk}"))
    entry.add("dtstamp", event.updated_at.astimezone(datetime.UTC))
    entry.add("last-modified", event.updated_at.astimezone(datetime.UTC))
    start, end = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    if event.all_day:
        entry.add("dtstart", start.date())
        entry.add("dtend", end.date() + datetime.timedelta(days=1))
    else:
        entry.add("dtstart", start)
        if end > start:
            entry.add("dtend", end)
    rule = _rule(event, start)
    if rule:
        entry.add("rrule", rule)
    entry.add("summary", event.title)
    entry.add("description", description(event))
    entry.add("location", where(event))
    if event.location:
        longitude, latitude = event.location
        entry.add("geo", (latitude, longitude))
    entry.add("url", settings.SITE_URL + event.get_absolute_url())
    entry.add("categories", [event.get_theme_display()])
    entry.add("status", "CANCELLED" if event.state == State.CANCELLED else "CONFIRMED")
    return entry


def _rule(event: Event, start: datetime.datetime) -> dict | None:
    """The repetition, ended at the last date that we show: both must say the same."""
    if event.recurrence == Recurrence.NONE:
        return None
    last = recurrence.dates(event)[-1][0]
    until = timezone.localtime(last).date() if event.all_day else last.astimezone(datetime.UTC)
    if event.recurrence == Recurrence.MONTHLY:
        rank = recurrence.rank_in_month(start.date())
        return {"freq": "monthly", "byday": f"{rank}{DAYS[start.weekday()]}", "until": until}
    return {"freq": "weekly", "interval": recurrence.STEPS[event.recurrence] // 7, "until": until}


def where(event: Event) -> str:
    """The place, its address, its commune."""
    commune = event.commune.name if event.commune else ""
    return ", ".join(part for part in (event.place, event.address, commune) if part)


def description(event: Event) -> str:
    """What a calendar shows below the title."""
    lines = [event.summary, text.plain(event.body)]
    told = (("Organisé par", event.organiser), ("Tarif", event.price), ("Renseignements", event.contact))
    lines += [f"{label}\u202f: {value}" for label, value in told if value]
    return "\n".join(line for line in lines if line)
