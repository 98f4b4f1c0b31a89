"""A family's bookings in its own calendar: a secret address, what its own homes book, nothing of the other home."""

import datetime

import icalendar
import pytest
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.childcare import actions
from beffroi.modules.childcare.models import Booking, BookingFeed, ChildHome
from beffroi.modules.childcare.wishes import Wish
from beffroi.shared.people.actions import create_household, person_of
from tests.modules.childcare.conftest import NOW, WEDNESDAY

WEEK = datetime.timedelta(weeks=1)


def book(child, activity, day, home=None):
    home = ChildHome.objects.select_related("household__commune").get(pk=(home or child.home).pk)
    wish = Wish(day, child.pk, activity.units.get(code="journee").pk)
    return actions.book([wish], {child.pk: home}, actor=child.parent, now=NOW)


@pytest.fixture
def father(make_user):
    return make_user(first_name="Paul", last_name="Leclercq")


@pytest.fixture
def second(make_family, activity, father, commune):
    """A child of two homes: gives (child, second home)."""
    child = make_family(activity=activity)
    person = person_of(father)
    household = create_household(actor=father, person=person, name="Foyer Leclercq", commune=commune)
    home = actions.add_home(child, household, actor=None, guardian=person, relation="father", share=50)
    return child, home


def events(client, user):
    address = actions.open_feed(actor=user).get_absolute_url()
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_calendar_reads_the_days_of_the_family(client, make_family, activity):
    child = make_family(activity=activity)
    book(child, activity, WEDNESDAY)
    (event,) = events(client, child.parent)
    unit = activity.units.get(code="journee")
    assert event["summary"] == f"Léa : Mercredis, {unit.name}"
    assert event.decoded("dtstart") == timezone.make_aware(datetime.datetime.combine(WEDNESDAY, unit.starts))
    assert event.decoded("dtend") == timezone.make_aware(datetime.datetime.combine(WEDNESDAY, unit.ends))
    assert (event["location"], event["status"]) == ("Accueil de Beauval", "CONFIRMED")
    assert "Dubois" not in event.to_ical().decode()
    actions.cancel(list(Booking.objects.all()), actor=child.parent, now=NOW)
    (event,) = events(client, child.parent)
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)


def test_one_parent_never_sees_the_days_of_the_other(client, second, activity, father):
    child, home = second
    book(child, activity, WEDNESDAY)
    book(child, activity, WEDNESDAY + WEEK, home=home)
    (mother_s,) = events(client, child.parent)
    (father_s,) = events(client, father)
    assert mother_s.decoded("dtstart").date() == WEDNESDAY
    assert father_s.decoded("dtstart").date() == WEDNESDAY + WEEK
    actions.end_home(home, actor=None)
    assert events(client, father) == [], "who no longer answers for the child reads nothing"


def test_the_address_is_secret_renewed_and_closed(client, make_family, activity):
    child = make_family(activity=activity)
    client.force_login(child.parent)
    page = reverse("childcare:my_feed")
    assert "Créer l’adresse" in client.get(page).content.decode()
    client.post(reverse("childcare:feed_move", args=["ouvrir"]))
    first = BookingFeed.objects.get()
    assert len(first.key) >= 32
    assert first.get_absolute_url() in client.get(page).content.decode()
    client.post(reverse("childcare:feed_move", args=["ouvrir"]))
    client.logout()
    assert client.get(first.get_absolute_url()).status_code == 404
    second = BookingFeed.objects.get()
    assert client.get(second.get_absolute_url()).status_code == 200
    assert client.get(second.get_absolute_url())["Cache-Control"].count("no-store")
    client.force_login(child.parent)
    client.post(reverse("childcare:feed_move", args=["fermer"]))
    assert client.get(second.get_absolute_url()).status_code == 404
    assert client.post(reverse("childcare:feed_move", args=["autre"])).status_code == 404


def test_a_closed_account_shows_nothing(client, make_family, activity):
    child = make_family(activity=activity)
    address = actions.open_feed(actor=child.parent).get_absolute_url()
    child.parent.is_active = False
    child.parent.save()
    assert client.get(address).status_code == 404
