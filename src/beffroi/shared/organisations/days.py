"""Counting days: those that are worked (neither Saturday, Sunday nor public holiday), and months of law."""

import calendar
import datetime

from beffroi.shared.organisations import public_holidays

ONE = datetime.timedelta(days=1)


def is_working(day: datetime.date, departement: str = "") -> bool:
    """Monday to Friday, public holidays aside (the Monday of Pentecost is one, Code du travail L3133-1)."""
    return day.weekday() < 5 and not public_holidays.name_of(day, departement)


def add_working_days(day: datetime.date, count: int, departement: str = "") -> datetime.date:
    """The day on which `count` working days have passed since `day`, which is not counted; backwards when negative.

    With 0: the day itself, or the next working one.
    """
    step = ONE if count >= 0 else -ONE
    left = abs(count)
    while left or not is_working(day, departement):
        day += step
        if is_working(day, departement) and left:
            left -= 1
    return day


def working_days(start: datetime.date, end: datetime.date, departement: str = "") -> int:
    """How many working days come after `start`, until `end` included; 0 when `end` comes first."""
    count = 0
    while start < end:
        start += ONE
        count += is_working(start, departement)
    return count


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day of a later month, or its last day when there is none (31 December + 2 months = end of February)."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
