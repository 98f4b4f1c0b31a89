"""The payer's pages: their own invoices only, several paid at once, a return that proves nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.shared.billing import actions
from beffroi.shared.billing.models import Checkout, Invoice
from tests.shared.billing.payfip import Bank, serve


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


def test_list_shows_what_is_due_and_nothing_of_others(browser, make_invoice, make_payer):
    mine, foreign = make_invoice(4200), make_invoice(900, payer=make_payer(last_name="Autre"))
    page = browser.get("/compte/factures/").content.decode()
    assert "42,00" in page
    assert mine.number in page
    assert foreign.number not in page
    for path in ("", "facture.pdf"):
        assert browser.get(f"/compte/factures/{foreign.number}/{path}").status_code == 404
        assert browser.get(f"/compte/factures/{mine.number}/{path}").status_code == 200


def test_invoice_page_explains_each_line(browser, make_invoice):
    from tests.shared.billing.conftest import line

    invoice = make_invoice(lines=[line(800, subject="Léa", day=timezone.localdate())])
    page = browser.get(f"/compte/factures/{invoice.number}/").content.decode()
    assert "Léa" in page
    assert "Payer 8,00" in page


def test_several_are_paid_at_once_and_the_return_is_verified(browser, bank, make_invoice):
    numbers = [make_invoice(4200).number, make_invoice(800).number]
    answer = browser.post("/compte/factures/payer/", {"choix": numbers})
    checkout = Checkout.objects.get()
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"idop={checkout.operation}")
    back = f"/compte/factures/paiement/{checkout.reference}/?idop={checkout.operation}&resultrans=P"
    under_way = browser.get(back).content.decode()
    assert "en cours" in under_way
    assert "data-live" in under_way, "the page follows the answer by itself"
    assert Invoice.objects.unpaid().count() == 2
    bank.pay(checkout.operation)
    Checkout.objects.update(checked_at=timezone.now() - timedelta(minutes=1))
    paid = browser.get(back).content.decode()
    assert "C’est payé" in paid
    assert "data-live" not in paid
    assert not Invoice.objects.unpaid().exists()
    assert "Vous ne devez rien" in browser.get("/compte/factures/").content.decode()


def test_notification_without_account_asks_the_provider(client, bank, make_invoice, payer):
    checkout, _url = actions.start_checkout([make_invoice()], payer=payer)
    path = f"/paiement/notification/{checkout.reference}/"
    assert client.post(path, {"idop": "n’importe quoi", "resultrans": "P"}).status_code == 200
    assert Checkout.objects.get().status == "pending"
    bank.pay(checkout.operation)
    Checkout.objects.update(checked_at=timezone.now() - timedelta(minutes=1))
    assert client.post(path).status_code == 200
    assert Checkout.objects.get().status == "paid"
    assert client.get("/paiement/notification/INCONNUE/").status_code == 200


def test_second_attempt_leads_to_the_payment_under_way(browser, bank, make_invoice):
    number = make_invoice().number
    browser.post("/compte/factures/payer/", {"choix": [number]})
    answer = browser.post("/compte/factures/payer/", {"choix": [number]})
    assert answer["Location"] == Checkout.objects.get().get_absolute_url()


def test_provider_down_keeps_everything_and_says_so(browser, bank, make_invoice):
    bank.broken = (503, b"")
    answer = browser.post("/compte/factures/payer/", {"choix": [make_invoice().number]}, follow=True)
    assert "Rien n’a été payé" in answer.content.decode()


def test_nothing_ticked_is_said(browser, make_invoice):
    make_invoice()
    answer = browser.post("/compte/factures/payer/", follow=True)
    assert "Cochez au moins une facture" in answer.content.decode()


def test_checkout_of_somebody_else_does_not_exist(client, bank, make_invoice, payer, make_payer):
    checkout, _url = actions.start_checkout([make_invoice()], payer=payer)
    client.force_login(make_payer().user)
    assert client.get(checkout.get_absolute_url()).status_code == 404


def test_person_without_file_has_an_empty_page(client, make_user):
    client.force_login(make_user())
    assert "Aucune facture" in client.get("/compte/factures/").content.decode()
    assert client.post("/compte/factures/payer/", {"choix": ["X"]}).status_code == 302


def test_stand_in_exists_in_a_demonstration_only(client, settings):
    settings.DEMO = False
    assert client.get("/demo/payfip/paiementws.web?idop=x").status_code == 404
    assert client.post("/demo/payfip/services/securite", b"<a/>", content_type="text/xml").status_code == 404
    settings.DEMO = True
    page = client.get("/demo/payfip/paiementws.web?idop=x").content.decode()
    assert "Ceci n’est pas PayFiP" in page


def test_document_is_the_same_each_time_and_archivable(browser, make_invoice):
    from io import BytesIO

    from pypdf import PdfReader

    invoice = make_invoice()
    first = browser.get(f"/compte/factures/{invoice.number}/facture.pdf").content
    assert first == browser.get(f"/compte/factures/{invoice.number}/facture.pdf").content
    reader = PdfReader(BytesIO(first))
    text = reader.pages[0].extract_text()
    assert invoice.number in text
    assert "42,00" in text
    metadata = reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else ""
    assert "pdfaid:part" in metadata
    assert "pdfuaid:part" in metadata


def test_certificate_says_what_was_really_paid_child_by_child(browser, make_invoice, payer, regie, regisseur):
    from io import BytesIO

    from pypdf import PdfReader

    from beffroi.shared.billing.documents import certificate
    from tests.shared.billing.conftest import line

    invoice = make_invoice(lines=[line(1000, subject="Léa"), line(500, subject="Tom")])
    payment, _made = actions.receive_payment(
        regie=regie, method="cheque", amount=1000, payer=payer, invoices=[invoice], actor=regisseur
    )
    year = timezone.localdate().year
    assert certificate.paid(payer, year) == {(regie.name, "Léa"): 667, (regie.name, "Tom"): 333}
    answer = browser.get(f"/compte/factures/attestation-{year}.pdf")
    assert "10,00" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert f"{year} (PDF)" in browser.get("/compte/factures/").content.decode()
    actions.bounce(payment, actor=regisseur, reason="Sans provision")
    assert certificate.paid(payer, year) == {}
    assert browser.get("/compte/factures/attestation-1999.pdf").status_code == 404
