"""A table as text: CSV with any usual separator, in UTF-8 or in the Windows encoding; and what its cells say."""

import csv
import datetime
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from beffroi.kernel.sheets import DANGEROUS

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 50_000
AMOUNT = re.compile(r"[+-]?\d+(?:\.\d+)?")
FRENCH_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


class Unreadable(Exception):
    """The file as a whole cannot be read; the sentence is for the user."""


class BadCell(ValueError):
    """A cell does not say what it should; the sentence is for the user."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line: `line` = its number in the file, 0 for the file itself."""

    line: int
    column: str
    reason: str


@dataclass
class Table:
    """The rows of a file as {column: text}, each with the number of its line."""

    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def text_of(data: bytes) -> str:
    """The text of a file. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable(f"Ce fichier dépasse {LARGEST >> 20}\u202fMo.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data[:4096]:
        raise Unreadable("Ce n’est pas un fichier CSV : il contient autre chose que du texte.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read(data: bytes) -> Table:
    """The rows of a CSV file, blank lines left out. Raises Unreadable."""
    text = text_of(data)
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t|", key=head.count))
    table = Table()
    try:
        table.columns = [name.strip() for name in next(reader, [])]
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            if len(table.rows) >= MOST_ROWS:
                raise Unreadable(f"Plus de {MOST_ROWS} lignes : coupez le fichier en plusieurs.")
            table.rows.append((reader.line_num, dict(zip(table.columns, map(_cell, values), strict=False))))
    except csv.Error as fault:
        raise Unreadable(f"Le fichier ne se lit plus à la ligne {reader.line_num}.") from fault
    if not table.rows:
        raise Unreadable("Le fichier ne contient aucune ligne sous celle des noms de colonnes.")
    return table


def _cell(value: str) -> str:
    value = value.strip().replace("\x00", "")
    return value[1:] if value.startswith("'") and value[1:].startswith(DANGEROUS) else value


def missing(table: Table, wanted: tuple[str, ...]) -> Iterator[Fault]:
    """The columns that the table should have and has not."""
    for name in wanted:
        if name not in table.columns:
            yield Fault(0, name, "Cette colonne manque.")


def amount(text: str) -> Decimal | None:
    """« 45 678,80 » or « 45678.80 » in euros, to the cent; None for an empty cell. Raises BadCell."""
    plain = re.sub(r"[\s\u00a0\u202f€]", "", text).replace(",", ".")
    if not plain:
        return None
    try:
        if not AMOUNT.fullmatch(plain):
            raise InvalidOperation
        number = Decimal(plain)
    except InvalidOperation as fault:
        raise BadCell(f"« {text[:40]} » n’est pas un montant.") from fault
    if number != number.quantize(Decimal("0.01")):
        raise BadCell(f"« {text[:40]} » a plus de deux décimales.")
    if abs(number) >= Decimal(10) ** 12:
        raise BadCell(f"« {text[:40]} » est trop grand.")
    return number.quantize(Decimal("0.01"))


def day(text: str) -> datetime.date | None:
    """« 2026-11-05 » or « 05/11/2026 »; None for an empty cell. Raises BadCell."""
    text = text.strip()
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(FRENCH_DAY.sub(r"\3-\2-\1", text))
    except ValueError as fault:
        raise BadCell(f"« {text[:20]} » n’est pas une date (AAAA-MM-JJ).") from fault


def period(text: str) -> tuple[datetime.date | None, datetime.date | None]:
    """« 2026-03-01/2026-12-31 », « 01/03/2026/31/12/2026 », or one day alone. Raises BadCell."""
    start, _, end = FRENCH_DAY.sub(r"\3-\2-\1", text).partition("/")
    return day(start), day(end)
