import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.utils import timezone
from odfdo import Document
from openpyxl import load_workbook

from beffroi.kernel import sheets

HEADERS = ("Nom", "Montant", "Jour", "Public", "Vide")
ROWS = [("=1+1", Decimal("12.50"), datetime.date(2026, 11, 24), True, None), ("Élan", 3, None, False, "")]


def sheet():
    return sheets.Sheet("Essai", HEADERS, ROWS)


def test_xlsx_keeps_types_and_never_writes_a_formula():
    page = load_workbook(io.BytesIO(sheets.xlsx_bytes([sheet()])))["Essai"]
    assert [cell.value for cell in page[1]] == list(HEADERS)
    first = page[2]
    assert (first[0].value, first[0].data_type) == ("=1+1", "s")
    assert (first[1].value, first[2].value.date(), first[3].value) == (12.5, datetime.date(2026, 11, 24), "oui")
    assert page.freeze_panes == "A2"


def test_ods_keeps_types_and_never_writes_a_formula():
    table = Document(io.BytesIO(sheets.ods_bytes([sheet(), sheets.Sheet("Autre", ("A",), [(1,)])]))).body.tables[0]
    cell = table.get_cell((0, 1))
    assert (cell.value, cell.formula) == ("=1+1", None)
    assert table.get_value((1, 1)) == Decimal("12.50")
    assert table.get_value((2, 1)) == datetime.date(2026, 11, 24)


def test_csv_disarms_formulas_and_writes_french_numbers():
    text = sheets.csv_bytes(sheet()).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows == [list(HEADERS), ["'=1+1", "12,50", "2026-11-24", "oui", ""], ["Élan", "3", "", "non", ""]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_csv_disarms_each_dangerous_start(start):
    text = sheets.csv_bytes(sheets.Sheet("x", ("A",), [(f"{start}cmd",)])).decode("utf-8-sig")
    assert text.splitlines()[1] == f"'{start}cmd"


def test_moments_are_written_at_the_local_hour():
    moment = datetime.datetime(2026, 7, 1, 10, 30, tzinfo=datetime.UTC)
    assert sheets.plain(moment) == datetime.datetime(2026, 7, 1, 12, 30)
    assert timezone.is_naive(sheets.plain(moment))


@pytest.mark.parametrize("kind", sheets.TYPES)
def test_download_is_named_and_typed(kind):
    answer = sheets.response(kind, "liste", [sheet()])
    assert answer["Content-Type"] == sheets.TYPES[kind]
    assert answer["Content-Disposition"] == f'attachment; filename="liste.{kind}"'
    assert len(answer.content) > 50
