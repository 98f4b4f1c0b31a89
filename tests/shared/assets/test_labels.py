"""Sheets of labels: each code is read back from the printed page, at the place where its label is."""

import io
import re
import shutil
import subprocess

import pytest
from pypdf import PdfReader

from beffroi.shared.assets import labels
from tests.shared.assets.conftest import photo  # noqa: F401  the store of files

pytestmark = pytest.mark.django_db
URL = "/bureau/equipements/etiquettes/"
MM = 72 / 25.4


def scanned(pdf: bytes, folder) -> list[str]:
    """What a reader of codes finds on the pages, printed at 200 dots an inch."""
    if not shutil.which("zbarimg") or not shutil.which("pdftoppm"):
        pytest.skip("zbarimg ou pdftoppm manque")
    (folder / "a.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", folder / "a.pdf", folder / "page"], check=True)
    pages = sorted(folder.glob("page*.png"))
    answer = subprocess.run(["zbarimg", "--quiet", "--raw", *pages], check=True, capture_output=True)
    return answer.stdout.decode().split()


@pytest.mark.parametrize("sheet", labels.SHEETS, ids=lambda sheet: sheet.code)
def test_each_sheet_prints_codes_that_are_read(make_asset, tmp_path, sheet):
    assets = [make_asset(f"EP-{n}", name="Point lumineux de la rue du Moulin, devant l’école") for n in range(5)]
    pdf = labels.render(assets, sheet, owner="Communauté de communes d’Essai")
    assert sorted(scanned(pdf, tmp_path)) == sorted(asset.label_url() for asset in assets)


def test_labels_fill_the_sheet_and_begin_where_asked(make_asset, tmp_path):
    sheet = labels.sheet("8")
    assets = [make_asset(f"EP-{n}") for n in range(8)]
    assert len(PdfReader(io.BytesIO(labels.render(assets, sheet))).pages) == 1
    late = PdfReader(io.BytesIO(labels.render(assets, sheet, start=8)))
    assert len(late.pages) == 2
    assert "EP-0" in late.pages[0].extract_text()
    assert "EP-1" not in late.pages[0].extract_text()


@pytest.mark.parametrize("sheet", labels.SHEETS, ids=lambda sheet: sheet.code)
def test_sheet_fits_on_a4_and_is_centred(sheet):
    width = sheet.columns * sheet.width + (sheet.columns - 1) * sheet.gap
    height = sheet.rows * sheet.height
    assert 210 - width == pytest.approx(2 * sheet.left, abs=0.2)
    assert 297 - height == pytest.approx(2 * sheet.top, abs=0.4)


def test_page_gives_the_pdf_of_the_ticked_lines(desk, make_asset, tmp_path):
    wanted, other = make_asset("EP-1"), make_asset("EP-2")
    page = desk.get(f"{URL}?choix={wanted.pk}").content.decode()
    assert "1\u00a0équipement" in page.replace("&nbsp;", "\u00a0")
    answer = desk.get(f"{URL}?choix={wanted.pk}&planche=24&debut=3")
    assert answer["Content-Type"] == "application/pdf"
    assert scanned(answer.content, tmp_path) == [wanted.label_url()]
    assert other.code not in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def test_page_without_asset_or_with_too_many_says_what_to_do(desk, make_asset, monkeypatch):
    assert "Cochez des lignes" in desk.get(URL).content.decode()
    make_asset("EP-1")
    make_asset("EP-2")
    monkeypatch.setattr(labels, "MOST", 1)
    assert "Trop d’étiquettes" in desk.get(f"{URL}?planche=21&debut=1").content.decode()
    wrong = desk.get(f"{URL}?q=EP-1&planche=21&debut=900")
    assert wrong["Content-Type"].startswith("text/html")
    assert "65" in wrong.content.decode()


def test_label_is_drawn_from_letters_that_nobody_confuses(make_asset):
    assert re.fullmatch("[2-9A-HJ-NP-Z]{10}", make_asset().tag)
