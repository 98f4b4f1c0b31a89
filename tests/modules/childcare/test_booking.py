"""Booking, waiting, cancelling: what the family reads is what happens, and the database holds the places."""

import datetime
import threading

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction

from beffroi.modules.childcare import actions, pricing
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking, DocumentKind, Period, Place
from beffroi.modules.childcare.wishes import BOOK, NO, WAIT, Weighing, Wish
from tests.modules.childcare.conftest import NOW, WEDNESDAY

WEEK = datetime.timedelta(weeks=1)


def wish(child, activity, code="journee", day=WEDNESDAY):
    return Wish(day, child.pk, activity.units.get(code=code).pk)


def book(child, activity, code="journee", day=WEDNESDAY, now=NOW, **options):
    options.setdefault("actor", child.parent)
    return actions.book([wish(child, activity, code, day)], {child.pk: child.home}, now=now, **options)[0]


def taken(activity, slot="matin", day=WEDNESDAY, name="Grands"):
    return Place.objects.get(group__activity=activity, group__name=name, day=day, slot=slot).taken


def test_booking_takes_its_places(activity, make_family):
    child = make_family(activity=activity)
    line = book(child, activity)
    assert line.verdict == BOOK
    assert [taken(activity, slot) for slot in ("matin", "midi", "apres-midi")] == [1, 1, 1]
    assert Booking.objects.get().resident


def test_places_are_limited_by_those_who_look_after(make_activity, make_family):
    activity = make_activity(capacity=40, staff=2)
    grands = Place.objects.get(group__activity=activity, group__name="Grands", day=WEDNESDAY, slot="matin")
    petits = Place.objects.get(group__activity=activity, group__name="Petits", day=WEDNESDAY, slot="matin")
    assert (grands.capacity, petits.capacity) == (28, 20)  # a day of eight hours, with a project: 14 and 10


def test_full_group_lists_the_next_family(make_activity, make_family):
    activity = make_activity(capacity=1)
    first, second = make_family(activity=activity), make_family(activity=activity)
    assert book(first, activity).verdict == BOOK
    line = book(second, activity)
    assert line.verdict == WAIT
    assert taken(activity) == 1


def test_database_refuses_to_pass_the_places(make_activity, make_family):
    """Whatever writes the rows: the action is not there to protect them."""
    activity = make_activity(capacity=1)
    first, second = make_family(activity=activity), make_family(activity=activity)
    book(first, activity)
    other = Booking.objects.get()
    other.pk, other.child, other.home = None, second, second.home
    with pytest.raises(IntegrityError, match="Plus de place"), transaction.atomic():
        other.save(force_insert=True)
    with pytest.raises(IntegrityError, match="Plus de place"), transaction.atomic():
        Booking.objects.bulk_create([other])
    assert taken(activity) == 1


def test_database_refuses_a_child_in_two_places(make_activity, make_family):
    activity = make_activity(capacity=9)
    other = make_activity(name="Danse", slug="danse", capacity=9)
    child = make_family(activity=activity)
    actions.enrol(child, other, other.groups.first().site, actor=child.parent)
    book(child, activity)
    assert "Déjà pris à ces heures" in book(child, other, "matin").reason
    row = Booking.objects.get()
    row.pk, row.unit = None, other.units.get(code="matin")
    with pytest.raises(IntegrityError, match="child_in_one_place"), transaction.atomic():
        row.save(force_insert=True)


def test_counter_follows_changes_and_deletions(activity, make_family):
    child = make_family(activity=activity)
    book(child, activity, "matin")
    booking = Booking.objects.get()
    Booking.objects.filter(pk=booking.pk).update(slots=["apres-midi"])
    assert (taken(activity, "matin"), taken(activity, "apres-midi")) == (0, 1)
    booking.delete()
    assert taken(activity, "apres-midi") == 0


def test_unit_with_its_own_places_is_limited(activity, make_family):
    unit = activity.units.get(code="journee")
    unit.capacity = 1
    actions.save_part(unit, actor=None)
    actions.refresh_places(activity, since=datetime.date(2026, 9, 1))
    assert book(make_family(activity=activity), activity).verdict == BOOK
    assert book(make_family(activity=activity), activity).verdict == WAIT
    assert book(make_family(activity=activity), activity, "matin").verdict == BOOK


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"now": NOW.replace(day=24)}, "Trop tard"),
        ({"now": NOW.replace(month=12)}, "Ce moment est passé"),
        ({"day": datetime.date(2026, 11, 26)}, "fermé"),
        ({"day": datetime.date(2026, 10, 21)}, "fermé"),
        ({"now": NOW.replace(month=5)}, "ouvrent le"),
    ],
)
def test_refusals_say_why(activity, make_family, change, words):
    child = make_family(activity=activity)
    line = book(child, activity, **change)
    assert line.verdict == NO
    assert words in line.reason


def test_agent_passes_deadlines_but_not_places(make_activity, make_family, clerk):
    activity = make_activity(capacity=1)
    late = NOW.replace(day=24)
    assert book(make_family(activity=activity), activity, now=late, desk=True, actor=clerk).verdict == BOOK
    assert book(make_family(activity=activity), activity, now=late, desk=True, actor=clerk).verdict == WAIT
    assert Booking.objects.first().origin == "desk"


def test_child_who_is_not_registered_or_not_of_the_age(activity, make_family):
    assert "pas inscrit" in book(make_family(), activity).reason
    assert "Aucun groupe" in book(make_family(age=15, activity=activity), activity).reason


def test_families_of_the_territory_book_first(activity, make_family, commune):
    period = Period.objects.get(activity=activity)
    period.opens_to_all_at = NOW + datetime.timedelta(days=1)
    period.save()
    near, far = make_family(activity=activity), make_family(activity=activity, commune=None)
    assert book(near, activity).verdict == BOOK
    assert "ouvrent le" in book(far, activity).reason


def test_closed_period_takes_nobody(activity, make_family):
    Period.objects.filter(activity=activity).update(closes_at=NOW - datetime.timedelta(hours=1))
    assert "closes" in book(make_family(activity=activity), activity).reason


def test_missing_document_is_named(activity, make_family, operator):
    kind = DocumentKind.objects.create(organisation=operator, name="Assurance", months=12)
    activity.documents.add(kind)
    child = make_family(activity=activity)
    assert "assurance" in book(child, activity).reason
    child.documents.create(kind=kind, expires_on=WEDNESDAY - WEEK)
    assert book(child, activity).verdict == NO
    child.documents.create(kind=kind, expires_on=WEDNESDAY)
    assert book(child, activity).verdict == BOOK


def test_incompatible_activities_and_minimum_days(make_activity, make_family):
    one = make_activity()
    other = make_activity(name="Stage", slug="stage", weekdays=(1, 2), minimum_days=2)
    one.incompatible.add(other)
    child = make_family(activity=one)
    actions.enrol(child, other, other.groups.first().site, actor=child.parent)
    assert book(child, one, "matin").verdict == BOOK
    tuesday = WEDNESDAY - datetime.timedelta(days=1)
    assert "au moins" in book(child, other, day=tuesday).reason
    homes = {child.pk: child.home}
    lines = Weighing([wish(child, other, day=tuesday), wish(child, other, "apres-midi")], homes, now=NOW).lines()
    assert "Ne va pas avec" in lines[1].reason


def test_booking_twice_changes_nothing(activity, make_family):
    child = make_family(activity=activity)
    book(child, activity)
    line = book(child, activity)
    assert line.verdict == NO
    assert "Déjà" in line.reason
    assert Booking.objects.count() == 1


def test_several_children_at_once_do_not_take_the_same_place(make_activity, make_family, operator):
    activity = make_activity(capacity=1)
    first = make_family(activity=activity)
    second = actions.create_child(
        actor=None,
        household=first.home.household,
        guardian=first.home.payer,
        relation="mother",
        organisation=operator,
        first_name="Tom",
        last_name="Dubois",
        birth_date=datetime.date(2019, 5, 2),
    )
    actions.enrol(second, activity, activity.groups.first().site, actor=None)
    wishes = [wish(first, activity), wish(second, activity)]
    homes = {first.pk: first.home, second.pk: second.homes.select_related("household__commune").get()}
    verdicts = [line.verdict for line in actions.book(wishes, homes, actor=first.parent, now=NOW)]
    assert sorted(verdicts) == [BOOK, WAIT]


def test_cancelled_place_is_offered_in_the_told_order(make_activity, make_family, commune):
    activity = make_activity(capacity=1)
    holder = make_family(activity=activity)
    book(holder, activity)
    far = make_family(activity=activity, commune=None)
    near = make_family(activity=activity)
    book(far, activity, now=NOW - WEEK)
    book(near, activity, now=NOW)
    assert actions.cancel(Booking.objects.filter(child=holder), actor=holder.parent, now=NOW) == 0
    offered = Booking.objects.get(child=near)
    assert offered.state == "offered"
    assert offered.answer_by is not None
    assert Booking.objects.get(child=far).state == "waiting"
    assert taken(activity) == 1
    actions.take_offer(offered, actor=near.parent)
    assert Booking.objects.get(child=near).state == "booked"


def test_offer_without_answer_goes_to_the_next_family(make_activity, make_family):
    activity = make_activity(capacity=1)
    holder, first, second = (make_family(activity=activity) for _rank in range(3))
    for child in (holder, first, second):
        book(child, activity)
    actions.cancel(Booking.objects.filter(child=holder), actor=holder.parent, now=NOW)
    offered = Booking.objects.get(child=first)
    assert actions.expire_offers(offered.answer_by + datetime.timedelta(minutes=1)) == 1
    assert Booking.objects.get(child=first).state == "expired"
    assert Booking.objects.get(child=second).state == "offered"
    with pytest.raises(Refused):
        actions.take_offer(Booking.objects.get(child=first), actor=first.parent)


def test_late_cancellation_stays_due_or_is_refused(activity, make_family):
    child = make_family(activity=activity)
    book(child, activity)
    late = NOW.replace(day=24)
    activity.late_cancel = "refused"
    activity.save()
    with pytest.raises(Refused, match="délai"):
        actions.cancel(Booking.objects.all(), actor=child.parent, now=late)
    activity.late_cancel = "due"
    activity.save()
    assert actions.cancel(Booking.objects.all(), actor=child.parent, now=late) == 1
    assert Booking.objects.get().late
    assert taken(activity) == 0


def test_fewer_facilitators_close_the_group_without_throwing_anybody_out(make_activity, make_family):
    activity = make_activity(capacity=20, staff=2)
    group = activity.groups.get(name="Grands")
    book(make_family(activity=activity), activity)
    actions.set_group_day(group, WEDNESDAY, actor=None, staff=0)
    assert taken(activity) == 1
    waiting = make_family(activity=activity)
    assert book(waiting, activity).verdict == WAIT
    actions.set_group_day(group, WEDNESDAY, actor=None, staff=2)
    assert Booking.objects.get(child=waiting).state == "offered"


def test_changing_the_offer_changes_the_places_ahead(activity):
    group = activity.groups.get(name="Grands")
    group.capacity = 7
    actions.save_part(group, actor=None)
    assert Place.objects.get(group=group, day=datetime.date(2026, 12, 2), slot="matin").capacity == 7


def race(*jobs):
    """Run the jobs at the same time, each on its own connection."""
    barrier, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(rank, job):
        close_old_connections()
        try:
            barrier.wait(10)
            results[rank] = job()
        except Exception as error:  # noqa: BLE001  told to the test
            results[rank] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(rank, job)) for rank, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
def test_last_place_taken_by_two_at_once_goes_to_one(make_activity, make_family):
    activity = make_activity(capacity=1)
    children = [make_family(activity=activity) for _rank in range(6)]
    lines = race(*[lambda child=child: book(child, activity) for child in children])
    assert sorted(line.verdict for line in lines) == [BOOK] + [WAIT] * 5
    assert taken(activity) == 1


@pytest.mark.django_db(transaction=True)
def test_opening_day_gives_each_place_once(make_activity, make_family):
    activity = make_activity(capacity=5)
    days = [WEDNESDAY + WEEK * rank for rank in range(3)]
    children = [make_family(activity=activity, first_name=f"E{rank}") for rank in range(16)]

    def ask(child, rank):
        wishes = [wish(child, activity, day=day) for day in (days if rank % 2 else reversed(days))]
        return actions.book(wishes, {child.pk: child.home}, actor=child.parent, now=NOW)

    found = race(*[lambda child=child, rank=rank: ask(child, rank) for rank, child in enumerate(children)])
    assert not [one for one in found if isinstance(one, Exception)]
    verdicts = [line.verdict for lines in found for line in lines]
    assert (verdicts.count(BOOK), verdicts.count(WAIT)) == (5 * 3, 11 * 3)
    for day in days:
        assert taken(activity, day=day) == Booking.objects.filter(day=day, state="booked").count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_parents_booking_the_same_child_at_once_book_once(make_activity, make_family, add_parent):
    activity = make_activity(capacity=9)
    child = make_family(activity=activity)
    other = add_parent(child)
    wishes = [wish(child, activity)]
    lines = race(
        lambda: actions.book(wishes, {child.pk: child.home}, actor=child.parent, now=NOW)[0],
        lambda: actions.book(wishes, {child.pk: other}, actor=other.parent, now=NOW)[0],
    )
    assert sorted(line.verdict for line in lines) == [BOOK, NO]
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_crossed_days_never_block_each_other(make_activity, make_family):
    """Families that ask for the same days in opposite orders, while others cancel: nobody waits for ever."""
    activity = make_activity(capacity=4)
    days = [WEDNESDAY + rank * WEEK for rank in range(3)]
    holders = [make_family(activity=activity) for _rank in range(3)]
    for child in holders:
        for day in days:
            assert book(child, activity, day=day).verdict == BOOK
    comers = [make_family(activity=activity) for _rank in range(3)]

    def ask(child, order):
        wishes = [wish(child, activity, day=day) for day in order]
        return actions.book(wishes, {child.pk: child.home}, actor=child.parent, now=NOW)

    def leave(child):
        return actions.cancel(Booking.objects.filter(child=child), actor=child.parent, now=NOW)

    results = race(
        *[lambda child=child: leave(child) for child in holders],
        *[lambda c=child, o=days[:: (-1) ** rank]: ask(c, o) for rank, child in enumerate(comers)],
    )
    assert [one for one in results if isinstance(one, Exception)] == []
    for place in Place.objects.filter(day__in=days, group__name="Grands"):
        held = sum(place.slot in one.slots for one in Booking.objects.holding().filter(day=place.day))
        assert place.taken == held <= place.capacity


def test_a_registration_asks_its_down_payment_once(activity, make_family, operator):
    from beffroi.shared.billing.models import Invoice, Regie, Tariff

    activity.down_payment = 3000
    activity.save()
    child = make_family()
    site = activity.groups.first().site
    with pytest.raises(Refused, match="aucune régie"):
        actions.enrol(child, activity, site, actor=child.parent)
    regie = Regie.objects.create(organisation=operator, code="ACM", name="Accueils de loisirs")
    Tariff.objects.create(
        regie=regie,
        unit="childcare.day",
        label="Journée",
        start=datetime.date(2026, 1, 1),
        rule={"bands": [{"upto": None, "prices": {"resident": 1000}}]},
    )
    actions.enrol(child, activity, site, home=child.home, actor=child.parent)
    actions.enrol(child, activity, site, home=child.home, actor=child.parent)
    invoice = Invoice.objects.get()
    assert (invoice.total, invoice.payer.user) == (3000, child.parent)
    unit = activity.units.get(code="journee")
    actions.book([Wish(WEDNESDAY, child.pk, unit.pk)], {child.pk: child.home}, actor=child.parent, now=NOW)
    month = (WEDNESDAY.replace(day=1), WEDNESDAY.replace(day=30))
    (bill,) = pricing.bills(regie, *month)
    assert bill.total == 1000
    assert bill.deducts == "childcare"
