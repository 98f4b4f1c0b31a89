"""The quantity of a booked day is changed without giving the day up: delays, places, price, one gesture at a time."""

import datetime

import pytest
from django.urls import reverse

from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions, kitchen, notices, pricing
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking, ChildHome, Custody, Place, Support, Unit
from beffroi.modules.childcare.wishes import Wish
from beffroi.shared.billing import actions as billing
from beffroi.shared.billing.models import Regie, Tariff
from beffroi.shared.organisations.models import Organisation
from tests.modules.childcare.conftest import NOW, WEDNESDAY
from tests.support.together import at_once

DAY = datetime.timedelta(days=1)
START, END = datetime.date(2026, 11, 1), datetime.date(2026, 12, 31)


def add_snack(activity, most=4, places=10):
    unit = Unit.objects.create(
        activity=activity,
        code="gouter",
        name="Goûter",
        kind="quantity",
        starts=datetime.time(17),
        ends=datetime.time(18),
        slots=["gouter"],
        most=most,
        meal=True,
        order=9,
    )
    activity.groups.update(capacity=places, staff=5)
    actions.refresh_places(activity)
    return unit


@pytest.fixture
def activity(make_activity):
    """Booked until two working days before, given up until five before."""
    return make_activity(add_rule="days", add_number=2, cancel_rule="days", cancel_number=5)


@pytest.fixture
def snack(activity):
    return add_snack(activity)


@pytest.fixture
def regie(operator, snack):
    regie = Regie.objects.create(organisation=operator, code="ACM", name="Régie enfance")
    rule = {"bands": [{"upto": None, "prices": {"resident": 133}}], "residents": ["80071"]}
    Tariff.objects.create(
        regie=regie, unit="childcare.quantity", label="Goûter", start=datetime.date(2026, 1, 1), rule=rule
    )
    return regie


def book(child, unit, quantity, day=WEDNESDAY, now=NOW):
    actions.book([Wish(day, child.pk, unit.pk, quantity)], {child.pk: child.home}, actor=child.parent, now=now)
    return Booking.objects.get(child=child, day=day)


def change(booking, quantity, **more):
    return actions.change_quantity(booking, quantity, actor=None, **({"now": NOW} | more))


def taken():
    return Place.objects.get(slot="gouter", day=WEDNESDAY, group__age_min=6).taken


def ago(days):
    """A moment so many days before the Wednesday, at noon."""
    return NOW.replace(hour=12) + (WEDNESDAY - NOW.date() - days * DAY)


def test_family_reads_what_changes_and_its_price_then_confirms(regie, snack, activity, make_family, client, site):
    child = make_family(activity=activity)
    booking = book(child, snack, 2)
    client.force_login(child.parent)
    path = reverse("childcare:quantity", args=[booking.pk])
    assert path in client.get(reverse("childcare:my_bookings")).content.decode()
    shown = client.get(path, {"quantity": "4"}).content.decode()
    assert "À payer en plus" in shown
    assert "2,66" in shown
    assert Booking.objects.get().quantity == 2, "reading changes nothing"
    assert "À payer en moins" in client.get(path, {"quantity": "1"}).content.decode()
    assert "De 1 à 4 par jour" in client.get(path, {"quantity": "5"}).content.decode()
    assert "déjà la quantité" in client.get(path, {"quantity": "2"}).content.decode()
    answered = client.post(path, {"quantity": "4", "known": "2"})
    assert answered["Location"] == reverse("childcare:my_bookings")
    assert (Booking.objects.get().quantity, taken()) == (4, 4)
    assert sum(kitchen.counts(site, WEDNESDAY).values()) == 4
    (bill,) = pricing.bills(regie, START, END)
    assert bill.total == 4 * 133
    entry = Entry.objects.get(verb="childcare.quantity")
    assert entry.data == {"from": 2, "to": 4, "desk": False}
    assert [one.user for one in notices.of_booking(entry)] == [child.parent]


def test_what_is_read_is_by_how_much_the_bill_grows(regie, snack, activity, make_family, operator):
    rule = regie.tariffs.get().rule | {"weekly_cap": 300}
    regie.tariffs.update(rule=rule)
    child = make_family(activity=activity)
    centre = Organisation.objects.create(kind="other", name="CCAS", slug="ccas")
    actions.save_support(Support(home=child.home, body=centre, percent=40, start=START), actor=None)
    booking = book(child, snack, 2)

    def mine():
        return next(bill.total for bill in pricing.bills(regie, START, END) if bill.payer == child.home.payer)

    before = mine()
    told = pricing.quote_quantity(Booking.objects.select_related("activity", "home", "child").get(), 4)
    change(booking, 4)
    assert mine() - before == told
    assert 0 < told < 2 * 133, "the cap and the body take their part"


@pytest.mark.parametrize(
    ("days", "quantity", "told"),
    [
        (9, 1, ""),
        (9, 4, ""),
        (6, 1, "retirer"),
        (6, 4, ""),
        (1, 4, "Trop tard"),
        (1, 1, "retirer"),
        (-1, 1, "passé"),
        (-1, 4, "passé"),
    ],
)
def test_more_follows_the_deadline_to_book_and_fewer_the_one_to_cancel(
    snack, activity, make_family, days, quantity, told
):
    booking = book(make_family(activity=activity), snack, 2)
    if told:
        with pytest.raises(Refused, match=told):
            change(booking, quantity, now=ago(days))
        assert Booking.objects.get().quantity == 2
    else:
        assert change(booking, quantity, now=ago(days)).quantity == quantity


def test_agent_passes_over_the_deadlines_and_never_over_the_places(snack, activity, make_family, clerk, client):
    child, other = (make_family(first_name=name, activity=activity) for name in ("Ana", "Bob"))
    booking = book(child, snack, 2)
    type(activity).objects.filter(pk=activity.pk).update(cancel_number=30)
    with pytest.raises(Refused, match="retirer"):
        change(booking, 1)
    client.force_login(clerk)
    path = reverse("childcare:desk_quantity", args=[child.pk, booking.pk])
    assert path in client.get(child.get_absolute_url()).content.decode()
    assert client.post(path, {"quantity": "1", "known": "2"}).status_code == 302
    assert Booking.objects.get(child=child).quantity == 1
    Place.objects.filter(slot="gouter").update(capacity=3)
    book(other, snack, 1)
    answered = client.post(path, {"quantity": "4", "known": "1"}).content.decode()
    assert "Il n’en reste que 1 de plus" in answered
    assert 'value="4"' in answered, "what was typed is kept"
    assert Booking.objects.get(child=child).quantity == 1


def test_what_is_given_up_is_offered_to_who_waits(snack, activity, make_family):
    Place.objects.filter(slot="gouter").update(capacity=4)
    first, second = (make_family(first_name=name, activity=activity) for name in ("Ana", "Bob"))
    booking, waiting = book(first, snack, 4), book(second, snack, 2)
    assert waiting.state == "waiting"
    change(booking, 3)
    waiting.refresh_from_db()
    assert waiting.state == "waiting", "one is not enough for two"
    change(booking, 2)
    waiting.refresh_from_db()
    assert waiting.state == "offered"
    with pytest.raises(Refused, match="Répondez"):
        change(waiting, 1)
    with pytest.raises(Refused, match="n’en reste plus"):
        change(booking, 3)


def test_who_waits_may_ask_for_fewer_and_keeps_its_rank(snack, activity, make_family):
    Place.objects.filter(slot="gouter").update(capacity=4)
    first, second = (make_family(first_name=name, activity=activity) for name in ("Ana", "Bob"))
    book(first, snack, 3)
    waiting = book(second, snack, 3)
    asked_at = waiting.booked_at
    with pytest.raises(Refused, match="rang"):
        change(waiting, 4)
    change(waiting, 1)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.quantity, waiting.booked_at) == ("offered", 1, asked_at)


def test_what_somebody_changed_meanwhile_is_told_and_not_written_over(snack, activity, make_family):
    booking = book(make_family(activity=activity), snack, 2)
    change(booking, 3, known=2)
    with pytest.raises(Refused, match="3 à présent"):
        change(booking, 4, known=2)
    assert change(booking, 3, known=2).quantity == 3, "the same gesture twice is one"
    assert Entry.objects.filter(verb="childcare.quantity").count() == 1


def test_a_day_ticked_or_invoiced_or_of_another_kind_does_not_change(
    regie, snack, activity, make_family, facilitator, client
):
    child = make_family(activity=activity)
    booking = book(child, snack, 2)
    with pytest.raises(Refused, match="annulez"):
        change(booking, 0)
    run = billing.prepare_run(
        regie=regie,
        source="childcare",
        start=START,
        end=END,
        label="Novembre",
        issued_on=NOW.date(),
        due_on=NOW.date() + 30 * DAY,
        actor=None,
    )
    billing.issue_run(billing.launch_run(billing.preview(run), actor=None))
    with pytest.raises(Refused, match="déjà facturé : appelez"):
        change(booking, 3)
    client.force_login(child.parent)
    read = client.get(reverse("childcare:quantity", args=[booking.pk]), {"quantity": "3"}).content.decode()
    assert "déjà facturé" in read, "told before confirming"
    assert "Confirmer" not in read
    with pytest.raises(Refused, match="avoir"):
        change(booking, 3, desk=True)
    plain = Wish(WEDNESDAY, child.pk, activity.units.get(code="matin").pk)
    actions.book([plain], {child.pk: child.home}, actor=child.parent, now=NOW)
    with pytest.raises(Refused, match="pas de quantité"):
        change(Booking.objects.get(unit__code="matin"), 2)


def test_a_day_ticked_is_left_to_the_sheet(snack, activity, make_family, facilitator):
    booking = book(make_family(activity=activity), snack, 2)
    actions.tick(booking, "arrived", actor=facilitator, at=booking.during.lower, quantity=2)
    with pytest.raises(Refused, match="pointé"):
        change(booking, 3, desk=True, now=booking.during.lower)


def test_nobody_changes_the_day_of_another_home(snack, activity, make_family, add_parent, facilitator, client):
    child = make_family(activity=activity)
    booking = book(child, snack, 2)
    other = add_parent(child)
    path = reverse("childcare:quantity", args=[booking.pk])
    for user in (other.parent, make_family(first_name="Bob").parent):
        client.force_login(user)
        assert client.get(path).status_code == 404
        assert client.post(path, {"quantity": "3", "known": "2"}).status_code == 404
    client.force_login(facilitator)
    assert client.get(reverse("childcare:desk_quantity", args=[child.pk, booking.pk])).status_code == 403
    assert Booking.objects.get(pk=booking.pk).quantity == 2


@pytest.mark.django_db(transaction=True)
def test_two_families_asking_for_the_last_places_at_once_are_not_oversold(make_activity, make_family):
    activity = make_activity()
    unit = add_snack(activity, places=6)
    first, second = (make_family(first_name=name, activity=activity) for name in ("Ana", "Bob"))
    days = [book(child, unit, 2) for child in (first, second)]
    answers = at_once(lambda: change(days[0], 4), lambda: change(days[1], 4))
    assert sorted(type(one).__name__ for one in answers) == ["Booking", "Refused"]
    assert taken() == 6
    assert sorted(Booking.objects.values_list("quantity", flat=True)) == [2, 4]


@pytest.mark.django_db(transaction=True)
def test_two_parents_of_a_home_changing_at_once_leave_one_change(make_activity, make_family):
    activity = make_activity()
    child = make_family(activity=activity)
    booking = book(child, add_snack(activity), 2)
    answers = at_once(lambda: change(booking, 3, known=2), lambda: change(booking, 4, known=2))
    assert sorted(type(one).__name__ for one in answers) == ["Booking", "Refused"]
    held = Booking.objects.get()
    assert taken() == held.quantity != 2


@pytest.mark.django_db(transaction=True)
def test_a_change_and_a_booking_at_once_share_what_is_left(make_activity, make_family):
    activity = make_activity()
    unit = add_snack(activity, places=4)
    first, second = (make_family(first_name=name, activity=activity) for name in ("Ana", "Bob"))
    booking = book(first, unit, 2)
    second.home = ChildHome.objects.select_related("household").get(pk=second.home.pk)
    at_once(lambda: change(booking, 4), lambda: book(second, unit, 2))
    assert taken() == 4
    held = Booking.objects.holding().values_list("quantity", flat=True)
    assert sum(held) == 4


def test_day_of_the_other_home_by_now_takes_no_more_from_this_one(snack, activity, make_family, add_parent, client):
    child = make_family(activity=activity)
    booking = book(child, snack, 2)
    other = add_parent(child)
    actions.set_custody(
        Custody(child=child, rhythm="days", first_home_days=[0, 1]),
        actor=None,
        shares={child.home.pk: 50, other.pk: 50},
    )
    client.force_login(child.parent)
    path = reverse("childcare:quantity", args=[booking.pk])
    assert "lui seul peut en ajouter" in client.get(path, {"quantity": "3"}).content.decode()
    assert change(booking, 1).quantity == 1


@pytest.mark.parametrize(("quantity", "most"), [(1, 22), (4, 29)])
def test_reading_what_changes_asks_little(
    regie, snack, activity, make_family, client, quantity, most, django_assert_max_num_queries
):
    child = make_family(activity=activity)
    booking = book(child, snack, 2)
    client.force_login(child.parent)
    with django_assert_max_num_queries(most):
        client.get(reverse("childcare:quantity", args=[booking.pk]), {"quantity": str(quantity)})
