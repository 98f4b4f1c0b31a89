"""What the trésorerie sends back: collections of titles (PES « recette » with Recouvrement blocks, TypFlux 01).

Source: PES V2, schema 5.17, `Class_RecouvrementRecette.xsd`: mode, date, identifier and amount of each collection.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from beffroi.shared.billing.money import cents

MOST = 50_000_000


class Unreadable(ValueError):
    """This is not a file of collections; the message is for the agent."""


@dataclass(frozen=True, kw_only=True)
class Collection:
    """One collection of a title by the trésorerie, in cents. `debt` and `number` name the title."""

    identifier: str
    debt: int | None
    number: str
    day: date
    amount: int
    mode: str


def value(parent: etree._Element, name: str) -> str:
    """The attribute V of a child, or an empty text."""
    found = parent.find(name)
    return (found.get("V") or "").strip() if found is not None else ""


def parse(content: bytes) -> etree._Element:
    """The root of a file that comes from outside: nothing of it is fetched nor expanded. Raises Unreadable."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if len(content) > MOST:
        raise Unreadable("Ce fichier est trop gros.")
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise Unreadable("Ce fichier n’est pas du XML.") from None


def read(content: bytes) -> list[Collection]:
    """Every collection of the file. Raises Unreadable."""
    root = parse(content)
    found = list(_collections(root))
    if not found and next(root.iter("Piece"), None) is None:
        raise Unreadable("Ce fichier ne contient aucune pièce de recette.")
    return found


def _collections(root: etree._Element) -> Iterator[Collection]:
    for piece in root.iter("Piece"):
        block = piece.find("BlocPiece")
        if block is None:
            continue
        debt = value(block, "NumDette")
        for one in piece.iterfind("LigneDePiece/Recouvrement"):
            if value(one, "TypFlux") not in ("", "01"):
                continue
            try:
                yield Collection(
                    identifier=value(one, "IdEncaissement"),
                    debt=int(debt) if debt else None,
                    number=value(block, "NumeroFacture"),
                    day=date.fromisoformat(value(one, "DteReco")[:10]),
                    amount=cents(Decimal(value(one, "MtReco"))),
                    mode=value(one, "ModRegl"),
                )
            except (ValueError, InvalidOperation):
                raise Unreadable("Un recouvrement de ce fichier a une date ou un montant illisible.") from None
