"""The work of a team as calendars read it (RFC 5545)."""

import datetime
from collections.abc import Iterable

import icalendar
from django.conf import settings
from django.utils import timezone

from beffroi.kernel import calendars
from beffroi.modules.maintenance.models import Order

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
    return calendars.published(map(_entry, orders), part="Travaux", name=name, hours=1)


def _entry(order: Order) -> icalendar.Event:
    start = timezone.localtime(order.planned_start)
    entry = icalendar.Event()
    entry.add("uid", calendars.uid(order.reference))
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
