"""Calendars that other programs read and ask for again (RFC 5545)."""

import datetime
from collections.abc import Iterable

import icalendar
from django.conf import settings

CONTENT_TYPE = "text/calendar; charset=utf-8"


def published(entries: Iterable[icalendar.Event], *, part: str, name: str, hours: int) -> bytes:
    """A calendar that holds these entries, named `name`, asked for again every `hours`; `part` = what writes it."""
    held = icalendar.Calendar()
    held.add("prodid", f"-//Beffroi//{part}//FR")
    held.add("version", "2.0")
    held.add("method", "PUBLISH")
    held.add("x-wr-calname", name)
    held.add("x-published-ttl", f"PT{hours}H")
    held.add("refresh-interval", datetime.timedelta(hours=hours), parameters={"VALUE": "DURATION"})
    for entry in entries:
        held.add_component(entry)
    held.add_missing_timezones()
    return held.to_ical()


def uid(number: str) -> str:
    """The name of an entry, the same each time it is read: ours, at our address."""
    return f"{number}@{settings.SITE_URL.split('://')[-1].split(':')[0]}"
