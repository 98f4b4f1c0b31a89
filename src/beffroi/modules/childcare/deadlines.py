"""Until when a day may be booked, or cancelled: two rules, readable by a parent.

Public holidays and week-ends never count as working days; a deadline that would fall on one is moved to the working day
before. All moments are in the time zone of the territory.
"""

import calendar
import datetime
from dataclasses import dataclass

from django.utils import timezone

from beffroi.kernel.ui.formats import counted, hour
from beffroi.modules.childcare import calendars
from beffroi.modules.childcare.models.children import WEEKDAYS
from beffroi.modules.childcare.models.offer import Activity

Kind = Activity.Rule


@dataclass(frozen=True)
class Rule:
    """`number` is days, weeks or the day of the month, as `kind` says; `at` is the hour of that day."""

    kind: str
    number: int
    weekday: int
    at: datetime.time

    def moment(self, day: datetime.date) -> datetime.datetime:
        """The last moment for `day`."""
        return timezone.make_aware(datetime.datetime.combine(self._date(day), self.at))

    def _date(self, day: datetime.date) -> datetime.date:
        if self.kind == Kind.WORKING_DAYS:
            for _rank in range(self.number):
                day = calendars.previous_working(day)
            return day
        if self.kind == Kind.WEEKDAY:
            back = (day.weekday() - self.weekday) % 7 or 7
            return _open(day - datetime.timedelta(days=back))
        if self.kind == Kind.WEEK:
            monday = day - datetime.timedelta(days=day.weekday())
            return _open(monday - datetime.timedelta(weeks=max(self.number, 1)) + self.weekday * calendars.DAY)
        if self.kind == Kind.MONTH:
            last = day.replace(day=1) - calendars.DAY
            length = calendar.monthrange(last.year, last.month)[1]
            return _open(last.replace(day=min(max(self.number, 1), length)))
        return day

    @property
    def words(self) -> str:
        """« jusqu’à 2 jours ouvrés avant, à 10 h »."""
        at = hour(self.at)
        if self.kind == Kind.WORKING_DAYS and self.number:
            return f"jusqu’à {counted(self.number, 'jour ouvré,jours ouvrés')} avant, à {at}"
        if self.kind == Kind.WEEKDAY:
            return f"jusqu’au {WEEKDAYS[self.weekday]} précédent, à {at}"
        if self.kind == Kind.WEEK:
            weeks = "de la semaine d’avant" if self.number <= 1 else f"{self.number} semaines avant"
            return f"jusqu’au {WEEKDAYS[self.weekday]} {weeks}, à {at}"
        if self.kind == Kind.MONTH:
            return f"jusqu’au {'1er' if self.number <= 1 else self.number} du mois d’avant, à {at}"
        return f"jusqu’au jour même, à {at}"


def _open(day: datetime.date) -> datetime.date:
    return day if calendars.is_working(day) else calendars.previous_working(day)


def to_add(activity: Activity) -> Rule:
    """The rule to book a day."""
    return Rule(activity.add_rule, activity.add_number, activity.add_weekday, activity.add_hour)


def to_cancel(activity: Activity) -> Rule:
    """The rule to cancel one."""
    return Rule(activity.cancel_rule, activity.cancel_number, activity.cancel_weekday, activity.cancel_hour)
