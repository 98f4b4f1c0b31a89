"""Transport lines: who is expected at which stop, what a vehicle holds, who received the child; each home apart."""

import datetime
import itertools
import re
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.childcare import actions, lines
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import (
    Boarding,
    Booking,
    Child,
    Contact,
    Custody,
    Place,
    Ride,
    RideSkip,
    Site,
    Stop,
    TransportLine,
)
from beffroi.modules.childcare.wishes import Wish, hours_of
from tests.contract import rules
from tests.modules.childcare.conftest import NOW, WEDNESDAY
from tests.support.together import at_once

WEEK = datetime.timedelta(days=7)
TODAY = NOW.date()
T = datetime.time
BOTH = ("morning", "evening")


def at(hour, minute=0, day=WEDNESDAY):
    return timezone.make_aware(datetime.datetime.combine(day, T(hour, minute)))


def ride(child, stop, home=None, trips=BOTH, actor=None, **values):
    values = {"start": TODAY} | values
    return actions.register_rides(home or child.home, stop, trips, [2], actor=actor or child.parent, **values)


def book(child, activity, day=WEDNESDAY, home=None, actor=None):
    unit = activity.units.get(code="journee")
    wishes = [Wish(day, child.pk, unit.pk)]
    (made,) = actions.book(wishes, {child.pk: home or child.home}, actor=actor or child.parent, now=NOW)
    assert made.verdict == "book", made.reason
    return Booking.objects.get(child=child, day=day, state="booked")


@pytest.fixture
def child(activity, make_family):
    return make_family(activity=activity)


@pytest.fixture
def separated(child, add_parent):
    """Léa, at her mother's in even weeks: 25 November 2026 is in week 48."""
    child.other = add_parent(child)
    actions.set_custody(Custody(child=child, rhythm="weeks", even_home=child.home), actor=None)
    return child


def names(run):
    return [(rider.ride.stop.name, rider.ride.child.first_name) for rider in run.riders]


# --- Who is expected --------------------------------------------------------------------------------------------------


def test_only_a_booked_child_is_expected_and_at_their_stop(child, make_family, activity, line):
    other = make_family(first_name="Tom", activity=activity)
    ride(child, line.hall)
    ride(other, line.mill)
    assert names(lines.read(line, WEDNESDAY, "morning")) == []
    book(child, activity)
    assert names(lines.read(line, WEDNESDAY, "morning")) == [("Mairie", "Léa")]
    book(other, activity)
    assert names(lines.read(line, WEDNESDAY, "morning")) == [("Mairie", "Léa"), ("Moulin", "Tom")]
    assert names(lines.read(line, WEDNESDAY, "evening")) == [("Moulin", "Tom"), ("Mairie", "Léa")]


def test_cancelled_day_and_day_without_transport_are_not_waited_for(child, activity, line):
    booking = book(child, activity)
    morning, evening = ride(child, line.hall)
    actions.skip_ride(morning, WEDNESDAY, actor=child.parent)
    actions.skip_ride(morning, WEDNESDAY, actor=child.parent)
    assert RideSkip.objects.count() == 1
    assert names(lines.read(line, WEDNESDAY, "morning")) == []
    assert names(lines.read(line, WEDNESDAY, "evening")) == [("Mairie", "Léa")]
    actions.take_back_skip(RideSkip.objects.get(), actor=child.parent)
    assert names(lines.read(line, WEDNESDAY, "morning")) == [("Mairie", "Léa")]
    actions.cancel([booking], actor=child.parent, now=NOW)
    assert names(lines.read(line, WEDNESDAY, "evening")) == []
    with pytest.raises(Refused):
        actions.skip_ride(evening, WEDNESDAY + datetime.timedelta(days=1), actor=child.parent)


def test_stop_is_that_of_the_home_whose_day_it_is(separated, activity, line):
    mother, father = separated.home, separated.other
    ride(separated, line.hall, mother)
    ride(separated, line.mill, father, actor=father.parent)
    book(separated, activity)
    book(separated, activity, WEDNESDAY + WEEK, father, father.parent)
    assert names(lines.read(line, WEDNESDAY, "morning")) == [("Mairie", "Léa")]
    assert names(lines.read(line, WEDNESDAY + WEEK, "morning")) == [("Moulin", "Léa")]


def test_home_of_a_booking_that_is_no_longer_known_is_that_of_the_calendar(separated, activity, line):
    ride(separated, line.hall)
    ride(separated, line.mill, separated.other)
    book(separated, activity)
    Booking.objects.update(home=None)
    assert names(lines.read(line, WEDNESDAY, "morning")) == [("Mairie", "Léa")]


def test_line_of_chosen_activities_takes_no_other_child(child, make_activity, make_family, activity, line):
    elsewhere = make_activity(name="Stage", slug="stage")
    actions.save_line(line, actor=None, activities=[elsewhere])
    ride(child, line.hall)
    book(child, activity)
    assert names(lines.read(TransportLine.objects.get(), WEDNESDAY, "morning")) == []
    actions.save_line(line, actor=None, activities=[activity, elsewhere])
    assert names(lines.read(TransportLine.objects.get(), WEDNESDAY, "morning")) == [("Mairie", "Léa")]


def test_line_out_of_service_expects_nobody(child, activity, line):
    ride(child, line.hall)
    book(child, activity)
    TransportLine.objects.update(is_active=False)
    assert names(lines.read(TransportLine.objects.get(), WEDNESDAY, "morning")) == []


def test_new_stop_replaces_the_former_from_its_day_on(child, activity, line):
    ride(child, line.hall)
    ride(child, line.mill, start=WEDNESDAY)
    book(child, activity, WEDNESDAY - WEEK)
    book(child, activity)
    assert names(lines.read(line, WEDNESDAY - WEEK, "morning")) == [("Mairie", "Léa")]
    assert names(lines.read(line, WEDNESDAY, "morning")) == [("Moulin", "Léa")]
    assert Ride.objects.get(stop=line.hall, trip="morning").end == WEDNESDAY - datetime.timedelta(days=1)


def test_two_stops_at_once_for_one_home_are_refused_by_the_database(child, line):
    first, _evening = ride(child, line.hall)
    with pytest.raises(IntegrityError, match="ride_one_stop_at_a_time"), transaction.atomic():
        Ride.objects.create(
            child=child,
            home=child.home,
            line=line,
            stop=line.mill,
            trip="morning",
            weekday=2,
            start=first.start + WEEK,
        )


# --- What is refused --------------------------------------------------------------------------------------------------


def test_what_the_line_does_not_do_is_refused(child, line, separated):
    morning_only = actions.save_stop(Stop(line=line, name="Gare", morning_at=T(8)), actor=None)
    stranger = Contact.objects.create(home=separated.other, name="Tante", phone="06 39 98 00 01")
    cases = [
        {"stop": morning_only},
        {"days": [3]},
        {"days": []},
        {"trips": ()},
        {"alone": True},
        {"receivers": [stranger]},
        {"start": datetime.date(2026, 8, 1)},
    ]
    for case in cases:
        values = {"start": TODAY} | {
            name: value for name, value in case.items() if name not in ("stop", "days", "trips")
        }
        with pytest.raises(Refused):
            actions.register_rides(
                child.home,
                case.get("stop", line.hall),
                case.get("trips", BOTH),
                case.get("days", [2]),
                actor=child.parent,
                **values,
            )
    assert not Ride.objects.exists()


def test_full_vehicle_takes_nobody_more_and_nothing_is_half_written(line, activity, make_family):
    first, second, third = (make_family(first_name=name, activity=activity) for name in ("Ana", "Ben", "Cyd"))
    ride(first, line.hall, trips=["evening"])
    ride(second, line.hall)
    ride(third, line.mill, trips=["morning"])
    with pytest.raises(Refused, match="complète le mercredi"):
        ride(make_family(first_name="Dan", activity=activity), line.mill)
    assert Ride.objects.count() == 4


def test_two_homes_of_a_child_take_one_seat(separated, line, activity, make_family):
    ride(separated, line.hall)
    ride(separated, line.mill, separated.other)
    ride(make_family(first_name="Tom", activity=activity), line.mill)
    with pytest.raises(Refused):
        ride(make_family(first_name="Zoé", activity=activity), line.mill)


def test_seat_of_who_leaves_is_free_from_the_day_after(line, activity, make_family):
    first, second, third = (make_family(first_name=name, activity=activity) for name in ("Ana", "Ben", "Cyd"))
    rides = ride(first, line.hall)
    ride(second, line.hall)
    actions.end_rides(first.home, [one.pk for one in rides], actor=first.parent, last=WEDNESDAY)
    with pytest.raises(Refused):
        ride(third, line.hall, start=WEDNESDAY)
    ride(third, line.hall, start=WEDNESDAY + datetime.timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_last_seat_asked_by_two_at_once_goes_to_one(line, activity, make_family):
    ride(make_family(first_name="Ana", activity=activity), line.hall)
    both = [make_family(first_name=name, activity=activity) for name in ("Ben", "Cyd")]
    answers = at_once(*(lambda one=one: ride(one, line.hall) for one in both))
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
    assert len(set(Ride.objects.filter(trip="morning").values_list("child", flat=True))) == 2


def test_line_keeps_the_seats_days_hours_and_site_that_children_take(child, line, site):
    ride(child, line.hall)
    line.site = Site.objects.create(organisation=site.organisation, name="Ailleurs", slug="ailleurs")
    with pytest.raises(Refused, match="vers ce site"):
        actions.save_line(line, actor=None)
    line.refresh_from_db()
    line.weekdays = [1]
    with pytest.raises(Refused, match="terminez d’abord"):
        actions.save_line(line, actor=None)
    line.refresh_from_db()
    line.hall.evening_at = None
    with pytest.raises(Refused, match="gardez l’heure"):
        actions.save_stop(line.hall, actor=None)
    line.hall.refresh_from_db()
    line.hall.is_active = False
    with pytest.raises(Refused):
        actions.save_stop(line.hall, actor=None)
    line.mill.evening_at = None
    actions.save_stop(line.mill, actor=None)


# --- The list of the day ----------------------------------------------------------------------------------------------

GESTURES = [("missing", 7, 39), ("aboard", 7, 42), ("aboard", 7, 41), ("undo", 7, 30)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_order_of_reception_changes_nothing(child, activity, line, escort, order):
    morning, _evening = ride(child, line.hall)
    book(child, activity)
    for rank in order:
        kind, hour, minute = GESTURES[rank]
        actions.tick_boarding(morning, kind, actor=escort, at=at(hour, minute))
    (rider,) = lines.read(line, WEDNESDAY, "morning").riders
    assert (rider.status, rider.last.at) == ("aboard", at(7, 41))


def test_child_is_handed_in_the_evening_to_somebody(child, activity, line, escort):
    morning, evening = ride(child, line.hall)
    book(child, activity)
    with pytest.raises(Refused, match="à qui"):
        actions.tick_boarding(evening, "handed", actor=escort, at=at(17, 50))
    with pytest.raises(Refused):
        actions.tick_boarding(morning, "handed", actor=escort, at=at(7, 50), with_name="Jeanne")
    actions.tick_boarding(evening, "aboard", actor=escort, at=at(17, 30))
    actions.tick_boarding(evening, "handed", actor=escort, at=at(17, 50), with_name="Jeanne Dubois")
    (rider,) = lines.read(line, WEDNESDAY, "evening").riders
    assert (rider.status, rider.last.with_name) == ("handed", "Jeanne Dubois")
    with pytest.raises(Refused):
        actions.tick_boarding(evening, "aboard", actor=escort, at=at(9, day=WEDNESDAY + datetime.timedelta(days=1)))


def test_child_who_may_is_handed_to_nobody(child, activity, line, escort):
    Child.objects.update(may_leave_alone=True)
    child.home.child.refresh_from_db()
    _morning, evening = ride(child, line.hall, alone=True)
    actions.tick_boarding(evening, "handed", actor=escort, at=at(17, 50))
    assert Boarding.objects.get().with_name == ""


@pytest.mark.django_db(transaction=True)
def test_replay_by_two_devices_at_once_is_one_gesture(child, activity, line, escort):
    morning, _evening = ride(child, line.hall)
    number = uuid.uuid4()

    def gesture():
        return actions.tick_boarding(morning, "aboard", actor=escort, at=at(7, 40), client_uuid=number)

    answers = at_once(gesture, gesture, gesture)
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert Boarding.objects.count() == 1


def test_child_absent_at_the_site_is_said_absent_in_the_vehicle(child, activity, line, facilitator):
    ride(child, line.hall)
    booking = book(child, activity)
    actions.tick(booking, "absent", actor=facilitator, at=at(9))
    (rider,) = lines.read(line, WEDNESDAY, "evening").riders
    assert rider.absent


@pytest.fixture
def that_day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at(17, 30))


def test_page_of_the_escort_is_kept_and_ticks_with_the_hour_of_the_device(
    child, activity, line, escort, client, that_day
):
    named = Contact.objects.create(home=child.home, name="Odette", phone="06 39 98 00 01")
    other = Contact.objects.create(home=child.home, name="Inconnu", phone="06 39 98 00 02")
    _morning, evening = ride(child, line.hall, receivers=[named])
    book(child, activity)
    client.force_login(escort)
    page = reverse("childcare:field_line", args=[line.slug, "soir"])
    assert page in client.get("/terrain/").content.decode()
    answer = client.get(page)
    text = answer.content.decode()
    assert answer.has_header("X-Beffroi-Keep")
    assert list(rules.page(text)) == []
    assert "Odette" in text
    assert "Inconnu" not in text
    sent = {"ride": evening.pk, "kind": "handed", "with": f"c-{other.pk}", "made_at": at(17, 20).isoformat()}
    refused = client.post(reverse("childcare:boarding", args=[line.slug]), sent)
    assert refused.status_code == 200
    assert "data-error-summary" in refused.content.decode()
    key = str(uuid.uuid4())
    sent |= {"with": f"c-{named.pk}", "client_uuid": key}
    for _rank in range(2):
        assert client.post(reverse("childcare:boarding", args=[line.slug]), sent).status_code == 302
    (tick,) = Boarding.objects.all()
    assert (tick.at, tick.with_name, tick.contact) == (at(17, 20), "Odette", named)


def test_page_of_a_full_coach_is_light_and_whole(line, site, activity, make_family, escort, client, that_day):
    line.capacity = 60
    actions.save_line(line, actor=None)
    Place.objects.filter(day=WEDNESDAY).update(capacity=60)
    unit = activity.units.get(code="journee")
    for rank in range(60):
        child = make_family(first_name=f"Maximilienne{rank}", last_name=f"Delacroix{rank:02}", activity=activity)
        named = [
            Contact.objects.create(home=child.home, name=f"Marie-Antoinette {number}", phone="06 39 98 00 01")
            for number in range(2)
        ]
        ride(child, line.hall if rank % 3 else line.mill, receivers=named)
        Booking.objects.create(
            child=child,
            home=child.home,
            activity=activity,
            group=activity.groups.get(name="Grands"),
            unit=unit,
            day=WEDNESDAY,
            during=hours_of(unit, WEDNESDAY),
            slots=unit.slots,
        )
    client.force_login(escort)
    block = client.get("/terrain/").content.decode()
    root = reverse("childcare:field_line", args=[line.slug, "soir"])
    addresses = sorted(set(re.findall(rf'href="({re.escape(root)}[^"]*)"', block)))
    seen: list[str] = []
    for address in addresses:
        text = client.get(address).content.decode()
        assert list(rules.page(text)) == [], address
        if "arret=" in address:
            seen += re.findall(r'name="ride" value="(\d+)"', text)
    assert sorted(seen) == sorted(str(pk) for pk in Ride.objects.filter(trip="evening").values_list("pk", flat=True))
