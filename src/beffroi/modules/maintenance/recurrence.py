"""When a plan is due: by calendar, in a season, on working days.

The rule reads as a dispatcher says it: "every 3 months from 15 January, April to October, never on a holiday".
"""

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from beffroi.shared.organisations.public_holidays import name_of

UNITS = {"day": "jour", "week": "semaine", "month": "mois", "year": "an"}
SHIFTS = {"": "le jour même", "next": "le jour ouvré suivant", "previous": "le jour ouvré précédent"}
HORIZON = 4000


@dataclass(frozen=True)
class Rule:
    """Every `every` `unit`s from `start` (included) to `end` (included, if given).

    `months` = the season (empty: all year): a date outside it is skipped. `shift` = what happens to a date that falls
    on a Saturday, a Sunday or a public holiday; the following ones still count from the regular date.
    """

    unit: str
    every: int
    start: datetime.date
    end: datetime.date | None = None
    months: tuple[int, ...] = ()
    shift: str = ""
    departement: str = ""

    def regular(self, rank: int) -> datetime.date:
        """The date of that rank (0 = `start`) before the season and the shift. A month too short gives its last day,
        and 29 February gives 28 in a common year; the following dates find their day again."""
        if self.unit == "day":
            return self.start + datetime.timedelta(days=rank * self.every)
        if self.unit == "week":
            return self.start + datetime.timedelta(weeks=rank * self.every)
        months = rank * self.every * (12 if self.unit == "year" else 1)
        year, month = divmod(self.start.year * 12 + self.start.month - 1 + months, 12)
        day = min(self.start.day, calendar.monthrange(year, month + 1)[1])
        return datetime.date(year, month + 1, day)

    def dates(self) -> Iterator[tuple[datetime.date, datetime.date]]:
        """(regular date, date at which it is done), in order, until the end."""
        for rank in range(HORIZON):
            day = self.regular(rank)
            if self.end is not None and day > self.end:
                return
            if not self.months or day.month in self.months:
                yield day, self.shifted(day)

    def between(self, since: datetime.date, until: datetime.date) -> list[datetime.date]:
        """The regular dates from `since` to `until`, both included."""
        found = []
        for day, _done in self.dates():
            if day > until:
                break
            if day >= since:
                found.append(day)
        return found

    def after(self, day: datetime.date) -> datetime.date | None:
        """The first regular date later than `day`, or None when the plan has ended."""
        return next((regular for regular, _done in self.dates() if regular > day), None)

    def shifted(self, day: datetime.date) -> datetime.date:
        """The working day on which a date is really done."""
        if not self.shift:
            return day
        step = datetime.timedelta(days=1 if self.shift == "next" else -1)
        while day.weekday() > 4 or name_of(day, self.departement):
            day += step
        return day

    def words(self) -> str:
        """« tous les 3 mois, d’avril à octobre »"""
        label = UNITS[self.unit]
        many = label if label.endswith("s") else f"{label}s"
        if self.every == 1:
            text = {"day": "tous les jours", "week": "toutes les semaines"}.get(self.unit, f"tous les {many}")
        else:
            text = f"{'toutes' if self.unit == 'week' else 'tous'} les {self.every} {many}"
        if self.months and len(self.months) < 12:
            text += f", en {', '.join(MONTHS[month - 1] for month in self.months)}"
        return text


MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
