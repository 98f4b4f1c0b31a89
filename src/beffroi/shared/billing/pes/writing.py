"""A slip of ORMC titles as a PES V2 « recette aller » file, in ISO-8859-1.

Source: PES V2, schema 5.17 (DGFiP): envelope PESORMC, slip of type 06, titles of type 15 and nature 01. Texts are in
capitals without accent, as the postal norm asks. Values are in the attribute V.
"""

import base64
import gzip
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lxml import etree

from beffroi.shared.billing.money import euros
from beffroi.shared.billing.pes.keys import key_1, key_2

ROOT = "http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller"
RECETTE = "http://www.minefi.gouv.fr/cp/helios/pes_v2/recette/r0/aller"
COMMON = "http://www.minefi.gouv.fr/cp/helios/pes_v2/commun"


class Unfit(ValueError):
    """The slip would be rejected; `faults` are sentences for the agent."""

    def __init__(self, faults: list[str]):
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Debtor:
    """Who owes. `category` and `nature` are those of the norm: 01/01 = a person, 23/09 = a commune…"""

    last_name: str
    first_name: str = ""
    title: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    category: str = "01"
    nature: str = "01"
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A document that goes with a title. `unique` names it for ever for the body: letters and digits, fifty at most.

    `kind`: 002 = what proves the title, 010 = the notice that the DGFiP prints and sends (Edition 06).
    """

    unique: str
    name: str
    content: bytes
    description: str
    kind: str = "002"
    mime: str = "application/pdf"


@dataclass(frozen=True, kw_only=True)
class Title:
    """One title. `amount` in cents; `debt` = its number of debt; `rank` = its number in the slip."""

    rank: int
    debt: int
    number: str
    label: str
    amount: int
    debtor: Debtor
    attachment: Attachment | None = None


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A slip of titles, with what identifies the body at the trésorerie.

    `key_nature` = the two digits of the « code nature » of Cle1, by default the last two of the product. `printed` =
    the DGFiP prints and sends the notices (Edition 06): each title then has its notice as an attachment.
    """

    name: str
    number: int
    year: int
    period: int
    issued_on: date
    label: str
    post: str
    siret: str
    body: str
    budget: str
    product: str
    nature: str
    key_nature: str = ""
    printed: bool = False
    titles: list[Title] = field(default_factory=list)


def plain(text: str, most: int) -> str:
    """Capitals without accent, on one line, in the characters that the trésorerie reads."""
    bare = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe").replace("Œ", "OE"))
    bare = bare.encode("ascii", "ignore").decode().upper()
    return re.sub(r"\s+", " ", bare).strip()[:most].strip()


def faults_of(slip: Slip) -> list[str]:
    """What would make the trésorerie reject the slip."""
    faults = []
    for label, value, pattern in (
        ("poste comptable (six ou sept chiffres)", slip.post, r"\d{6,7}|02[AB]\d{3,4}"),
        ("SIRET de la collectivité", slip.siret, r"\d{14}"),
        ("code collectivité (trois chiffres)", slip.body, r"(?!000)\d{3}"),
        ("code budget (deux caractères)", slip.budget, r"[0-9A-Z]\d"),
        ("code produit local (quatre caractères)", slip.product, r"(?!0+$)[0-9A-Za-z]{1,4}"),
        ("article budgétaire", slip.nature, r"[1-9]\d{0,11}"),
    ):
        if not re.fullmatch(pattern, value):
            faults.append(f"Réglages de la régie : {label} manquant ou mal écrit.")
    if not re.fullmatch(r"\d{2}", _key_nature(slip)):
        faults.append("Réglages de la régie : donnez les deux chiffres du code nature de la clé 1.")
    if not slip.titles:
        faults.append("Le bordereau ne contient aucun titre.")
    for title in slip.titles:
        debtor = title.debtor
        if not re.fullmatch(r"\d{5}", debtor.postal_code) or not plain(debtor.city, 38) or not plain(debtor.street, 38):
            faults.append(f"{title.number} : l’adresse du payeur est incomplète (voie, code postal, ville).")
        if title.amount <= 0:
            faults.append(f"{title.number} : rien n’est dû.")
    return faults


def _key_nature(slip: Slip) -> str:
    return slip.key_nature or f"{slip.product[-2:]:0>2}"


def _put(parent: etree._Element, name: str, value: object) -> None:
    if value not in ("", None):
        etree.SubElement(parent, name, V=str(value))


def _amount(cents: int) -> Decimal:
    return euros(cents)


def _title(parent: etree._Element, slip: Slip, title: Title) -> None:
    piece = etree.SubElement(parent, "Piece")
    block = etree.SubElement(piece, "BlocPiece")
    label = plain(title.label, 160)
    for name, value in (
        ("IdPce", title.rank),
        ("TypPce", "15"),
        ("NatPce", "01"),
        ("Edition", "06" if slip.printed else ""),
        ("ObjPce", label),
        ("NumDette", title.debt),
        ("Per", slip.period % 10),
        ("Cle1", key_1(slip.body, _key_nature(slip), slip.year, slip.period, title.debt)),
        ("Cle2", key_2(slip.year, slip.period, title.debt)),
    ):
        _put(block, name, value)
    if title.attachment is not None:
        reference = etree.SubElement(block, "PJRef")
        for name, value in (
            ("Support", "01"),
            ("IdUnique", title.attachment.unique),
            ("NomPJ", title.attachment.name),
            ("TypePJ", title.attachment.kind),
        ):
            _put(reference, name, value)
    _put(block, "NumeroFacture", title.number)
    line = etree.SubElement(piece, "LigneDePiece")
    info = etree.SubElement(etree.SubElement(line, "BlocLignePiece"), "InfoLignePiece")
    for name, value in (
        ("IdLigne", 1),
        ("ObjLignePce", label),
        ("CodProdLoc", slip.product),
        ("Nature", slip.nature),
        ("Majo", "0"),
        ("TvaIntraCom", "0"),
        ("MtHT", _amount(title.amount)),
    ):
        _put(info, name, value)
    _debtor(line, title.debtor)


def _debtor(line: etree._Element, debtor: Debtor) -> None:
    third = etree.SubElement(line, "Tiers")
    info = etree.SubElement(third, "InfoTiers")
    person = debtor.category == "01"
    for name, value in (
        ("RefTiers", debtor.reference),
        ("CatTiers", debtor.category),
        ("NatJur", debtor.nature),
        ("TypTiers", "01"),
        ("Civilite", (plain(debtor.title, 10).rstrip(".") or "M") if person else ""),
        ("Nom", plain(debtor.last_name, 38)),
        ("Prenom", plain(debtor.first_name, 38) if person else ""),
    ):
        _put(info, name, value)
    address = etree.SubElement(third, "Adresse")
    for name, value in (
        ("TypAdr", "1"),
        ("Adr2", plain(debtor.street, 38)),
        ("CP", debtor.postal_code),
        ("Ville", plain(debtor.city, 38)),
        ("CodRes", "0"),
    ):
        _put(address, name, value)


def _head(root: etree._Element, slip: Slip) -> None:
    envelope = etree.SubElement(root, "Enveloppe")
    parameters = etree.SubElement(envelope, "Parametres")
    for name, value in (("Version", 2), ("TypFic", "PESORMC"), ("NomFic", slip.name)):
        _put(parameters, name, value)
    issuer = etree.SubElement(envelope, "Emetteur")
    _put(issuer, "Sigle", "BEFFROI")
    _put(issuer, "Adresse", "Beffroi, facturation")
    head = etree.SubElement(root, "EnTetePES")
    for name, value in (
        ("DteStr", slip.issued_on.isoformat()),
        ("IdPost", slip.post),
        ("IdColl", slip.siret),
        ("CodCol", slip.body),
        ("CodBud", slip.budget),
    ):
        _put(head, name, value)


def _attachments(root: etree._Element, slip: Slip) -> None:
    """The documents, compressed (gzip) then in base 64, as `Class_PJ.xsd` asks."""
    held = [title.attachment for title in slip.titles if title.attachment is not None]
    if not held:
        return
    part = etree.SubElement(root, "PES_PJ")
    _put(etree.SubElement(part, "EnTetePES_PJ"), "IdVer", 1)
    for one in held:
        node = etree.SubElement(part, "PJ")
        file = etree.SubElement(etree.SubElement(node, "Contenu"), "Fichier", MIMEType=one.mime)
        file.text = base64.b64encode(gzip.compress(one.content, mtime=0)).decode()
        for name, value in (
            ("IdUnique", one.unique),
            ("NomPJ", one.name),
            ("TypePJ", one.kind),
            ("Description", one.description[:250]),
        ):
            _put(node, name, value)


def write(slip: Slip) -> bytes:
    """The file. Raises Unfit."""
    if faults := faults_of(slip):
        raise Unfit(faults)
    root = etree.Element(etree.QName(ROOT, "PES_Aller"), nsmap={"n": ROOT, "reca": RECETTE, "cm": COMMON})
    _head(root, slip)
    part = etree.SubElement(root, "PES_RecetteAller")
    head = etree.SubElement(part, "EnTeteRecette")
    _put(head, "IdVer", 2)
    _put(head, "InfoDematerialisee", "0")
    block = etree.SubElement(etree.SubElement(part, "Bordereau"), "BlocBordereau")
    total = sum(title.amount for title in slip.titles)
    for name, value in (
        ("Exer", slip.year),
        ("IdBord", slip.number),
        ("DteBordEm", slip.issued_on.isoformat()),
        ("TypBord", "06"),
        ("NbrPce", len(slip.titles)),
        ("MtBordHt", _amount(total)),
        ("DteAsp", "" if slip.printed else slip.issued_on.isoformat()),
        ("Objet", plain(slip.label, 160)),
    ):
        _put(block, name, value)
    for title in slip.titles:
        _title(block.getparent(), slip, title)
    _attachments(root, slip)
    return etree.tostring(root, encoding="ISO-8859-1", xml_declaration=True, pretty_print=True)
