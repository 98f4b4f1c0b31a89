"""How many children each group may receive, each day and in each part of the day."""

import datetime
from collections.abc import Iterable

from beffroi.modules.childcare import calendars, ratios
from beffroi.modules.childcare.models import Activity, Group, GroupDay, Unit


def slots_of(unit: Unit) -> list[str]:
    """Where a booking of this unit takes a place: the parts of the day, and the unit's own places if it has some."""
    return [*unit.slots, f"={unit.code}"] if unit.capacity is not None else list(unit.slots)


def is_long(units: Iterable[Unit], slot: str) -> bool:
    """May children be there more than five hours in a row when they are there for `slot`?"""
    return any(slot in unit.slots and unit.minutes > ratios.LONG for unit in units)


def capacities(
    activity: Activity, groups: list[Group], units: list[Unit], exceptions: Iterable[GroupDay], since: datetime.date
) -> dict[tuple[int, datetime.date, str], int]:
    """{(group, day, slot): places} of every day of the activity from `since` on.

    The smallest of: the group's places, what the facilitators of that day may look after, the places of the unit.
    """
    staff = {(one.group_id, one.day): one.staff for one in exceptions}
    days = sorted({day for period in activity.periods.all() for day in calendars.days_of(period) if day >= since})
    slots = {slot: is_long(units, slot) for unit in units for slot in unit.slots}
    found: dict[tuple[int, datetime.date, str], int] = {}
    for group in groups:
        for day in days:
            present = staff.get((group.pk, day), group.staff)
            for slot, long in slots.items():
                most = ratios.most_children(group, activity.structure, present, long=long)
                found[group.pk, day, slot] = min(group.capacity, most)
            for unit in units:
                if unit.capacity is not None and unit.only_on in (None, day):
                    found[group.pk, day, f"={unit.code}"] = unit.capacity
    return found
