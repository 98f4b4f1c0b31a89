"""Whose day it is: the calendar of a child who lives in two homes."""

import datetime
from collections.abc import Iterable

from beffroi.modules.childcare import calendars
from beffroi.modules.childcare.models import ChildHome, Custody, CustodyException


def is_even_week(day: datetime.date, change_day: int) -> bool:
    """Is the week to which `day` belongs an even ISO week, when homes change on `change_day` (0 = Monday)?"""
    shift = (7 - change_day) % 7
    return (day + datetime.timedelta(days=shift)).isocalendar().week % 2 == 0


def home_of(
    custody: Custody | None,
    homes: Iterable[ChildHome],
    exceptions: Iterable[CustodyException],
    day: datetime.date,
) -> ChildHome | None:
    """The home that has the child on `day`; None = either home may book.

    `homes`: the current homes of the child; `exceptions`: those that were agreed to.
    """
    current = sorted((home for home in homes if home.end is None), key=lambda home: home.rank)
    if len(current) < 2:
        return current[0] if current else None
    by_id = {home.pk: home for home in current}
    for one in exceptions:
        if one.agreed_at and one.start <= day <= one.end and one.home_id in by_id:
            return by_id[one.home_id]
    if custody is None or custody.rhythm == Custody.Rhythm.ANY:
        return None
    stretch = calendars.holidays_around(day) if custody.holidays == Custody.Holidays.HALVES else None
    first = by_id.get(custody.first_half_home_id)
    if stretch and first:
        has_first = stretch.start.year % 2 == 0
        return first if (day < stretch.middle) == has_first else _other(current, first)
    if custody.rhythm == Custody.Rhythm.DAYS:
        return current[0] if day.weekday() in custody.first_home_days else current[1]
    even = by_id.get(custody.even_home_id)
    if even is None:
        return None
    return even if is_even_week(day, custody.change_day) else _other(current, even)


def _other(homes: list[ChildHome], home: ChildHome) -> ChildHome:
    return next(one for one in homes if one.pk != home.pk)


def shares(custody: Custody | None, booker: ChildHome, homes: Iterable[ChildHome]) -> list[tuple[ChildHome, int]]:
    """Who pays a day that `booker` booked: [(home, % of the price)], whose total is 100."""
    current = [home for home in homes if home.end is None]
    if custody is None or custody.payment == Custody.Payment.BOOKER or len(current) < 2:
        return [(booker, 100)]
    first, second = sorted(current, key=lambda home: home.rank)
    return [(home, part) for home, part in ((first, first.share), (second, 100 - first.share)) if part]
