"""The file that another accounting software reads: columns in the order that the body sets, written as it wants them.

A column is a line of text: « En-tête : champ ; 50 ; majuscules ». The field is one of `FIELDS`, or a text between
quotes; `vide × 12` leaves twelve columns empty. Nothing here knows one software rather than another.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from beffroi.shared.billing import money
from beffroi.shared.billing.models import Invoice, InvoiceLine, Leg
from beffroi.shared.billing.models.layouts import AccountingLayout as Layout

MOST_COLUMNS = 200
TOWN = re.compile(r"^(\d{5})\s+(.+)$")
EMPTY = re.compile(r"^vide(?:\s*[x×]\s*(\d{1,3}))?$", re.IGNORECASE)
NUMBERS = re.compile(r"^(\d+)\s")
NAMED = re.compile(r'^([^":]*?)\s*:\s*(.*)$')  # « En-tête : champ »; what is between quotes is never a header
# Typographic signs that older encodings do not have, and what is written instead.
PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "\u202f": " ",
        "\u00a0": " ",
        "œ": "oe",
        "Œ": "OE",
        "−": "-",
        "×": "x",
    }
)
Content = Layout.Content


class BadColumns(ValueError):
    """What is wrong in the columns, in words for the person who wrote them: one sentence a line."""

    def __init__(self, faults: list[str]):
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Field:
    """What a column may show. `kind`: text, date, amount (cents), number."""

    label: str
    kind: str
    read: Callable[[Any], Any]


def _lines_of(invoice: Invoice) -> tuple[list[str], str, str]:
    """(streets, postal code, town) of the payer, as the invoice keeps them."""
    *streets, last = (invoice.payer_address or "").splitlines() or [""]
    town = TOWN.match(last.strip())
    return (streets, town[1], town[2]) if town else ([*streets, last], "", "")


def _street(rank: int) -> Callable[[Invoice], str]:
    def read(invoice: Invoice) -> str:
        streets = [one for one in _lines_of(invoice)[0] if one.strip()]
        return streets[rank] if rank < len(streets) else ""

    return read


def payer_code(invoice: Invoice) -> str:
    """How the file names the payer, always the same: P for a person, O for a body."""
    return f"O{invoice.payer_body_id:06d}" if invoice.payer_body_id else f"P{invoice.payer_id:06d}"


def _text(label: str, read: Callable) -> Field:
    return Field(label, "text", read)


TITLES: dict[str, Field] = {
    "facture": _text("Numéro de facture ou d’avoir", lambda one: one.number),
    "nature": _text("« facture » ou « avoir »", lambda one: one.get_kind_display().lower()),
    "objet": _text("Objet", lambda one: one.label),
    "annule": _text("Facture que l’avoir corrige", lambda one: one.credits.number if one.credits_id else ""),
    "exercice": Field("Année", "number", lambda one: one.year),
    "rang": Field("Rang dans l’année", "number", lambda one: one.rank),
    "emise": Field("Date d’émission", "date", lambda one: one.issued_on),
    "echeance": Field("Date limite de paiement", "date", lambda one: one.due_on),
    "debut": Field("Début de la période", "date", lambda one: one.period_start),
    "fin": Field("Fin de la période", "date", lambda one: one.period_end),
    "montant": Field("Montant, négatif pour un avoir", "amount", lambda one: one.total),
    "montant.absolu": Field("Montant sans signe", "amount", lambda one: abs(one.total)),
    "regle": Field("Déjà réglé", "amount", lambda one: one.paid),
    "reste": Field("Reste à payer", "amount", lambda one: one.due),
    "payeur": _text("Nom du payeur", lambda one: one.payer_name),
    "payeur.code": _text("Code du payeur", payer_code),
    "payeur.adresse1": _text("Adresse, première ligne", _street(0)),
    "payeur.adresse2": _text("Adresse, deuxième ligne", _street(1)),
    "payeur.adresse3": _text("Adresse, troisième ligne", _street(2)),
    "payeur.cp": _text("Code postal", lambda one: _lines_of(one)[1]),
    "payeur.ville": _text("Ville", lambda one: _lines_of(one)[2]),
    "regie": _text("Code de la régie", lambda one: one.regie.code),
    "regie.nom": _text("Nom de la régie", lambda one: one.regie.name),
    "organisme": _text("Nom de l’organisme", lambda one: one.regie.organisation.name),
    "siret": _text("SIRET du budget", lambda one: one.regie.budget_siret),
    "collectivite": _text("Code collectivité (PES)", lambda one: one.regie.pes_body),
    "budget": _text("Code budget (PES)", lambda one: one.regie.pes_budget),
    "article": _text("Article budgétaire", lambda one: one.regie.pes_nature),
    "produit": _text("Code produit local", lambda one: one.regie.pes_product),
}


def _of_invoice(field: Field) -> Field:
    return Field(field.label, field.kind, lambda line: field.read(line.invoice))


LINES: dict[str, Field] = {code: _of_invoice(field) for code, field in TITLES.items()} | {
    "ligne.rang": Field("Rang de la ligne", "number", lambda one: one.position),
    "ligne.pour": _text("Pour qui", lambda one: one.subject),
    "ligne.libelle": _text("Libellé de la ligne", lambda one: one.label),
    "ligne.prestation": _text("Code de la prestation", lambda one: one.unit),
    "ligne.quantite": Field("Quantité", "number", lambda one: one.quantity),
    "ligne.prix": Field("Prix unitaire", "amount", lambda one: one.unit_price),
    "ligne.montant": Field("Montant de la ligne", "amount", lambda one: one.amount),
}


def _account(leg: Leg) -> str:
    found = NUMBERS.match(leg.get_account_display())
    return found[1] if found else ""


def _third(leg: Leg) -> str:
    about = leg.invoice or leg.payment
    return about.payer_name if about else ""


POSTINGS: dict[str, Field] = {
    "ecriture": Field("Numéro d’écriture", "number", lambda one: one.posting_id),
    "date": Field("Jour comptable", "date", lambda one: one.posting.day),
    "exercice": Field("Année", "number", lambda one: one.posting.day.year),
    "nature": _text("Nature", lambda one: one.posting.get_kind_display()),
    "libelle": _text("Libellé", lambda one: one.posting.label),
    "compte": _text("Numéro de compte", _account),
    "compte.nom": _text("Compte, en toutes lettres", lambda one: one.get_account_display()),
    "debit": Field("Débit (vide au crédit)", "amount", lambda one: one.amount if one.amount > 0 else None),
    "credit": Field("Crédit (vide au débit)", "amount", lambda one: -one.amount if one.amount < 0 else None),
    "montant": Field("Montant, négatif au crédit", "amount", lambda one: one.amount),
    "montant.absolu": Field("Montant sans signe", "amount", lambda one: abs(one.amount)),
    "sens": _text("D ou C", lambda one: "D" if one.amount > 0 else "C"),
    "facture": _text("Facture", lambda one: one.invoice.number if one.invoice_id else ""),
    "paiement": Field("Numéro de paiement", "number", lambda one: one.payment_id),
    "payeur": _text("Nom du payeur", _third),
    "regie": _text("Code de la régie", lambda one: one.posting.regie.code),
    "regie.nom": _text("Nom de la régie", lambda one: one.posting.regie.name),
}
NUMBER = Field("Rang dans le fichier", "number", lambda one: None)
FIELDS: dict[str, dict[str, Field]] = {
    Content.TITLES: TITLES | {"numero": NUMBER},
    Content.LINES: LINES | {"numero": NUMBER},
    Content.POSTINGS: POSTINGS | {"numero": NUMBER},
}


@dataclass(frozen=True)
class Column:
    """One column: a field, a text that is always the same, or nothing. `length` = the most signs, 0 = as it comes."""

    header: str = ""
    field: str = ""
    text: str = ""
    length: int = 0
    upper: bool = False
    bare: bool = False


def columns_of(text: str, content: str) -> list[Column]:
    """Read the columns, one a line. Raises BadColumns, which says what is wrong on which line."""
    found: list[Column] = []
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found += _columns(line.strip(), FIELDS[content])
        except ValueError as fault:
            faults.append(f"Ligne {number}\u202f: {fault}")
    if not found and not faults:
        faults.append("Écrivez au moins une colonne.")
    if len(found) > MOST_COLUMNS:
        faults.append(f"{MOST_COLUMNS} colonnes au plus.")
    if faults:
        raise BadColumns(faults)
    return found


def _columns(line: str, fields: dict[str, Field]) -> list[Column]:
    """The columns of one line. Raises ValueError with words for the person."""
    if empty := EMPTY.match(line):
        return [Column()] * int(empty[1] or 1)
    named = NAMED.match(line)
    header, rest = (named[1], named[2]) if named else ("", line)
    what, *options = _options(rest)
    if not what or EMPTY.match(what):
        return [Column(header=header)]
    length, upper, bare = _manner(options)
    if what.startswith('"') and what.endswith('"') and len(what) >= 2:
        return [Column(header, text=what[1:-1], length=length, upper=upper, bare=bare)]
    if what not in fields:
        raise ValueError(f"le champ « {what} » n’existe pas pour ce fichier.")
    return [Column(header or fields[what].label, field=what, length=length, upper=upper, bare=bare)]


def _options(rest: str) -> list[str]:
    """What is shown, then how; a text between quotes may hold a semicolon."""
    rest = rest.strip()
    if rest.startswith('"') and (end := rest.find('"', 1)) > 0:
        after = rest[end + 1 :].strip().removeprefix(";")
        return [rest[: end + 1], *(one.strip() for one in after.split(";") if one.strip())]
    return [one.strip() for one in rest.split(";")]


def _manner(options: Sequence[str]) -> tuple[int, bool, bool]:
    """(length, capitals, without accents). Raises ValueError."""
    length, upper, bare = 0, False, False
    for one in options:
        if one.isascii() and one.isdigit() and 0 < int(one) <= 1000:
            length = int(one)
        elif one == "majuscules":
            upper = True
        elif one == "sans accents":
            bare = True
        else:
            raise ValueError(f"« {one} » : une longueur, « majuscules » ou « sans accents ».")
    return length, upper, bare


def rows_of(content: str, regie, since: date, until: date) -> Iterable[Any]:
    """What stands on each line of the file, in the order of the dates and the numbers."""
    if content == Content.POSTINGS:
        held = Leg.objects.filter(posting__regie=regie, posting__day__range=(since, until))
        return held.select_related("posting__regie", "invoice", "payment").order_by("posting__day", "posting_id", "pk")
    invoices = {"regie": regie, "issued_on__range": (since, until)}
    if content == Content.TITLES:
        rows = Invoice.objects.filter(**invoices).select_related("regie__organisation", "credits")
        return rows.order_by("issued_on", "year", "rank")
    lines = InvoiceLine.objects.filter(**{f"invoice__{name}": value for name, value in invoices.items()})
    lines = lines.select_related("invoice__regie__organisation", "invoice__credits")
    return lines.order_by("invoice__issued_on", "invoice__year", "invoice__rank", "position")


def write(layout: Layout, rows: Iterable[Any]) -> tuple[bytes, int]:
    """(the file, how many lines without the header). Raises BadColumns."""
    columns = columns_of(layout.columns, layout.content)
    output = io.StringIO()
    count = 0
    for cells in _cells(layout, columns, rows):
        output.write(_joined(layout, cells) + layout.end_of_line)
        count += 1
    text = output.getvalue()
    if layout.header:
        text = _joined(layout, [column.header for column in columns]) + layout.end_of_line + text
    return _encoded(text, layout.encoding), count


def _cells(layout: Layout, columns: list[Column], rows: Iterable[Any]) -> Iterator[list[str]]:
    fields = FIELDS[layout.content]
    for number, row in enumerate(rows, 1):
        cells = []
        for column in columns:
            if column.field == "numero":
                value = str(number)
            elif column.field:
                field = fields[column.field]
                value = _written(layout, field.kind, field.read(row))
            else:
                value = column.text
            cells.append(_shaped(column, value))
        yield cells


def _written(layout: Layout, kind: str, value: Any) -> str:
    """One value, as the layout writes it; nothing for what is not there."""
    if value is None or value == "":
        return ""
    if kind == "date":
        return value.strftime(layout.dates)
    if kind == "amount":
        return amount(value, layout.amounts)
    if isinstance(value, Decimal):
        written = format(value.normalize(), "f")
        return written.replace(".", ",") if layout.amounts == Layout.Amounts.COMMA else written
    text = " ".join(str(value).split())
    # A name that a spreadsheet would run as a formula loses its first sign; amounts are written by ourselves.
    return text.lstrip("=+-@") if kind == "text" else text


def amount(cents: int, manner: str) -> str:
    """1250 = « 12,50 », « 12.50 » or « 1250 »."""
    if manner == Layout.Amounts.CENTS:
        return str(cents)
    text = format(money.euros(cents), ".2f")
    return text.replace(".", ",") if manner == Layout.Amounts.COMMA else text


def _shaped(column: Column, value: str) -> str:
    if column.bare:
        folded = unicodedata.normalize("NFKD", value.translate(PLAIN))
        value = "".join(sign for sign in folded if not unicodedata.combining(sign))
    if column.upper:
        value = value.upper()
    return value[: column.length] if column.length else value


def _joined(layout: Layout, cells: Sequence[str]) -> str:
    """One line; without quotes, what would cut it is replaced by a space."""
    mark = layout.mark
    if layout.quoting == Layout.Quoting.NONE:
        return mark.join(cell.replace(mark, " ").replace('"', " ") for cell in cells)
    output = io.StringIO()
    manner = csv.QUOTE_ALL if layout.quoting == Layout.Quoting.ALL else csv.QUOTE_MINIMAL
    csv.writer(output, delimiter=mark, quoting=manner, lineterminator="").writerow(cells)
    return output.getvalue()


def _encoded(text: str, encoding: str) -> bytes:
    """In that encoding; a sign that it does not have becomes the nearest one, or « ? »."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        pass
    found = []
    for sign in text:
        try:
            found.append(sign.encode(encoding))
        except UnicodeEncodeError:
            near = unicodedata.normalize("NFKD", sign.translate(PLAIN))
            found.append(near.encode(encoding, "ignore") or b"?")
    return b"".join(found)
