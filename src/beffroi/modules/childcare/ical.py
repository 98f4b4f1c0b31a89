"""What a family has booked, as calendars read it (RFC 5545)."""

import datetime
from collections.abc import Iterable

import icalendar
from django.conf import settings
from django.utils import timezone

from beffroi.kernel import calendars
from beffroi.modules.childcare.models import Booking, ChildHome

BEFORE, AFTER = datetime.timedelta(days=31), datetime.timedelta(days=366)
MOST = 1500
STATUS = {"booked": "CONFIRMED", "offered": "TENTATIVE", "waiting": "TENTATIVE"}
SAID = {"offered": " (place proposée)", "waiting": " (en attente)"}


def of_family(user) -> Iterable[Booking]:
    """What the homes of this account have booked, from a month ago to a year ahead; the cancelled days too, so that
    they go away from the calendars.
    """
    homes = ChildHome.objects.current().of_parent(user)
    today = timezone.localdate()
    rows = Booking.objects.filter(home__in=homes, day__range=(today - BEFORE, today + AFTER))
    return rows.select_related("child", "unit", "activity", "group__site").order_by("day", "pk")[:MOST]


def calendar(bookings: Iterable[Booking]) -> bytes:
    """A calendar that holds these days."""
    return calendars.published(map(_entry, bookings), part="Enfance", name="Accueil des enfants", hours=1)


def _entry(booking: Booking) -> icalendar.Event:
    """First name, what, where, when: no surname, no home, no health."""
    site = booking.group.site
    entry = icalendar.Event()
    entry.add("uid", calendars.uid(f"reservation-{booking.pk}"))
    changed = booking.cancelled_at or booking.booked_at
    entry.add("dtstamp", changed.astimezone(datetime.UTC))
    entry.add("sequence", int(booking.cancelled_at is not None))
    entry.add("dtstart", timezone.localtime(booking.during.lower))
    entry.add("dtend", timezone.localtime(booking.during.upper))
    said = SAID.get(booking.state, "")
    entry.add("summary", f"{booking.child.first_name} : {booking.activity.name}, {booking.unit.name}{said}")
    entry.add("location", site.name)
    entry.add("url", f"{settings.SITE_URL}/compte/enfance/reservations/")
    entry.add("status", STATUS.get(booking.state, "CANCELLED"))
    entry.add("class", "PRIVATE")
    return entry
