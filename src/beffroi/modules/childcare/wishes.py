"""What a family wants to book, weighed line by line before anything is written, and again while it is written."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils import timezone

from beffroi.kernel.ui.formats import counted, moment
from beffroi.modules.childcare import custody, deadlines
from beffroi.modules.childcare.models import (
    Booking,
    Child,
    ChildHome,
    CustodyException,
    Document,
    Enrolment,
    Group,
    Place,
    Unit,
)
from beffroi.modules.childcare.places import slots_of
from beffroi.modules.childcare.residences import Residences

BOOK, WAIT, NO = "book", "wait", "no"
WITHDRAWN = "Cette formule n’est plus proposée."
OTHER_HOME = "Ce jour est celui de l’autre foyer."


class Wish(NamedTuple):
    """A unit, for a child, on a day; so many of it when it is booked by quantity."""

    day: datetime.date
    child_id: int
    unit_id: int
    quantity: int = 1

    @property
    def token(self) -> str:
        """How it travels in a form."""
        count = f".{self.quantity}" if self.quantity != 1 else ""
        return f"{self.child_id}.{self.unit_id}.{self.day.isoformat()}{count}"


def read_token(token: str) -> Wish | None:
    """The wish of a token, or None when it is not one."""
    parts = token.split(".")
    try:
        count = int(parts[3]) if len(parts) > 3 else 1
        return Wish(datetime.date.fromisoformat(parts[2]), int(parts[0]), int(parts[1]), count)
    except (IndexError, ValueError):
        return None


@dataclass
class Line:
    """A wish and what will become of it: `verdict` is book, wait (the list) or no; `reason` tells the family why.

    `price` in cents (None = no tariff) and `explanation`: see `pricing.quote`. `resident` = its home is proved to live
    in the territory that day.
    """

    wish: Wish
    child: Child
    unit: Unit | None = None
    home: ChildHome | None = None
    group: Group | None = None
    verdict: str = NO
    reason: str = ""
    during: tuple[datetime.datetime, datetime.datetime] | None = None
    slots: list[str] = field(default_factory=list)
    price: int | None = None
    explanation: str = ""
    resident: bool = False

    @property
    def what(self) -> str:
        """The unit, with how many when it is more than one."""
        name = self.unit.name if self.unit else ""
        return f"{name}\u202f× {self.wish.quantity}" if self.wish.quantity > 1 else name


def hours_of(unit: Unit, day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """From when to when a unit is, on that day."""
    start, end = (timezone.make_aware(datetime.datetime.combine(day, hour)) for hour in (unit.starts, unit.ends))
    return start, end


class Weighing:
    """All that is needed to judge wishes, read in a fixed number of queries.

    `seats` False = only what `may_add` looks at: neither the groups, nor what is held, nor the places.
    """

    def __init__(
        self,
        wishes: Iterable[Wish],
        homes: Mapping[int, ChildHome],
        *,
        now=None,
        desk: bool = False,
        seats: bool = True,
    ):
        self.wishes = sorted(set(wishes))
        self.homes, self.desk, self.now = homes, desk, now or timezone.now()
        children = {wish.child_id for wish in self.wishes} & set(homes)
        days = {wish.day for wish in self.wishes}
        self.children = Child.objects.kept().select_related("custody").in_bulk(children)
        related = ("activity__periods", "activity__documents", "activity__incompatible")
        units = Unit.objects.filter(is_active=True).select_related("activity")
        units = units.prefetch_related(*(related if seats else related[:2]))
        self.units = units.in_bulk({wish.unit_id for wish in self.wishes})
        self.residences = Residences(home.household_id for home in homes.values())
        self._read_homes(children)
        if seats:
            self._read_groups(children)
            self._read_days(children, days)

    def _read_groups(self, children) -> None:
        activities = {unit.activity_id for unit in self.units.values()}
        enrolments = Enrolment.objects.filter(child__in=children, activity__in=activities, end=None)
        self.sites = {(one.child_id, one.activity_id): one.site_id for one in enrolments}
        groups = Group.objects.filter(activity__in=activities, site__in=set(self.sites.values()), is_active=True)
        self.groups = list(groups.select_related("site").order_by("age_min", "pk"))

    def _read_homes(self, children) -> None:
        self.child_homes = defaultdict(list)
        for home in ChildHome.objects.current().filter(child__in=children):
            self.child_homes[home.child_id].append(home)
        self.exceptions = defaultdict(list)
        shared = [one.pk for one in self.children.values() if getattr(one, "custody", None)]
        for one in CustodyException.objects.filter(child__in=shared).exclude(agreed_at=None):
            self.exceptions[one.child_id].append(one)
        self.documents = defaultdict(list)
        asked = any(unit.activity.documents.all() for unit in self.units.values())
        for one in Document.objects.filter(child__in=children if asked else (), refused_at=None):
            self.documents[one.child_id].append(one)

    def _read_days(self, children, days) -> None:
        self.held = defaultdict(list)
        for one in Booking.objects.live().filter(child__in=children, day__in=days).select_related("unit"):
            self.held[one.child_id].append(one)
        self.free: dict[tuple[int, datetime.date, str], int] = {}
        for place in Place.objects.filter(group__in=self.groups, day__in=days):
            self.free[place.group_id, place.day, place.slot] = place.capacity - place.taken

    def lines(self) -> list[Line]:
        """Each wish with its verdict, in the order of the days."""
        found: list[Line] = []
        for wish in self.wishes:
            if wish.child_id not in self.children:
                continue
            line = Line(wish, self.children[wish.child_id], self.units.get(wish.unit_id), self.homes[wish.child_id])
            line.resident = self.residences.is_resident(line.home, wish.day)
            line.reason = self._fault(line, found)
            if not line.reason:
                self._seat(line)
            found.append(line)
        self._hold_minimum(found)
        return found

    def _fault(self, line: Line, before: list[Line]) -> str:
        """Why this cannot be booked at all, or an empty string."""
        if line.unit is None or line.unit.only_on not in (None, line.wish.day):
            return WITHDRAWN
        if not 1 <= line.wish.quantity <= line.unit.most:
            return f"De 1 à {line.unit.most} par jour." if line.unit.is_counted else "Une seule par jour."
        activity, day = line.unit.activity, line.wish.day
        site = self.sites.get((line.child.pk, activity.pk))
        if site is None:
            return f"{line.child.first_name} n’est pas inscrit à cette activité."
        line.group = next((g for g in self.groups if g.site_id == site and self._fits(g, line)), None)
        if line.group is None:
            return f"Aucun groupe ne reçoit {line.child.first_name}, qui aura {line.child.age(day)} ans, sur ce site."
        line.slots, line.during = slots_of(line.unit), hours_of(line.unit, day)
        if any((line.group.pk, day, slot) not in self.free for slot in line.slots):
            return "L’accueil est fermé ce jour-là."
        return self._untimely(line) or self._already(line, before) or self._missing(line)

    def _untimely(self, line: Line) -> str:
        return self._too_early(line) or self._too_late(line) or self._other_home(line)

    def may_add(self, wish: Wish) -> str:
        """Why no more may be added to what is booked already on a day, places apart, or an empty string."""
        child, home = self.children.get(wish.child_id), self.homes.get(wish.child_id)
        line = Line(wish, child, self.units.get(wish.unit_id), home) if child and home else None
        if line is None or line.unit is None:
            return WITHDRAWN
        line.resident = self.residences.is_resident(line.home, wish.day)
        line.during = hours_of(line.unit, wish.day)
        return self._untimely(line) or self._missing(line)

    def _fits(self, group: Group, line: Line) -> bool:
        age = line.child.age(line.wish.day)
        return group.activity_id == line.unit.activity_id and group.age_min <= age <= group.age_max

    def _too_early(self, line: Line) -> str:
        if self.desk:
            return ""
        held = [p for p in line.unit.activity.periods.all() if p.start <= line.wish.day <= p.end]
        resident = line.resident
        opened = [p for p in held if (p.opens_at if resident else p.opens_to_all_at) <= self.now]
        if not opened:
            first = min((p.opens_at if resident else p.opens_to_all_at for p in held), default=None)
            return f"Les réservations ouvrent le {moment(first)}." if first else "L’accueil est fermé ce jour-là."
        if all(p.closes_at and p.closes_at < self.now for p in opened):
            return "Les réservations de cette période sont closes."
        return ""

    def _too_late(self, line: Line) -> str:
        if line.during and line.during[1] <= self.now:
            return "Ce moment est passé."
        rule = deadlines.to_add(line.unit.activity)
        if not self.desk and self.now > rule.moment(line.wish.day):
            return f"Trop tard : on réserve {rule.words}. Appelez le service."
        return ""

    def _other_home(self, line: Line) -> str:
        if self.desk:
            return ""
        rhythm = getattr(line.child, "custody", None)
        whose = custody.home_of(rhythm, self.child_homes[line.child.pk], self.exceptions[line.child.pk], line.wish.day)
        return "" if whose is None or whose.pk == line.home.pk else OTHER_HOME

    def _already(self, line: Line, before: list[Line]) -> str:
        start, end = line.during
        apart = {one.pk for one in line.unit.activity.incompatible.all()}
        for one in self.held[line.child.pk]:
            if one.unit_id == line.unit.pk and one.day == line.wish.day:
                return f"Déjà : {one.get_state_display().lower()}."
            if one.state != "waiting" and one.during.lower < end and one.during.upper > start:
                return f"Déjà pris à ces heures : {one.unit.name.lower()}."
            if one.day == line.wish.day and one.activity_id in apart:
                return "Ne va pas avec une autre activité du même jour."
        for other in before:
            if other.child.pk != line.child.pk or other.verdict == NO or other.wish.day != line.wish.day:
                continue
            if other.during[0] < end and other.during[1] > start:
                return f"En même temps que « {other.unit.name} »."
            if other.unit.activity_id in apart:
                return f"Ne va pas avec « {other.unit.activity} »."
        return ""

    def _missing(self, line: Line) -> str:
        if self.desk:
            return ""
        good = {
            one.kind_id
            for one in self.documents[line.child.pk]
            if one.expires_on is None or one.expires_on >= line.wish.day
        }
        missing = [kind.name for kind in line.unit.activity.documents.all() if kind.pk not in good]
        return f"Il manque au dossier : {', '.join(missing).lower()}." if missing else ""

    def _seat(self, line: Line) -> None:
        keys = [(line.group.pk, line.wish.day, slot) for slot in line.slots]
        if all(self.free[key] >= line.wish.quantity for key in keys):
            line.verdict = BOOK
            for key in keys:
                self.free[key] -= line.wish.quantity
        else:
            line.verdict = WAIT
            left = max(min(self.free[key] for key in keys), 0)
            line.reason = "Complet : inscription sur la liste d’attente."
            if left:
                line.reason = f"Il n’en reste que {left} : inscription sur la liste d’attente."

    def _hold_minimum(self, lines: list[Line]) -> None:
        """An activity may ask for so many days a week: a week with fewer is refused as a whole."""
        if self.desk:
            return
        weeks: dict[tuple, list[Line]] = defaultdict(list)
        for line in lines:
            if line.verdict != NO and line.unit.activity.minimum_days:
                week = line.wish.day.isocalendar()[:2]
                weeks[line.child.pk, line.unit.activity_id, week].append(line)
        for (child, activity, week), group in weeks.items():
            held = {
                one.day for one in self.held[child] if one.activity_id == activity and one.day.isocalendar()[:2] == week
            }
            least = group[0].unit.activity.minimum_days
            if len(held | {line.wish.day for line in group}) < least:
                for line in group:
                    line.verdict = NO
                    line.reason = f"Il faut au moins {counted(least, 'jour,jours')} dans la semaine."
