"""Two transport lines, their stops, the children who take them, from two homes for one, and those who wait."""

import datetime

from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.models import User
from beffroi.modules.childcare import actions
from beffroi.modules.childcare.demo.offering import Offer
from beffroi.modules.childcare.models import Child, ChildHome, Ride, Stop, TransportLine, Trip

T = datetime.time
RIDERS = 14
ESCORT = "ligne@example.invalid"
WEEK = [0, 1, 2, 3, 4]
LINES = (
    (
        "Ligne de la vallée",
        "Autocars Picot, car de 33 places",
        30,
        (
            ("Mairie", "devant la mairie", T(7, 35), T(18, 5)),
            ("Église", "sous l’abribus", T(7, 45), T(17, 55)),
            ("Gare", "quai des cars", T(7, 55), T(17, 45)),
        ),
    ),
    (
        "Navette des hameaux",
        "Minibus de la communauté de communes",
        8,
        (
            ("La Croix", "sur la place", T(8, 0), T(17, 45)),
            ("Le Moulin", "au calvaire", T(8, 5), T(17, 40)),
            ("Les Quatre-Vents", "à l’abri", T(8, 15), None),
        ),
    ),
)


def load(today: datetime.date, offer: Offer) -> None:
    """Written with the same gestures as an agent of the desk."""
    since = today - datetime.timedelta(days=60)
    with journal.dated(timezone.now() - datetime.timedelta(hours=3)):  # nobody is told of the sample
        for rank, (name, carrier, seats, stops) in enumerate(LINES):
            site = offer.sites[rank]
            line = TransportLine(
                organisation=site.organisation,
                site=site,
                name=name,
                slug=f"ligne-{rank + 1}",
                carrier=carrier,
                phone="03 53 01 30 00",
                weekdays=WEEK,
                start=today - datetime.timedelta(days=200),
                capacity=seats,
            )
            actions.save_line(line, actor=None, escorts=() if rank else User.objects.filter(email=ESCORT))
            made = [
                actions.save_stop(
                    Stop(line=line, name=stop, place=place, morning_at=morning, evening_at=evening), actor=None
                )
                for stop, place, morning, evening in stops
            ]
            _riders(line, made, seats, since)
        _waiting(line, made[0], today)
        _day_without(today)


def _riders(line: TransportLine, stops: list[Stop], seats: int, since: datetime.date) -> None:
    """The first children of the site, the two homes of a child at two stops."""
    coming = Child.objects.kept().filter(enrolments__site=line.site, enrolments__end=None).distinct().order_by("pk")
    chosen = list(coming.values_list("pk", flat=True)[: min(RIDERS, seats)])
    homes = ChildHome.objects.current().filter(child__in=chosen).select_related("child").prefetch_related("contacts")
    for rank, home in enumerate(homes.order_by("child_id", "rank")):
        stop = stops[rank % len(stops)]
        trips = [trip for trip in Trip.values if stop.at(trip)]
        receivers = [one for one in home.contacts.all() if one.may_pick_up]
        actions.register_rides(home, stop, trips, WEEK, actor=None, start=since, receivers=receivers)


def _day_without(today: datetime.date) -> None:
    """A family brings its child itself, the next time that the line runs."""
    ride = Ride.objects.select_related("child").order_by("pk").last()
    if ride is not None:
        ahead = (ride.weekday - today.weekday()) % 7 or 7
        actions.skip_ride(ride, today + datetime.timedelta(days=ahead), actor=None)


def _waiting(line: TransportLine, stop: Stop, today: datetime.date) -> None:
    """Two families wait for a seat on a line that is full."""
    seated = line.rides.values("child")
    coming = Child.objects.kept().filter(enrolments__site=line.site, enrolments__end=None).exclude(pk__in=seated)
    homes = ChildHome.objects.current().filter(child__in=coming.distinct().order_by("pk")[:2])
    for home in homes.order_by("child_id", "rank"):
        actions.wait_for_seat(home, stop, [Trip.MORNING], WEEK[:2], actor=None, start=today)
