"""A body pays for a home or for a part of it: both invoices make the price, to the cent."""

import datetime
import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from beffroi.modules.childcare import actions, pricing, supports
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import ChildHome, Custody, Support
from beffroi.modules.childcare.wishes import Weighing, Wish
from beffroi.shared.billing import actions as billing
from beffroi.shared.billing.documents import invoice as document
from beffroi.shared.billing.models import Invoice, Run
from beffroi.shared.organisations.models import Organisation
from tests.modules.childcare.conftest import NOW, WEDNESDAY
from tests.modules.childcare.paid import END, START, WEEK, bills, book, regie_under_rule, support
from tests.support.together import at_once


@pytest.fixture
def regie(operator, activity):
    return regie_under_rule(operator, activity)


def test_half_is_paid_by_the_centre_and_half_by_the_family(regie, activity, make_family, centre):
    child = make_family(activity=activity)
    support(child.home, centre, 50, reference="Aide 12")
    book(child, activity, WEDNESDAY, WEDNESDAY + WEEK)
    made = bills(regie)
    assert made[centre].total + made[child.home.payer].total == 2 * 1001
    assert made[centre].total == 2 * 501  # each line to the nearest cent
    assert {line.subject for line in made[centre].lines} == {"Léa Dubois, Aide 12"}
    assert "50 % pris en charge par CCAS de Beauval" in made[child.home.payer].lines[0].explanation


def test_family_reads_its_own_part_before_confirming_and_is_invoiced_the_same(regie, activity, make_family, centre):
    child = make_family(activity=activity)
    support(child.home, centre, 30)
    home = ChildHome.objects.select_related("household").get(pk=child.home.pk)
    lines = Weighing([Wish(WEDNESDAY, child.pk, activity.units.get(code="journee").pk)], {child.pk: home}, now=NOW)
    lines = lines.lines()
    total = pricing.quote(lines)
    assert "30 % pris en charge par CCAS de Beauval" in lines[0].explanation
    book(child, activity, WEDNESDAY)
    assert bills(regie)[child.home.payer].total == total == 1001 - 300


def test_body_that_pays_all_leaves_no_bill_and_needs_no_payer(regie, activity, make_family, centre):
    child = make_family(activity=activity)
    ChildHome.objects.filter(pk=child.home.pk).update(payer=None)
    support(child.home, centre, 100)
    book(child, activity, WEDNESDAY)
    made = bills(regie)
    assert set(made) == {centre}
    assert (made[centre].total, made[centre].blocked) == (1001, False)


def test_day_that_nobody_pays_is_still_told(regie, activity, make_family, centre):
    child = make_family(activity=activity)
    ChildHome.objects.filter(pk=child.home.pk).update(payer=None)
    support(child.home, centre, 100, end=WEDNESDAY)
    book(child, activity, WEDNESDAY, WEDNESDAY + WEEK)
    told = [bill for bill in pricing.bills(regie, START, END) if bill.blocked]
    assert len(told) == 1
    assert "personne ne paie" in told[0].anomalies[0]


def test_day_without_a_price_blocks_the_bill_of_the_body_that_pays_all(regie, activity, make_family, centre):
    child = make_family(activity=activity)
    ChildHome.objects.filter(pk=child.home.pk).update(payer=None)
    support(child.home, centre, 100)
    book(child, activity, WEDNESDAY)
    regie.tariffs.update(start=END + WEEK)
    made = bills(regie)
    assert set(made) == {centre}
    assert made[centre].blocked
    assert made[centre].anomalies


def test_agreement_may_fix_the_quotient(regie, activity, make_family, centre):
    child = make_family(activity=activity)
    support(child.home, centre, 100, quotient=500)
    book(child, activity, WEDNESDAY)
    bill = bills(regie)[centre]
    assert (bill.total, pricing.UNKNOWN_QUOTIENT in bill.anomalies) == (333, False)


def test_days_outside_the_dates_are_the_family_s(regie, activity, make_family, centre):
    child = make_family(activity=activity)
    support(child.home, centre, 100, start=WEDNESDAY + WEEK, end=WEDNESDAY + WEEK)
    book(child, activity, WEDNESDAY, WEDNESDAY + WEEK, WEDNESDAY + 2 * WEEK)
    made = bills(regie)
    assert {line.day for line in made[centre].lines} == {WEDNESDAY + WEEK}
    assert {line.day for line in made[child.home.payer].lines} == {WEDNESDAY, WEDNESDAY + 2 * WEEK}


def test_one_home_of_two_is_supported_and_the_other_pays_its_days(
    regie, activity, make_family, add_parent, centre, commune
):
    child = make_family(activity=activity)
    other = add_parent(child, commune=commune)
    actions.set_custody(
        Custody(child=child, rhythm="any", payment="split"), actor=None, shares={child.home.pk: 50, other.pk: 50}
    )
    support(child.home, centre, 40)
    book(child, activity, WEDNESDAY)
    made = bills(regie)
    assert sum(bill.total for bill in made.values()) == 1001
    assert made[centre].total == 200  # 40 % of the 501 cents of this home
    assert made[other.payer].total == 500


@given(amount=st.integers(-5000, 50_000), percent=st.integers(1, 100))
def test_two_parts_always_make_the_amount(amount, percent):
    held = Support(percent=percent)
    paid, left = supports.paid(held, amount), supports.left(held, amount)
    assert paid + left == amount
    assert abs(paid - amount * percent / 100) <= 0.5
    assert (left >= 0) == (amount >= 0) or left == 0


def test_second_body_on_the_same_days_is_refused_by_the_action_and_by_the_database(make_family, centre, operator):
    child = make_family()
    support(child.home, centre, 50, end=END)
    other = Organisation.objects.create(kind="company", name="Usine", slug="usine")
    with pytest.raises(Refused, match="déjà"):
        support(child.home, other, 50, start=END)
    with pytest.raises(IntegrityError), transaction.atomic():
        Support.objects.create(home=child.home, body=other, percent=10, start=START)
    support(child.home, other, 50, start=END + datetime.timedelta(days=1))
    assert Support.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_leave_one_body(make_family, centre):
    child = make_family()
    other = Organisation.objects.create(kind="company", name="Usine", slug="usine")
    answers = at_once(lambda: support(child.home, centre, 50), lambda: support(child.home, other, 50))
    assert sorted(type(one).__name__ for one in answers) == ["Refused", "Support"]


def test_invoice_is_addressed_to_the_body_and_paid_at_the_counter(
    regie, activity, make_family, centre, make_user, operator, client
):
    child = make_family(activity=activity)
    support(child.home, centre, 100)
    book(child, activity, WEDNESDAY)
    run = billing.prepare_run(
        regie=regie,
        source="childcare",
        start=START,
        end=END,
        label="Novembre",
        issued_on=NOW.date(),
        due_on=NOW.date() + datetime.timedelta(days=30),
        actor=None,
    )
    billing.issue_run(billing.launch_run(billing.preview(run), actor=None))
    assert Run.objects.get().done == 1
    invoice = Invoice.objects.get()
    assert (invoice.payer, invoice.payer_body) == (None, centre)
    assert invoice.payer_address == "1 place Haute\n80630 Beauval"
    assert not Invoice.objects.of_payer(child.parent).exists()
    paper = " ".join(PdfReader(io.BytesIO(document.render(invoice))).pages[0].extract_text().split())
    assert f"mandat administratif ou par virement à la régie, en rappelant le numéro {invoice.number}" in paper
    assert "/compte/" not in paper, "a body has no account to open"
    client.force_login(make_user("regisseur", operator))
    found = client.get(reverse("billing:counter"), {"q": "beauval", "regie": regie.code}).content.decode()
    path = reverse("billing:collect_body", args=[regie.code, centre.pk])
    assert path in found
    page = client.get(path)
    form = page.context["form"]
    answered = client.post(
        path,
        {
            "client_uuid": form["client_uuid"].value(),
            "amount": "10,01",
            "method": "transfer",
            "reference": "V1",
            "bank": "",
            "invoices": [invoice.number],
        },
    )
    assert answered.status_code == 302
    invoice.refresh_from_db()
    assert invoice.due == 0


def test_agent_records_it_and_ends_it_and_the_family_reads_it(make_family, centre, clerk, client):
    child = make_family()
    client.force_login(clerk)
    path = reverse("childcare:support", args=[child.pk, child.home.pk])
    wrong = client.post(path, {"body": centre.pk, "percent": "120", "start": "2026-11-01", "end": "2026-10-01"})
    text = wrong.content.decode()
    assert "De 1 à 100" in text
    assert "La fin vient après" in text
    data = {"body": centre.pk, "percent": "60", "start": "2026-11-01", "reference": "B 12"}
    assert client.post(path, data).status_code == 302
    assert "déjà pour ce foyer" in client.post(path, data).content.decode()
    held = Support.objects.get()
    assert "CCAS de Beauval paie 60" in client.get(child.get_absolute_url()).content.decode()
    client.force_login(child.parent)
    assert "CCAS de Beauval paie 60" in client.get(reverse("childcare:my_child", args=[child.pk])).content.decode()
    client.force_login(clerk)
    client.post(reverse("childcare:support_end", args=[child.pk, child.home.pk, held.pk]))
    held.refresh_from_db()
    assert held.end == NOW.date() - datetime.timedelta(days=1)


def test_other_home_does_not_read_who_pays(make_family, add_parent, centre, client):
    child = make_family()
    other = add_parent(child)
    support(child.home, centre, 60)
    client.force_login(other.parent)
    assert "CCAS" not in client.get(reverse("childcare:my_child", args=[child.pk])).content.decode()


def test_no_down_payment_is_asked_of_a_family_whose_body_pays_all(regie, make_activity, make_family, centre):
    activity = make_activity(name="Vacances", slug="vacances", down_payment=2000)
    child = make_family()
    support(child.home, centre, 100)
    actions.enrol(child, activity, activity.groups.first().site, actor=child.parent)
    assert not Invoice.objects.exists()
