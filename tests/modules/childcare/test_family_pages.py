"""The pages of a family have an owner, so that the checks of the manifests cannot open them: they are held here."""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi.modules.childcare import actions
from beffroi.modules.childcare.models import Attendance, Booking
from beffroi.modules.childcare.wishes import Wish
from tests.modules.childcare.conftest import NOW, WEDNESDAY
from tests.modules.childcare.test_moves import ask

QUERIES, WEIGHT = 12, 60_000
PAGES = {
    "my_children": (),
    "my_child": ("child",),
    "my_move": ("household",),
    "my_invite": ("household",),
    "my_absences": ("child",),
    "my_bookings": (),
    "my_health": ("child",),
    "my_documents": ("child",),
    "my_quotient": (),
    "join": (),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_a_family_are_light_and_ask_little(activity, make_family, add_parent, client, name):
    child = make_family(activity=activity)
    add_parent(child)
    unit = activity.units.get(code="journee")
    actions.book([Wish(WEDNESDAY, child.pk, unit.pk)], {child.pk: child.home}, actor=child.parent, now=NOW)
    Attendance.objects.create(booking=Booking.objects.get(), absence="waiting")
    ask(child.home.household, child.parent, address="2 rue Basse")
    actions.invite_parent(child.home.household, actor=child.parent, relation="father")
    client.force_login(child.parent)
    values = {"child": child.pk, "household": child.home.household_id}
    path = reverse(f"childcare:{name}", args=[values[one] for one in PAGES[name]])
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(path)
    assert response.status_code == 200
    assert len(asked) <= QUERIES, "\n".join(one["sql"][:160] for one in asked)
    assert len(gzip.compress(response.content)) <= WEIGHT
    assert "style=" not in response.content.decode()
