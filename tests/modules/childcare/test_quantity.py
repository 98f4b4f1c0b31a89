"""What is booked by quantity: so many places, so many times the price, so many taken."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from beffroi.modules.childcare import actions, kitchen, pricing
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking, ChildHome, Place, Unit
from beffroi.modules.childcare.wishes import BOOK, NO, WAIT, Weighing, Wish, read_token
from beffroi.shared.billing.models import Regie, Tariff
from tests.modules.childcare.conftest import NOW, WEDNESDAY
from tests.support.together import at_once

WEEK = datetime.timedelta(weeks=1)
START, END = datetime.date(2026, 11, 1), datetime.date(2026, 12, 31)


@pytest.fixture
def snack(activity):
    """A snack after the day, four at most for a family, ten places."""
    unit = Unit.objects.create(
        activity=activity,
        code="gouter",
        name="Goûter",
        kind="quantity",
        starts=datetime.time(17),
        ends=datetime.time(18),
        slots=["gouter"],
        most=4,
        meal=True,
        order=9,
    )
    activity.groups.update(capacity=10, staff=5)
    actions.refresh_places(activity)
    return unit


@pytest.fixture
def regie(operator, snack):
    regie = Regie.objects.create(organisation=operator, code="ACM", name="Régie enfance")
    rule = {"bands": [{"upto": None, "prices": {"resident": 133}}], "residents": ["80071"]}
    Tariff.objects.create(
        regie=regie, unit="childcare.quantity", label="Goûter", start=datetime.date(2026, 1, 1), rule=rule
    )
    return regie


def weigh(child, unit, quantity, day=WEDNESDAY):
    return Weighing([Wish(day, child.pk, unit.pk, quantity)], {child.pk: child.home}, now=NOW).lines()[0]


def book(child, unit, quantity, day=WEDNESDAY):
    return actions.book([Wish(day, child.pk, unit.pk, quantity)], {child.pk: child.home}, actor=child.parent, now=NOW)


def test_family_says_how_many_reads_the_price_and_books(regie, snack, activity, make_family, client):
    child = make_family(activity=activity)
    client.force_login(child.parent)
    calendar = client.get(reverse("childcare:calendar", args=[activity.slug])).content.decode()
    name = f"quantite.{snack.pk}.{WEDNESDAY:%Y-%m-%d}"
    assert f'name="{name}"' in calendar
    asked = {"enfant": child.pk, name: "3", f"quantite.{snack.pk}.{WEDNESDAY + WEEK:%Y-%m-%d}": "0"}
    shown = client.post(reverse("childcare:review", args=[activity.slug]), asked).content.decode()
    assert "Goûter\u202f× 3" in shown
    assert "3,99" in shown
    token = Wish(WEDNESDAY, child.pk, snack.pk, 3).token
    client.post(reverse("childcare:review", args=[activity.slug]), {"ligne": token, "confirmer": "oui"})
    assert Booking.objects.get().quantity == 3
    assert "Goûter\u202f× 3" in client.get(reverse("childcare:my_bookings")).content.decode()
    (bill,) = pricing.bills(regie, START, END)
    assert (bill.total, bill.lines[0].quantity) == (399, 3)


def test_pattern_books_the_same_quantity_each_week(regie, snack, activity, make_family, client):
    child = make_family(activity=activity)
    client.force_login(child.parent)
    data = {
        "motif": "oui",
        "enfant": child.pk,
        "weekdays": "2",
        "unit": snack.pk,
        "every": "1",
        "quantity": "2",
        "start": WEDNESDAY.isoformat(),
        "end": (WEDNESDAY + WEEK).isoformat(),
    }
    shown = client.post(reverse("childcare:review", args=[activity.slug]), data).content.decode()
    assert shown.count("Goûter\u202f× 2") >= 2
    day = data | {"unit": activity.units.get(code="matin").pk}
    assert "× 2" not in client.post(reverse("childcare:review", args=[activity.slug]), day).content.decode()


def test_more_than_the_most_or_less_than_one_is_refused(snack, activity, make_family):
    child = make_family(activity=activity)
    assert weigh(child, snack, 5).verdict == NO
    assert "De 1 à 4" in weigh(child, snack, 5).reason
    assert weigh(child, snack, 0).verdict == NO
    assert weigh(child, activity.units.get(code="matin"), 2).verdict == NO
    assert weigh(child, snack, 4).verdict == BOOK


def test_places_are_counted_by_quantity_and_what_is_left_is_told(snack, activity, make_family):
    first, second, third = (make_family(first_name=name, activity=activity) for name in ("Ana", "Bob", "Cléo"))
    book(first, snack, 4)
    book(second, snack, 4)
    assert Place.objects.get(slot="gouter", day=WEDNESDAY, taken__gt=0).taken == 8
    line = weigh(third, snack, 3)
    assert (line.verdict, "n’en reste que 2" in line.reason) == (WAIT, True)
    assert weigh(third, snack, 2).verdict == BOOK
    book(third, snack, 3)
    actions.cancel(Booking.objects.filter(child=first), actor=first.parent, now=NOW)
    assert Booking.objects.get(child=third).state == "offered"


def test_database_never_lets_a_quantity_pass_the_places(snack, activity, make_family):
    child = make_family(activity=activity)
    book(child, snack, 4)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(child=child).update(quantity=11)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(code="matin").update(most=2)


@pytest.mark.django_db(transaction=True)
def test_last_places_asked_for_by_two_at_once_are_not_oversold(make_activity, make_family):
    activity = make_activity(capacity=5, staff=5)
    unit = Unit.objects.create(
        activity=activity,
        code="gouter",
        name="Goûter",
        kind="quantity",
        starts=datetime.time(17),
        ends=datetime.time(18),
        slots=["gouter"],
        most=4,
    )
    actions.refresh_places(activity)
    first, second = (make_family(first_name=name, activity=activity) for name in ("Ana", "Bob"))
    for child in (first, second):
        child.home = ChildHome.objects.select_related("household").get(pk=child.home.pk)
    answers = at_once(lambda: book(first, unit, 3), lambda: book(second, unit, 3))
    assert sorted(lines[0].verdict for lines in answers) == [BOOK, WAIT]
    assert Place.objects.get(slot="gouter", day=WEDNESDAY, taken__gt=0).taken == 3


def test_what_was_taken_is_what_is_charged(regie, snack, activity, make_family, facilitator, clerk, monkeypatch):
    child = make_family(activity=activity)
    book(child, snack, 3)
    booking = Booking.objects.get()
    with pytest.raises(Refused, match="De 1 à 4"):
        actions.tick(booking, "arrived", actor=facilitator, at=booking.during.lower, quantity=5)
    actions.tick(booking, "arrived", actor=facilitator, at=booking.during.lower, quantity=2)
    booking.refresh_from_db()
    assert booking.attendance.quantity == 2
    (bill,) = pricing.bills(regie, START, END)
    assert bill.total == 2 * 133
    actions.tick(booking, "undo", actor=facilitator, at=booking.during.lower + datetime.timedelta(minutes=1))
    (bill,) = pricing.bills(regie, START, END)
    assert bill.total == 3 * 133


def test_quantity_of_a_past_day_is_corrected_with_its_reason(regie, snack, activity, make_family, clerk, client):
    child = make_family(activity=activity)
    book(child, snack, 3)
    booking = Booking.objects.get()
    past = datetime.date(2026, 11, 4)
    Booking.objects.filter(pk=booking.pk).update(state="cancelled")
    Booking.objects.filter(pk=booking.pk).update(
        day=past, during=(booking.during.lower - 3 * WEEK, booking.during.upper - 3 * WEEK)
    )
    Place.objects.get_or_create(group=booking.group, day=past, slot="gouter", defaults={"capacity": 10})
    Booking.objects.filter(pk=booking.pk).update(state="booked")
    client.force_login(clerk)
    path = reverse("childcare:attendance", args=[booking.pk])
    assert "Réservée" in client.get(path).content.decode()
    answered = client.post(path, {"arrived": "17:00", "quantity": "4", "reason": "Feuille papier"})
    assert answered.status_code == 302
    booking.refresh_from_db()
    assert booking.attendance.quantity == 4


def test_kitchen_counts_each_of_them(snack, activity, make_family, site):
    child = make_family(activity=activity)
    book(child, snack, 3)
    assert sum(kitchen.counts(site, WEDNESDAY).values()) == 3


@given(quantity=st.integers(1, 99), child=st.integers(1, 10**9), unit=st.integers(1, 10**9), day=st.dates())
def test_token_travels_whole(quantity, child, unit, day):
    wish = Wish(day, child, unit, quantity)
    assert read_token(wish.token) == wish
