"""The list of a transport line, one day, one way: who is expected at each stop, who is aboard, who may receive them."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects

from beffroi.modules.childcare import custody
from beffroi.modules.childcare.models import (
    Boarding,
    Booking,
    CustodyException,
    Guardian,
    Ride,
    RideSkip,
    Stop,
    TransportLine,
    Trip,
)
from beffroi.modules.childcare.sheets import Part, parts_of, photos_of

Kind = Boarding.Kind
STATES = {
    "expected": ("Attendu", "neutral"),
    "aboard": ("Monté", "done"),
    "handed": ("Remis", "progress"),
    "missing": ("Pas à l’arrêt", "late"),
}
ALONE = "seul"


@dataclass
class Rider:
    """A child expected on the line that day. `status`: expected, aboard, handed, missing.

    `absent` = ticked absent at the site that day: nobody waits for them. `receivers` = who may receive the child.
    """

    ride: Ride
    absent: bool = False
    ticks: list[Boarding] = field(default_factory=list)
    receivers: list[dict] = field(default_factory=list)

    @property
    def last(self) -> Boarding | None:
        """The gesture that says where the child is, whatever the order in which gestures were received."""
        undone = max((rank for rank, one in enumerate(self.ticks) if one.kind == Kind.UNDO), default=-1)
        kept = self.ticks[undone + 1 :]
        for kind in (Kind.HANDED, Kind.ABOARD, Kind.MISSING):
            found = [one for one in kept if one.kind == kind]
            if found:
                return found[-1] if kind == Kind.HANDED else found[0]
        return None

    @property
    def status(self) -> str:
        return self.last.kind if self.last else "expected"

    @property
    def words(self) -> tuple[str, str]:
        """(what is shown, its tone)."""
        return STATES[self.status]


@dataclass
class Run:
    """A line, a day, one way, in the order of the stops; the riders of a stop are in the order of their names."""

    line: TransportLine
    day: datetime.date
    trip: str
    riders: list[Rider]

    @property
    def counts(self) -> Counter:
        return Counter(rider.status for rider in self.riders)

    @property
    def stops(self) -> list[tuple[Stop, datetime.time | None, list[Rider]]]:
        """(stop, its hour, its riders) of those where somebody is expected."""
        found: dict[int, tuple[Stop, list[Rider]]] = {}
        for rider in self.riders:
            found.setdefault(rider.ride.stop_id, (rider.ride.stop, []))[1].append(rider)
        return [(stop, stop.at(self.trip), riders) for stop, riders in found.values()]

    @property
    def parts(self) -> list[Part]:
        """The pages of the list on a telephone: a stop, or a slice of a crowded one."""
        lines = ((rider.ride.stop_id, rider.ride.stop.name, rider.ride.child.last_name, rider) for rider in self.riders)
        return parts_of(lines, by_name=False)


def order(trip: str) -> tuple[str, ...]:
    """How the riders follow each other: by the hour of their stop on that trip, then by name."""
    hour = "stop__morning_at" if trip == Trip.MORNING else "stop__evening_at"
    return (hour, "stop", "child__last_name", "child__first_name", "pk")


def on(held: Iterable[TransportLine], day: datetime.date):
    """The rides of some lines on a day, but for those that are skipped; what is booked is not looked at."""
    skipped = RideSkip.objects.filter(ride=OuterRef("pk"), day=day)
    rides = Ride.objects.active(day).filter(line__in=held, weekday=day.weekday(), child__erased_at=None)
    return rides.exclude(Exists(skipped))


def booked(day: datetime.date, children: Iterable[int]) -> list[Booking]:
    """What those children have booked that day, anywhere, with what was ticked at the site."""
    rows = Booking.objects.filter(day=day, state="booked", child__in=list(children))
    return list(rows.select_related("attendance", "group").order_by("during", "pk"))


def leads_to(line: TransportLine, booking: Booking) -> bool:
    """Does the line lead where this is booked? (Its activities are in memory once they were read.)"""
    activities = {one.pk for one in line.activities.all()}
    return booking.group.site_id == line.site_id and (not activities or booking.activity_id in activities)


def read(line: TransportLine, day: datetime.date, trip: str, *, adults: bool = True) -> Run:
    """The list, in a fixed number of queries; `adults` = with who may receive each child in the evening.

    A child of two homes is expected at the stop of the home whose day it is: the one that booked it.
    """
    if not line.runs_on(day):
        return Run(line, day, trip, [])
    prefetch_related_objects([line], "activities")
    rides = on([line], day).filter(trip=trip).select_related("child", "stop").order_by(*order(trip))
    if adults:
        guardians = Guardian.objects.active().select_related("person").order_by("pk")
        at_home = Prefetch("home__guardians", guardians, to_attr="active_guardians")
        rides = rides.select_related("home").prefetch_related(at_home, "receivers")
    held = list(rides)
    days = [one for one in booked(day, {ride.child_id for ride in held}) if leads_to(line, one)]
    whose = _homes(days, held, day)
    absent = {one.child_id for one in days if getattr(getattr(one, "attendance", None), "absence", "")}
    riders = [
        Rider(ride, absent=ride.child_id in absent) for ride in held if ride.home_id in whose.get(ride.child_id, ())
    ]
    ticks = defaultdict(list)
    for one in Boarding.objects.filter(ride__in=[rider.ride.pk for rider in riders], day=day).order_by("at", "pk"):
        ticks[one.ride_id].append(one)
    contacts = {one.pk for rider in riders for one in rider.ride.receivers.all()} if adults else set()
    photos = photos_of(contacts) if contacts else {}
    for rider in riders:
        rider.ticks = ticks[rider.ride.pk]
        rider.receivers = receivers_of(rider.ride, photos) if adults else []
    return Run(line, day, trip, riders)


def expected(held: Iterable[TransportLine], day: datetime.date) -> dict[tuple[int, str], list[Part]]:
    """{(line, trip): the pages of its list} of several lines, where somebody is expected: two queries."""
    by_pk = {line.pk: line for line in held}
    rides = list(on(by_pk.values(), day).select_related("child", "stop"))
    days = booked(day, {ride.child_id for ride in rides})
    found: dict[tuple[int, str], list[Ride]] = defaultdict(list)
    for line in by_pk.values():
        mine = [ride for ride in rides if ride.line_id == line.pk]
        whose = _homes([one for one in days if leads_to(line, one)], mine, day)
        for ride in mine:
            if ride.home_id in whose.get(ride.child_id, ()):
                found[line.pk, ride.trip].append(ride)
    return {key: _pages(riders, key[1]) for key, riders in found.items()}


def _pages(rides: list[Ride], trip: str) -> list[Part]:
    """The same pages as `Run.parts`, of rides that are in no order yet."""
    names = [(ride.child.last_name, ride.child.first_name, ride.pk) for ride in rides]
    hours = [(ride.stop.at(trip) or datetime.time.max, ride.stop_id) for ride in rides]
    ordered = [ride for _hour, _name, ride in sorted(zip(hours, names, rides, strict=True), key=lambda one: one[:2])]
    lines = ((ride.stop_id, ride.stop.name, ride.child.last_name, ride) for ride in ordered)
    return parts_of(lines, by_name=False)


def receivers_of(ride: Ride, photos: dict[int, str] | None = None) -> list[dict]:
    """Who may receive the child at the stop: the guardians of the home, those whom it chose, nobody when alone."""
    found = [{"key": ALONE, "name": "repart seul", "relation": "", "phone": ""}] if ride.alone else []
    for guardian in ride.home.active_guardians:
        person = guardian.person
        found.append(
            {
                "key": f"g-{guardian.pk}", "name": str(person), "relation": guardian.get_relation_display(),
                "phone": person.phone,
            }
        )  # fmt: skip
    for contact in ride.receivers.all():
        if contact.may_pick_up:
            photo = (photos or {}).get(contact.pk, "")
            found.append(
                {
                    "key": f"c-{contact.pk}", "name": contact.name, "relation": contact.relation,
                    "phone": contact.phone, "photo": photo, "contact": contact,
                }
            )  # fmt: skip
    return found


def _homes(days: list[Booking], rides: list[Ride], day: datetime.date) -> dict[int, set[int]]:
    """{child: the homes whose stop holds that day}, of the children who booked it."""
    found: dict[int, set[int]] = defaultdict(set)
    unknown = set()
    for one in days:
        if one.home_id is None:
            unknown.add(one.child_id)
        else:
            found[one.child_id].add(one.home_id)
    unknown -= found.keys()
    if unknown:
        found |= _by_calendar(unknown, rides, day)
    return found


def _by_calendar(children: set[int], rides: list[Ride], day: datetime.date) -> dict[int, set[int]]:
    """When no home of the booking is known any more: that of the custody calendar, else every home with a stop."""
    agreed = defaultdict(list)
    for one in CustodyException.objects.filter(child__in=children).exclude(agreed_at=None):
        agreed[one.child_id].append(one)
    found: dict[int, set[int]] = {}
    for child in {ride.child_id: ride.child for ride in rides if ride.child_id in children}.values():
        homes = list(child.homes.filter(end=None))
        home = custody.home_of(getattr(child, "custody", None), homes, agreed[child.pk], day)
        found[child.pk] = {home.pk} if home else {one.pk for one in homes}
    return found


def peak(rides: Iterable[Ride], start: datetime.date) -> int:
    """The most children whom these rides bring together on one day, from `start` on."""
    held = [one for one in rides if one.end is None or one.end >= start]
    moments = {max(one.start, start) for one in held}
    together = ({one.child_id for one in held if one.start <= day <= (one.end or day)} for day in moments)
    return max((len(children) for children in together), default=0)


def riding(line: TransportLine, trip: str, weekday: int, start: datetime.date):
    """The rides of a line that are not over on `start`, one way, one day of the week."""
    return Ride.objects.to_come(start).filter(line=line, trip=trip, weekday=weekday, child__erased_at=None)
