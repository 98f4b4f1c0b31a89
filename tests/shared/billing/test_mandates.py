"""A family's mandates: signed from their account or on paper, changed, revoked; the account never shown."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.shared.billing import actions, retention
from beffroi.shared.billing.models import DebitMandate, MandateDocument
from tests.support.together import at_once

PAGE = "/compte/prelevements/"
IBAN = "FR76 3000 1007 9412 3456 7890 185"
OTHER = "FR7630004000031234567890143"


@pytest.fixture
def bank_of(regie):
    regie.iban, regie.bic = "FR7630006000011234567890189", "TRPUFRP1"
    regie.save()
    return regie


@pytest.fixture
def browser(client, bank_of, payer):
    client.force_login(payer.user)
    return client


def filled(**fields):
    return {"holder": "Camille Dupré", "iban": IBAN, "kind": "recurrent"} | fields


def sign(browser, **fields):
    return browser.post(f"{PAGE}ACM/signer/", filled(geste="signer", agree="on", **fields))


def test_a_mandate_signed_here_is_sealed_kept_encrypted_and_told(browser, payer):
    page = browser.get(f"{PAGE}ACM/signer/").content.decode()
    assert "FR72ZZZ123456" in page
    assert "huit semaines" in page
    assert "cochez cette case" in browser.post(f"{PAGE}ACM/signer/", filled(geste="signer")).content.decode()
    assert "pas possible" in sign(browser, iban="FR7630001007").content.decode()
    assert not DebitMandate.objects.exists()
    assert sign(browser).status_code == 302
    mandate = DebitMandate.objects.live().get()
    assert (mandate.rum, mandate.way, mandate.signed_on) == (f"ACM-{payer.pk}-1", "online", timezone.localdate())
    sealed = browser.get(f"{PAGE}{mandate.pk}/mandat.pdf").content
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert mandate.rum in signature.sig_object["/Reason"]
    text = PdfReader(io.BytesIO(sealed)).pages[0].extract_text()
    for said in (mandate.rum, "FR72ZZZ123456", "Camille Dupré", "FR76 3000 1007 9412 3456 7890 185"):
        assert said in text
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM billing_mandatedocument")
        assert "JVBER" not in cursor.fetchone()[0][:40], "not the base 64 of a PDF"
    page = browser.get(PAGE).content.decode()
    assert "… 0185" in page
    assert "1007" not in page
    entry = Entry.objects.get(verb="billing.mandate")
    filling.fill(entry)
    told = Delivery.objects.filter(entry=entry, channel="email").get()
    assert "0185" in told.body
    assert "3000" not in told.body + str(entry.data)


def test_another_account_is_another_mandate_that_ends_the_former(browser, bank_of, payer, make_invoice, regisseur):
    sign(browser)
    former = DebitMandate.objects.get()
    assert "remplacera celui du compte … 0185" in browser.get(f"{PAGE}ACM/signer/").content.decode()
    sign(browser, iban=OTHER)
    new = DebitMandate.objects.live().get()
    assert (new.replaces, new.iban_end, new.rum) == (former, "0143", f"ACM-{payer.pk}-2")
    former.refresh_from_db()
    assert former.revoked_on == timezone.localdate()
    file = actions.write_debits(bank_of, [make_invoice()], day=actions.first_day(bank_of), actor=regisseur)
    assert OTHER in actions.file_content(file).decode()
    refused = sign(browser)
    assert "prélèvement est en cours" in refused.content.decode()
    assert IBAN in refused.content.decode(), "nothing typed is lost"
    assert DebitMandate.objects.live().get() == new
    assert "annoncé" in browser.get(PAGE).content.decode()


def test_a_mandate_printed_allows_nothing_before_it_comes_back_signed(
    browser, bank_of, make_invoice, regisseur, client, settings
):
    invoice = make_invoice()
    browser.post(f"{PAGE}ACM/signer/", filled(geste="imprimer"))
    waiting = DebitMandate.objects.waiting().get()
    assert not actions.to_debit(bank_of).exists()
    assert "Un mandat attend votre signature" in browser.get(PAGE).content.decode()
    text = PdfReader(io.BytesIO(browser.get(f"{PAGE}{waiting.pk}/mandat.pdf").content)).pages[0].extract_text()
    assert "Signature du titulaire" in text
    page = browser.post(f"{PAGE}ACM/signer/", filled(geste="imprimer")).content.decode()
    assert "attend déjà d’être signé" in page
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(regisseur)
    desk = f"/bureau/regie/prelevements/mandats/{waiting.pk}/"
    assert "À signer" in client.get("/bureau/regie/prelevements/").content.decode()
    future = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert "demain" in client.post(f"{desk}recevoir/", {"signed_on": future}).content.decode()
    client.post(f"{desk}recevoir/", {"signed_on": timezone.localdate().isoformat()})
    assert list(actions.to_debit(bank_of)) == [invoice]
    assert client.get(f"{desk}mandat.pdf").status_code == 200
    assert Entry.objects.filter(verb="billing.mandate_read", actor=regisseur).count() == 1
    with pytest.raises(ValidationError, match="En cours"):
        actions.receive_mandate(waiting, signed_on=timezone.localdate(), actor=regisseur)


def test_what_waits_on_paper_does_not_stop_the_account_in_force(browser, bank_of, regisseur):
    sign(browser)
    browser.post(f"{PAGE}ACM/signer/", filled(geste="imprimer", iban=OTHER))
    assert DebitMandate.objects.live().get().iban_end == "0185"
    waiting = DebitMandate.objects.waiting().get()
    actions.receive_mandate(waiting, signed_on=timezone.localdate(), actor=regisseur)
    assert DebitMandate.objects.live().get() == waiting


def test_revoked_and_abandoned_are_in_the_history(browser):
    sign(browser)
    browser.post(f"{PAGE}ACM/signer/", filled(geste="imprimer", iban=OTHER))
    waiting, live = DebitMandate.objects.waiting().get(), DebitMandate.objects.live().get()
    browser.post(f"{PAGE}{waiting.pk}/revoquer/")
    browser.post(f"{PAGE}{live.pk}/revoquer/")
    waiting.refresh_from_db()
    assert (waiting.iban, waiting.status[0]) == (None, "Abandonné")
    page = browser.get(PAGE).content.decode()
    for said in ("Mandats terminés", "Révoqué", "Abandonné", "Historique"):
        assert said in page
    assert browser.get(f"{PAGE}{waiting.pk}/mandat.pdf").status_code == 404


def test_the_mandates_of_somebody_else_do_not_exist(browser, client, make_payer):
    sign(browser)
    mandate = DebitMandate.objects.get()
    client.force_login(make_payer(last_name="Autre").user)
    assert client.get(f"{PAGE}{mandate.pk}/mandat.pdf").status_code == 404
    assert client.post(f"{PAGE}{mandate.pk}/revoquer/").status_code == 404
    assert mandate.rum not in client.get(PAGE).content.decode()
    assert client.get(f"/bureau/regie/prelevements/mandats/{mandate.pk}/mandat.pdf").status_code == 403


def test_nobody_signs_for_another_nor_for_a_regie_that_does_not_debit(bank_of, payer, regisseur, client):
    mandate = DebitMandate(regie=bank_of, payer=payer, holder="Camille", iban=IBAN)
    with pytest.raises(ValidationError, match="Seul le payeur"):
        actions.sign_online(mandate, actor=regisseur)
    bank_of.creditor_id = ""
    bank_of.save()
    client.force_login(payer.user)
    assert client.get(f"{PAGE}ACM/signer/").status_code == 404


def test_the_document_is_erased_with_the_account(browser):
    sign(browser)
    mandate = DebitMandate.objects.get()
    actions.revoke_mandate(mandate, actor=None)
    retention.erase_mandate(mandate)
    assert not MandateDocument.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_sign_at_once_and_one_mandate_is_in_force(bank_of, payer):
    def gesture():
        mandate = DebitMandate(regie=bank_of, payer=payer, holder="Camille", iban=IBAN)
        return actions.sign_online(mandate, actor=payer.user)

    answers = at_once(gesture, gesture, gesture)
    assert all(isinstance(answer, DebitMandate) for answer in answers), answers
    assert DebitMandate.objects.live().count() == 1
    assert sorted(DebitMandate.objects.values_list("rum", flat=True)) == [f"ACM-{payer.pk}-{n}" for n in (1, 2, 3)]
