"""The sheet of the day: ticked from several tablets, offline, in any order, never twice."""

import datetime
import itertools
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.childcare import actions, kitchen, sheets
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Attendance, Booking, HealthSheet, MealOrder, Tick
from beffroi.modules.childcare.wishes import Wish
from tests.modules.childcare.conftest import NOW, WEDNESDAY
from tests.modules.childcare.test_booking import race


def at(hour, minute=0):
    return timezone.make_aware(datetime.datetime.combine(WEDNESDAY, datetime.time(hour, minute)))


@pytest.fixture
def booking(activity, make_family):
    child = make_family(activity=activity)
    unit = activity.units.get(code="journee")
    actions.book([Wish(WEDNESDAY, child.pk, unit.pk)], {child.pk: child.home}, actor=child.parent, now=NOW)
    return Booking.objects.get()


def state(booking):
    held = Attendance.objects.get(booking=booking)
    return held.arrived_at, held.left_at, held.absence


def test_arrival_departure_and_who_came(booking, facilitator):
    actions.tick(booking, "arrived", actor=facilitator, at=at(9))
    actions.tick(booking, "left", actor=facilitator, at=at(17), with_name="Odette Fournier")
    assert state(booking) == (at(9), at(17), "")
    assert Attendance.objects.get().left_with == "Odette Fournier"


GESTURES = [
    ("absent", 8, 55),
    ("arrived", 9, 10),
    ("arrived", 9, 5),
    ("left", 16, 50),
    ("left", 17, 0),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::9])
def test_order_of_reception_changes_nothing(booking, facilitator, order):
    """Two tablets without network ticked the same child: the result is the same, however they come back."""
    for rank in order:
        kind, hour, minute = GESTURES[rank]
        actions.tick(booking, kind, actor=facilitator, at=at(hour, minute))
    assert state(booking) == (at(9, 5), at(17), "")


def test_replay_is_harmless(booking, facilitator):
    number = uuid.uuid4()
    for _rank in range(3):
        _tick, created = actions.tick(booking, "arrived", actor=facilitator, at=at(9), client_uuid=number)
    assert not created
    assert Tick.objects.count() == 1


def test_tick_taken_back_and_made_again(booking, facilitator):
    actions.tick(booking, "absent", actor=facilitator, at=at(9))
    assert state(booking)[2] == "waiting"
    actions.tick(booking, "undo", actor=facilitator, at=at(9, 1))
    assert state(booking) == (None, None, "")
    actions.tick(booking, "arrived", actor=facilitator, at=at(9, 2))
    assert state(booking)[0] == at(9, 2)


def test_tick_of_another_day_is_refused(booking, facilitator):
    with pytest.raises(Refused):
        actions.tick(booking, "arrived", actor=facilitator, at=at(9) + datetime.timedelta(days=1))


def test_unexpected_child_is_there_even_past_the_places(make_activity, make_family, facilitator):
    activity = make_activity(capacity=1)
    group = activity.groups.get(name="Grands")
    unit = activity.units.get(code="matin")
    first, second = make_family(activity=activity), make_family(activity=activity)
    actions.book([Wish(WEDNESDAY, first.pk, unit.pk)], {first.pk: first.home}, actor=first.parent, now=NOW)
    number = uuid.uuid4()
    for _rank in range(2):
        actions.receive_unexpected(second, unit, group=group, actor=facilitator, at=at(9), client_uuid=number)
    added = Booking.objects.get(child=second)
    assert added.origin == "unexpected"
    assert group.places.get(day=WEDNESDAY, slot="matin").taken == 2
    assert Attendance.objects.get(booking=added).arrived_at == at(9)


def test_unexpected_child_who_was_expected_is_only_ticked(booking, activity, facilitator):
    held, created = actions.receive_unexpected(
        booking.child, activity.units.get(code="matin"), group=booking.group, actor=facilitator, at=at(9)
    )
    assert (held, created) == (booking, False)


@pytest.mark.django_db(transaction=True)
def test_two_tablets_at_once_give_one_presence(booking, facilitator):
    number = uuid.uuid4()
    results = race(
        lambda: actions.tick(booking, "arrived", actor=facilitator, at=at(9), client_uuid=number),
        lambda: actions.tick(booking, "arrived", actor=facilitator, at=at(9), client_uuid=number),
        lambda: actions.tick(booking, "arrived", actor=facilitator, at=at(9, 3), client_uuid=uuid.uuid4()),
        lambda: actions.tick(booking, "left", actor=facilitator, at=at(17), client_uuid=uuid.uuid4()),
    )
    assert [one for one in results if isinstance(one, Exception)] == []
    assert Tick.objects.count() == 3
    assert Attendance.objects.count() == 1
    assert state(booking) == (at(9), at(17), "")


def test_absence_is_judged(booking, clerk, facilitator):
    with pytest.raises(Refused):
        actions.judge_absence(booking, actor=clerk, justified=True)
    actions.tick(booking, "absent", actor=facilitator, at=at(9))
    actions.judge_absence(booking, actor=clerk, justified=True, reason="certificat")
    assert state(booking)[2] == "justified"


def test_sheet_counts_and_warns_when_staff_is_short(booking, site, facilitator, make_user, operator):
    actions.tick(booking, "arrived", actor=facilitator, at=at(9))
    sheet = sheets.read(site, WEDNESDAY)
    assert (sheet.counts["here"], sheet.staff, sheet.needed, sheet.is_short) == (1, 0, 1, True)
    actions.start_shift(site, actor=facilitator, at=at(8, 30))
    sheet = sheets.read(site, WEDNESDAY)
    assert (sheet.staff, sheet.is_short) == (1, False)
    actions.end_shift(site, actor=facilitator, at=at(18))
    assert sheets.read(site, WEDNESDAY).staff == 0


def test_ticks_come_from_the_page_with_the_hour_of_the_device(booking, facilitator, client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at(12))
    monkeypatch.setattr(timezone, "localdate", lambda value=None: WEDNESDAY)
    client.force_login(facilitator)
    number = str(uuid.uuid4())
    data = {"booking": booking.pk, "kind": "arrived", "client_uuid": number, "made_at": at(9, 4).isoformat()}
    for _rank in range(2):
        assert client.post(reverse("childcare:tick"), data).status_code == 302
    assert state(booking)[0] == at(9, 4)
    refused = client.post(reverse("childcare:tick"), data | {"client_uuid": str(uuid.uuid4()), "kind": "vole"})
    assert refused.status_code == 200
    assert "data-error-summary" in refused.content.decode()


def test_departure_only_with_somebody_who_may(booking, facilitator, client, monkeypatch):
    from beffroi.modules.childcare.models import Contact

    monkeypatch.setattr(timezone, "now", lambda: at(17))
    allowed = Contact.objects.create(home=booking.home, name="Odette", phone="06 39 98 00 01")
    refused = Contact.objects.create(home=booking.home, name="Inconnu", phone="06 39 98 00 02", may_pick_up=False)
    client.force_login(facilitator)
    data = {"booking": booking.pk, "kind": "left"}
    client.post(reverse("childcare:tick"), data | {"with": f"c-{refused.pk}"})
    assert Tick.objects.get().with_name == ""
    client.post(reverse("childcare:tick"), data | {"with": f"c-{allowed.pk}"})
    assert Tick.objects.order_by("-pk").first().with_name == "Odette"


def test_meals_are_counted_by_diet_and_changes_are_told(booking, site, clerk, activity, make_family):
    HealthSheet.objects.create(child=booking.child, content={"diet": "sans-porc"})
    order = actions.order_meals(site, WEDNESDAY, actor=clerk)
    assert (order.counts, order.total) == ({"sans-porc": 1}, 1)
    with pytest.raises(Refused):
        actions.order_meals(site, WEDNESDAY, actor=clerk)
    other = make_family(activity=activity)
    unit = activity.units.get(code="journee")
    actions.book([Wish(WEDNESDAY, other.pk, unit.pk)], {other.pk: other.home}, actor=other.parent, now=NOW)
    assert kitchen.changes(MealOrder.objects.first(), kitchen.counts(site, WEDNESDAY)) == {"ordinaire": 1}
    assert actions.order_meals(site, WEDNESDAY, actor=clerk).total == 2


@pytest.fixture
def that_day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at(9))


def test_the_day_of_a_facilitator_leads_to_every_page_to_keep(
    booking, make_family, activity, facilitator, client, that_day
):
    """The block of « ma journée » names each group and the emergency sheet; the refused page leads back there."""
    small = make_family(first_name="Tom", last_name="Petit", age=4, activity=activity)
    unit = activity.units.get(code="journee")
    actions.book([Wish(WEDNESDAY, small.pk, unit.pk)], {small.pk: small.home}, actor=small.parent, now=NOW)
    client.force_login(facilitator)
    page = client.get("/terrain/").content.decode()
    site = booking.group.site
    sheet = reverse("childcare:field_sheet", args=[site.slug])
    groups = set(Booking.objects.values_list("group", flat=True))
    assert len(groups) == 2
    for address in (
        sheet,
        reverse("childcare:emergency", args=[site.slug]),
        reverse("childcare:unexpected", args=[site.slug]),
        *(f"{sheet}?groupe={pk}" for pk in groups),
    ):
        assert f'href="{address}"' in page
        assert client.get(address).has_header("X-Beffroi-Keep")
    assert "data-keep-pages" in page
    assert "data-print" in client.get(reverse("childcare:emergency", args=[site.slug])).content.decode()


def test_the_page_kept_holds_what_follows_an_arrival(booking, facilitator, client, that_day):
    """Without network the device shows the departure by itself: its choices are in the page before the arrival."""
    client.force_login(facilitator)
    page = client.get(reverse("childcare:field_sheet", args=[booking.group.site.slug])).content.decode()
    assert 'data-turns="expected"' in page
    hidden = page.split('data-turn="here" hidden>', 2)[-1]
    assert 'value="left" data-turn-to="left"' in hidden
    assert 'value="g-' in hidden


def test_an_arrival_never_carries_who_will_leave_with_the_child(booking, facilitator, client, that_day):
    guardian = booking.home.guardians.get()
    client.force_login(facilitator)
    sent = {"booking": booking.pk, "kind": "arrived", "with": f"g-{guardian.pk}"}
    assert client.post(reverse("childcare:tick"), sent).status_code == 302
    assert Tick.objects.get().with_name == ""
