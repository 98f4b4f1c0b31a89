"""What the kitchen must prepare: counted by diet, never by name."""

import datetime
from collections import Counter

from beffroi.modules.childcare.models import Booking, HealthSheet, MealOrder, Site

ORDINARY = "ordinaire"


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


def changes(order: MealOrder | None, now: Counter) -> dict[str, int]:
    """What differs from what was ordered: {diet: more or fewer}."""
    before = Counter(order.counts) if order else Counter()
    return {diet: now[diet] - before[diet] for diet in sorted(now.keys() | before.keys()) if now[diet] != before[diet]}
