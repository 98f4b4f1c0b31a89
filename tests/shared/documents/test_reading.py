"""What is read in each kind of file, by files that others made."""

import io
from email.message import EmailMessage

import openpyxl
import pytest
from odfdo import Cell, Header, Paragraph, Row, Table
from odfdo import Document as OdfDocument

from beffroi.shared.documents import demo_texts
from beffroi.shared.documents.models import SearchLine
from beffroi.shared.documents.reading import job, pages, texts
from beffroi.shared.files import sniff
from tests.shared.documents.conftest import TEXT, docx_bytes


def read(content: bytes) -> texts.Read:
    return texts.read(sniff.detect(io.BytesIO(content), filed=True), content)


def _odt() -> bytes:
    document = OdfDocument("text")
    document.body.clear()
    document.body.append(Header(1, "Convention"))
    document.body.append(Paragraph(TEXT))
    return _saved(document)


def _ods() -> bytes:
    document = OdfDocument("spreadsheet")
    document.body.clear()
    table, row = Table("Budget"), Row()
    for value in ("Fournitures", 120):
        row.append_cell(Cell(value))
    table.append_row(row)
    document.body.append(table)
    return _saved(document)


def _saved(document) -> bytes:
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Fournitures", 120])
    return _saved(book)


def test_text_of_office_files():
    assert TEXT in read(docx_bytes("Convention", TEXT)).text
    assert TEXT in read(_odt()).text
    assert "Fournitures" in read(_ods()).text
    assert "120" in read(_xlsx()).text
    assert read("Où ça ? Là.".encode("cp1252")).text == "Où ça ? Là."


def test_text_of_a_pdf_page_by_page():
    made = next(demo_texts.market(2024))
    found = read(made.content)
    assert len(found.pages) == 1
    assert "Procédure adaptée ouverte" in found.text
    assert texts.language_of(found.text) == "fr"


def test_message_gives_its_sender_date_and_attachments():
    mail = EmailMessage()
    mail["From"] = "Léa Martin <lea@example.invalid>"
    mail["Subject"] = "Demande de bac"
    mail["Date"] = "Tue, 24 Nov 2026 10:00:00 +0100"
    mail.set_content("brut")
    mail.add_alternative("<p>Bonjour,</p><script>x()</script><p>un <b>bac</b> jaune</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.4", "application", "pdf", filename="plan.pdf")
    found = read(mail.as_bytes())
    assert found.sender.startswith("Léa Martin")
    assert found.day.isoformat() == "2026-11-24"
    assert "plan.pdf" in found.text
    assert "x()" not in found.text


def test_broken_files_are_said_unreadable():
    with pytest.raises(texts.Unreadable):
        texts.read("application/pdf", b"%PDF-1.7 nothing")


def test_language_needs_enough_words():
    assert texts.language_of("The town hall is open for you and the office is in the street.") == "en"
    assert texts.language_of("Facture 12") == ""


def test_picture_of_a_page_has_the_wanted_width():
    content = next(demo_texts.market(2024)).content
    drawn = pages.draw(content, "application/pdf", 1, width=600)
    assert abs(drawn.width - 600) <= 1
    assert drawn.height > drawn.width
    with pytest.raises(IndexError):
        pages.draw(content, "application/pdf", 2)


@pytest.mark.django_db
def test_job_reads_and_indexes(make_document):
    document = make_document("Convention.docx", docx_bytes("Convention", TEXT))
    assert SearchLine.objects.get(pk=document.pk).vector is not None
    job.read(document.current_id)
    document.refresh_from_db()
    reading = document.current.reading
    assert (reading.status, reading.method) == ("done", "inside")
    assert TEXT in reading.text
    assert "salle" in SearchLine.objects.get(pk=document.pk).vector
    job.read(document.current_id)


@pytest.mark.django_db
def test_job_says_what_it_could_not_read(make_document):
    document = make_document("casse.pdf", b"%PDF-1.7\nrien")
    job.read(document.current_id)
    document.current.reading.refresh_from_db()
    assert document.current.reading.status == "failed"
    assert "abîmé" in document.current.reading.fault
