"""The list of a transport line, one day, one way: who is expected at each stop, who is aboard, who may receive them."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch, Q

from beffroi.modules.childcare import custody
from beffroi.modules.childcare.models import (
    Boarding,
    Booking,
    CustodyException,
    Guardian,
    Ride,
    RideSkip,
    SeatWish,
    Site,
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
MOST_ROWS = 15  # children on a page: each has those who may receive them, and their telephones


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
        return parts_of(lines, by_name=False, most=MOST_ROWS)


def order(trip: str) -> tuple[str, ...]:
    """How the riders follow each other: by the hour of their stop on that trip, then by name."""
    hour = "stop__morning_at" if trip == Trip.MORNING else "stop__evening_at"
    return (hour, "stop_id", "child__last_name", "child__first_name", "pk")


def on(held: Iterable[TransportLine], day: datetime.date):
    """The rides of some lines that a booking of that day makes true, each with `.mine` and `.absent`: one query.

    `mine` = the home of the ride booked the day; else nobody knows any more which home did. `absent` = ticked so there.
    """
    chosen = TransportLine.activities.through.objects.filter(transportline=OuterRef(OuterRef("line")))
    booked = Booking.objects.filter(
        ~Exists(chosen) | Exists(chosen.filter(activity=OuterRef("activity"))),
        day=day,
        state="booked",
        child=OuterRef("child"),
        group__site=OuterRef("line__site"),
    )
    known = booked.exclude(home=None)
    skipped = RideSkip.objects.filter(ride=OuterRef("pk"), day=day)
    rides = Ride.objects.active(day).filter(line__in=held, weekday=day.weekday(), child__erased_at=None)
    rides = rides.exclude(Exists(skipped)).annotate(
        mine=Exists(known.filter(home=OuterRef("home"))), absent=Exists(booked.filter(attendance__absence__gt=""))
    )
    return rides.filter(Q(mine=True) | Exists(booked) & ~Exists(known))


def read(line: TransportLine, day: datetime.date, trip: str, *, adults: bool = True) -> Run:
    """The list, in a fixed number of queries; `adults` = with who may receive each child in the evening.

    A child of two homes is expected at the stop of the home whose day it is: the one that booked it.
    """
    if not line.runs_on(day):
        return Run(line, day, trip, [])
    rides = on([line], day).filter(trip=trip).select_related("child", "stop").order_by(*order(trip))
    if adults:
        guardians = Guardian.objects.active().select_related("person").order_by("pk")
        at_home = Prefetch("home__guardians", guardians, to_attr="active_guardians")
        rides = rides.select_related("home").prefetch_related(at_home, "receivers")
    riders = [Rider(ride, absent=ride.absent) for ride in _of_the_day(list(rides), day)]
    ticks = defaultdict(list)
    for one in Boarding.objects.filter(ride__in=[rider.ride.pk for rider in riders], day=day).order_by("at", "pk"):
        ticks[one.ride_id].append(one)
    contacts = {one.pk for rider in riders for one in rider.ride.receivers.all()} if adults else set()
    photos = photos_of(contacts) if contacts else {}
    for rider in riders:
        rider.ticks = ticks[rider.ride.pk]
        rider.receivers = receivers_of(rider.ride, photos) if adults else []
    return Run(line, day, trip, riders)


def expected(held: Iterable[TransportLine], day: datetime.date) -> dict[TransportLine, dict[str, list[Part]]]:
    """{line: {trip: the pages of its list}} of the lines on which somebody is expected: one query."""
    rides = on(held, day).select_related("child", "stop", "line__site").order_by("line__name", "line_id")
    found: dict[TransportLine, dict[str, list[Ride]]] = {}
    for ride in _of_the_day(list(rides), day):
        found.setdefault(ride.line, {}).setdefault(ride.trip, []).append(ride)
    return {line: {trip: _pages(riders, trip) for trip, riders in ways.items()} for line, ways in found.items()}


def departures(site: Site, day: datetime.date) -> dict[int, TransportLine]:
    """{child: the line that takes them in the evening} of the children expected on a site: one query."""
    running = TransportLine.objects.filter(site=site).running(day)
    rides = on(running, day).filter(trip=Trip.EVENING).select_related("child", "line")
    return {ride.child_id: ride.line for ride in _of_the_day(list(rides), day)}


def _pages(rides: list[Ride], trip: str) -> list[Part]:
    """The same pages as `Run.parts`, of rides that are in no order yet."""
    names = [(ride.child.last_name, ride.child.first_name, ride.pk) for ride in rides]
    hours = [(ride.stop.at(trip) or datetime.time.max, ride.stop_id) for ride in rides]
    ordered = [ride for _hour, _name, ride in sorted(zip(hours, names, rides, strict=True), key=lambda one: one[:2])]
    lines = ((ride.stop_id, ride.stop.name, ride.child.last_name, ride) for ride in ordered)
    return parts_of(lines, by_name=False, most=MOST_ROWS)


def receivers_of(ride: Ride, photos: dict[int, str] | None = None) -> list[dict]:
    """Who may receive the child at the stop: the guardians of the home, those whom it chose, nobody when alone."""
    found: list[dict] = [{"key": ALONE, "name": "repart seul", "relation": "", "phone": ""}] if ride.alone else []
    for guardian in ride.home.active_guardians:
        person = guardian.person
        found.append(
            {
                "key": f"g-{guardian.pk}",
                "name": str(person),
                "relation": guardian.get_relation_display(),
                "phone": person.phone,
            }
        )
    for contact in ride.receivers.all():
        if contact.may_pick_up:
            photo = (photos or {}).get(contact.pk, "")
            found.append(
                {
                    "key": f"c-{contact.pk}",
                    "name": contact.name,
                    "relation": contact.relation,
                    "phone": contact.phone,
                    "photo": photo,
                    "contact": contact,
                }
            )
    return found


def _of_the_day(rides: list[Ride], day: datetime.date) -> list[Ride]:
    """Those of the home whose day it is. When the home of a booking is not known any more, the custody calendar says
    which; else every home with a stop: better to wait for a child than to leave them."""
    lost = {ride.child_id: ride.child for ride in rides if not ride.mine}
    if not lost:
        return rides
    agreed = defaultdict(list)
    for one in CustodyException.objects.filter(child__in=lost).exclude(agreed_at=None):
        agreed[one.child_id].append(one)
    whose = {}
    for pk, child in lost.items():
        rhythm = getattr(child, "custody", None)
        home = custody.home_of(rhythm, child.homes.filter(end=None), agreed[pk], day)
        whose[pk] = home.pk if home else None
    return [ride for ride in rides if ride.mine or whose[ride.child_id] in (None, ride.home_id)]


def peak(rides: Iterable[Ride], start: datetime.date) -> int:
    """The most children whom these rides bring together on one day, from `start` on."""
    held = [one for one in rides if one.end is None or one.end >= start]
    moments = {max(one.start, start) for one in held}
    together = ({one.child_id for one in held if one.start <= day <= (one.end or day)} for day in moments)
    return max((len(children) for children in together), default=0)


def riding(line: TransportLine, trip: str, weekday: int, start: datetime.date):
    """The rides of a line that are not over on `start`, one way, one day of the week."""
    return Ride.objects.to_come(start).filter(line=line, trip=trip, weekday=weekday, child__erased_at=None)


WAITING_WORDS = (
    "Les places qui se libèrent vont aux foyers dans l’ordre des demandes. Une demande de plusieurs jours attend "
    "qu’ils soient tous libres ; la suivante peut alors passer. L’enfant est inscrit aussitôt, au plus tôt pour le "
    "surlendemain, et un message prévient le foyer."
)


def rank_of(wish: SeatWish) -> int:
    """The place of a home among those who wait for the line: 1 = the first."""
    before = Q(created_at__lt=wish.created_at) | Q(created_at=wish.created_at, pk__lt=wish.pk)
    return SeatWish.objects.filter(before, line=wish.line_id).count() + 1
