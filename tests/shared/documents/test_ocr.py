"""Scans: read in French, whatever side they lie on, and copied as a searchable PDF/A that another reader reads."""

import datetime
import io

import pypdf
import pytest
from PIL import Image

from beffroi.shared.documents import demo_texts
from beffroi.shared.documents.models import SearchLine
from beffroi.shared.documents.reading import job, ocr, pages, searchable, straighten
from tests.shared.documents.conftest import sent  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = datetime.date(2024, 3, 12)


@pytest.fixture(scope="module")
def paper():
    words = ("La délibération approuve la création d’une crèche à l’école de Bernaville.", "Elle est exécutoire.")
    return demo_texts._pdf(
        "Délibération du conseil", words, day=DAY, sender="Syndicat des eaux", address="80600 Doullens"
    )


@pytest.fixture(scope="module")
def scan(paper):
    return demo_texts.scanned(paper, seed=3, dpi=200)


def test_noisy_scan_is_read_in_french(scan):
    seen = ocr.see(pages.draw(scan, "application/pdf", 1))
    assert "délibération approuve la création d’une crèche" in seen.text.replace("'", "’")
    assert seen.confidence > ocr.DOUBTFUL


def test_page_upside_down_is_turned(scan):
    page = pages.draw(scan, "application/pdf", 1, dpi=150).transpose(Image.Transpose.ROTATE_180)
    assert "Bernaville" in ocr.see(page).text


def test_job_makes_a_searchable_copy_and_proposes(make_document, scan, space):
    document = make_document("numerisation.pdf", scan, source="scan")
    job.read(document.current_id)
    document.refresh_from_db()
    reading = document.current.reading
    assert (reading.status, reading.method, reading.pages, reading.pages_done) == ("done", "ocr", 1, 1)
    assert "crèche" in reading.text
    assert "crech" in SearchLine.objects.get(pk=document.pk).vector
    with _opened(reading.searchable) as copy:
        reader = pypdf.PdfReader(copy)
        found = reader.pages[0].extract_text()
        metadata = reader.xmp_metadata
    assert "crèche" in found
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")
    proposed = {one.subject: one.value for one in document.suggestions.all()}
    assert proposed == {"date": "2024-03-12", "sender": "Syndicat des eaux"}
    assert document.current.sha256 != reading.searchable.blob.sha256, "the original is kept as it came"


def _opened(file):
    from beffroi.shared.files import storage

    return storage.contents().open(storage.address(file.blob.sha256))


def test_words_lie_where_they_are_seen(scan):
    seen = ocr.see(pages.draw(scan, "application/pdf", 1))
    made = searchable.make("Essai", [seen], at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    places = {}
    pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text(
        visitor_text=lambda text, cm, tm, *_more: places.setdefault(text.strip(), (cm, tm))
    )
    word = next(one for one in seen.words if one.text.startswith("Bernaville"))
    assert any("Bernaville" in text for text in places)
    assert word.box[0] > 0


def test_photo_of_a_page_is_read(make_document, paper):
    kept = io.BytesIO()
    pages.draw(paper, "application/pdf", 1, dpi=150).save(kept, "JPEG", quality=85)
    document = make_document("photo.jpg", kept.getvalue())
    job.read(document.current_id)
    document.current.reading.refresh_from_db()
    assert "Bernaville" in document.current.reading.text


def _laid_on_a_table(page: Image.Image, corners) -> Image.Image:
    """The page as a phone sees it, from the side, on a dark table; the corners are those of the sheet."""
    width, height = page.size
    table = Image.new("RGB", (1400, 1800), (70, 55, 45))
    points = straighten._homography(corners, ((0, 0), (width, 0), (width, height), (0, height)))
    seen = page.convert("RGB").transform(table.size, Image.Transform.PERSPECTIVE, points, Image.Resampling.BICUBIC)
    mask = Image.new("L", page.size, 255).transform(table.size, Image.Transform.PERSPECTIVE, points)
    table.paste(seen, (0, 0), mask)
    return table


def test_photo_taken_from_the_side_is_put_square(paper, make_document):
    corners = ((260, 170), (1180, 260), (1290, 1650), (120, 1560))
    photo = _laid_on_a_table(pages.draw(paper, "application/pdf", 1, dpi=150), corners)
    found = straighten.corners_of(photo)
    for one, other in zip(found, corners, strict=True):
        assert straighten._far(one, other) < 25
    kept = io.BytesIO()
    photo.save(kept, "JPEG", quality=90)
    document = make_document("photo.jpg", kept.getvalue())
    job.read(document.current_id)
    document.current.reading.refresh_from_db()
    assert "Bernaville" in document.current.reading.text
    assert "crèche" in document.current.reading.text


def test_page_that_fills_the_picture_is_left_alone(paper):
    page = pages.draw(paper, "application/pdf", 1, dpi=72)
    assert straighten.flat(page) is page
    assert straighten.flat(Image.new("RGB", (500, 400), (90, 90, 90))).size == (500, 400)


def test_blank_page_is_said_without_text(make_document):
    kept = io.BytesIO()
    Image.new("RGB", (800, 1100), "white").save(kept, "PNG")
    document = make_document("blanc.png", kept.getvalue())
    job.read(document.current_id)
    document.current.reading.refresh_from_db()
    assert document.current.reading.method == "none"
    assert document.current.reading.searchable is None
