"""Two files of one parent become one: children, bills, payments and mandates follow, and no invoice changes."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from beffroi.modules.childcare.models import ChildHome, Guardian, QuotientConsent
from beffroi.shared.billing import actions as billing
from beffroi.shared.billing import rates
from beffroi.shared.billing.models import DebitMandate, Invoice, Leg, Payment, Regie, Run
from beffroi.shared.people import actions as people
from beffroi.shared.people.errors import Refused
from beffroi.shared.people.models import Person


@pytest.fixture
def regie(operator):
    return Regie.objects.create(organisation=operator, code="ACM", name="Régie enfance")


@pytest.fixture
def double(db):
    """The file that the counter made for the same mother, who has an account."""
    return people.create_person(actor=None, first_name="Jeanne", last_name="Duboix", address="1 rue du Four")


@pytest.fixture
def charged(regie, double):
    """The double has an invoice, paid in part."""
    line = rates.Line(label="Journée", quantity=1, unit_price=4200, amount=4200, explanation="")
    invoice = billing.issue_invoice(regie=regie, payer=double, lines=[line], actor=None)
    billing.receive_payment(regie=regie, method="cheque", amount=1200, payer=double, invoices=[invoice], actor=None)
    return invoice


def mandate(regie, payer):
    values = {"holder": "Jeanne Dubois", "iban": "FR7630001007941234567890185", "signed_on": datetime.date(2026, 1, 5)}
    return billing.sign_mandate(DebitMandate(regie=regie, payer=payer, **values), actor=None)


def test_invoices_and_payments_follow_and_keep_what_they_say(charged, double, make_family, client):
    mother = make_family().home.payer
    legs = list(Leg.objects.values())
    people.merge_persons(double, into=mother, actor=None)
    charged.refresh_from_db()
    payment = Payment.objects.get()
    assert (charged.payer, payment.payer) == (mother, mother)
    assert (charged.payer_name, charged.payer_address.splitlines()[0]) == ("Jeanne Duboix", "1 rue du Four")
    assert (charged.total, charged.due) == (4200, 3000)
    assert list(Leg.objects.values()) == legs
    client.force_login(mother.user)
    assert charged.number in client.get("/compte/factures/").content.decode()


def test_a_parent_entered_twice_for_a_child_remains_once(make_family, double):
    child = make_family()
    mother, home = child.home.payer, child.home
    Guardian.objects.create(home=home, person=double, relation="mother")
    other = make_family(last_name="Cousin")
    ChildHome.objects.filter(pk=other.home.pk).update(payer=double)
    for person in (mother, double):
        QuotientConsent.objects.create(household=home.household, person=person)
    people.merge_persons(double, into=mother, actor=None)
    assert Guardian.objects.active().filter(home=home).count() == 1
    assert not Guardian.objects.filter(person=double).exists()
    assert ChildHome.objects.get(pk=other.home.pk).payer == mother
    assert QuotientConsent.objects.filter(person=mother, revoked_at=None).count() == 1


def test_two_live_mandates_are_never_made_one_in_silence(regie, double, make_family):
    mother = make_family().home.payer
    kept, old = mandate(regie, mother), mandate(regie, double)
    with pytest.raises(Refused, match="mandat de prélèvement » en cours"):
        people.merge_persons(double, into=mother, actor=None)
    double.refresh_from_db()
    assert (double.merged_into, double.last_name) == (None, "Duboix"), "nothing was written"
    billing.revoke_mandate(old, actor=None)
    people.merge_persons(double, into=mother, actor=None)
    assert set(mother.debit_mandates.all()) == {kept, old}


def test_an_invoice_follows_a_merge_and_nothing_else(charged, double, make_family):
    mother, stranger = make_family().home.payer, make_family(last_name="Autre").home.payer
    for changes in ({"payer": mother}, {"payer": None}, {"payer": stranger, "total": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice.objects.filter(pk=charged.pk).update(**changes)
    people.merge_persons(double, into=mother, actor=None)
    for model in (Invoice, Payment):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(payer=stranger)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.update(payer=Person.objects.get(pk=double.pk))


@pytest.mark.parametrize(("status", "done"), [("running", 0), ("failed", 500)])
def test_no_merge_while_invoices_are_being_issued(regie, double, make_family, status, done):
    """A payer who changes in the middle would be forgotten, or invoiced twice, when the run goes on."""
    mother, day = make_family().home.payer, datetime.date(2026, 10, 1)
    Run.objects.create(
        regie=regie,
        source="childcare",
        start=day,
        end=day,
        label="Octobre",
        issued_on=day,
        due_on=day,
        status=status,
        done=done,
    )
    with pytest.raises(Refused, match="« Octobre » est en cours"):
        people.merge_persons(double, into=mother, actor=None)
    double.refresh_from_db()
    assert double.merged_into is None
    Run.objects.update(status="done")
    people.merge_persons(double, into=mother, actor=None)
    double.refresh_from_db()
    assert double.merged_into == mother
