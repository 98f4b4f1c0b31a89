"""The work of a team as calendars read it (RFC 5545)."""

import datetime
from collections.abc import Iterable

import icalendar
from django.conf import settings
from django.utils import timezone

from beffroi.modules.maintenance.models import Order

CONTENT_TYPE = "text/calendar; charset=utf-8"
BEFORE, AFTER = datetime.timedelta(days=31), datetime.timedelta(days=366)
MOST = 1000
HOUR = datetime.timedelta(hours=1)


def of_team(team) -> Iterable[Order]:
    """What is planned for a team, from a month ago to a year ahead; cancelled orders too, so that they go away."""
    now = timezone.now()
    orders = Order.objects.filter(team=team, planned_start__gte=now - BEFORE, planned_start__lt=now + AFTER)
    return orders.select_related("commune").order_by("planned_start")[:MOST]


def calendar(orders: Iterable[Order], name: str) -> bytes:
    """A calendar that holds these orders: no name of a person in it."""
    held = icalendar.Calendar()
    held.add("prodid", "-//Beffroi//Travaux//FR")
    held.add("version", "2.0")
    held.add("method", "PUBLISH")
    held.add("x-wr-calname", name)
    held.add("x-published-ttl", "PT1H")
    held.add("refresh-interval", HOUR, parameters={"VALUE": "DURATION"})
    for order in orders:
        held.add_component(_entry(order))
    held.add_missing_timezones()
    return held.to_ical()


def _entry(order: Order) -> icalendar.Event:
    host = settings.SITE_URL.split("://")[-1].split(":")[0]
    start = timezone.localtime(order.planned_start)
    entry = icalendar.Event()
    entry.add("uid", f"{order.reference}@{host}")
    entry.add("dtstamp", order.created_at.astimezone(datetime.UTC))
    entry.add("sequence", order.version)
    entry.add("dtstart", start)
    entry.add("dtend", timezone.localtime(order.planned_end) if order.planned_end else start + HOUR)
    entry.add("summary", f"{order.title} ({order.reference})")
    entry.add("description", "\n\n".join(text for text in (order.description, order.safety) if text))
    entry.add("location", order.place)
    if order.location:
        longitude, latitude = order.location
        entry.add("geo", (latitude, longitude))
    entry.add("url", settings.SITE_URL + order.get_absolute_url())
    entry.add("categories", [order.get_nature_display()])
    entry.add("status", "CANCELLED" if order.state == "cancelled" else "CONFIRMED")
    return entry
