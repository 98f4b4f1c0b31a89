"""The counter: the cash is counted, the day closed for good, cheques handed over once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beffroi.shared.billing import actions
from beffroi.shared.billing.models import Account, Closing, Payment
from tests.shared.billing.test_invoices import balances


@pytest.fixture
def collect(regie, payer, regisseur):
    def make(amount, method="cash", **fields):
        values = {"regie": regie, "payer": payer, "actor": regisseur} | fields
        return actions.receive_payment(method=method, amount=amount, **values)[0]

    return make


def close(regie, regisseur, pieces, day=None, **fields):
    return actions.close_day(regie, day or timezone.localdate(), pieces=pieces, actor=regisseur, **fields)


def test_exact_cash_closes_the_day(regie, regisseur, collect):
    collect(2550)
    collect(1000, "cheque")
    closing = close(regie, regisseur, {2000: 1, 500: 1, 50: 1})
    assert (closing.expected, closing.counted, closing.difference) == (2550, 2550, 0)
    assert closing.receipts == {"cash": {"count": 1, "amount": 2550}, "cheque": {"count": 1, "amount": 1000}}


def test_difference_wants_its_explanation_and_is_posted(regie, regisseur, collect):
    collect(2550)
    with pytest.raises(ValidationError, match="expliquez"):
        close(regie, regisseur, {2000: 1, 500: 1})
    close(regie, regisseur, {2000: 1, 500: 1}, comment="Erreur de rendu de monnaie")
    assert balances()[1]["cash"] == 2500
    assert balances()[1]["difference"] == 50


def test_closed_day_takes_no_more_money_and_the_next_one_does(regie, regisseur, collect):
    close(regie, regisseur, {})
    today = timezone.localdate()
    with pytest.raises(ValidationError, match="arrêtée"):
        collect(100, day=today)
    assert collect(100).day == today + timedelta(days=1)
    assert collect(100, "transfer").day == today
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Payment.objects.create(
            regie=regie, method="cash", amount=1, payer=Payment.objects.first().payer, payer_name="X", day=today
        )
    with pytest.raises(ValidationError, match="déjà arrêtée"):
        close(regie, regisseur, {})


def test_closing_is_never_changed(regie, regisseur):
    close(regie, regisseur, {})
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Closing.objects.update(counted=5)


def test_impossible_counts_and_days_are_refused(regie, regisseur):
    for pieces in ({3: 1}, {100: -1}):
        with pytest.raises(ValidationError, match="pas possible"):
            close(regie, regisseur, pieces)
    with pytest.raises(ValidationError, match="pas finie"):
        close(regie, regisseur, {}, day=timezone.localdate() + timedelta(days=1))


def test_cheques_are_handed_over_once(regie, regisseur, collect):
    first, second = collect(1000, "cheque"), collect(500, "cheque")
    deposit = actions.deposit_payments(regie, "cheque", [first, second], reference="R-12", actor=regisseur)
    assert deposit.amount == 1500
    assert balances()[1]["treasury"] == 1500
    assert balances()[1]["cheque"] == 0
    with pytest.raises(ValidationError, match="pas encore remis"):
        actions.deposit_payments(regie, "cheque", [first], actor=regisseur)


def test_bounced_cheque_is_no_longer_to_hand_over(regie, regisseur, collect):
    payment = collect(1000, "cheque")
    actions.bounce(payment, actor=regisseur, reason="Sans provision")
    assert list(actions.to_deposit(regie, "cheque")) == []


def test_cash_handed_over_is_at_most_what_the_accounts_hold(regie, regisseur, collect):
    collect(2000)
    with pytest.raises(ValidationError, match="La caisse contient"):
        actions.deposit_cash(regie, 2001, actor=regisseur)
    actions.deposit_cash(regie, 1500, actor=regisseur)
    assert actions.balance(regie, Account.CASH) == 500


@pytest.mark.django_db(transaction=True)
def test_payments_during_a_closing_are_counted_or_dated_after(regie, regisseur, collect):
    def pay(rank):
        try:
            if rank == 3:
                actions.close_day(
                    regie, timezone.localdate(), pieces={}, comment="Compté pendant les encaissements", actor=regisseur
                )
            else:
                collect(100)
        except (IntegrityError, ValidationError):
            return "closed"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(pay, range(8)))
    closing = Closing.objects.get()
    same_day = Payment.objects.filter(day=closing.day)
    assert closing.expected == sum(payment.amount for payment in same_day)


def test_accounts_of_a_period_balance_and_are_exported(client, settings, regie, regisseur, collect, make_invoice):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(regisseur)
    collect(2550, invoices=[make_invoice(2000)])
    today = timezone.localdate()
    found = {label: sums for label, *sums in actions.trial_balance(regie, today, today)}
    assert found["531 Caisse"] == [2550, 0, 2550]
    assert found["411 Redevables"] == [2000, 2000, 0]
    assert sum(debit - credit for debit, credit, _end in found.values()) == 0
    assert "531 Caisse" in client.get("/bureau/regie/caisse/ACM/comptes/").content.decode()
    lines = client.get("/bureau/regie/caisse/ACM/comptes/?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 2 + 3
