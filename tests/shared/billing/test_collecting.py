"""One debt, one way to collect it: a debit, an online payment or a title, whoever comes first."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.shared.billing import actions
from beffroi.shared.billing.models import Checkout, Debit, DebitMandate, SlipTitle
from tests.shared.billing.payfip import Bank, serve
from tests.support.together import at_once

SOON = timedelta(days=14)


@pytest.fixture
def bank(settings):
    bank = Bank()
    with serve(bank) as address:
        settings.PAYFIP_URL = address
        yield bank


@pytest.fixture
def debited(regie, payer, regisseur):
    """The régie may debit, and the payer has signed."""
    regie.iban, regie.bic, regie.creditor_id = "FR7630006000011234567890189", "TRPUFRP1", "FR72ZZZ123456"
    regie.save()
    mandate = DebitMandate(
        regie=regie,
        payer=payer,
        holder="Camille Dupré",
        iban="FR7630001007941234567890185",
        signed_on=date(2026, 1, 5),
    )
    return actions.sign_mandate(mandate, actor=regisseur)


def debit(regie, invoices, actor):
    return actions.write_debits(regie, invoices, day=timezone.localdate() + SOON, actor=actor)


def hand_over(regie, invoices, actor):
    return actions.write_slip(regie, invoices, period=10, label="Octobre", actor=actor)


def test_what_will_be_debited_is_neither_paid_online_nor_handed_over(
    debited, bank, regie, payer, make_invoice, regisseur
):
    invoice, other = make_invoice(4200), make_invoice(1000)
    file = debit(regie, [invoice], regisseur)
    with pytest.raises(ValidationError, match="sera prélevée le"):
        actions.start_checkout([invoice, other], payer=payer)
    assert list(actions.to_hand_over(regie)) == [other]
    assert hand_over(regie, [invoice, other], regisseur).count == 1
    actions.cancel_debits(file, actor=regisseur)
    assert actions.start_checkout([invoice], payer=payer)[0].amount == 4200


def test_what_is_being_paid_online_is_neither_debited_nor_handed_over(
    debited, bank, regie, payer, make_invoice, regisseur
):
    invoice = make_invoice(4200)
    checkout, _url = actions.start_checkout([invoice], payer=payer)
    assert not actions.to_debit(regie).exists()
    assert not actions.to_hand_over(regie).exists()
    with pytest.raises(ValidationError, match="reste à prélever"):
        debit(regie, [invoice], regisseur)
    with pytest.raises(ValidationError, match="aucun titre"):
        hand_over(regie, [invoice], regisseur)
    bank.pay(checkout.operation, "A")
    actions.check_checkout(checkout, now=timezone.now() + timedelta(seconds=10))
    assert debit(regie, [invoice], regisseur).amount == 4200


def test_what_is_handed_over_is_neither_debited_nor_paid_online(debited, bank, regie, payer, make_invoice, regisseur):
    invoice = make_invoice(4200)
    slip = hand_over(regie, [invoice], regisseur)
    assert not actions.to_debit(regie).exists()
    with pytest.raises(ValidationError, match="trésorerie"):
        actions.start_checkout([invoice], payer=payer)
    actions.move_slip(slip, "sent", actor=regisseur)
    actions.move_slip(slip, "rejected", actor=regisseur, reason="Budget inconnu")
    assert list(actions.to_debit(regie)) == [invoice], "a rejected slip frees its invoices"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_three_ways_at_the_same_moment_collect_a_debt_once(debited, bank, regie, payer, make_invoice, regisseur, turn):
    invoices = [make_invoice(4200), make_invoice(1500)]
    answers = at_once(
        lambda: actions.start_checkout(invoices, payer=payer),
        lambda: debit(regie, invoices, regisseur),
        lambda: hand_over(regie, reversed(invoices), regisseur),
        lambda: debit(regie, invoices, regisseur),
    )
    taken = [answer for answer in answers if not isinstance(answer, Exception)]
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(taken) == 1
    assert all(isinstance(one, ValidationError | actions.Underway) for one in refused), refused
    ways = (
        Checkout.objects.filter(status="pending", items__invoice=invoices[0]).count()
        + Debit.objects.filter(live=True, invoice=invoices[0]).count()
        + SlipTitle.objects.filter(active=True, invoice=invoices[0]).count()
    )
    assert ways == 1


@pytest.mark.django_db(transaction=True)
def test_payments_at_the_counter_and_debits_never_block_one_another(debited, regie, payer, make_invoice, regisseur):
    invoices = [make_invoice(1000) for _rank in range(6)]
    cash = [
        lambda one=one: actions.receive_payment(
            regie=regie, method="cash", amount=1000, payer=payer, invoices=[one], actor=regisseur
        )
        for one in invoices[:3]
    ]
    answers = at_once(*cash, lambda: debit(regie, invoices, regisseur), lambda: hand_over(regie, invoices, regisseur))
    assert all(not isinstance(one, Exception) for one in answers[:3]), answers
    assert all(not isinstance(one, Exception) or isinstance(one, ValidationError) for one in answers[3:]), answers


def test_a_debit_is_announced_with_its_day_amount_and_mandate(
    client, debited, regie, payer, make_invoice, regisseur, django_assert_max_num_queries
):
    invoices = [make_invoice(4200), make_invoice(1500)]
    file = debit(regie, invoices, regisseur)
    entry = Entry.objects.get(verb="billing.debits")
    filling.fill(entry)
    (mail,) = Delivery.objects.filter(entry=entry, channel="email")
    for words in ("42,00", "15,00", debited.rum, "0185", "FR72ZZZ123456", invoices[0].number):
        assert words in mail.body
    assert "30001007" not in mail.body
    client.force_login(payer.user)
    with django_assert_max_num_queries(12):
        page = client.get("/compte/factures/").content.decode()
    assert "Prélèvements à venir" in page
    assert 'name="choix"' not in page, "nothing else is asked for"
    detail = client.get(f"/compte/factures/{invoices[0].number}/").content.decode()
    assert "Un prélèvement est prévu" in detail
    assert debited.rum in detail
    assert "Payer 42" not in detail
    actions.cancel_debits(file, actor=regisseur)
    cancelled = Entry.objects.get(verb="billing.debits_cancel")
    filling.fill(cancelled)
    assert "n’aura pas lieu" in Delivery.objects.get(entry=cancelled, channel="email").body
    assert 'name="choix"' in client.get("/compte/factures/").content.decode()


def test_nobody_is_reminded_of_what_will_be_debited(debited, regie, make_invoice, regisseur):
    invoice = make_invoice(4200, issued_on=timezone.localdate() - timedelta(days=50))
    file = debit(regie, [invoice], regisseur)
    assert actions.remind_late() == 0
    actions.cancel_debits(file, actor=regisseur)
    assert actions.remind_late() == 1


def test_a_shorter_notice_may_be_agreed(debited, regie, make_invoice, regisseur):
    regie.debit_notice_days = 1
    with pytest.raises(ValidationError):
        actions.save_regie(regie, actor=regisseur)
    regie.debit_notice_days = 5
    actions.save_regie(regie, actor=regisseur)
    file = actions.write_debits(regie, [make_invoice()], day=timezone.localdate() + timedelta(days=5), actor=regisseur)
    assert file.count == 1
