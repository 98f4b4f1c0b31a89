"""Opening hours: open or closed at this moment, the week in words, and as OpenStreetMap writes it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone

from beffroi.shared.organisations import public_holidays
from beffroi.shared.organisations.models import DAYS, Commune, ExceptionalDay, Organisation

Range = tuple[datetime.time, datetime.time]
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin") + (
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
HORIZON = 62
NARROW = "\u202f"


@dataclass(frozen=True, kw_only=True)
class Status:
    """Whether an organisation receives the public now, and until or from when (aware, local times).

    `known` is False when no hours were ever given: then nothing can be said.
    """

    known: bool
    is_open: bool = False
    closes_at: datetime.datetime | None = None
    opens_at: datetime.datetime | None = None
    reason: str = ""
    today: datetime.date | None = None

    @property
    def label(self) -> str:
        """« ouvert », « fermé » or « horaires inconnus »."""
        if not self.known:
            return "horaires inconnus"
        return "ouvert" if self.is_open else "fermé"

    @property
    def detail(self) -> str:
        """« ferme à 18 h », « ouvre jeudi à 16 h 30 », or nothing."""
        if self.is_open and self.closes_at:
            return f"ferme à {say_hour(self.closes_at)}"
        if self.opens_at and self.today:
            return f"ouvre {_say_day(self.opens_at.date(), self.today)}à {say_hour(self.opens_at)}"
        return ""

    def __str__(self) -> str:
        text = f"{self.label} ({self.reason})" if self.reason and not self.is_open else self.label
        return f"{text}, {self.detail}" if self.detail else text


def say_hour(moment: datetime.time | datetime.datetime) -> str:
    """« 16 h 30 », « 18 h », with narrow no-break spaces."""
    minutes = f"{NARROW}{moment:%M}" if moment.minute else ""
    return f"{moment.hour}{NARROW}h{minutes}"


def say_date(day: datetime.date) -> str:
    """« lundi 7 décembre »; the first of a month is « 1er »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]}"


def _say_day(day: datetime.date, today: datetime.date) -> str:
    gap = (day - today).days
    if gap == 0:
        return ""
    if gap == 1:
        return "demain "
    return f"{DAYS[day.weekday()]} " if gap < 7 else f"le {say_date(day)} "


def with_hours(queryset: QuerySet, now: datetime.datetime | None = None) -> QuerySet:
    """Fetch the hours of all the organisations of the query in two more queries, whatever their number."""
    coming = ExceptionalDay.objects.filter(end__gte=timezone.localdate(now))
    return queryset.prefetch_related("opening_hours", Prefetch("exceptional_days", queryset=coming))


def _fetch(organisation: Organisation) -> None:
    held = getattr(organisation, "_prefetched_objects_cache", {})
    if "opening_hours" not in held or "exceptional_days" not in held:
        prefetch_related_objects([organisation], "opening_hours", "exceptional_days")


def open_now(queryset: QuerySet, now: datetime.datetime | None = None) -> list[tuple[Organisation, Status]]:
    """The organisations of the query that are open, with their status. Three queries whatever their number."""
    moments = ((organisation, status(organisation, now)) for organisation in with_hours(queryset, now))
    return [(organisation, current) for organisation, current in moments if current.is_open]


def departement_of(organisation: Organisation) -> str:
    """The département whose public holidays apply."""
    if isinstance(organisation, Commune) and organisation.departement:
        return organisation.departement
    return public_holidays.departement_of(organisation.postal_code)


def merge(ranges: Iterable[Range]) -> list[Range]:
    """The ranges in order, those that touch or overlap made one."""
    merged: list[Range] = []
    for opens, closes in sorted(ranges):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    return merged


def ranges_of(organisation: Organisation, day: datetime.date) -> tuple[list[Range], str]:
    """When the organisation is open on `day`, and why this differs from usual (or an empty string).

    A dated exception wins over a public holiday, which closes, and over the week. Of several exceptions, the shortest
    wins; among equals, a closing does.
    """
    _fetch(organisation)
    covering = [e for e in organisation.exceptional_days.all() if e.start <= day <= e.end]
    if covering:
        shortest = min(e.end - e.start for e in covering)
        retained = [e for e in covering if e.end - e.start == shortest]
        reason = next((e.reason for e in retained if e.reason), "")
        if any(e.opens is None for e in retained):
            return [], reason or "fermeture exceptionnelle"
        return merge((e.opens, e.closes) for e in retained if e.opens and e.closes), reason or "horaires exceptionnels"
    holiday = public_holidays.name_of(day, departement_of(organisation))
    if holiday:
        return [], holiday
    week = organisation.opening_hours.all()
    return merge((line.opens, line.closes) for line in week if line.weekday == day.weekday()), ""


def status(organisation: Organisation, now: datetime.datetime | None = None) -> Status:
    """Open or closed at `now` (aware; the present by default), read in local time, and until or from when.

    Looks 62 days ahead for the next opening. Two queries, or none after `with_hours`.
    """
    _fetch(organisation)
    local = timezone.localtime(now)
    today = local.date()
    if not organisation.opening_hours.all() and not organisation.exceptional_days.all():
        return Status(known=False, today=today)
    ranges, reason = ranges_of(organisation, today)
    clock = local.time().replace(tzinfo=None)
    for opens, closes in ranges:
        if opens <= clock < closes:
            return Status(known=True, is_open=True, closes_at=_at(today, closes), today=today, reason=reason)
        if clock < opens:
            return Status(known=True, opens_at=_at(today, opens), today=today, reason=reason)
    for ahead in range(1, HORIZON + 1):
        day = today + datetime.timedelta(days=ahead)
        following, _why = ranges_of(organisation, day)
        if following:
            return Status(known=True, opens_at=_at(day, following[0][0]), today=today, reason=reason)
    return Status(known=True, today=today, reason=reason)


def _at(day: datetime.date, clock: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, clock))
