"""What the trésorerie says of a file just after it came: taken, or refused and why (PES Acquit, versions 1 and 2).

Source: PES V2, schema 5.17, `PES_V2_Acquit_Autonome.xsd` and `PES_V2_Acquit_Autonome_V2.xsd`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from beffroi.shared.billing.pes.reading import Unreadable, parse, value

ROOT = "PES_ACQUIT"
DOMAINS = {
    "0": "technique",
    "1": "signature technique",
    "2": "signature globale",
    "3": "signature du bordereau",
    "4": "pièce jointe",
    "5": "dépense",
    "6": "recette",
    "7": "rôle",
    "8": "budget",
    "9": "état de l’actif",
    "10": "état du passif",
    "11": "marché",
    "12": "facture",
    "99": "paramétrage",
}


@dataclass(frozen=True)
class Fault:
    """Why something is refused. `piece` = the rank of the title, `line` = its line; None = the whole."""

    code: str
    label: str
    piece: int | None = None
    line: int | None = None


@dataclass
class Answer:
    """What was answered about a slip (`number` of `year`), an attachment (`unique`), or the whole file (neither)."""

    domain: str
    accepted: bool
    year: int | None
    number: int | None
    unique: str
    faults: list[Fault] = field(default_factory=list)


def is_acquit(root: etree._Element) -> bool:
    """Is it such an answer, whatever its version?"""
    return etree.QName(root).localname == ROOT


def read(content: bytes) -> list[Answer]:
    """Every answer of the file. Raises Unreadable."""
    root = parse(content)
    if not is_acquit(root):
        raise Unreadable("Ce fichier n’est pas un acquittement PES.")
    try:
        found = list(_answers(root))
    except ValueError:
        raise Unreadable("Un numéro de cet acquittement est illisible.") from None
    if not found:
        raise Unreadable("Cet acquittement ne dit rien.")
    return found


def _whole(parent: etree._Element, name: str) -> int | None:
    text = value(parent, name)
    return int(text) if text else None


def _fault(node: etree._Element, piece: int | None = None, line: int | None = None) -> Fault | None:
    code, label = value(node, "NumAnoAck"), value(node, "LibelleAnoAck")
    return Fault(code, label, piece, line) if code or label else None


def _faults(element: etree._Element) -> Iterator[Fault | None]:
    # Version 1: the fault is written in the element itself; version 2: in blocks, by title and by line.
    yield _fault(element, _whole(element, "NumPiece"), _whole(element, "NumLigne"))
    for one in element.iterfind("Erreur"):
        yield _fault(one)
    for piece in element.iterfind("DetailPiece"):
        rank = _whole(piece, "NumPiece")
        for one in piece.iterfind("Erreur"):
            yield _fault(one, rank)
        for line in piece.iterfind("DetailLigne"):
            for one in line.iterfind("Erreur"):
                yield _fault(one, rank, _whole(line, "NumLigne"))


def _answers(root: etree._Element) -> Iterator[Answer]:
    for element in root.iterfind("ACQUIT/ElementACQUIT"):
        yield Answer(
            domain=DOMAINS.get(value(element, "DomaineAck"), value(element, "DomaineAck")),
            accepted=value(element, "EtatAck") == "1",
            year=_whole(element, "ExerciceBord"),
            number=_whole(element, "NumBord"),
            unique=value(element, "IdUnique"),
            faults=[fault for fault in _faults(element) if fault is not None],
        )
