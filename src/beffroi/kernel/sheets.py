"""A table as a file that an office suite opens: CSV, XLSX (ISO/IEC 29500) or ODS (ISO/IEC 26300).

Text stays text: a cell that begins with « = » is never a formula, so a list cannot carry one to the reader's computer.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone

if TYPE_CHECKING:  # openpyxl and odfdo are long to import: only those who write a file pay for it
    from openpyxl import Workbook

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
LABELS = {"xlsx": "Excel (XLSX)", "ods": "LibreOffice (ODS)", "csv": "Texte (CSV)"}
WRAPPED = 40
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Sheet:
    """One table: `rows` hold text, numbers, dates, booleans or None. `widths` = characters, by column."""

    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = field(default_factory=tuple)


def plain(value: Any) -> Any:
    """What a cell holds: aware moments become local and naive, booleans « oui » and « non », the rest as it is."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if value is None or isinstance(value, int | float | Decimal | date):
        return value
    return str(value)


def csv_bytes(sheet: Sheet) -> bytes:
    """Semicolons and a byte order mark, as French office suites expect; numbers with a comma, days as 2026-11-24.

    A text that a spreadsheet would run as a formula is preceded by an apostrophe.
    """
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    writer.writerow(sheet.headers)
    writer.writerows([_csv_cell(value) for value in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + output.getvalue().encode()


def _csv_cell(value: Any) -> str:
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, float | Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, date):
        return value.isoformat(sep=" ", timespec="seconds") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return str(value)


def workbook(sheets: Iterable[Sheet]) -> "Workbook":
    """An XLSX workbook, one sheet for each table, the headers frozen and filtered."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    wrapped = Alignment(vertical="top", wrap_text=True)
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.title[:31])
        page.append(list(sheet.headers))
        for cell in page[1]:
            cell.font = Font(bold=True, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor="142A3E")
            cell.alignment = wrapped
        for number, row in enumerate(sheet.rows, start=2):
            for column, value in enumerate(row, start=1):
                _fill(page.cell(number, column), plain(value), wrapped)
        page.freeze_panes = "A2"
        page.auto_filter.ref = page.dimensions
        for rank in range(1, len(sheet.headers) + 1):
            width = sheet.widths[rank - 1] if rank <= len(sheet.widths) else 18
            page.column_dimensions[get_column_letter(rank)].width = width
    return book


def _fill(cell, value: Any, wrapped) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if len(value) > WRAPPED or "\n" in value:  # a style for each cell would make a long table very slow
            cell.alignment = wrapped
    elif isinstance(value, datetime):
        cell.number_format = "dd/mm/yyyy hh:mm"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, Decimal):
        cell.number_format = "#,##0.00"


def xlsx_bytes(sheets: Iterable[Sheet]) -> bytes:
    output = io.BytesIO()
    workbook(sheets).save(output)
    return output.getvalue()


def ods_bytes(sheets: Iterable[Sheet]) -> bytes:
    """An ODS workbook, one sheet for each table."""
    from odfdo import Cell, Document, Row, Table

    document = Document("spreadsheet")
    document.body.clear()
    for sheet in sheets:
        table = Table(sheet.title[:31])
        for values in [sheet.headers, *sheet.rows]:
            row = Row()
            for value in values:
                row.append_cell(Cell(plain(value)) if value is not None else Cell())
            table.append_row(row)
        document.body.append(table)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def response(kind: str, name: str, sheets: Sequence[Sheet]) -> HttpResponse:
    """The file to download; `kind` is a key of `TYPES` (CSV holds the first table only)."""
    if kind == "csv":
        content = csv_bytes(sheets[0])
    else:
        content = xlsx_bytes(sheets) if kind == "xlsx" else ods_bytes(sheets)
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
