"""The place in the queue, told to the family with the rule in plain words; the same that places are offered by."""

import datetime

import pytest
from django.urls import reverse

from beffroi.kernel.ui.formats import ordinal
from beffroi.modules.childcare import actions
from beffroi.modules.childcare.models import Booking, Residence
from beffroi.modules.childcare.wishes import WAIT, Weighing, Wish
from tests.modules.childcare.conftest import NOW, WEDNESDAY

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def queue(make_activity, make_family):
    """One place taken; then, in this order: Bob, Cléo (nothing proved), Gaspard wait."""
    activity = make_activity(capacity=1)
    found = {}
    for rank, name in enumerate(("Ana", "Bob", "Cléo", "Gaspard")):
        child = found[name] = make_family(first_name=name, activity=activity)
        if name == "Cléo":
            Residence.objects.filter(household=child.home.household).delete()
        wish = Wish(WEDNESDAY, child.pk, activity.units.get(code="journee").pk)
        actions.book([wish], {child.pk: child.home}, actor=child.parent, now=NOW + rank * MINUTE)
    found["activity"] = activity
    return found


def place(child):
    return actions.ranks(Booking.objects.filter(child=child)).get(Booking.objects.get(child=child).pk)


def test_ranks_are_those_of_the_offers(queue):
    assert [place(queue[name]) for name in ("Ana", "Bob", "Cléo", "Gaspard")] == [None, (1, 3), (3, 3), (2, 3)]
    actions.cancel(Booking.objects.filter(child=queue["Ana"]), actor=None, desk=True, now=NOW)
    assert Booking.objects.get(child=queue["Bob"]).state == "offered"
    assert (place(queue["Cléo"]), place(queue["Gaspard"])) == ((2, 2), (1, 2))


def test_family_reads_its_rank_and_the_rule(queue, client):
    client.force_login(queue["Cléo"].parent)
    page = client.get(reverse("childcare:my_bookings")).content.decode()
    assert "3ᵉ sur 3" in page
    assert actions.ORDER_WORDS in page
    for name in ("Ana", "Bob", "Gaspard"):
        assert name not in page
    assert "3ᵉ sur 3" in client.get(reverse("childcare:my_child", args=[queue["Cléo"].pk])).content.decode()
    assert "3ᵉ sur 3" in client.get(reverse("childcare:my_children")).content.decode()


def test_family_that_has_its_place_reads_no_rule(queue, client):
    client.force_login(queue["Ana"].parent)
    assert actions.ORDER_WORDS not in client.get(reverse("childcare:my_bookings")).content.decode()


def test_rank_is_told_before_confirming_and_is_the_one_had(queue, make_family, client):
    activity = queue["activity"]
    for name, proved in (("Ève", True), ("Fab", False)):
        child = make_family(first_name=name, activity=activity)
        if not proved:
            Residence.objects.filter(household=child.home.household).delete()
        wish = Wish(WEDNESDAY, child.pk, activity.units.get(code="journee").pk)
        lines = Weighing([wish], {child.pk: child.home}, now=NOW).lines()
        actions.next_rank(lines)
        assert lines[0].verdict == WAIT
        actions.book([wish], {child.pk: child.home}, actor=child.parent, now=NOW + 10 * MINUTE)
        assert f"Vous seriez {ordinal(place(child)[0])}." in lines[0].reason
    client.force_login(child.parent)


def test_words_of_ranks():
    assert [ordinal(rank) for rank in (1, 2, 10)] == ["1er", "2ᵉ", "10ᵉ"]


def test_ranks_are_read_in_one_query(queue, django_assert_num_queries):
    rows = list(Booking.objects.all())
    with django_assert_num_queries(1):
        actions.ranks(rows)
    with django_assert_num_queries(0):
        actions.ranks([one for one in rows if one.state == "booked"])
