"""The file of direct debits: what ISO 20022 asks, and what the bank would reject."""

from datetime import date, datetime

import pytest
from lxml import etree

from beffroi.shared.billing.sepa import writing

IBAN = "FR76 3000 6000 0112 3456 7890 189"


def debit(**fields):
    values = {
        "reference": "ACM-2026-000001",
        "amount": 4205,
        "mandate": "ACM-0001",
        "signed_on": date(2026, 1, 5),
        "sequence": "FRST",
        "name": "Camille Dupré",
        "iban": IBAN,
        "label": "Accueil de loisirs « été »",
    } | fields
    return writing.Debit(**values)


def collection(*debits, **fields):
    values = {
        "identifier": "ACM-20261105-1",
        "made_at": datetime(2026, 11, 5, 9, 30),
        "day": date(2026, 11, 12),
        "creditor": "Communauté de communes",
        "creditor_id": "FR72ZZZ123456",
        "iban": IBAN,
        "bic": "TRPUFRP1",
        "debits": list(debits or [debit()]),
    } | fields
    return writing.Collection(**values)


def values(content, name):
    return [one.text for one in etree.fromstring(content).iter(f"{{{writing.SPACE}}}{name}")]


def test_file_has_one_block_for_each_sequence_and_adds_up():
    content = writing.write(
        collection(debit(), debit(sequence="RCUR", amount=95, bic="AGRIFRPP"), debit(sequence="FRST", amount=100))
    )
    assert values(content, "SeqTp") == ["FRST", "RCUR"]
    assert values(content, "CtrlSum") == ["44.00", "43.05", "0.95"]
    assert values(content, "NbOfTxs") == ["3", "2", "1"]
    assert values(content, "Ustrd")[0] == "Accueil de loisirs ete"
    assert values(content, "IBAN")[0] == "FR7630006000011234567890189"
    assert values(content, "Prtry") == ["SEPA", "SEPA"]
    order = [etree.QName(one).localname for one in etree.fromstring(content)[0][1]]
    assert order[:9] == [
        "PmtInfId",
        "PmtMtd",
        "NbOfTxs",
        "CtrlSum",
        "PmtTpInf",
        "ReqdColltnDt",
        "Cdtr",
        "CdtrAcct",
        "CdtrAgt",
    ]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (collection(debit(iban="FR7630006000011234567890188")), "IBAN ACM-0001"),
        (collection(creditor_id="FR73ZZZ123456"), "ICS"),
        (collection(bic="TRPU"), "BIC de la régie"),
        (collection(debit(amount=0)), "montant impossible"),
        (collection(debit(mandate="é")), "référence"),
        (collection(debits=[]), "Aucun prélèvement"),
    ],
)
def test_what_the_bank_would_reject_is_said_before(bad, words):
    with pytest.raises(writing.Unfit, match=words):
        writing.write(bad)


def test_identifiers_are_checked_by_their_keys():
    assert writing.creditor_is_valid("FR72ZZZ123456")
    assert not writing.creditor_is_valid("FR72ZZZ123457")
    assert writing.bare_iban(IBAN) == "FR7630006000011234567890189"
    with pytest.raises(ValueError, match="pas possible"):
        writing.bare_iban("FR00")
