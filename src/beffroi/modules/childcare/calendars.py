"""School time, school holidays of the zone, public holidays, working days.

The school holidays come from the ministry's calendar, as the `vacances-scolaires-france` package has it; the public
holidays from `organisations.public_holidays`. Nothing is guessed for the years that are not published yet.
"""

import datetime
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from vacances_scolaires_france import SchoolHolidayDates

from beffroi.shared.organisations import public_holidays

DAY = datetime.timedelta(days=1)


@lru_cache(maxsize=1)
def _source() -> SchoolHolidayDates:
    return SchoolHolidayDates()


@lru_cache(maxsize=32)
def _year(year: int, zone: str) -> dict[datetime.date, str]:
    if not _source().min_year <= year <= _source().max_year:
        return {}
    found = _source().holidays_for_year_and_zone(year, zone)
    return {day: facts["nom_vacances"].replace("'", "’") for day, facts in found.items()}


def known_until() -> datetime.date:
    """The last day whose school holidays are published: the end of the last complete school year."""
    return datetime.date(_source().max_year, 8, 31)


def school_holiday(day: datetime.date) -> str:
    """« Vacances de la Toussaint », or an empty string in school time."""
    return _year(day.year, settings.SCHOOL_ZONE).get(day, "")


def public_holiday(day: datetime.date) -> str:
    """The name of the public holiday that falls on that day, or an empty string."""
    return public_holidays.name_of(day)


def is_working(day: datetime.date) -> bool:
    """Monday to Friday, public holidays excluded: the days on which the service reads its messages."""
    return day.weekday() < 5 and not public_holiday(day)


def previous_working(day: datetime.date) -> datetime.date:
    """The last working day before `day`."""
    day -= DAY
    while not is_working(day):
        day -= DAY
    return day


@dataclass(frozen=True)
class Holidays:
    """A stretch of school holidays, first and last day included."""

    name: str
    start: datetime.date
    end: datetime.date

    @property
    def middle(self) -> datetime.date:
        """The first day of the second half."""
        return self.start + datetime.timedelta(days=((self.end - self.start).days + 1) // 2)


@lru_cache(maxsize=512)
def holidays_around(day: datetime.date) -> Holidays | None:
    """The school holidays in which that day falls: one stretch, even across the new year."""
    name = school_holiday(day)
    if not name:
        return None
    start = end = day
    while school_holiday(start - DAY) == name:
        start -= DAY
    while school_holiday(end + DAY) == name:
        end += DAY
    return Holidays(name, start, end)


def holidays_between(start: datetime.date, end: datetime.date) -> list[Holidays]:
    """The school holidays that touch those days, in order."""
    found: list[Holidays] = []
    day = start
    while day <= end:
        if stretch := holidays_around(day):
            found.append(stretch)
            day = stretch.end
        day += DAY
    return found


def days_of(period) -> list[datetime.date]:
    """The days on which a period receives children: see `models.Period`."""
    found = []
    day = period.start
    closed = set(period.closed_days)
    while day <= period.end:
        held = period.in_holidays if school_holiday(day) else period.in_term
        if held and day.weekday() in period.weekdays and day not in closed and not public_holiday(day):
            found.append(day)
        day += DAY
    return found
