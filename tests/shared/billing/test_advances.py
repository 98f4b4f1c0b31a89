"""Paying before any invoice: through the provider, used the oldest first, given back; the accounts always balance."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.shared.billing import actions
from beffroi.shared.billing.models import Checkout, Payment, RefundRequest
from beffroi.shared.billing.personal_data import export
from tests.shared.billing.payfip import Bank, serve
from tests.shared.billing.test_invoices import balances
from tests.support.together import at_once

PAGE = "/compte/factures/avance/"
IBAN = "FR76 3000 1007 9412 3456 7890 185"


@pytest.fixture
def bank(settings):
    bank = Bank()
    with serve(bank) as address:
        settings.PAYFIP_URL = address
        yield bank


@pytest.fixture
def browser(client, payer):
    client.force_login(payer.user)
    return client


@pytest.fixture
def paid_before(regie, payer, regisseur):
    """So many cents paid before any invoice, so many days ago."""

    def make(amount, days=0, **fields):
        values = {"regie": regie, "method": "transfer", "payer": payer, "actor": regisseur} | fields
        day = timezone.localdate() - timedelta(days=days)
        return actions.receive_payment(amount=amount, day=day, **values)[0]

    return make


def plain(answer) -> str:
    return answer.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def paid_online(bank, checkout):
    bank.pay(checkout.operation)
    Checkout.objects.update(checked_at=timezone.now() - timedelta(minutes=1))
    return actions.check_checkout(checkout)


def test_family_pays_before_the_invoice_which_is_then_settled(browser, bank, make_invoice):
    assert "De 5,00 € à 1 000,00 €" in plain(browser.post(PAGE, {"regie": "ACM", "ACM-amount": "4"}))
    assert "12,50" in plain(browser.post(PAGE, {"regie": "ACM", "ACM-amount": "douze"}))
    answer = browser.post(PAGE, {"regie": "ACM", "ACM-amount": "50"})
    checkout = Checkout.objects.get()
    assert answer["Location"].endswith(f"idop={checkout.operation}")
    again = browser.post(PAGE, {"regie": "ACM", "ACM-amount": "50"})
    assert again["Location"] == checkout.get_absolute_url(), "one at a time"
    paid_online(bank, checkout)
    page = plain(browser.get(checkout.get_absolute_url()))
    assert "C’est payé" in page
    assert "Une avance" in page
    assert balances()[1] == {"online": 5000, "advance": -5000}
    assert "50,00 €" in plain(browser.get(PAGE))
    invoice = make_invoice(4200)
    assert (invoice.due, invoice.status[0]) == (0, "Réglée")
    assert balances()[1] == {"online": 5000, "advance": -800, "receivable": 0, "sales": -4200}
    entry = Entry.objects.get(verb="billing.issue")
    filling.fill(entry)
    told = Delivery.objects.filter(entry=entry, channel="email").get()
    assert told.subject == "Une facture, déjà réglée"
    assert "8,00 €" in plain(browser.get(PAGE))


def test_what_is_due_already_comes_first(browser, bank, make_invoice):
    invoice = make_invoice(4200)
    assert "Vous devez déjà 42,00 €" in plain(browser.get(PAGE))
    browser.post(PAGE, {"regie": "ACM", "ACM-amount": "50"})
    paid_online(bank, Checkout.objects.get())
    invoice.refresh_from_db()
    assert invoice.due == 0
    assert Payment.objects.get().free == 800


def test_lost_notification_and_two_answers_write_one_payment(bank, regie, payer):
    checkout, _url = actions.start_advance(regie, 5000, payer=payer)
    bank.pay(checkout.operation)
    Checkout.objects.update(checked_at=timezone.now() - timedelta(minutes=1))
    assert actions.check_pending() == 1
    actions.check_checkout(checkout)
    assert Payment.objects.get().free == 5000


@pytest.mark.parametrize(
    ("paid", "billed", "left", "due"),
    [
        ([1000, 2000, 500], [800], [200, 2000, 500], [0]),
        ([1000, 2000, 500], [800, 800, 800], [0, 600, 500], [0, 0, 0]),
        ([1000, 500], [2000, 100], [0, 0], [500, 100]),
        ([500], [0, 300], [200], [0, 0]),
    ],
)
def test_the_oldest_payment_is_used_up_first(paid_before, make_invoice, paid, billed, left, due):
    payments = [paid_before(amount, days=30 - rank) for rank, amount in reversed(list(enumerate(paid)))][::-1]
    invoices = [make_invoice(amount) for amount in billed]
    for one in (*payments, *invoices):
        one.refresh_from_db()
    assert [one.free for one in payments] == left
    assert [one.due for one in invoices] == due
    sums, accounts = balances()
    assert set(sums) == {0}
    assert accounts["advance"] == -sum(left)
    assert accounts.get("receivable", 0) == sum(due)


def test_many_bills_at_once_each_use_the_advance_of_their_payer(regie, payer, make_payer, paid_before, regisseur):
    from tests.shared.billing.conftest import line

    other = make_payer(last_name="Autre")
    paid_before(1500)
    paid_before(9000, payer=other)
    bills = [actions.Bill(payer=one, lines=[line(1000)]) for one in (payer, other, payer)]
    first, second, third = actions.issue_many(regie, bills, actor=regisseur)
    assert [one.due for one in (first, second, third)] == [0, 0, 500]
    for one in (first, second, third):
        known = one.paid
        one.refresh_from_db()
        assert one.paid == known
    assert (actions.advance_of(regie, payer), actions.advance_of(regie, other)) == (0, 8000)


def test_advance_of_another_regie_or_bounced_settles_nothing(regie, payer, paid_before, make_invoice, regisseur):
    payment = paid_before(5000)
    actions.bounce(payment, actor=regisseur, reason="Erreur")
    assert make_invoice(4200).due == 4200


def test_family_asks_it_back_and_the_oldest_payments_give_it(
    browser, client, settings, payer, regie, paid_before, make_invoice, regisseur
):
    first, second = paid_before(1000, days=9), paid_before(2000)
    path = f"{PAGE}ACM/rendre/"
    data = {"amount": "25,00", "holder": "Camille Dupré", "iban": IBAN}
    assert "Au plus 30,00 €" in plain(browser.post(path, data | {"amount": "31"}))
    assert "pas possible" in plain(browser.post(path, data | {"iban": "FR76"}))
    browser.post(path, data)
    asked = RefundRequest.objects.get()
    assert (asked.amount, asked.iban_end) == (2500, "0185")
    with connection.cursor() as cursor:
        cursor.execute("SELECT iban FROM billing_refundrequest")
        assert "3000" not in cursor.fetchone()[0]
    assert "attend déjà sa réponse" in plain(browser.post(path, data))
    (kept,) = export(payer.user)["remboursements demandés"]
    assert (kept["montant"], kept["compte finissant par"]) == ("25.00", "0185")
    assert make_invoice(500).due == 500, "what is asked back settles nothing meanwhile"
    assert "… 0185" in plain(browser.get(PAGE))
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(regisseur)
    desk = f"/bureau/regie/remboursements/{asked.pk}/"
    assert "Dupré" in plain(client.get("/bureau/regie/remboursements/"))
    assert IBAN not in plain(client.get(desk))
    assert not Entry.objects.filter(verb="billing.refund_read").exists()
    assert IBAN in plain(client.post(desk, {"geste": "lire"}))
    assert Entry.objects.get(verb="billing.refund_read").actor == regisseur
    client.post(desk, {"reference": ""})
    asked.refresh_from_db()
    assert asked.status == "waiting"
    client.post(desk, {"reference": "VIR-12"})
    asked.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (asked.status, asked.iban, first.free, second.free) == ("done", None, 0, 500)
    backs = Payment.objects.filter(kind="refund").order_by("pk")
    assert [(one.amount, one.origin, one.reference) for one in backs] == [
        (-1000, first, "VIR-12"),
        (-1500, second, "VIR-12"),
    ]
    sums, accounts = balances()
    assert set(sums) == {0}
    assert (accounts["advance"], accounts["treasury"]) == (-500, 500)
    assert actions.read_refund(asked, actor=regisseur) == ""
    assert "est « Rendu »" in plain(client.post(desk, {"reference": "VIR-13"}, follow=True))
    entry = Entry.objects.get(verb="billing.refund_paid")
    filling.fill(entry)
    assert "25,00" in Delivery.objects.filter(entry=entry, channel="email").get().body


def test_refused_or_withdrawn_the_advance_serves_again(browser, regie, payer, paid_before, make_invoice, regisseur):
    paid_before(1000)
    ask = {"amount": 1000, "holder": "Camille", "iban": IBAN}
    asked = actions.ask_refund(regie, payer, actor=payer.user, **ask)
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        actions.refuse_refund(asked, reason=" ", actor=regisseur)
    actions.refuse_refund(asked, reason="Une facture part demain", actor=regisseur)
    assert "Une facture part demain" in plain(browser.get(PAGE))
    second = actions.ask_refund(regie, payer, actor=payer.user, **ask)
    browser.post(f"{PAGE}demandes/{second.pk}/retirer/")
    second.refresh_from_db()
    assert (second.status, second.iban) == ("withdrawn", None)
    assert make_invoice(400).due == 0


def test_the_requests_of_somebody_else_do_not_exist(client, regie, payer, make_payer, paid_before):
    paid_before(1000)
    asked = actions.ask_refund(regie, payer, amount=1000, holder="Camille", iban=IBAN, actor=payer.user)
    client.force_login(make_payer(last_name="Autre").user)
    assert client.post(f"{PAGE}demandes/{asked.pk}/retirer/").status_code == 404
    assert "10,00" not in plain(client.get(PAGE))
    assert client.get(f"/bureau/regie/remboursements/{asked.pk}/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_an_advance_is_spent_once_by_two_invoices_and_a_refund_at_once(regie, payer, paid_before, regisseur):
    from tests.shared.billing.conftest import line

    paid_before(1000)

    def issue():
        return actions.issue_invoice(regie=regie, payer=payer, lines=[line(800)], actor=regisseur)

    def give_back():
        return actions.refund(
            Payment.objects.get(kind="payment"), amount=1000, method="transfer", reason="x", actor=regisseur
        )

    answers = at_once(issue, issue, give_back)
    assert sum(isinstance(one, Exception) for one in answers) <= 1, answers
    sums, accounts = balances()
    payment = Payment.objects.get(kind="payment")
    assert set(sums) == {0}
    assert payment.free == -accounts["advance"]
    assert 0 <= payment.free <= 1000


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_are_one_and_answered_once(regie, payer, paid_before, regisseur):
    paid_before(1000)

    def ask():
        return actions.ask_refund(regie, payer, amount=1000, holder="C", iban=IBAN, actor=payer.user)

    assert sum(isinstance(one, RefundRequest) for one in at_once(ask, ask, ask)) == 1
    asked = RefundRequest.objects.get()
    paid = at_once(*[lambda: actions.pay_refund(asked, reference="V", actor=regisseur)] * 3)
    assert sum(isinstance(one, RefundRequest) for one in paid) == 1
    assert Payment.objects.filter(kind="refund").count() == 1
