"""A body pays up to so much a day, a month, in all: what the family reads is what both invoices then say."""

import datetime

import pytest
from django.urls import reverse

from beffroi.modules.childcare import actions, pricing
from beffroi.modules.childcare.models import Booking, ChildHome, Custody, Support
from beffroi.modules.childcare.wishes import Weighing, Wish
from beffroi.shared.billing import actions as billing
from beffroi.shared.billing.models import Invoice
from tests.modules.childcare.conftest import NOW, WEDNESDAY
from tests.modules.childcare.paid import (
    DECEMBER,
    NOVEMBER,
    RULE,
    WEDNESDAYS,
    bills,
    book,
    regie_under_rule,
    support,
)


@pytest.fixture
def activity(make_activity):
    return make_activity(capacity=20, staff=9)


@pytest.fixture
def regie(operator, activity):
    return regie_under_rule(operator, activity)


def totals(regie, period=(NOVEMBER[0], DECEMBER[1])):
    """{payer: what it is asked}, and all together."""
    found = {str(payer): bill.total for payer, bill in bills(regie, *period).items()}
    return found, sum(found.values())


def test_no_more_than_so_much_a_day(regie, child, activity, centre):
    support(child.home, centre, 50, cap_day=300)
    book(child, activity, *WEDNESDAYS[:2])
    found, whole = totals(regie)
    assert (found["CCAS de Beauval"], whole) == (600, 2002)
    lines = bills(regie)[child.home.payer].lines
    assert {line.explanation.rpartition(" ; ")[2] for line in lines} == {
        "3,00\u00a0€ pris en charge par CCAS de Beauval (plafond atteint)"
    }


def test_no_more_than_so_much_a_month_and_the_month_begins_again(regie, child, activity, centre):
    support(child.home, centre, 100, cap_month=1500)
    book(child, activity, *WEDNESDAYS)
    assert totals(regie, NOVEMBER) == ({"CCAS de Beauval": 1001}, 1001)
    found, whole = totals(regie, DECEMBER)
    assert (found["CCAS de Beauval"], whole) == (1500, 3003)


def test_no_more_than_so_much_in_all_whatever_the_periods(regie, child, activity, centre):
    support(child.home, centre, 100, cap_whole=2500)
    book(child, activity, *WEDNESDAYS)
    assert totals(regie)[0]["CCAS de Beauval"] == 2500
    apart = [totals(regie, period)[0].get("CCAS de Beauval", 0) for period in (NOVEMBER, DECEMBER)]
    assert apart == [1001, 1499], "what is on the bill of November counts in December"
    middle = datetime.date(2026, 12, 8)
    parts = [
        totals(regie, span)[0].get("CCAS de Beauval", 0)
        for span in (NOVEMBER, (DECEMBER[0], middle), (middle + datetime.timedelta(days=1), DECEMBER[1]))
    ]
    assert parts == [1001, 1001, 498]


def test_month_cut_in_two_bills_has_one_ceiling(regie, child, activity, centre):
    support(child.home, centre, 100, cap_month=1500)
    book(child, activity, *WEDNESDAYS[1:])
    middle = datetime.date(2026, 12, 8)
    first, second = (DECEMBER[0], middle), (middle + datetime.timedelta(days=1), DECEMBER[1])
    assert [totals(regie, span)[0].get("CCAS de Beauval", 0) for span in (first, second)] == [1001, 499]


def test_family_reads_what_its_bills_grow_by(regie, child, activity, centre):
    support(child.home, centre, 60, cap_day=500, cap_month=900)
    unit = activity.units.get(code="journee")
    mine = 0
    for day in WEDNESDAYS:
        home = ChildHome.objects.select_related("household").get(pk=child.home.pk)
        lines = Weighing([Wish(day, child.pk, unit.pk)], {child.pk: home}, now=NOW).lines()
        told = pricing.quote(lines)
        assert "au plus 5,00\u00a0€ par jour, 9,00\u00a0€ par mois" in lines[0].explanation
        book(child, activity, day)
        bill = bills(regie)[child.home.payer]
        assert bill.total - mine == told
        mine = bill.total
    assert mine == 4 * 1001 - 500 - 900


def test_several_days_at_once_each_read_its_own_price(regie, child, activity, centre):
    support(child.home, centre, 100, cap_month=1500)
    unit = activity.units.get(code="journee")
    home = ChildHome.objects.select_related("household").get(pk=child.home.pk)
    lines = Weighing([Wish(day, child.pk, unit.pk) for day in WEDNESDAYS], {child.pk: home}, now=NOW).lines()
    total = pricing.quote(lines)
    assert [line.price for line in lines] == [0, 0, 502, 1001]
    book(child, activity, *WEDNESDAYS)
    assert bills(regie)[child.home.payer].total == total == 1503


def test_day_booked_before_others_takes_their_ceiling_and_the_family_reads_it(regie, child, activity, centre):
    support(child.home, centre, 100, cap_month=1500)
    book(child, activity, *WEDNESDAYS[2:])
    before = bills(regie)[child.home.payer].total
    home = ChildHome.objects.select_related("household").get(pk=child.home.pk)
    lines = Weighing(
        [Wish(WEDNESDAYS[1], child.pk, activity.units.get(code="journee").pk)], {child.pk: home}, now=NOW
    ).lines()
    told = pricing.quote(lines)
    book(child, activity, WEDNESDAYS[1])
    assert bills(regie)[child.home.payer].total - before == told == 1001


def test_price_under_a_weekly_cap_and_ceilings_is_the_one_of_the_bills(regie, make_activity, make_family, centre):
    daily = make_activity(name="Chaque jour", slug="chaque-jour", weekdays=(0, 1, 2, 3, 4), capacity=20, staff=9)
    regie.tariffs.update(rule=RULE | {"weekly_cap": 3500})
    child = make_family(activity=daily)
    support(child.home, centre, 70, cap_day=600, cap_whole=3000)
    unit, mine = daily.units.get(code="journee"), 0
    for day in [WEDNESDAY + datetime.timedelta(days=gap) for gap in (-2, -1, 0, 1, 2, 5, 6)]:
        home = ChildHome.objects.select_related("household").get(pk=child.home.pk)
        lines = Weighing([Wish(day, child.pk, unit.pk)], {child.pk: home}, now=NOW, desk=True).lines()
        told = pricing.quote(lines)
        actions.book([Wish(day, child.pk, unit.pk)], {child.pk: home}, actor=None, now=NOW, desk=True)
        total = bills(regie)[child.home.payer].total
        assert total - mine == told
        mine = total
    found, whole = totals(regie)
    assert found["CCAS de Beauval"] <= 3000
    assert whole == 3500 + 2 * 1001


def test_hundred_percent_with_a_ceiling_leaves_something_to_the_family(regie, child, activity, centre):
    ChildHome.objects.filter(pk=child.home.pk).update(payer=None)
    support(child.home, centre, 100, cap_day=500)
    book(child, activity, WEDNESDAY)
    told = [bill for bill in pricing.bills(regie, *NOVEMBER) if bill.blocked]
    assert "personne ne paie" in told[0].anomalies[0]


def test_both_invoices_make_the_price_with_two_homes(regie, child, activity, centre, add_parent, commune):
    other = add_parent(child, commune=commune)
    actions.set_custody(
        Custody(child=child, rhythm="any", payment="split"), actor=None, shares={child.home.pk: 50, other.pk: 50}
    )
    support(child.home, centre, 100, cap_month=700)
    book(child, activity, *WEDNESDAYS[1:])
    found, whole = totals(regie, DECEMBER)
    assert (found["CCAS de Beauval"], whole) == (700, 3003)


def test_days_of_the_bill_keep_their_amounts_to_the_cent(regie, child, activity, centre):
    """A line that a ceiling cut is not gathered with one that it did not."""
    support(child.home, centre, 50, cap_month=700)
    book(child, activity, *WEDNESDAYS[1:])
    run = billing.prepare_run(
        regie=regie,
        source="childcare",
        start=DECEMBER[0],
        end=DECEMBER[1],
        label="Décembre",
        issued_on=NOW.date(),
        due_on=NOW.date() + datetime.timedelta(days=30),
        actor=None,
    )
    billing.issue_run(billing.launch_run(billing.preview(run), actor=None))
    family = Invoice.objects.get(payer=child.home.payer)
    assert sorted(family.lines.values_list("amount", flat=True)) == [500, 802, 1001]
    assert sum(Invoice.objects.values_list("total", flat=True)) == 3003


def test_agent_writes_the_ceilings_and_everybody_reads_them(child, centre, clerk, client):
    client.force_login(clerk)
    path = reverse("childcare:support", args=[child.pk, child.home.pk])
    data = {"body": centre.pk, "percent": "60", "start": "2026-11-01", "cap_day": "8,50", "cap_month": "5"}
    wrong = client.post(path, data).content.decode()
    assert "Moins que le plafond d’avant" in wrong
    assert 'value="8,50"' in wrong, "what was typed is kept"
    assert client.post(path, data | {"cap_month": "60"}).status_code == 302
    held = Support.objects.get()
    assert (held.cap_day, held.cap_month, held.cap_whole, held.pays_all) == (850, 6000, None, False)
    said = "au plus 8,50\u00a0€ par jour, 60,00\u00a0€ par mois"
    assert said in client.get(path).content.decode()
    assert said in client.get(child.get_absolute_url()).content.decode()
    client.force_login(child.parent)
    assert said in client.get(reverse("childcare:my_child", args=[child.pk])).content.decode()


def test_bookings_without_a_ceiling_cost_no_query_more(regie, child, activity, centre, django_assert_max_num_queries):
    support(child.home, centre, 50)
    book(child, activity, WEDNESDAY)
    assert Booking.objects.count() == 1
    home = ChildHome.objects.select_related("household").get(pk=child.home.pk)
    lines = Weighing(
        [Wish(WEDNESDAYS[1], child.pk, activity.units.get(code="journee").pk)], {child.pk: home}, now=NOW
    ).lines()
    with django_assert_max_num_queries(12):
        pricing.quote(lines)
