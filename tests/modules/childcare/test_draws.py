"""What a body took under its ceilings is written with the run and reread: by later runs, by other régies, for good."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from beffroi.modules.childcare import actions, pricing
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Activity, Attendance, Booking, ChildHome, Quotient, SupportDraw
from beffroi.modules.childcare.wishes import Weighing, Wish
from beffroi.shared.billing import actions as billing
from beffroi.shared.billing import sources
from beffroi.shared.billing.actions import runs
from beffroi.shared.billing.models import Invoice, Run
from tests.modules.childcare.conftest import NOW, WEDNESDAY
from tests.modules.childcare.paid import DECEMBER, NOVEMBER, WEDNESDAYS, bills, book, regie_under_rule, support
from tests.support.together import at_once

MIDDLE = datetime.date(2026, 12, 8)


@pytest.fixture
def activity(make_activity):
    return make_activity(capacity=20, staff=9)


@pytest.fixture
def regie(operator, activity):
    return regie_under_rule(operator, activity)


@pytest.fixture
def town(make_activity, commune):
    """The commune has its own Thursdays, and its own régie at the same prices."""
    activity = make_activity(name="Jeudis", slug="jeudis", weekdays=(3,), capacity=20, staff=9)
    Activity.objects.filter(pk=activity.pk).update(organisation=commune)
    activity.refresh_from_db()
    activity.regie = regie_under_rule(commune, activity, "VIL")
    return activity


def prepare(regie, period):
    start, end = period
    run = billing.prepare_run(
        regie=regie,
        source="childcare",
        start=start,
        end=end,
        label="Accueils",
        issued_on=NOW.date(),
        due_on=NOW.date() + datetime.timedelta(days=30),
        actor=None,
    )
    return billing.preview(run)


def issue(regie, period):
    return billing.issue_run(billing.launch_run(prepare(regie, period), actor=None))


def asked(body):
    """What the invoices of a body come to."""
    return sum(Invoice.objects.filter(payer_body=body, kind="invoice").values_list("total", flat=True))


def whole():
    return sum(Invoice.objects.filter(kind="invoice").values_list("total", flat=True))


def learn(child, month, value):
    Quotient.objects.create(household=child.home.household, month=month, value=value, source="proof")


def told(child, activity, *days):
    """What the family reads for some days, in all."""
    home = ChildHome.objects.select_related("household").get(pk=child.home.pk)
    unit = activity.units.get(code="journee")
    return pricing.quote(Weighing([Wish(day, child.pk, unit.pk) for day in days], {child.pk: home}, now=NOW).lines())


def test_quotient_entered_afterwards_moves_nothing(regie, child, activity, centre):
    support(child.home, centre, 100, cap_whole=1500)
    book(child, activity, *WEDNESDAYS)
    issue(regie, NOVEMBER)
    assert asked(centre) == 1001
    learn(child, NOVEMBER[0], 500)  # November would cost 3,33 €, and leave 11,67 € under the ceiling
    assert bills(regie, *DECEMBER)[centre].total == 499
    issue(regie, DECEMBER)
    assert asked(centre) == 1500


def test_family_reads_what_is_left_by_the_invoices(regie, child, activity, centre):
    support(child.home, centre, 100, cap_whole=1500)
    book(child, activity, *WEDNESDAYS[:1])
    issue(regie, NOVEMBER)
    learn(child, NOVEMBER[0], 500)
    said = told(child, activity, *WEDNESDAYS[1:])
    book(child, activity, *WEDNESDAYS[1:])
    assert bills(regie, *DECEMBER)[child.home.payer].total == said == 3 * 333 - 499


def test_ceiling_of_a_month_cut_in_two_is_reread(regie, child, activity, centre):
    support(child.home, centre, 100, cap_month=1500)
    book(child, activity, *WEDNESDAYS[1:])
    issue(regie, (DECEMBER[0], MIDDLE))
    learn(child, DECEMBER[0], 500)
    issue(regie, (MIDDLE + datetime.timedelta(days=1), DECEMBER[1]))
    assert asked(centre) == 1500


def test_two_regies_share_the_ceiling_of_a_body(regie, town, child, activity, centre):
    support(child.home, centre, 100, cap_month=1500)
    actions.enrol(child, town, town.groups.first().site, actor=child.parent)
    thursday = WEDNESDAYS[1] + datetime.timedelta(days=1)
    book(child, activity, WEDNESDAYS[1])
    said = told(child, town, thursday)
    assert said == 502, "the day at the EPCI takes its part of the ceiling"
    book(child, town, thursday)
    issue(regie, DECEMBER)
    issue(town.regie, DECEMBER)
    assert asked(centre) == 1500
    assert whole() == 2 * 1001
    assert [one.total for one in Invoice.objects.filter(regie=town.regie, payer_body=None)] == [said]


def test_run_stopped_amid_its_invoices_keeps_what_it_decided(regie, town, child, activity, centre, monkeypatch):
    """The family is charged, then all stops: another régie and a new quotient come before the body’s invoice."""
    support(child.home, centre, 100, cap_month=1500)
    actions.enrol(child, town, town.groups.first().site, actor=child.parent)
    book(child, activity, *WEDNESDAYS[1:3])
    book(child, town, WEDNESDAYS[1] + datetime.timedelta(days=1))
    run = billing.launch_run(prepare(regie, DECEMBER), actor=None)
    one_batch, left = runs._issue_batch, [1]

    def stop(*args):
        if not left:
            raise OSError("the machine stops")
        left.pop()
        return one_batch(*args)

    monkeypatch.setattr(runs, "_issue_batch", stop)
    assert billing.issue_run(run, batch=1).status == "failed"
    monkeypatch.undo()
    assert Invoice.objects.get().payer == child.home.payer
    issue(town.regie, DECEMBER)
    learn(child, NOVEMBER[0], 1200)
    run.refresh_from_db()
    assert billing.issue_run(billing.launch_run(run, actor=None)).status == "done"
    assert asked(centre) == 1500
    assert whole() == 3 * 1001
    assert SupportDraw.objects.filter(run=run).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_regies_launched_at_once_never_pass_the_ceiling(operator, commune, make_activity, make_family, centre):
    first = make_activity(capacity=20, staff=9)
    second = make_activity(name="Jeudis", slug="jeudis", weekdays=(3,), capacity=20, staff=9)
    Activity.objects.filter(pk=second.pk).update(organisation=commune)
    second.refresh_from_db()
    held = [regie_under_rule(operator, first), regie_under_rule(commune, second, "VIL")]
    child = make_family(activity=first)
    actions.enrol(child, second, second.groups.first().site, actor=child.parent)
    support(child.home, centre, 100, cap_month=1500)
    book(child, first, WEDNESDAYS[1])
    book(child, second, WEDNESDAYS[1] + datetime.timedelta(days=1))
    prepared = [prepare(one, DECEMBER) for one in held]
    launched = at_once(*(lambda run=run: billing.launch_run(run, actor=None) for run in prepared))
    assert [one.status for one in launched] == ["running", "running"]
    for run in launched:
        billing.issue_run(run)
    assert asked(centre) == 1500
    assert whole() == 2 * 1001


def test_what_was_taken_never_changes(regie, child, activity, centre):
    support(child.home, centre, 100, cap_month=1500)
    book(child, activity, WEDNESDAY)
    run = issue(regie, NOVEMBER)
    draw = SupportDraw.objects.get()
    assert (draw.run, draw.price, draw.part) == (run, 1001, 1001)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        SupportDraw.objects.update(part=0)
    draw.pk, draw.rank = None, 2
    with pytest.raises(IntegrityError, match="issued already"), transaction.atomic():
        draw.save(force_insert=True)
    with pytest.raises(Refused, match="déjà facturés"):
        actions.end_support(draw.support, actor=None, end=draw.support.start - datetime.timedelta(days=1))


def test_day_given_back_to_the_body_is_free_again(regie, child, activity, centre, clerk):
    support(child.home, centre, 100, cap_whole=1500)
    book(child, activity, *WEDNESDAYS)
    issue(regie, NOVEMBER)
    booking = Booking.objects.get(day=WEDNESDAY)
    Attendance.objects.create(booking=booking, absence="unjustified")
    actions.judge_absence(booking, actor=clerk, justified=True)
    assert bills(regie, *DECEMBER)[centre].total == 499, "nothing is given back yet"
    (due,) = sources.overcharges([regie])
    billing.credit_overcharge(due.invoice, expected=1001, actor=clerk)
    assert bills(regie, *DECEMBER)[centre].total == 1500


def test_whole_invoice_cancelled_by_hand_is_free_again(regie, child, activity, centre, clerk):
    support(child.home, centre, 100, cap_whole=1500)
    book(child, activity, *WEDNESDAYS)
    issue(regie, NOVEMBER)
    billing.issue_credit_note(Invoice.objects.get(payer_body=centre), actor=clerk, reason="Erreur d’organisme")
    assert bills(regie, *DECEMBER)[centre].total == 1500


def test_run_given_up_took_nothing(regie, child, activity, centre, monkeypatch):
    support(child.home, centre, 100, cap_whole=1200)
    book(child, activity, *WEDNESDAYS)
    run = billing.launch_run(prepare(regie, NOVEMBER), actor=None)
    monkeypatch.setattr(runs, "_issue_batch", lambda *args: 1 / 0)
    assert billing.issue_run(run).status == "failed"
    monkeypatch.undo()
    learn(child, NOVEMBER[0], 500)
    assert bills(regie, *DECEMBER)[centre].total == 1200 - 333, "it stopped before its first invoice"
    billing.cancel_run(run, actor=None)
    assert SupportDraw.objects.count() == 1
    assert bills(regie, *DECEMBER)[centre].total == 1200 - 333
    issue(regie, NOVEMBER)
    assert asked(centre) == 333


def test_body_whose_invoice_was_blocked_took_nothing(regie, child, activity, centre, make_family):
    support(child.home, centre, 100, cap_whole=1500)
    book(child, activity, *WEDNESDAYS)
    other = make_family(first_name="Bob", activity=activity, last_name="Martin")
    support(other.home, centre, 100)
    actions.book(
        [Wish(WEDNESDAY, other.pk, activity.units.get(code="matin").pk)],
        {other.pk: ChildHome.objects.select_related("household").get(pk=other.home.pk)},
        actor=other.parent,
        now=NOW,
    )
    morning = activity.units.get(code="matin")
    type(morning).objects.filter(pk=morning.pk).update(tariff="childcare.unpriced")
    run = issue(regie, NOVEMBER)
    assert (run.status, asked(centre)) == ("done", 0)
    assert bills(regie, *DECEMBER)[centre].total == 1500


def test_runs_without_any_ceiling_write_nothing(regie, child, activity, centre, django_assert_max_num_queries):
    support(child.home, centre, 50)
    book(child, activity, WEDNESDAY)
    run = prepare(regie, NOVEMBER)
    with django_assert_max_num_queries(6):
        assert actions.keep_draws(run) == 0
    assert not SupportDraw.objects.exists()
    assert Run.objects.get().status == "ready"
