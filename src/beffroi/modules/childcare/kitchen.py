"""What the kitchen must prepare, and until when it may be told without a call: counted by diet, never by name."""

import datetime
from collections import Counter

from django.utils import timezone

from beffroi.modules.childcare import calendars
from beffroi.modules.childcare.diets import ORDINARY
from beffroi.modules.childcare.models import Booking, HealthSheet, MealOrder, Site


def counts(site: Site, day: datetime.date) -> Counter:
    """{diet: meals} of the bookings of a site on a day. The diets come from the encrypted sheets: two queries."""
    children = list(
        Booking.objects.filter(group__site=site, day=day, state="booked", unit__meal=True).values_list(
            "child", "quantity"
        )
    )
    diets = {
        sheet.child_id: sheet.content.get("diet") or ORDINARY
        for sheet in HealthSheet.objects.filter(child__in=[child for child, _quantity in children])
    }
    found: Counter = Counter()
    for child, quantity in children:
        found[diets.get(child, ORDINARY)] += quantity
    return found


def cut_off(site: Site, day: datetime.date) -> datetime.datetime:
    """When the meals of a day are ordered: so many working days before, at an hour."""
    before = day
    for _rank in range(site.meal_days):
        before = calendars.previous_working(before)
    return timezone.make_aware(datetime.datetime.combine(before, site.meal_hour))


def changes(order: MealOrder | None, now: Counter) -> dict[str, int]:
    """What differs from what was ordered: {diet: more or fewer}."""
    before = Counter(order.counts) if order else Counter()
    return {diet: now[diet] - before[diet] for diet in sorted(now.keys() | before.keys()) if now[diet] != before[diet]}
