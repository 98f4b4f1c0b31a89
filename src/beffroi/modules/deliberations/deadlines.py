"""The dates that the law draws from the publication of an act."""

import calendar
import datetime

from beffroi.shared.organisations import public_holidays


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day of a later month, or its last day when there is none (31 December + 2 months = end of February)."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def appeal_until(published_on: datetime.date, departement: str = "") -> datetime.date:
    """The last day to bring an act before the administrative court: two whole months (CJA R421-1).

    The period is « franc » (CJA R421-5 and settled case law; CPC 641, 642): neither the day of publication nor the
    last one counts, so it ends the day after the same day two months later; on a Saturday, a Sunday or a public holiday
    it runs to the next working day. Overseas periods of distance (R421-7) are not added.
    """
    last = add_months(published_on, 2) + datetime.timedelta(days=1)
    while last.weekday() >= 5 or public_holidays.name_of(last, departement):
        last += datetime.timedelta(days=1)
    return last


def online_until(published_on: datetime.date) -> datetime.date:
    """The day until which an act must at least stay online: two months (CGCT R2131-1)."""
    return add_months(published_on, 2)


def list_due(meeting_on: datetime.date) -> datetime.date:
    """The last day to show the list of the deliberations examined: a week after the meeting (CGCT L2121-25)."""
    return meeting_on + datetime.timedelta(days=7)
