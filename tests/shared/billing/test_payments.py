"""Payments: what they settle, what remains, what comes back; the accounts always balance."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from beffroi.kernel.models import Entry
from beffroi.shared.billing import actions
from beffroi.shared.billing.models import Allocation, Invoice, Payment
from tests.shared.billing.test_invoices import balances


@pytest.fixture
def pay(regie, payer, regisseur):
    def make(amount, invoices=(), method="cheque", **fields):
        values = {"regie": regie, "payer": payer, "actor": regisseur} | fields
        return actions.receive_payment(method=method, amount=amount, invoices=invoices, **values)[0]

    return make


def test_partial_payment_settles_the_oldest_first(make_invoice, pay):
    from datetime import date

    late, recent = make_invoice(3000, issued_on=date(2026, 9, 1)), make_invoice(2000)
    pay(4000, [recent, late])
    late.refresh_from_db()
    recent.refresh_from_db()
    assert (late.due, recent.due) == (0, 1000)
    assert Entry.objects.filter(verb="billing.settle", target_id=late.pk).count() == 1
    assert not Entry.objects.filter(verb="billing.settle", target_id=recent.pk).exists()


def test_overpaid_becomes_an_advance_that_settles_or_goes_back(make_invoice, pay, regisseur):
    first, other = make_invoice(4200), make_invoice(500)
    payment = pay(5000, [first])
    assert payment.free == 800
    assert actions.use_advance(payment, [other], actor=regisseur) == 500
    payment.refresh_from_db()
    assert payment.free == 300
    with pytest.raises(ValidationError, match="Au plus"):
        actions.refund(payment, actor=regisseur, amount=301, method="transfer", reason="Trop-perçu")
    actions.refund(payment, actor=regisseur, amount=300, method="transfer", reason="Trop-perçu")
    payment.refresh_from_db()
    assert payment.free == 0
    sums, accounts = balances()
    assert set(sums) == {0}
    assert accounts["advance"] == 0
    assert accounts["treasury"] == -300


def test_bounced_payment_makes_its_invoices_due_again(make_invoice, pay, regisseur):
    invoice = make_invoice(4200)
    payment = pay(5000, [invoice])
    actions.bounce(payment, actor=regisseur, reason="Chèque sans provision")
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.due, payment.free) == (4200, 0)
    assert balances()[1] == {"receivable": 4200, "sales": -4200, "cheque": 0, "advance": 0}
    with pytest.raises(ValidationError, match="déjà rejeté"):
        actions.bounce(payment, actor=regisseur, reason="Encore")


def test_payment_replayed_is_received_once(make_invoice, pay):
    invoice, key = make_invoice(4200), uuid4()
    assert pay(4200, [invoice], client_uuid=key) == pay(4200, [invoice], client_uuid=key)
    assert Payment.objects.count() == 1


def test_payment_is_never_changed(make_invoice, pay):
    payment = pay(100)
    for change in ({"amount": 200}, {"used": 50}, {"method": "cash"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**change)


def test_more_than_what_is_due_or_paid_is_refused_by_the_database(make_invoice, pay):
    invoice, payment = make_invoice(1000), pay(1500)
    for amount in (1001, 1501):
        with pytest.raises(IntegrityError), transaction.atomic():
            Allocation.objects.create(invoice=invoice, payment=payment, amount=amount)


@pytest.mark.django_db(transaction=True)
def test_two_counters_settle_one_invoice_once(make_invoice, pay):
    invoice = make_invoice(4200)

    def collect(_rank):
        try:
            return pay(4200, [invoice]).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(collect, range(4)))) == 4
    assert Invoice.objects.get(pk=invoice.pk).paid == 4200
    assert sum(payment.free for payment in Payment.objects.all()) == 3 * 4200
    sums, accounts = balances()
    assert set(sums) == {0}
    assert accounts == {"receivable": 0, "sales": -4200, "cheque": 4 * 4200, "advance": -3 * 4200}
