"""Batches: printed sheets are found again in what a real scanner makes, dusty, turned and askew."""

import datetime
import io
import random

import numpy
import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader

from beffroi.kernel import pdf
from beffroi.kernel.models import Entry
from beffroi.modules.mail import actions, paper, scans
from beffroi.modules.mail.demo import TEMPLATE
from beffroi.modules.mail.models import Batch, Letter
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile

pytestmark = pytest.mark.django_db


def picture(content: bytes) -> Image.Image:
    """The first page as a scanner sees it, at 200 dots per inch."""
    document = pypdfium2.PdfDocument(content)
    return document[0].render(scale=200 / 72, grayscale=True).to_pil()


def dirty(page: Image.Image, *, angle=0.0, noise=0, faint=0, specks=0, seed=1) -> Image.Image:
    """Turned, grey, noisy, with black specks: all the same at each run."""
    draw = numpy.random.default_rng(seed)
    turned = page.rotate(angle, expand=True, fillcolor=255)
    pixels = numpy.asarray(turned, dtype=numpy.int32)
    pixels = faint + pixels * (255 - faint) // 255
    pixels = pixels + draw.normal(0, noise, pixels.shape).astype(numpy.int32) if noise else pixels
    pixels = numpy.clip(pixels, 0, 255).astype(numpy.uint8)
    for _speck in range(specks):
        y, x = draw.integers(0, pixels.shape[0] - 6), draw.integers(0, pixels.shape[1] - 6)
        pixels[y : y + 5, x : x + 5] = 0
    return Image.fromarray(pixels)


def scanned(pages: list[Image.Image]) -> bytes:
    """The pages as a scanner writes them: pictures in a PDF, compressed with loss."""
    output = io.BytesIO()
    pages[0].save(output, "PDF", save_all=True, append_images=pages[1:], resolution=200, quality=70)
    return output.getvalue()


@pytest.fixture
def sheet(register, team):
    return {
        "team": picture(paper.separators(register, [team], 1)),
        "plain": picture(paper.separators(register, [None], 1)),
    }


@pytest.fixture
def page():
    def make(title):
        day = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
        data = {"title": title, "sender": "Jeanne Martin", "day": "mardi 24 novembre 2026"}
        return picture(pdf.render(TEMPLATE, data, at=day))

    return make


@pytest.mark.parametrize("angle", [0, 90, 180, 270, 4, -7, 13])
@pytest.mark.parametrize(("noise", "faint", "specks"), [(0, 0, 0), (35, 0, 0), (20, 110, 0), (10, 40, 400)])
def test_separator_is_read_however_it_was_scanned(sheet, register, team, angle, noise, faint, specks):
    content = scanned([dirty(sheet["team"], angle=angle, noise=noise, faint=faint, specks=specks)])
    assert list(scans.marks(content)) == [paper.Mark(register.pk, team.pk)]


def test_page_of_a_letter_is_no_separator(page):
    content = scanned([dirty(page("Un"), noise=30, specks=200), page("Deux").rotate(180)])
    assert list(scans.marks(content)) == [None, None]


def test_code_of_another_program_does_not_cut():
    import segno

    output = io.BytesIO()
    segno.make("https://example.org/", error="h").save(output, kind="png", scale=10)
    other = Image.new("L", (1654, 2339), 255)
    other.paste(Image.open(output).convert("L"), (200, 200))
    assert list(scans.marks(scanned([other]))) == [None]
    for text in ("BEFFROI-PLI:12", "BEFFROI-PLI:1:2", "BEFFROI-PLI:a:b:c", "AUTRE:1:2:3", ""):
        assert paper.read_mark(text) is None


@pytest.mark.parametrize(
    ("found", "parts"),
    [
        ([(1, 5), None, None, (1, 0), None], [(2, 3, 5), (5, 5, 0)]),
        ([None, None, (1, 7), None], [(1, 2, 0), (4, 4, 7)]),
        ([(1, 5), (1, 6), None], [(3, 3, 6)]),
        ([(1, 5), None, (1, 6)], [(2, 2, 5)]),
        ([(2, 9), None], [(2, 2, 0)]),
        ([(1, 5)], []),
        ([], []),
    ],
)
def test_pages_between_two_sheets_are_a_letter(found, parts):
    marks = [one and paper.Mark(*one) for one in found]
    assert [(one.first, one.last, one.team) for one in scans.parts(marks, 1)] == parts


@pytest.fixture
def batch(sheet, page, register, clerk):
    """Three letters of two, one and one pages, scanned in a bad mood."""
    pages = [
        dirty(sheet["team"], angle=180, noise=20),
        page("Un"),
        page("Un, suite"),
        dirty(sheet["plain"], angle=3, faint=60),
        dirty(page("Deux"), noise=15),
        sheet["plain"],
        page("Trois"),
    ]
    upload = SimpleUploadedFile("matin.pdf", scanned(pages), "application/pdf")
    made = actions.receive_batch(register, actor=clerk, document=store_upload(upload, actor=clerk))
    actions.cut_batch(made)
    made.refresh_from_db()
    return made


def test_batch_is_cut_into_its_letters(batch, team):
    items = list(batch.items.all())
    assert [(one.first_page, one.last_page, one.team) for one in items] == [(2, 3, team), (5, 5, None), (7, 7, None)]
    assert (batch.pages, batch.fault) == (7, "")
    assert actions.cut_batch(batch) == 0, "a job that runs twice changes nothing"
    assert batch.items.count() == 3


def test_letter_of_a_batch_takes_its_pages_and_leaves_the_batch(batch, clerk, register, team, client):
    first = batch.items.first()
    client.force_login(clerk)
    form = {"register": register.pk, "object": "Un", "arrived_on": "2026-11-24", "channel": "post", "sender": "Paul"}
    answer = client.post(f"/bureau/courrier/lots/{batch.pk}/{first.pk}/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer["Location"].endswith(f"/{batch.items.all()[1].pk}/"), "the next letter of the batch comes at once"
    letter = Letter.objects.get()
    pages = StoredFile.objects.about(letter).get()
    with pages_of(pages) as content:
        assert len(PdfReader(content).pages) == 2
    first.refresh_from_db()
    assert (first.letter, letter.team) == (letter, team), "its separator named the service"
    with pytest.raises(ValidationError, match="déjà enregistré"):
        actions.register_item(first, Letter(register=register, object="Bis"), actor=clerk, sender="Paul")


def pages_of(file):
    from beffroi.shared.files import storage

    return io.BytesIO(b"".join(storage.contents().read(storage.address(file.blob.sha256))))


def test_sheet_put_by_mistake_is_joined_to_the_letter_before(batch, clerk):
    before, wrong = batch.items.all()[:2]
    joined = actions.join_item(wrong, actor=clerk)
    assert joined == before
    with pages_of(joined.file()) as content:
        assert len(PdfReader(content).pages) == 3
    assert batch.items.count() == 2


def test_pages_that_are_no_letter_are_set_aside(batch, clerk):
    item = batch.items.last()
    actions.set_item_aside(item, actor=clerk)
    item.refresh_from_db()
    assert item.set_aside
    assert Entry.objects.filter(verb="mail.set_aside").count() == 1


def test_damaged_file_is_told_on_the_page_of_the_batch(register, clerk, client):
    upload = SimpleUploadedFile("abime.pdf", b"%PDF-1.4\n" + random.Random(1).randbytes(400), "application/pdf")
    batch = actions.receive_batch(register, actor=clerk, document=store_upload(upload, actor=clerk))
    assert actions.cut_batch(batch) == 0
    client.force_login(clerk)
    assert "abîmé" in client.get(batch.get_absolute_url()).content.decode()


def test_batches_of_another_body_do_not_exist(batch, secretary, client):
    client.force_login(secretary)
    assert client.get(batch.get_absolute_url()).status_code == 404
    assert not Batch.objects.visible_to(secretary).exists()


def test_sheets_are_printed_for_the_services_chosen(register, team, clerk, client):
    client.force_login(clerk)
    form = {"register": register.pk, "teams": [team.pk], "copies": 3}
    answer = client.get("/bureau/courrier/lots/feuilles/", form)
    assert answer["Content-Type"] == "application/pdf"
    assert list(scans.marks(answer.content)) == [paper.Mark(register.pk, team.pk)] * 3


def test_pages_scanned_after_the_letter_was_registered_join_its_pieces(
    make_letter, sheet, page, register, clerk, commune, make_register, secretary, client
):
    letter = make_letter()
    elsewhere = make_letter(book=make_register(code="C", body=commune), actor=secretary)
    client.force_login(clerk)
    printed = client.get(f"/bureau/courrier/{letter.pk}/feuille.pdf")
    pages = [
        dirty(picture(printed.content), angle=90, noise=20),
        page("Un"),
        page("Un, suite"),
        sheet["plain"],
        page("Deux"),
        picture(paper.cover(elsewhere)),
        page("Trois"),
    ]
    upload = SimpleUploadedFile("soir.pdf", scanned(pages), "application/pdf")
    batch = actions.receive_batch(register, actor=clerk, document=store_upload(upload, actor=clerk))
    actions.cut_batch(batch)
    assert [item.letter for item in batch.items.all()] == [letter, None, None], "never in the register of another body"
    with pages_of(StoredFile.objects.about(letter).get(kind="scan")) as content:
        assert len(PdfReader(content).pages) == 2
    assert Entry.objects.filter(verb="mail.scan", target_id=letter.pk).count() == 1
    assert not StoredFile.objects.about(elsewhere).exists()
    assert client.get(batch.get_absolute_url()).status_code == 200
