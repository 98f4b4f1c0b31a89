"""Paying online: the real client, over a real socket, against a stand-in that follows the norm."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from beffroi.shared.billing import actions, online
from beffroi.shared.billing.models import Checkout, Invoice, Payment
from beffroi.shared.billing.online import Demand, ProviderDown, ProviderRefuses, Result
from beffroi.shared.billing.online.payfip import Payfip, plain
from tests.shared.billing.payfip import Bank, serve
from tests.shared.billing.test_invoices import balances


@pytest.fixture
def bank(settings):
    bank = Bank()
    with serve(bank) as address:
        settings.PAYFIP_URL = address
        yield bank


def demand(**fields):
    values = {
        "client": "000123",
        "mode": "T",
        "reference": "BFABC",
        "label": "Accueil « été » n° 1",
        "amount": 4200,
        "email": "c@example.invalid",
        "year": 2026,
        "notify_url": "https://x.example/n",
        "return_url": "https://x.example/r",
    } | fields
    return Demand(**values)


def later(checkout, **delay):
    """Ask again, some time after."""
    return actions.check_checkout(checkout, now=timezone.now() + timedelta(**({"seconds": 10} | delay)))


def test_client_opens_an_operation_that_the_schema_accepts(bank):
    opened = Payfip().open(demand())
    assert opened.url.endswith(f"/tpa/paiementws.web?idop={opened.operation}")
    assert bank.operations[opened.operation]["objet"] == "Accueil ete n 1"
    assert Payfip().ask(opened.operation).result is Result.WAITING


@pytest.mark.parametrize(("choice", "result"), [("P", "paid"), ("V", "paid"), ("R", "refused"), ("A", "cancelled")])
def test_client_reads_what_became_of_it(bank, choice, result):
    opened = Payfip().open(demand())
    bank.pay(opened.operation, choice)
    outcome = Payfip().ask(opened.operation)
    assert outcome.result == result
    assert outcome.amount == (4200 if result == "paid" else 0)
    assert Payfip().ask("0" * 32).result is Result.UNKNOWN


def test_client_tells_a_refusal_from_a_breakdown(bank, settings):
    with pytest.raises(ProviderRefuses, match="numcli"):
        Payfip().open(demand(client="12"))
    with pytest.raises(ProviderRefuses, match="entre 1 €"):
        Payfip().open(demand(amount=99))
    for answer in (
        (502, b""),
        (200, b"<html>"),
        (200, b"<a/>"),
        (500, bank.standin._fault("TechIndisponibiliteErreur", "I", "")),
    ):
        bank.broken = answer
        with pytest.raises(ProviderDown):
            Payfip().open(demand())
    settings.PAYFIP_URL = "http://127.0.0.1:1/tpa"
    with pytest.raises(ProviderDown, match="ConnectionError"):
        Payfip().ask("x")


def test_client_opens_no_entity(bank):
    bank.broken = (200, b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')
    with pytest.raises(ProviderDown):
        Payfip().ask("x")


def test_label_is_plain():
    assert plain("Été – n°1 " + "x" * 200).startswith("Ete n 1 xxx")
    assert len(plain("x" * 200)) == 100


def test_several_invoices_are_paid_at_once(bank, make_invoice, payer):
    invoices = [make_invoice(4200), make_invoice(800)]
    checkout, url = actions.start_checkout(invoices, payer=payer)
    assert (checkout.amount, checkout.operation in url) == (5000, True)
    bank.pay(checkout.operation)
    assert later(checkout).status == "paid"
    assert [one.due for one in Invoice.objects.all()] == [0, 0]
    assert balances()[1] == {"receivable": 0, "sales": -5000, "online": 5000}


def test_notification_return_and_clock_in_any_order_pay_once(bank, make_invoice, payer):
    checkout, _url = actions.start_checkout([make_invoice()], payer=payer)
    assert later(checkout).status == "pending"
    bank.pay(checkout.operation)
    for seconds in (20, 30, 40):
        assert later(checkout, seconds=seconds).status == "paid"
    assert Payment.objects.count() == 1


def test_lost_notification_is_made_good_by_the_clock(bank, make_invoice, payer):
    invoice = make_invoice()
    checkout, _url = actions.start_checkout([invoice], payer=payer)
    bank.pay(checkout.operation)
    assert actions.check_pending(now=timezone.now() + timedelta(minutes=3)) == 1
    invoice.refresh_from_db()
    assert invoice.due == 0


def test_refused_or_given_up_leaves_the_invoice_due(bank, make_invoice, payer):
    invoice = make_invoice()
    for choice, status in (("R", "refused"), ("A", "cancelled")):
        checkout, _url = actions.start_checkout([invoice], payer=payer)
        bank.pay(checkout.operation, choice)
        assert later(checkout).status == status
    invoice.refresh_from_db()
    assert invoice.due == 4200
    assert not Payment.objects.exists()


def test_never_paid_expires_after_two_hours_only(bank, make_invoice, payer):
    checkout, _url = actions.start_checkout([make_invoice()], payer=payer)
    assert later(checkout, minutes=30).status == "pending"
    assert later(checkout, minutes=121).status == "expired"


def test_paid_although_we_had_given_up_is_still_received(bank, make_invoice, payer):
    invoice = make_invoice()
    checkout, _url = actions.start_checkout([invoice], payer=payer)
    bank.pay(checkout.operation)
    bank.broken = (503, b"")
    assert later(checkout, minutes=121).status == "pending"
    bank.broken = None
    Checkout.objects.update(status="expired")
    assert later(checkout).status == "paid"


def test_second_tab_takes_up_the_payment_under_way(bank, make_invoice, payer):
    invoice = make_invoice()
    first, _url = actions.start_checkout([invoice], payer=payer)
    with pytest.raises(actions.Underway) as found:
        actions.start_checkout([invoice], payer=payer)
    assert found.value.checkout == first
    assert actions.is_alive(first)
    assert not actions.is_alive(first, timezone.now() + timedelta(minutes=16))


def test_invoice_paid_at_the_counter_meanwhile_gives_an_advance(bank, make_invoice, payer, regie, regisseur):
    invoice = make_invoice(4200)
    checkout, _url = actions.start_checkout([invoice], payer=payer)
    actions.receive_payment(regie=regie, method="cash", amount=4200, payer=payer, invoices=[invoice], actor=regisseur)
    bank.pay(checkout.operation)
    later(checkout)
    assert Payment.objects.get(method="payfip").free == 4200


def test_provider_down_opens_nothing_and_says_so(bank, make_invoice, payer):
    bank.broken = (503, b"")
    with pytest.raises(ValidationError, match="Rien n’a été payé"):
        actions.start_checkout([make_invoice()], payer=payer)
    assert Checkout.objects.get().status == "expired"


def test_answer_about_another_reference_is_not_believed(bank, make_invoice, payer):
    checkout, _url = actions.start_checkout([make_invoice()], payer=payer)
    bank.pay(checkout.operation)
    bank.operations[checkout.operation]["refdet"] = "AUTRE"
    assert later(checkout).status == "pending"
    assert not Payment.objects.exists()


def test_paid_or_small_or_foreign_invoices_cannot_be_paid(bank, make_invoice, payer, regie):
    with pytest.raises(ValidationError, match="à 1 €"):
        actions.start_checkout([make_invoice(99)], payer=payer)
    with pytest.raises(ValidationError, match="déjà réglées"):
        actions.start_checkout([make_invoice(0)], payer=payer)
    regie.payfip_client = ""
    regie.save()
    with pytest.raises(ValidationError, match="ne reçoit pas"):
        actions.start_checkout([make_invoice()], payer=payer)


def test_unknown_provider_is_an_error():
    with pytest.raises(KeyError):
        online.provider("autre")


@pytest.mark.django_db(transaction=True)
def test_notification_and_return_at_the_same_instant_pay_once(bank, make_invoice, payer):
    invoice = make_invoice()
    checkout, _url = actions.start_checkout([invoice], payer=payer)
    bank.pay(checkout.operation)

    def arrive(rank):
        try:
            one = Checkout.objects.get(pk=checkout.pk)
            return actions.check_checkout(one, now=timezone.now() + timedelta(seconds=10 * (rank + 1))).status
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(arrive, range(5))) <= {"paid", "pending"}
    assert Payment.objects.count() == 1
    assert Invoice.objects.get(pk=invoice.pk).due == 0


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_open_one_operation(bank, make_invoice, payer):
    invoice = make_invoice()

    def begin(_rank):
        try:
            actions.start_checkout([invoice], payer=payer)
        except actions.Underway:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(begin, range(4))) == 1
