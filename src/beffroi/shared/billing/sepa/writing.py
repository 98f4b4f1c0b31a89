"""A file of SEPA direct debits: ISO 20022, pain.008.001.02, CORE scheme (EPC130-08).

Texts are in the letters that every SEPA bank reads; one block for each type of sequence (FRST, RCUR, OOFF, FNAL).
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from lxml import etree
from stdnum import iban as iban_numbers
from stdnum.exceptions import ValidationError as NotANumber

from beffroi.shared.billing.money import euros

SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.02"
BIC = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?")
RUM = re.compile(r"[A-Za-z0-9+?/:().,'-]{1,35}")
SEQUENCES = ("FRST", "RCUR", "OOFF", "FNAL")


class Unfit(ValueError):
    """The bank would reject the file; `faults` are sentences for the agent."""

    def __init__(self, faults: list[str]):
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Debit:
    """One debit of `amount` cents. `reference` comes back with a rejection."""

    reference: str
    amount: int
    mandate: str
    signed_on: date
    sequence: str
    name: str
    iban: str
    bic: str = ""
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Collection:
    """All the debits of one day for one creditor."""

    identifier: str
    made_at: datetime
    day: date
    creditor: str
    creditor_id: str
    iban: str
    bic: str
    debits: list[Debit] = field(default_factory=list)


def plain(text: str, most: int) -> str:
    """Letters, digits and the few signs that SEPA allows."""
    bare = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("’", "'"))
    bare = bare.encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9/\-?:().,'+]+", " ", bare)
    return kept.strip()[:most].strip()


def bare_iban(text: str) -> str:
    """An IBAN without spaces. Raises ValueError with words for the user (ISO 13616, modulo 97)."""
    try:
        return iban_numbers.validate(text, check_country=True)
    except NotANumber:
        raise ValueError("Cet IBAN n’est pas possible : vérifiez chaque caractère.") from None


def creditor_is_valid(identifier: str) -> bool:
    """A SEPA creditor identifier: two letters, key (modulo 97 of the country and of the national part), code, part."""
    found = re.fullmatch(r"([A-Z]{2})(\d{2})([A-Z0-9]{3})([A-Z0-9]{1,28})", identifier)
    if not found:
        return False
    country, key, _code, national = found.groups()
    digits = "".join(str(int(sign, 36)) for sign in f"{national}{country}{key}")
    return int(digits) % 97 == 1


def faults_of(collection: Collection) -> list[str]:
    """What the bank would reject."""
    faults = []
    if not creditor_is_valid(collection.creditor_id):
        faults.append("Réglages de la régie : l’identifiant créancier SEPA (ICS) n’est pas valable.")
    for said, number, owner in [
        ("IBAN de la régie", collection.iban, ""),
        *(("IBAN", one.iban, one.mandate) for one in collection.debits),
    ]:
        try:
            bare_iban(number)
        except ValueError:
            faults.append(f"{said} {owner} : il n’est pas possible.".replace("  ", " "))
    for bic, owner in [
        (collection.bic, "de la régie"),
        *((one.bic, one.mandate) for one in collection.debits if one.bic),
    ]:
        if not BIC.fullmatch(bic):
            faults.append(f"BIC {owner} : il n’est pas possible.")
    for one in collection.debits:
        if not RUM.fullmatch(one.mandate) or one.sequence not in SEQUENCES or one.amount <= 0:
            faults.append(f"Mandat {one.mandate} : référence, séquence ou montant impossible.")
    if not collection.debits:
        faults.append("Aucun prélèvement.")
    return faults


def _add(parent: etree._Element, path: str, text: str = "", **attributes: str) -> etree._Element:
    """Add nested elements, « A/B/C », and the text of the last one."""
    for name in path.split("/"):
        parent = etree.SubElement(parent, etree.QName(SPACE, name))
    if text:
        parent.text = text
    for name, value in attributes.items():
        parent.set(name, value)
    return parent


def _sum(debits: list[Debit]) -> str:
    return str(euros(sum(one.amount for one in debits)))


def _block(parent: etree._Element, collection: Collection, sequence: str, debits: list[Debit]) -> None:
    block = _add(parent, "PmtInf")
    _add(block, "PmtInfId", f"{collection.identifier}-{sequence}"[:35])
    _add(block, "PmtMtd", "DD")
    _add(block, "NbOfTxs", str(len(debits)))
    _add(block, "CtrlSum", _sum(debits))
    kind = _add(block, "PmtTpInf")
    _add(kind, "SvcLvl/Cd", "SEPA")
    _add(kind, "LclInstrm/Cd", "CORE")
    _add(kind, "SeqTp", sequence)
    _add(block, "ReqdColltnDt", collection.day.isoformat())
    _add(block, "Cdtr/Nm", plain(collection.creditor, 70))
    _add(block, "CdtrAcct/Id/IBAN", bare_iban(collection.iban))
    _add(block, "CdtrAgt/FinInstnId/BIC", collection.bic)
    _add(block, "ChrgBr", "SLEV")
    scheme = _add(block, "CdtrSchmeId/Id/PrvtId/Othr")
    _add(scheme, "Id", collection.creditor_id)
    _add(scheme, "SchmeNm/Prtry", "SEPA")
    for one in debits:
        _debit(block, one)


def _debit(block: etree._Element, one: Debit) -> None:
    debit = _add(block, "DrctDbtTxInf")
    _add(debit, "PmtId/EndToEndId", plain(one.reference, 35))
    _add(debit, "InstdAmt", str(euros(one.amount)), Ccy="EUR")
    mandate = _add(debit, "DrctDbtTx/MndtRltdInf")
    _add(mandate, "MndtId", one.mandate)
    _add(mandate, "DtOfSgntr", one.signed_on.isoformat())
    agent = _add(debit, "DbtrAgt/FinInstnId")
    if one.bic:
        _add(agent, "BIC", one.bic)
    else:
        _add(agent, "Othr/Id", "NOTPROVIDED")
    _add(debit, "Dbtr/Nm", plain(one.name, 70))
    _add(debit, "DbtrAcct/Id/IBAN", bare_iban(one.iban))
    if label := plain(one.label, 140):
        _add(debit, "RmtInf/Ustrd", label)


def write(collection: Collection) -> bytes:
    """The file. Raises Unfit."""
    if faults := faults_of(collection):
        raise Unfit(faults)
    root = etree.Element(etree.QName(SPACE, "Document"), nsmap={None: SPACE})
    body = _add(root, "CstmrDrctDbtInitn")
    head = _add(body, "GrpHdr")
    _add(head, "MsgId", plain(collection.identifier, 35))
    _add(head, "CreDtTm", collection.made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    _add(head, "NbOfTxs", str(len(collection.debits)))
    _add(head, "CtrlSum", _sum(collection.debits))
    _add(head, "InitgPty/Nm", plain(collection.creditor, 70))
    ordered = sorted(collection.debits, key=lambda one: SEQUENCES.index(one.sequence))
    for sequence, debits in groupby(ordered, key=lambda one: one.sequence):
        _block(body, collection, sequence, list(debits))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
