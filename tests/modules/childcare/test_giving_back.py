"""An absence accepted once it is invoiced: what each invoice gives back, in one gesture, once."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions, invoice_days, invoiced, uses
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Attendance, Booking, Support
from beffroi.modules.childcare.wishes import Wish
from beffroi.shared.billing import actions as billing
from beffroi.shared.billing import sources
from beffroi.shared.billing.models import Invoice, InvoiceLine, Regie, Tariff
from beffroi.shared.organisations.models import Organisation
from tests.modules.childcare.conftest import NOW
from tests.modules.childcare.test_change_quantity import add_snack
from tests.modules.childcare.test_excuses import send
from tests.shared.billing.test_invoices import balances
from tests.support.together import at_once

DAY = datetime.timedelta(days=1)
TODAY = NOW.date()  # Thursday 12 November 2026
MONDAY = TODAY - 10 * DAY
START = datetime.date(2026, 11, 1)
RULE = {"bands": [{"upto": None, "prices": {"resident": 1000}}], "residents": ["80071"]}


@pytest.fixture
def activity(make_activity):
    return make_activity(weekdays=(0, 1, 2, 3, 4), absence_days=20, capacity=20, staff=9)


@pytest.fixture
def regie(operator, activity):
    return make_regie(operator, activity)


def make_regie(operator, activity):
    regie = Regie.objects.create(organisation=operator, code="ACM", name="Régie enfance")
    for code in {*(uses.code_of(unit) for unit in activity.units.all()), "childcare.quantity"}:
        Tariff.objects.create(regie=regie, unit=code, label=code, start=datetime.date(2026, 1, 1), rule=RULE)
    return regie


@pytest.fixture
def chief(make_user, operator):
    return make_user("regisseur", operator)


@pytest.fixture
def open_desk(settings):
    """The régisseur has a second factor; that is tested elsewhere."""
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]


def came(child, activity, *days, unit="journee", quantity=1):
    """Past days, not ticked yet."""
    unit = activity.units.get(code=unit)
    wishes = [Wish(day, child.pk, unit.pk, quantity) for day in days]
    actions.book(wishes, {child.pk: child.home}, actor=child.parent, now=NOW - 40 * DAY)
    return list(Booking.objects.filter(child=child, unit=unit, day__in=days).order_by("day"))


def missed(child, activity, *days, **more):
    found = came(child, activity, *days, **more)
    Attendance.objects.bulk_create(Attendance(booking=one, absence="unjustified") for one in found)
    return found


def issue(regie, end=TODAY, start=START):
    run = billing.prepare_run(
        regie=regie,
        source="childcare",
        start=start,
        end=end,
        label="Novembre",
        issued_on=TODAY,
        due_on=TODAY + 30 * DAY,
        actor=None,
    )
    billing.issue_run(billing.launch_run(billing.preview(run), actor=None))


def justify(*bookings, clerk=None):
    for one in bookings:
        actions.judge_absence(one, actor=clerk, justified=True)


def due(regie):
    return {one.invoice: one.amount for one in sources.overcharges([regie])}


def test_agent_accepts_and_gives_back_in_one_gesture(
    regie, child, activity, clerk, chief, operator, make_user, open_desk, client
):
    (first, second, third) = missed(child, activity, MONDAY, MONDAY + DAY, MONDAY + 2 * DAY)
    came(child, activity, MONDAY + 3 * DAY)
    issue(regie)
    invoice = Invoice.objects.get()
    client.force_login(clerk)
    path = reverse("childcare:excuse", args=[send(second, child).pk])
    before = client.get(path).content.decode()
    assert "10,00" in before
    assert invoice.number in before
    assert "Avoir à faire" not in before
    page = client.post(path, {"accepter": "oui"}, follow=True).content.decode()
    assert "l’avoir reste à faire" in page
    assert "Avoirs à faire" in page, "who does not invoice reads who will"
    assert 'name="avoir"' not in page
    refused = client.post(path, {"avoir": "oui", f"avoir-{invoice.pk}": "1000"}, follow=True)
    assert not Invoice.objects.filter(kind="credit").exists(), refused
    client.force_login(chief)
    desk = client.get(reverse("billing:overcharges")).content.decode()
    assert f"{(MONDAY + DAY).day} nov." in desk
    gesture = reverse("billing:overcharge_credit", args=[invoice.number])
    assert "a changé" in client.post(gesture, {"montant": "900"}, follow=True).content.decode()
    assert "est émis" in client.post(gesture, {"montant": "1000"}, follow=True).content.decode()
    assert "déjà fait" in client.post(gesture, {"montant": "1000"}, follow=True).content.decode()
    note = Invoice.objects.get(kind="credit")
    assert (note.total, note.credits) == (-1000, invoice)
    assert note.reason == f"Absence justifiée : Léa, {MONDAY + DAY:%d/%m/%Y}"
    (line,) = note.lines.all()
    assert (line.amount, line.beneficiary, line.days) == (-1000, uses.beneficiary(child.pk), "3 nov.")
    assert "Aucun avoir à faire" in client.get(reverse("billing:overcharges")).content.decode()
    invoice.refresh_from_db()
    assert invoice.due == 3000
    sums, _accounts = balances()
    assert set(sums) == {0}
    assert Entry.objects.filter(verb="billing.credit").count() == 1
    client.force_login(clerk)
    assert "Rien à rendre" in client.get(path).content.decode()


def test_who_has_both_rights_does_it_on_the_page_of_the_document(
    regie, child, activity, clerk, operator, make_user, client, open_desk
):
    from beffroi.shared.organisations.models import Membership

    Membership.objects.create(user=clerk, role="regisseur", organisation=operator, start=datetime.date(2020, 1, 1))
    (first, second) = missed(child, activity, MONDAY, MONDAY + DAY)
    issue(regie)
    invoice = Invoice.objects.get()
    client.force_login(clerk)
    path = reverse("childcare:excuse", args=[send(first, child).pk])
    page = client.post(path, {"accepter": "oui"}, follow=True).content.decode()
    assert f'name="avoir-{invoice.pk}" value="1000"' in page
    data = {"avoir": "oui", f"avoir-{invoice.pk}": "1000"}
    assert "est émis" in client.post(path, data, follow=True).content.decode()
    assert "déjà fait" in client.post(path, data, follow=True).content.decode()
    assert Invoice.objects.get(kind="credit").total == -1000


def test_what_was_paid_becomes_an_advance(regie, child, activity, chief):
    (first, _second) = missed(child, activity, MONDAY, MONDAY + DAY)
    issue(regie)
    invoice = Invoice.objects.get()
    billing.receive_payment(
        regie=regie, method="cash", amount=2000, payer=invoice.payer, invoices=[invoice], actor=chief
    )
    justify(first)
    billing.credit_overcharge(invoice, expected=1000, actor=chief)
    assert billing.advance_of(regie, invoice.payer) == 1000


def test_absence_justified_before_the_invoice_leaves_nothing(regie, child, activity):
    first, second = missed(child, activity, MONDAY, MONDAY + DAY)
    justify(first)
    issue(regie)
    assert due(regie) == {}
    justify(second)
    assert list(due(regie).values()) == [1000]


def test_what_was_given_back_is_not_made_due_again(regie, child, activity, clerk, chief):
    (first,) = missed(child, activity, MONDAY)
    came(child, activity, MONDAY + DAY)
    issue(regie)
    justify(first)
    actions.judge_absence(first, actor=clerk, justified=False)
    assert due(regie) == {}
    justify(first)
    note = billing.credit_overcharge(Invoice.objects.get(kind="invoice"), expected=1000, actor=chief)
    with pytest.raises(Refused, match=note.number):
        actions.judge_absence(first, actor=clerk, justified=False)


def test_credit_note_made_by_hand_counts(regie, child, activity, chief):
    first, second, _third = missed(child, activity, *(MONDAY + rank * DAY for rank in range(3)))
    issue(regie)
    invoice = Invoice.objects.get()
    justify(first, second)
    billing.issue_credit_note(invoice, actor=chief, reason="Absence de lundi", amount=1000)
    assert due(regie) == {invoice: 1000}
    billing.issue_credit_note(invoice, actor=chief, reason="Le reste")
    assert due(regie) == {}


def test_body_and_family_are_each_given_back_their_part(regie, child, activity, chief):
    centre = Organisation.objects.create(kind="other", name="CCAS de Beauval", slug="ccas")
    actions.save_support(Support(home=child.home, body=centre, percent=30, start=START), actor=None)
    first, _second = missed(child, activity, MONDAY, MONDAY + DAY)
    issue(regie)
    justify(first)
    assert {str(one.payer or one.payer_body): amount for one, amount in due(regie).items()} == {
        str(child.home.payer): 700,
        "CCAS de Beauval": 300,
    }
    for invoice, amount in due(regie).items():
        billing.credit_overcharge(invoice, expected=amount, actor=chief)
    assert due(regie) == {}


def test_several_of_a_day_are_given_back_for_what_they_cost(operator, child, activity):
    snack = add_snack(activity)
    actions.refresh_places(activity, since=START)
    regie = make_regie(operator, activity)
    (one,) = missed(child, activity, MONDAY, unit=snack.code, quantity=3)
    came(child, activity, MONDAY + DAY, unit=snack.code, quantity=1)
    issue(regie)
    justify(one)
    assert list(due(regie).values()) == [3000], "not half of the line"


@pytest.mark.parametrize("justified", [(0,), (4,), (0, 1), (1, 4), (0, 1, 2), (0, 1, 2, 3, 4)])
def test_under_a_weekly_cap_the_week_comes_to_what_it_would_have(regie, child, activity, chief, justified):
    """Five days of 10 € capped at 35 €: the first 15 € of absences change nothing, and each day counts once."""
    regie.tariffs.update(rule=RULE | {"weekly_cap": 3500})
    days = missed(child, activity, *(MONDAY + rank * DAY for rank in range(5)))
    issue(regie)
    invoice = Invoice.objects.get()
    assert invoice.total == 3500
    for rank in justified:  # one after the other, each given back as it comes
        justify(days[rank])
        if amount := due(regie).get(invoice):
            billing.credit_overcharge(invoice, expected=amount, actor=chief)
    invoice.refresh_from_db()
    assert invoice.due == min(3500, 1000 * (5 - len(justified)))


def test_week_on_two_invoices_gives_back_what_the_cap_left(regie, child, activity, chief):
    regie.tariffs.update(rule=RULE | {"weekly_cap": 3500})
    days = missed(child, activity, *(MONDAY + rank * DAY for rank in range(5)))
    issue(regie, end=MONDAY + DAY)
    issue(regie, start=MONDAY + 2 * DAY)
    assert sorted(Invoice.objects.values_list("total", flat=True)) == [1500, 2000]
    justify(days[0])
    assert due(regie) == {}, "four days still come to the cap"
    justify(days[1])
    assert sum(due(regie).values()) == 500


def test_preview_before_the_answer_is_what_is_given_back_after(regie, child, activity):
    regie.tariffs.update(rule=RULE | {"weekly_cap": 3500})
    days = missed(child, activity, *(MONDAY + rank * DAY for rank in range(5)))
    issue(regie)
    justify(days[0])
    rows = Booking.objects.filter(pk__in=[days[1].pk, days[2].pk]).select_related("child", "unit__activity")
    told = sum(one.amount for one in invoiced.preview(list(rows)))
    justify(days[1], days[2])
    assert sum(due(regie).values()) == told == 1500


def test_file_of_another_body_gives_nothing_here(regie, child, activity, make_user, client, open_desk):
    (first,) = missed(child, activity, MONDAY)
    issue(regie)
    justify(first)
    other = Organisation.objects.create(kind="syndicat", name="Syndicat", slug="syndicat")
    client.force_login(make_user("regisseur", other))
    assert "Aucun avoir" in client.get(reverse("billing:overcharges")).content.decode()
    gesture = reverse("billing:overcharge_credit", args=[Invoice.objects.get().number])
    assert client.post(gesture, {"montant": "1000"}).status_code == 404


def test_days_with_their_year_are_those_of_the_period():
    line = InvoiceLine(days="30, 31 déc.; 1er, 4 janv.")
    start, end = datetime.date(2026, 12, 28), datetime.date(2027, 1, 8)
    assert invoice_days.dates_of(line, start, end) == [
        datetime.date(2026, 12, 30),
        datetime.date(2026, 12, 31),
        datetime.date(2027, 1, 1),
        datetime.date(2027, 1, 4),
    ]
    assert invoice_days.dates_of(InvoiceLine(days="29 févr."), start, end) == []


@given(st.sets(st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)), min_size=1, max_size=40))
def test_days_written_on_an_invoice_are_read_back(days):
    from decimal import Decimal

    from beffroi.shared.billing.rates import Gathered

    gathered = Gathered("", "", Decimal(1), 0, 0, "", days=list(days))
    start, end = min(days), max(days)
    assert invoice_days.dates_of(InvoiceLine(days=gathered.said_days), start, end) == sorted(days)


@pytest.mark.django_db(transaction=True)
def test_two_gestures_at_once_make_one_credit_note(operator, make_activity, make_family, chief):
    activity = make_activity(weekdays=(0, 1, 2, 3, 4), capacity=20, staff=9)
    child, regie = make_family(activity=activity), make_regie(operator, activity)
    (first, _second) = missed(child, activity, MONDAY, MONDAY + DAY)
    issue(regie)
    justify(first)
    invoice = Invoice.objects.get()
    answers = at_once(*(lambda: billing.credit_overcharge(invoice, expected=1000, actor=chief) for _rank in range(3)))
    assert [type(one) for one in answers if not isinstance(one, ValidationError)] == [Invoice]
    assert Invoice.objects.filter(kind="credit").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_gesture_and_a_credit_note_by_hand_at_once_give_back_once(operator, make_activity, make_family, chief):
    activity = make_activity(weekdays=(0, 1, 2, 3, 4), capacity=20, staff=9)
    child, regie = make_family(activity=activity), make_regie(operator, activity)
    (first,) = missed(child, activity, MONDAY)
    issue(regie)
    justify(first)
    invoice = Invoice.objects.get()
    answers = at_once(
        lambda: billing.credit_overcharge(invoice, expected=1000, actor=chief),
        lambda: billing.issue_credit_note(invoice, actor=chief, reason="À la main"),
    )
    assert sorted(type(one).__name__ for one in answers) == ["Invoice", "ValidationError"]
    invoice.refresh_from_db()
    assert (invoice.due, Invoice.objects.filter(kind="credit").count()) == (0, 1)
