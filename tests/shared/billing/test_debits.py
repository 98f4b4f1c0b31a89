"""Direct debits: mandates whose account is never readable in the database, files, rejections."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from beffroi.shared.billing import actions, retention
from beffroi.shared.billing.models import Debit, DebitFile, DebitMandate, Payment
from tests.shared.billing.test_invoices import balances

IBAN = "FR7630006000011234567890189"
SOON = timedelta(days=14)


@pytest.fixture
def bank_of(regie):
    regie.iban, regie.bic, regie.creditor_id = IBAN, "TRPUFRP1", "FR72ZZZ123456"
    regie.save()
    return regie


@pytest.fixture
def sign(bank_of, payer, regisseur):
    def make(**fields):
        values = {
            "regie": bank_of,
            "payer": payer,
            "holder": "Camille Dupré",
            "iban": "FR76 3000 1007 9412 3456 7890 185",
            "signed_on": date(2026, 1, 5),
        } | fields
        return actions.sign_mandate(DebitMandate(**values), actor=regisseur)

    return make


def test_account_is_encrypted_and_only_its_end_is_shown(sign, payer):
    mandate = sign()
    assert (mandate.rum, mandate.iban_end) == (f"ACM-{payer.pk}-1", "0185")
    with connection.cursor() as cursor:
        cursor.execute("SELECT iban FROM billing_debitmandate")
        assert "3000100794" not in cursor.fetchone()[0]
    assert DebitMandate.objects.get().iban == "FR7630001007941234567890185"


def test_impossible_accounts_and_second_mandates_are_refused(sign):
    with pytest.raises(ValidationError, match="IBAN n’est pas possible"):
        sign(iban="FR7630001007941234567890184")
    with pytest.raises(ValidationError, match="BIC"):
        sign(bic="ABC")
    sign()
    with pytest.raises(ValidationError, match="déjà un mandat"):
        sign()


def test_debits_follow_their_sequence_and_settle(sign, bank_of, make_invoice, regisseur, monkeypatch):
    sign()
    first = actions.write_debits(bank_of, [make_invoice(4200)], day=timezone.localdate() + SOON, actor=regisseur)
    content = actions.file_content(first).decode()
    assert "<SeqTp>FRST</SeqTp>" in content
    assert "<CtrlSum>42.00</CtrlSum>" in content
    assert not actions.to_debit(bank_of).exists()
    with pytest.raises(ValidationError, match="prévu le"):
        actions.settle_debits(first, actor=regisseur)
    DebitFile.objects.update(day=timezone.localdate())
    actions.settle_debits(first, actor=regisseur)
    assert balances()[1] == {"receivable": 0, "sales": -4200, "debit": 4200}
    with pytest.raises(ValidationError, match="Prélevé"):
        actions.settle_debits(first, actor=regisseur)
    second = actions.write_debits(bank_of, [make_invoice(100)], day=timezone.localdate() + SOON, actor=regisseur)
    assert "<SeqTp>RCUR</SeqTp>" in actions.file_content(second).decode()


def test_rejected_debit_makes_its_invoice_due_and_may_be_tried_again(sign, bank_of, make_invoice, regisseur):
    sign()
    invoice = make_invoice(4200)
    file = actions.write_debits(bank_of, [invoice], day=timezone.localdate() + SOON, actor=regisseur)
    DebitFile.objects.update(day=timezone.localdate())
    actions.settle_debits(file, actor=regisseur)
    actions.bounce(Payment.objects.get(method="sepa"), actor=regisseur, reason="AM04 provision insuffisante")
    assert list(actions.to_debit(bank_of)) == [invoice]


def test_cancelled_file_frees_its_invoices_and_its_mandate(sign, bank_of, make_invoice, regisseur):
    mandate = sign()
    file = actions.write_debits(bank_of, [make_invoice()], day=timezone.localdate() + SOON, actor=regisseur)
    with pytest.raises(ValidationError, match="en cours"):
        actions.revoke_mandate(mandate, actor=regisseur)
    actions.cancel_debits(file, actor=regisseur)
    assert actions.to_debit(bank_of).count() == 1
    mandate.refresh_from_db()
    assert mandate.sequence == "FRST"
    actions.revoke_mandate(mandate, actor=regisseur)
    assert not actions.to_debit(bank_of).exists()


def test_too_early_or_unset_is_said(sign, bank_of, make_invoice, regisseur):
    sign()
    invoice = make_invoice()
    with pytest.raises(ValidationError, match="prévenus 14 jours avant"):
        actions.write_debits(bank_of, [invoice], day=timezone.localdate() + timedelta(days=13), actor=regisseur)
    bank_of.creditor_id = ""
    bank_of.save()
    with pytest.raises(ValidationError, match="ICS"):
        actions.write_debits(bank_of, [invoice], day=timezone.localdate() + SOON, actor=regisseur)
    assert not Debit.objects.exists()


def test_account_is_erased_fourteen_months_after_the_end(sign, regisseur):
    mandate = sign()
    actions.revoke_mandate(mandate, actor=regisseur)
    now = timezone.now()
    assert not retention.old_mandates(now).exists()
    later = now + timedelta(days=430)
    assert list(retention.old_mandates(later)) == [mandate]
    retention.erase_mandate(mandate)
    assert not retention.old_mandates(later).exists()
    assert DebitMandate.objects.get().iban is None


def test_pages_never_show_the_account(client, settings, sign, bank_of, make_invoice, regisseur, payer):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(regisseur)
    data = {"holder": "Camille", "iban": "FR76 3000 1007", "kind": "recurrent", "signed_on": "2026-01-05"}
    path = f"/bureau/regie/prelevements/ACM/mandat/{payer.pk}/"
    assert "pas possible" in client.post(path, data).content.decode()
    client.post(path, data | {"iban": "FR7630001007941234567890185"})
    assert DebitMandate.objects.count() == 1
    make_invoice()
    page = client.get("/bureau/regie/prelevements/").content.decode()
    assert "… 0185" in page
    assert "30001007" not in page
    day = (timezone.localdate() + SOON).isoformat()
    answer = client.post("/bureau/regie/prelevements/ACM/", {"day": day})
    assert "FRST" in client.get(answer["Location"]).content.decode()
    xml = client.get(f"{answer['Location']}prelevements.xml")
    assert b"FR7630001007941234567890185" in xml.content
    client.post(f"{answer['Location']}annuler/")
    assert DebitFile.objects.get().status == "cancelled"
    client.post(f"/bureau/regie/prelevements/mandats/{DebitMandate.objects.get().pk}/revoquer/")
    assert DebitMandate.objects.get().revoked_on is not None
