"""From a workbook to rows whose cells are dates, amounts and texts; what cannot be read is a fault with its place."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from beffroi.modules.roadmap import exports

MOST_ROWS = 2000
MOST_UNPACKED = 60 * 1024 * 1024
ERASE = "-"


class Unreadable(Exception):
    """The file as a whole cannot be read; the message is for the person."""


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: sheet, line as the office suite numbers it, column by its heading."""

    sheet: str
    line: int
    column: str
    message: str


@dataclass
class Row:
    """One line: `cells` by heading; a heading that is absent or empty is not there."""

    sheet: str
    line: int
    cells: dict[str, Any] = field(default_factory=dict)

    def get(self, heading: str, default: Any = None) -> Any:
        return self.cells.get(heading, default)

    def fault(self, column: str, message: str) -> Fault:
        return Fault(self.sheet, self.line, column, message)


@dataclass
class Workbook:
    """The rows of each sheet that we know, and the faults met on the way."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def of(self, sheet: str) -> list[Row]:
        return self.rows.get(sheet, [])


SHEETS = {
    "Axes": exports.AXES,
    "Actions": exports.ACTIONS,
    "Étapes": exports.STEPS,
    "Budget": exports.BUDGET,
    "Financements": exports.FUNDINGS,
    "Indicateurs": exports.INDICATORS,
}
NEEDED = {
    "Axes": ("Axe",),
    "Actions": (),
    "Étapes": ("Action", "Étape"),
    "Budget": ("Action", "Année", "Nature", "Prévu"),
    "Financements": ("Action", "Financeur", "Montant"),
    "Indicateurs": ("Action", "Indicateur"),
}
DATES = {"Début prévu", "Fin prévue", "Réalisée le", "Échéance", "Faite le", "À atteindre le"}
AMOUNTS = {"Prévu", "Réalisé", "Montant"}
NUMBERS = {"Objectif", "Seuil d’alerte"}
WHOLE = {"Numéro", "Année"}


def read(content: bytes) -> Workbook:
    """Every row of every sheet that we know. Raises Unreadable when this is not a workbook of ours."""
    book = _open(content)
    found = Workbook()
    try:
        for name in book.sheetnames:
            if name.strip() in SHEETS:
                _read_sheet(book[name], name.strip(), found)
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise Unreadable("Ce classeur est abîmé : une de ses feuilles ne se lit pas.") from error
    finally:
        book.close()
    if not found.rows:
        raise Unreadable("Aucune feuille connue dans ce classeur : partez du modèle ou d’un export du plan.")
    return found


def _open(content: bytes):
    from openpyxl import load_workbook  # long to import
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable("Ce classeur est trop grand une fois ouvert.")
        return load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise Unreadable("Ce fichier n’est pas un classeur XLSX.") from error


def _read_sheet(page, name: str, found: Workbook) -> None:
    lines = page.iter_rows(values_only=True)
    headings = [str(cell).strip() if cell is not None else "" for cell in next(lines, ())]
    known = {heading for heading, _width in SHEETS[name]}
    missing = [heading for heading in NEEDED[name] if heading not in headings]
    if missing:
        found.faults.extend(Fault(name, 1, heading, "Cette colonne manque.") for heading in missing)
        return
    rows = found.rows.setdefault(name, [])
    for line, values in enumerate(lines, start=2):
        cells = {h: v for h, v in zip(headings, values, strict=False) if h in known and not _is_blank(v)}
        if not cells:
            continue
        if len(rows) >= MOST_ROWS:
            found.faults.append(Fault(name, line, "", f"Au plus {MOST_ROWS} lignes par feuille."))
            return
        row = Row(name, line)
        for heading, value in cells.items():
            try:
                row.cells[heading] = _cell(heading, value)
            except ValueError as error:
                found.faults.append(row.fault(heading, str(error)))
        absent = [heading for heading in NEEDED[name] if heading not in cells]
        found.faults.extend(row.fault(heading, "Cette case doit être remplie.") for heading in absent)
        rows.append(row)


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _cell(heading: str, value: Any) -> Any:
    """The cell as what its column holds; raises ValueError with a sentence."""
    if isinstance(value, str) and value.strip() == ERASE:
        return ERASE
    reader = _READERS.get(heading, _text)
    return reader(value)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        raise ValueError("Un texte est attendu, pas une date. Mettez la case au format texte.")  # noqa: TRY004
    return str(value).strip().replace("\r\n", "\n").replace("_x000D_", "")


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise ValueError(f"« {text} » n’est pas une date. Écrivez par exemple 31/12/2026.")


def _decimal(value: Any) -> Decimal:
    text = re.sub(r"[\s\u00a0\u202f€]", "", str(value)).replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"« {value} » n’est pas un nombre.")
    return number


def _amount(value: Any) -> Decimal:
    number = _decimal(value)
    if isinstance(value, float):  # a spreadsheet keeps 0.1 + 0.2 as 0.30000000000000004
        number = number.quantize(Decimal("0.01"))
    if number < 0:
        raise ValueError("Le montant ne peut pas être négatif.")
    if number != number.quantize(Decimal("0.01")):
        raise ValueError("Un montant s’arrête au centime.")
    return number.quantize(Decimal("0.01"))


def _whole(value: Any) -> int:
    number = _decimal(value)
    if number != number.to_integral_value() or not 0 < number < 32768:
        raise ValueError(f"« {value} » n’est pas un nombre entier.")
    return int(number)


_READERS: dict[str, Callable[[Any], Any]] = (
    dict.fromkeys(DATES, _date)
    | dict.fromkeys(AMOUNTS, _amount)
    | dict.fromkeys(NUMBERS, _decimal)
    | dict.fromkeys(WHOLE, _whole)
)
