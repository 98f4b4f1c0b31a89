"""What a family reads before confirming is what the régie invoices, each payer apart."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from beffroi.modules.childcare import actions, pricing, uses
from beffroi.modules.childcare.models import Attendance, Booking, ChildHome, Custody
from beffroi.modules.childcare.wishes import Weighing, Wish
from beffroi.shared.billing import actions as billing
from beffroi.shared.billing import rates
from beffroi.shared.billing.models import Regie, Run, Tariff
from tests.modules.childcare.conftest import NOW, WEDNESDAY

WEEK = datetime.timedelta(weeks=1)
MINUTES = datetime.timedelta(minutes=12)
START, END = datetime.date(2026, 11, 1), datetime.date(2026, 12, 31)
RULE = {
    "bands": [{"upto": 600, "prices": {"resident": 500, "outside": 900}}, {"upto": None, "prices": {"resident": 1001}}],
    "siblings": ["1", "0.9"],
    "residents": ["80071"],
    "penalties": {"unbooked": "2"},
}


@pytest.fixture
def regie(operator, activity):
    regie = Regie.objects.create(organisation=operator, code="ACM", name="Régie enfance")
    for unit in activity.units.all():
        unit.tariff = f"childcare.{unit.code}"
        unit.save()
        Tariff.objects.create(
            regie=regie, unit=uses.code_of(unit), label=unit.name, start=datetime.date(2026, 1, 1), rule=RULE
        )
    return regie


def wish(child, activity, day=WEDNESDAY):
    return Wish(day, child.pk, activity.units.get(code="journee").pk)


def book(child, activity, *days, home=None, **options):
    home = ChildHome.objects.select_related("household__commune").get(pk=(home or child.home).pk)
    return actions.book(
        [wish(child, activity, day) for day in days or (WEDNESDAY,)],
        {child.pk: home},
        actor=child.parent,
        now=NOW,
        **options,
    )


def bills(regie, start=START, end=END):
    return {bill.payer.pk: bill for bill in pricing.bills(regie, start, end)}


def test_price_is_shown_before_confirming_and_invoiced_the_same(regie, activity, make_family, client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    child = make_family(activity=activity)
    actions.enter_quotient(child.home.household, 580, actor=None, month=datetime.date(2026, 1, 1))
    client.force_login(child.parent)
    token = wish(child, activity).token
    shown = client.post(reverse("childcare:review", args=[activity.slug]), {"ligne": token}).content.decode()
    assert "5,00" in shown
    assert "QF 580, tranche 0 à 600" in shown
    lines = Weighing([wish(child, activity)], {child.pk: child.home}, now=NOW).lines()
    assert pricing.quote(lines) == 500
    book(child, activity)
    bill = bills(regie)[child.home.payer_id]
    assert bill.total == 500
    assert bill.anomalies == []


def test_unknown_quotient_pays_the_highest_and_is_told(regie, activity, make_family, client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    child = make_family(activity=activity)
    client.force_login(child.parent)
    token = wish(child, activity).token
    shown = client.post(reverse("childcare:review", args=[activity.slug]), {"ligne": token}).content.decode()
    assert "10,01" in shown
    assert "quotient familial n’est pas connu" in shown
    book(child, activity)
    bill = bills(regie)[child.home.payer_id]
    assert (bill.total, bill.anomalies, bill.blocked) == (1001, [pricing.UNKNOWN_QUOTIENT], False)


def test_second_child_and_family_from_elsewhere(regie, activity, make_family, operator):
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
    second.home, second.parent = second.homes.get(), first.parent
    actions.enter_quotient(first.home.household, 300, actor=None, month=datetime.date(2026, 1, 1))
    book(first, activity)
    book(second, activity)
    assert bills(regie)[first.home.payer_id].total == 500 + 450
    far = make_family(activity=activity, commune=None, first_name="Zoé")
    actions.enter_quotient(far.home.household, 300, actor=None, month=datetime.date(2026, 1, 1))
    book(far, activity)
    assert bills(regie)[far.home.payer_id].total == 900


def test_absences_late_cancellations_and_unexpected_days(regie, activity, make_family, facilitator):
    child = make_family(activity=activity)
    actions.enter_quotient(child.home.household, 300, actor=None, month=datetime.date(2026, 1, 1))
    days = [WEDNESDAY + rank * WEEK for rank in range(4)]
    book(child, activity, *days)
    rows = list(Booking.objects.order_by("day"))
    Attendance.objects.create(booking=rows[0], absence="justified")
    Attendance.objects.create(booking=rows[1], absence="unjustified")
    actions.cancel([rows[2]], actor=child.parent, now=rows[2].during.lower - datetime.timedelta(hours=1))
    actions.cancel([rows[3]], actor=child.parent, now=NOW)
    Booking.objects.filter(pk=rows[1].pk).update(origin="unexpected")
    bill = bills(regie)[child.home.payer_id]
    amounts = {line.key: line.amount for line in bill.lines}
    assert amounts == {str(rows[0].pk): 0, str(rows[1].pk): 1000, str(rows[2].pk): 500}


def test_each_home_pays_its_days_or_its_share(regie, activity, make_family, add_parent):
    child = make_family(activity=activity)
    other = add_parent(child, share=40)
    for home, value in ((child.home, 300), (other, 5000)):
        actions.enter_quotient(home.household, value, actor=None, month=datetime.date(2026, 1, 1))
    book(child, activity, WEDNESDAY)
    child.parent = other.parent
    book(child, activity, WEDNESDAY + WEEK, home=other)
    apart = bills(regie)
    assert (apart[child.home.payer_id].total, apart[other.payer_id].total) == (500, 1001)
    custody = Custody(child=child, payment="split")
    actions.set_custody(custody, actor=None, shares={child.home.pk: 60, other.pk: 40})
    shared = bills(regie)
    assert shared[child.home.payer_id].total == 600  # 60 % of 5.00 twice
    assert shared[other.payer_id].total == 800  # 40 % of 10.01 twice, each to the cent
    home = ChildHome.objects.select_related("household__commune").get(pk=child.home.pk)
    lines = Weighing([wish(child, activity, WEDNESDAY + 2 * WEEK)], {child.pk: home}, now=NOW).lines()
    assert pricing.quote(lines) == 300
    assert "votre part : 60 %" in lines[0].explanation


def test_day_of_another_run_is_never_invoiced_twice(regie, activity, make_family):
    child = make_family(activity=activity)
    book(child, activity, WEDNESDAY, WEDNESDAY + WEEK)
    Run.objects.create(
        regie=regie,
        source="childcare",
        label="Novembre",
        start=START,
        end=datetime.date(2026, 11, 30),
        due_on=datetime.date(2027, 1, 31),
        issued_on=datetime.date(2026, 12, 1),
    )
    assert bills(regie)[child.home.payer_id].total == 1001
    Run.objects.update(status="cancelled")
    assert bills(regie)[child.home.payer_id].total == 2002


def test_unit_without_tariff_blocks_the_bill(regie, activity, make_family):
    Tariff.objects.filter(unit__endswith=".journee").delete()
    child = make_family(activity=activity)
    book(child, activity)
    lines = Weighing([wish(child, activity, WEDNESDAY + WEEK)], {child.pk: child.home}, now=NOW).lines()
    assert pricing.quote(lines) == 0
    assert lines[0].price is None
    assert "Aucun tarif" in " ".join(bills(regie)[child.home.payer_id].anomalies)


def test_bills_take_the_same_queries_for_few_and_many(regie, activity, make_family, django_assert_max_num_queries):
    for rank in range(3):
        book(make_family(activity=activity, first_name=f"E{rank}"), activity)
    with django_assert_max_num_queries(16):
        assert len(bills(regie)) == 3


@pytest.fixture
def desk(client, make_user, operator, settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(make_user("regisseur", operator))
    return client


def test_new_prices_are_tried_on_what_real_families_used(regie, activity, make_family, desk):
    rich, modest = make_family(activity=activity), make_family(activity=activity, last_name="Petit")
    for child, value in ((rich, 900), (modest, 300)):
        actions.enter_quotient(child.home.household, value, actor=None, month=datetime.date(2026, 1, 1))
        book(child, activity, WEDNESDAY, WEDNESDAY + WEEK)
    new = {"bands": [{"upto": 600, "prices": {"resident": 400}}, {"upto": None, "prices": {"resident": 1201}}]}
    for unit in activity.units.all():
        Tariff.objects.filter(unit=uses.code_of(unit)).update(end=datetime.date(2026, 12, 31))
        Tariff.objects.create(
            regie=regie, unit=uses.code_of(unit), label=unit.name, start=datetime.date(2027, 1, 1), rule=new
        )
    data = {"regie": regie.pk, "source": "childcare", "before": "2026-12-31", "after": "2027-01-01"}
    answer = desk.post(reverse("billing:simulator"), data)
    found = answer.context["found"]
    assert (found.before, found.after, found.unpriced) == (2 * 500 + 2 * 1001, 2 * 400 + 2 * 1201, 0)
    assert [(row.before, row.after, row.qf) for row in found.losers] == [(2002, 2402, 900)]
    assert [(row.before, row.after, row.qf) for row in found.winners] == [(1000, 800, 300)]
    table = desk.post(reverse("billing:simulator"), data | {"geste": "csv"}).content.decode("utf-8-sig")
    assert len(table.splitlines()) == 3
    assert "24,02" in table


AMOUNTS = st.integers(0, 20_000)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=10), st.integers(1, 99))
def test_the_parts_of_two_homes_make_the_price_to_the_cent(amounts, part):
    """Half of 5.01 € is 2.51 € for one, 2.50 € for the other; the same of what counts for the taxes."""
    lines = [
        rates.Line(
            label="Journée",
            quantity=Decimal(1),
            unit_price=amount,
            amount=sign * amount,
            explanation="",
            care=sign * min(care, amount),
        )
        for amount, care in amounts
        for sign in (1, -1)
    ]
    first, second = pricing.share_of(lines, part), pricing.share_of(lines, 100 - part, rest=True)
    for line, one, other in zip(lines, first, second, strict=True):
        assert one.amount + other.amount == line.amount
        assert one.care + other.care == line.care
        for mine in (one, other):
            assert abs(mine.care) <= abs(mine.amount) <= abs(line.amount)
            assert mine.amount * line.amount >= 0


def test_half_of_an_odd_price_is_charged_to_the_cent(regie, activity, make_family, add_parent):
    child = make_family(activity=activity)
    other = add_parent(child, share=50)
    actions.set_custody(Custody(child=child, payment="split"), actor=None, shares={child.home.pk: 50, other.pk: 50})
    book(child, activity, WEDNESDAY, WEDNESDAY + WEEK)
    found = bills(regie)
    assert (found[child.home.payer_id].total, found[other.payer_id].total) == (1002, 1000)


@pytest.fixture
def every_day(make_activity):
    """An activity of every day of the week."""
    return make_activity(name="Vacances", slug="vacances", weekdays=(0, 1, 2, 3, 4), capacity=50, staff=50)


@pytest.fixture
def capped(operator, every_day):
    """No week costs more than 25 €; a day costs 10.01 €."""
    regie = Regie.objects.create(organisation=operator, code="VAC", name="Régie enfance")
    for unit in every_day.units.all():
        unit.tariff = f"childcare.{unit.code}"
        unit.save()
        Tariff.objects.create(
            regie=regie,
            unit=uses.code_of(unit),
            label=unit.name,
            start=datetime.date(2026, 1, 1),
            rule=RULE | {"weekly_cap": 2500},
        )
    return regie


def quoted(child, activity, *days):
    home = ChildHome.objects.select_related("household__commune").get(pk=child.home.pk)
    lines = Weighing([wish(child, activity, day) for day in days], {child.pk: home}, now=NOW).lines()
    return pricing.quote(lines), lines


@pytest.mark.parametrize("monday", [datetime.date(2026, 11, 23), datetime.date(2026, 11, 30)])
def test_the_total_shown_is_what_the_invoices_grow_by(capped, every_day, make_family, monday):
    """The week of 30 November begins in one month and ends in the next: its cap is one all the same."""
    child = make_family(activity=every_day)
    week = [monday + datetime.timedelta(days=rank) for rank in range(5)]
    months = [(datetime.date(2026, 11, 1), datetime.date(2026, 11, 30)), (datetime.date(2026, 12, 1), END)]

    def invoiced():
        return sum(bill.total for start, end in months for bill in pricing.bills(capped, start, end))

    for days, total in ((week[:1], 1001), (week[1:4], 1499), (week[4:], 0)):
        before = invoiced()
        shown, lines = quoted(child, every_day, *days)
        assert shown == total == sum(line.price for line in lines)
        book(child, every_day, *days)
        assert invoiced() - before == shown
    assert invoiced() == 2500


def test_a_line_under_the_cap_says_what_the_cap_takes_away(capped, every_day, make_family):
    child = make_family(activity=every_day)
    monday = datetime.date(2026, 11, 23)
    shown, lines = quoted(child, every_day, *(monday + datetime.timedelta(days=rank) for rank in range(3)))
    assert [line.price for line in lines] == [1001, 1001, 498]
    assert "plafond de la semaine : −5,03" in lines[-1].explanation
    assert shown == 2500


def test_late_collections_of_an_earlier_bill_count_for_the_next(regie, activity, make_family):
    """The third of the school year is charged, though the first two were on the bill of the month before."""
    times = {"late_amount": 1500, "late_from": 3, "late_period": "school_year"}
    regie.tariffs.update(rule=RULE | {"penalties": times})
    child = make_family(activity=activity)
    days = [WEDNESDAY - WEEK, WEDNESDAY, datetime.date(2026, 12, 9), datetime.date(2026, 12, 16)]
    book(child, activity, *days)
    for booking in Booking.objects.select_related("unit"):
        evening = datetime.datetime.combine(booking.day, booking.unit.ends) + datetime.timedelta(minutes=12)
        late = booking.day != days[3]
        left_at = timezone.make_aware(evening) - datetime.timedelta(minutes=0 if late else 30)
        Attendance.objects.create(booking=booking, arrived_at=left_at - datetime.timedelta(hours=6), left_at=left_at)

    def penalties(start, end):
        (bill,) = pricing.bills(regie, start, end)
        return [line.explanation for line in bill.lines if line.kind == "penalty"]

    assert penalties(START, datetime.date(2026, 11, 30)) == []
    (said,) = penalties(datetime.date(2026, 12, 1), END)
    assert said.startswith("3ᵉ retard de l’année scolaire 2026-2027")
    assert "09/12" in said


def test_late_collections_under_the_tariff_before_count_too(regie, activity, make_family):
    """A new price does not begin the count of the school year again."""
    times = {"late_amount": 1500, "late_from": 2, "late_period": "school_year"}
    regie.tariffs.update(rule=RULE | {"penalties": times}, end=datetime.date(2026, 11, 30))
    rule = RULE | {"penalties": times | {"late_amount": 2000}}
    for old in regie.tariffs.all():
        billing.save_tariff(
            Tariff(regie=regie, unit=old.unit, label=old.label, start=datetime.date(2026, 12, 1), rule=rule), actor=None
        )
    child = make_family(activity=activity)
    book(child, activity, WEDNESDAY, datetime.date(2026, 12, 9))
    for booking in Booking.objects.select_related("unit"):
        left_at = timezone.make_aware(datetime.datetime.combine(booking.day, booking.unit.ends)) + MINUTES
        Attendance.objects.create(booking=booking, arrived_at=left_at - datetime.timedelta(hours=6), left_at=left_at)
    (bill,) = pricing.bills(regie, datetime.date(2026, 12, 8), END)
    (late,) = (line for line in bill.lines if line.kind == "penalty")
    assert late.amount == 2000
    assert late.explanation.startswith("2ᵉ retard de l’année scolaire 2026-2027")
