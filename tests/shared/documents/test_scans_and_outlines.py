"""Scans in TIFF of several pages; what office files and slides hold."""

import io
import re
import zipfile

import pypdf
import pytest
from django.urls import reverse
from odfdo import Document as OdfDocument
from odfdo import DrawPage, Frame, Header, Paragraph, Table
from openpyxl import Workbook
from PIL import Image

from beffroi.shared.documents import demo_texts
from beffroi.shared.documents.models import SearchLine
from beffroi.shared.documents.reading import job, outline, pages, texts
from beffroi.shared.files import sniff, storage
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.refusals import Refused
from tests.shared.documents.conftest import docx_bytes, sent

pytestmark = pytest.mark.django_db
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    f'PartName="/ppt/presentation.xml" ContentType="{PPTX}.main+xml"/></Types>'
)


def pptx_bytes(*slides: str, notes: str = "") -> bytes:
    """The smallest presentation of Office Open XML."""
    kept = io.BytesIO()
    main = "http://schemas.openxmlformats.org/drawingml/2006/main"
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("ppt/presentation.xml", "<p/>")
        for number, text in enumerate(slides, start=1):
            part = f'<s xmlns:a="{main}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></s>'
            archive.writestr(f"ppt/slides/slide{number}.xml", part)
        if notes:
            part = f'<s xmlns:a="{main}"><a:p><a:r><a:t>{notes}</a:t></a:r></a:p></s>'
            archive.writestr("ppt/notesSlides/notesSlide1.xml", part)
    return kept.getvalue()


def odp_bytes(*slides: str) -> bytes:
    document = OdfDocument("presentation")
    document.body.clear()
    for number, text in enumerate(slides, start=1):
        page = DrawPage(f"page{number}", name=f"Page {number}")
        page.append(Frame.text_frame(text, size=("10cm", "2cm"), position=("1cm", "1cm")))
        document.body.append(page)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def tiff_bytes(*images: Image.Image, compression="group4") -> bytes:
    kept = io.BytesIO()
    drawn = [one.convert("1") if compression == "group4" else one for one in images]
    drawn[0].save(kept, "TIFF", save_all=True, append_images=drawn[1:], compression=compression, dpi=(200, 200))
    return kept.getvalue()


@pytest.fixture(scope="module")
def sheets():
    """Two pages of paper, drawn."""
    import datetime

    made = []
    for words in ("Réfection de la toiture de l’école maternelle.", "Devis accepté par la commission des travaux."):
        paper = demo_texts._pdf("Travaux", (words,), day=datetime.date(2024, 3, 12))
        made.append(pages.draw(paper, "application/pdf", 1, dpi=200))
    return made


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg"])
def test_scan_in_tiff_is_read_page_by_page_and_copied_as_pdf_a(make_document, sheets, compression):
    content = tiff_bytes(*sheets, compression=compression)
    document = make_document("numerisation.tiff", content, source="scan")
    assert (document.name, document.current.mime) == ("numerisation.tiff", "image/tiff")
    job.read(document.current_id)
    document.refresh_from_db()
    reading = document.current.reading
    assert (reading.status, reading.method, reading.pages) == ("done", "ocr", 2)
    first, second = reading.text.split("\f")
    assert "toiture" in first
    assert "commission" in second
    copy = b"".join(storage.contents().read(storage.address(reading.searchable.blob.sha256)))
    reader = pypdf.PdfReader(io.BytesIO(copy))
    assert len(reader.pages) == 2
    assert "commission" in reader.pages[1].extract_text()
    assert (reader.xmp_metadata.pdfaid_part, reader.xmp_metadata.pdfaid_conformance) == ("2", "B")
    kept = b"".join(storage.contents().read(storage.address(document.current.sha256)))
    assert kept == content, "the original is kept as it came"


def test_pages_of_a_tiff_are_shown(client, make_document, sheets, people):
    document = make_document("numerisation.tif", tiff_bytes(*sheets))
    client.force_login(people["manager"])
    for page, status in ((1, 200), (2, 200), (3, 404)):
        answer = client.get(reverse("documents:page", args=[document.pk, 1, page, "grande"]))
        assert answer.status_code == status
        if status == 200:
            assert b"WEBP" in b"".join(answer.streaming_content)


def test_tiff_that_is_cut_or_sent_by_a_resident_is_refused(sheets, people):
    content = tiff_bytes(*sheets)
    for size in (40, len(content) // 3, len(content) - 200):
        with pytest.raises(Refused):
            store_upload(sent("coupe.tif", content[:size]), actor=people["manager"], kind="document")
    with pytest.raises(Refused, match="TIFF"):
        store_upload(sent("photo.tif", content), actor=people["manager"])


def test_slides_are_read_in_their_order_with_their_notes(make_document):
    slides = [f"Diapositive numéro {number}" for number in range(1, 12)]
    content = pptx_bytes(*slides, notes="À dire de vive voix")
    found = texts.read(PPTX, content)
    assert [re.findall(r"\d+", page)[0] for page in found.pages] == [str(number) for number in range(1, 12)]
    assert "vive voix" in found.pages[0]
    document = make_document("conseil.pptx", content)
    job.read(document.current_id)
    document.refresh_from_db()
    assert (document.current.reading.status, document.current.reading.pages) == ("done", 11)
    line = SearchLine.objects.get(pk=document.pk)
    assert line.family == "diapos"


def test_slides_of_an_open_document_are_read(make_document):
    content = odp_bytes("Bilan de l’année", "Projets à venir")
    assert sniff.detect(io.BytesIO(content)) == "application/vnd.oasis.opendocument.presentation"
    document = make_document("bilan.odp", content)
    job.read(document.current_id)
    document.refresh_from_db()
    first, second = document.current.reading.text.split("\f")
    assert "Bilan" in first
    assert "Projets" in second


def _rich_docx() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("Compte rendu", level=1)
    document.add_paragraph("Présents : la présidente.")
    document.add_paragraph("Voirie", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for row, words in zip(table.rows, (("Poste", "Montant"), ("Enrobé", "1 200 €")), strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _rich_odt() -> bytes:
    document = OdfDocument("text")
    document.body.clear()
    document.body.append(Header(1, "Compte rendu"))
    document.body.append(Paragraph("Présents : la présidente."))
    table = Table("Postes", width=2, height=2)
    for row, words in enumerate((("Poste", "Montant"), ("Enrobé", "1 200 €"))):
        for column, word in enumerate(words):
            table.set_value((column, row), word)
    document.body.append(table)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _rich_xlsx() -> bytes:
    book = Workbook()
    book.active.title = "Postes"
    for row in (("Poste", "Montant"), ("Enrobé", 1200.5)):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "kinds", "cell"),
    [
        ("a.docx", _rich_docx, ["title", "text", "item", "table"], "1 200 €"),
        ("a.odt", _rich_odt, ["title", "text", "title", "table"], "1 200 €"),
        ("a.xlsx", _rich_xlsx, ["title", "table"], "1200,5"),
    ],
)
def test_structure_of_an_office_file_is_shown(client, make_document, people, name, make, kinds, cell):
    content = make()
    mime = sniff.detect(io.BytesIO(content))
    found = outline.outline(mime, content)
    assert [block.kind for block in found.blocks] == kinds
    assert found.blocks[-1].rows[1] == ["Enrobé", cell]
    document = make_document(name, content)
    client.force_login(people["manager"])
    for _look in range(2):
        page = client.get(document.get_absolute_url()).content.decode()
        assert f"<td>{cell}</td>" in page
    assert "la mise en page est celle" in page


def test_slides_are_shown_one_by_one(client, make_document, people):
    document = make_document("conseil.pptx", pptx_bytes("Bienvenue", "Le budget"))
    client.force_login(people["manager"])
    page = client.get(document.get_absolute_url()).content.decode()
    assert page.index("Diapositive 1") < page.index("Bienvenue") < page.index("Diapositive 2")


def test_long_file_is_cut_and_says_so(client, make_document, people):
    document = make_document("long.docx", docx_bytes(*[f"Paragraphe {n} : {'mot ' * 40}" for n in range(400)]))
    client.force_login(people["manager"])
    answer = client.get(document.get_absolute_url())
    assert "La suite se lit en ouvrant le document" in answer.content.decode()
    assert len(answer.content) < 60_000


def test_damaged_office_file_has_no_preview_and_its_page_still_opens(client, make_document, people):
    document = make_document("a.docx", docx_bytes("Bonjour"))
    storage.contents().delete(storage.address(document.current.sha256))
    storage.contents().put(storage.address(document.current.sha256), io.BytesIO(b"PK\x03\x04 rien"))
    client.force_login(people["manager"])
    assert client.get(document.get_absolute_url()).status_code == 200
