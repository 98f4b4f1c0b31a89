"""Seats of a full transport line: who waits, who is served first, what the family reads, several at once."""

import datetime

import pytest
from django.urls import reverse

from beffroi.modules.childcare import actions, retention
from beffroi.modules.childcare.errors import Full, Refused
from beffroi.modules.childcare.models import Contact, Ride, SeatWish
from tests.contract import rules
from tests.modules.childcare.conftest import WEDNESDAY
from tests.modules.childcare.test_transport import BOTH, TODAY, at, ride
from tests.modules.childcare.test_transport_pages import told
from tests.support.together import at_once

DAY = datetime.timedelta(days=1)
SOONEST = TODAY + 2 * DAY


@pytest.fixture
def make_child(activity, make_family):
    return lambda name: make_family(first_name=name, activity=activity)


@pytest.fixture
def full(line, make_child):
    """Two seats each way on Wednesdays, and two children who have them."""
    line.riders = [make_child("Ana"), make_child("Ben")]
    line.held = [ride(child, line.hall) for child in line.riders]
    return line


def wait(child, stop, trips=BOTH, days=(2,), **values):
    values = {"start": TODAY} | values
    return actions.wait_for_seat(child.home, stop, trips, days, actor=child.parent, **values)


def leaves(full, rank=0, trips=BOTH, last=TODAY):
    child = full.riders[rank]
    chosen = [one.pk for one in full.held[rank] if one.trip in trips]
    actions.end_rides(child.home, chosen, actor=child.parent, last=last)


def riders(trip="morning"):
    return list(Ride.objects.to_come(SOONEST).filter(trip=trip).order_by("pk").values_list("child__first_name", flat=1))


def test_first_who_asked_has_the_seat_and_is_told(full, make_child):
    cyd, dan = make_child("Cyd"), make_child("Dan")
    with pytest.raises(Full, match="complète le mercredi"):
        ride(cyd, full.mill)
    wait(cyd, full.mill)
    wait(dan, full.hall)
    assert actions.serve_waiting_lines() == 0
    leaves(full)
    assert actions.serve_waiting_lines() == 1
    assert riders() == riders("evening") == ["Ben", "Cyd"]
    assert set(cyd.home.rides.values_list("stop", "start")) == {(full.mill.pk, SOONEST)}
    assert told("childcare.seat_found", "seat_found") == [cyd.parent]
    assert list(SeatWish.objects.values_list("home", flat=True)) == [dan.home.pk]


def test_wish_of_two_ways_waits_for_both_and_the_next_may_pass(full, make_child):
    cyd, dan = make_child("Cyd"), make_child("Dan")
    wait(cyd, full.mill)
    wait(dan, full.mill, trips=["evening"])
    leaves(full, trips=["evening"])
    assert actions.serve_waiting_lines() == 1
    assert (riders(), riders("evening")) == (["Ana", "Ben"], ["Ben", "Dan"])
    leaves(full, rank=1)
    leaves(full, trips=["morning"])
    assert actions.serve_waiting_lines() == 1
    assert (riders(), riders("evening")) == (["Cyd"], ["Dan", "Cyd"])


def test_newcomer_never_passes_before_who_waits(full, make_child):
    cyd, eve = make_child("Cyd"), make_child("Eve")
    wait(cyd, full.mill)
    leaves(full)
    with pytest.raises(Full):
        ride(eve, full.hall, start=SOONEST)
    wait(eve, full.hall)
    assert SeatWish.objects.get().home == eve.home
    leaves(full, rank=1)
    actions.serve_waiting_lines()
    assert riders() == ["Cyd", "Eve"]


def test_seat_free_later_is_given_from_the_day_that_was_asked(full, make_child):
    cyd = make_child("Cyd")
    wait(cyd, full.mill, start=WEDNESDAY + DAY)
    leaves(full, last=WEDNESDAY)
    actions.serve_waiting_lines()
    assert set(cyd.home.rides.values_list("start", flat=True)) == {WEDNESDAY + DAY}


def test_nobody_waits_where_seats_are_left_nor_twice(full, make_child):
    cyd = make_child("Cyd")
    with pytest.raises(Refused, match="ne roule pas"):
        wait(cyd, full.mill, days=[1])
    wait(cyd, full.mill)
    later = wait(cyd, full.hall, trips=["morning"])
    assert list(SeatWish.objects.all()) == [later]
    leaves(full)
    actions.register_rides(cyd.home, full.hall, BOTH, [2], actor=cyd.parent, start=SOONEST)
    assert not SeatWish.objects.exists()
    with pytest.raises(Refused, match="reste des places"):
        wait(cyd, full.hall, start=SOONEST)


def test_who_may_receive_the_child_is_read_again(full, make_child):
    cyd = make_child("Cyd")
    kept, gone = (Contact.objects.create(home=cyd.home, name=name, phone="06 39 98 00 01") for name in ("Ida", "Zoé"))
    wait(cyd, full.mill, receivers=[kept, gone])
    Contact.objects.filter(pk=gone.pk).update(may_pick_up=False)
    leaves(full)
    actions.serve_waiting_lines()
    assert list(cyd.home.rides.get(trip="evening").receivers.all()) == [kept]


@pytest.mark.django_db(transaction=True)
def test_seat_that_is_given_by_several_at_once_is_given_once(full, make_child):
    waiting = [make_child(name) for name in ("Cyd", "Dan", "Eve")]
    for child in waiting:
        wait(child, full.mill)
    leaves(full)
    fay = make_child("Fay")
    answers = at_once(
        actions.serve_waiting_lines, actions.serve_waiting_lines, lambda: ride(fay, full.hall, start=SOONEST)
    )
    assert isinstance(answers[2], Full)
    actions.serve_waiting_lines()
    assert riders() == riders("evening") == ["Ben", "Cyd"]
    assert [one.home for one in SeatWish.objects.all()] == [waiting[1].home, waiting[2].home]


def test_family_reads_that_it_is_full_waits_and_gives_up(full, make_child, clerk, client):
    cyd, dan = make_child("Cyd"), make_child("Dan")
    wait(dan, full.mill)
    client.force_login(cyd.parent)
    page = reverse("childcare:my_transport", args=[cyd.pk])
    sent = {"stop": full.mill.pk, "trips": BOTH, "weekdays": [2], "start": TODAY + DAY}
    assert 'name="attendre"' not in client.get(page).content.decode()
    answer = client.post(page, sent)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "La ligne est complète le mercredi" in text
    assert 'name="attendre"' in text
    assert list(rules.page(text)) == []
    assert client.post(page, sent | {"attendre": "oui"}).status_code == 302
    text = client.get(page).content.decode()
    assert "2ᵉ de la liste" in text
    assert list(rules.page(text)) == []
    other = SeatWish.objects.get(home=dan.home)
    assert client.post(page, {"renoncer": other.pk}).status_code == 404
    client.force_login(clerk)
    text = client.get(full.get_absolute_url()).content.decode()
    assert text.index(str(dan)) < text.index(str(cyd))
    client.force_login(cyd.parent)
    client.post(page, {"renoncer": SeatWish.objects.get(home=cyd.home).pk})
    assert list(SeatWish.objects.all()) == [other]


def test_wishes_go_with_the_home_the_child_and_the_year(full, make_child, add_parent):
    cyd, dan, eve = (make_child(name) for name in ("Cyd", "Dan", "Eve"))
    add_parent(cyd)
    for child in (cyd, dan, eve):
        wait(child, full.mill)
    actions.end_home(cyd.home, actor=None)
    actions.erase_child(dan)
    assert SeatWish.objects.get().home == eve.home
    SeatWish.objects.update(created_at=at(12))
    assert not retention.old_wishes(at(12) + datetime.timedelta(days=300)).exists()
    assert retention.old_wishes(at(12) + datetime.timedelta(days=366)).exists()
