"""A passage that is hidden is nowhere in the copy: checked by pdftotext, by its pixels, and in its bytes."""

import datetime
import io
import subprocess

import numpy
import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from PIL import Image

from beffroi.kernel.models import Entry
from beffroi.shared.documents import actions, demo_texts
from beffroi.shared.documents.models import Document, Link
from beffroi.shared.documents.reading import job, pages, redact
from beffroi.shared.files import storage
from tests.contract import rules

pytestmark = pytest.mark.django_db
DAY = datetime.date(2024, 3, 12)
SECRET = "Jeanne Martin-Dubois"
WORDS = (f"Le conseil a reçu la demande de {SECRET}, domiciliée 12 rue du Fossé.", "La subvention est accordée.")


@pytest.fixture(scope="module")
def paper():
    return demo_texts._pdf("Demande", WORDS, day=DAY, sender="Syndicat des eaux", address="80600 Doullens")


def bytes_of(document) -> bytes:
    return b"".join(storage.contents().read(storage.address(document.current.sha256)))


def text_of(content: bytes, tmp_path) -> str:
    """As another reader sees it."""
    path = tmp_path / "occulte.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return done.stdout


def all_bytes(content: bytes) -> bytes:
    """Every stream, unpacked."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    parts = [content, str(reader.metadata).encode()]
    for number in range(1, len(reader.xref[0]) + 1 if 0 in reader.xref else 2000):
        found = reader.get_object(pypdf.generic.IndirectObject(number, 0, reader))
        if found is None:
            break
        parts.append(repr(found).encode())
        if hasattr(found, "get_data") and found.get("/Subtype") != "/Image":
            parts.append(found.get_data())
    return b"\n".join(parts)


def put(document, people, **more):
    return actions.redact_document(
        document,
        actor=people["manager"],
        space=document.space,
        folder=document.folder,
        name="Demande (occulté)",
        reason="Vie privée (CRPA, L311-6)",
        **more,
    )


def test_passage_is_removed_from_the_text_the_picture_and_the_bytes(make_document, people, paper, tmp_path):
    original = make_document("demande.pdf", paper)
    job.read(original.current_id)
    original.refresh_from_db()
    before = redact.find(paper, [SECRET])
    assert before
    copy = put(original, people, passages=[SECRET])
    content = bytes_of(copy)
    text = text_of(content, tmp_path)
    assert "Jeanne" not in text
    assert "Dubois" not in text
    assert "La subvention est accordée" in " ".join(text.split()).replace("\u202f", " "), "the rest is still found"
    assert b"Jeanne" not in all_bytes(content)
    picture = pages.draw(content, "application/pdf", 1, dpi=150)
    for zone in before:
        box = [
            int(zone.left * picture.width),
            int(zone.top * picture.height),
            int(zone.right * picture.width),
            int(zone.bottom * picture.height),
        ]
        hidden = numpy.asarray(picture.crop(box).convert("L"))
        assert hidden.max() < 60, "all black"
    rest = numpy.asarray(picture.convert("L"))
    assert (rest < 100).mean() < 0.2, "and the page is still there"
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert not reader.attachments
    assert (reader.xmp_metadata.pdfaid_part, reader.xmp_metadata.pdfaid_conformance) == ("2", "B")
    assert bytes_of(original) == paper, "the original is as it was"


def test_copy_is_another_document_tied_to_the_first_with_rights_of_its_own(
    make_document, people, paper, space, make_folder, client
):
    closed = make_folder("Demandes")
    fence = actions.fence_off(closed, actor=people["manager"], inherits=False)
    opened = make_folder("Communicables")
    original = make_document("demande.pdf", paper, folder=closed)
    copy = actions.redact_document(
        original,
        actor=people["manager"],
        space=space,
        folder=opened,
        name="Demande",
        reason="Vie privée",
        passages=["Martin"],
    )
    link = Link.objects.get()
    assert (link.one, link.other, link.kind) == (copy, original, "redacts")
    assert copy.source == "redacted"
    seen = Document.objects.visible_to(people["outside"])
    assert list(seen) == [copy]
    assert fence.grants.count() == 1
    lines = Entry.objects.filter(verb="documents.redact")
    assert lines.count() == 2
    assert not any("Martin" in str(line.data) for line in lines), "what was hidden is not in the journal"


def test_zone_drawn_on_a_scan_hides_its_picture_and_the_words_under_it(make_document, people, paper, tmp_path):
    scan = demo_texts.scanned(paper, seed=3, dpi=200)
    document = make_document("numerisation.pdf", scan, source="scan")
    job.read(document.current_id)
    document.refresh_from_db()
    assert document.current.reading.method == "ocr"
    whole = text_of(
        b"".join(storage.contents().read(storage.address(document.current.reading.searchable.blob.sha256))), tmp_path
    )
    assert "subvention" in whole
    copy = put(document, people, zones=[redact.Zone(1, 0, 0.15, 1, 1)])
    content = bytes_of(copy)
    assert "subvention" not in text_of(content, tmp_path)
    picture = numpy.asarray(pages.draw(content, "application/pdf", 1, dpi=72).convert("L"))
    low = picture[int(picture.shape[0] * 0.16) : int(picture.shape[0] * 0.99), :]
    assert low.max() < 60


def test_photo_is_hidden_by_zones_alone(make_document, people, tmp_path):
    kept = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(kept, "PNG")
    document = make_document("photo.png", kept.getvalue())
    copy = put(document, people, zones=[redact.Zone(1, 0.25, 0.25, 0.75, 0.75)])
    picture = pages.draw(bytes_of(copy), "application/pdf", 1, dpi=72)
    assert picture.convert("L").getpixel((picture.width // 2, picture.height // 2)) < 60
    assert picture.convert("L").getpixel((5, 5)) > 200
    with pytest.raises(ValidationError, match="pas de texte"):
        put(document, people, passages=["mot"])


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_page_is_hidden_where_its_words_are_seen(paper, tmp_path, turn):
    reader, writer = pypdf.PdfReader(io.BytesIO(paper)), pypdf.PdfWriter()
    writer.add_page(reader.pages[0]).rotate(turn)
    kept = io.BytesIO()
    writer.write(kept)
    turned = kept.getvalue()
    zones = redact.find(turned, [SECRET])
    made = redact.make(
        "Essai", "application/pdf", turned, zones, at=datetime.datetime(2024, 3, 12, tzinfo=datetime.UTC)
    )
    assert "Jeanne" not in text_of(made, tmp_path)
    picture = pages.draw(turned, "application/pdf", 1, dpi=150).convert("L")
    for zone in zones:
        box = [
            int(zone.left * picture.width),
            int(zone.top * picture.height),
            int(zone.right * picture.width),
            int(zone.bottom * picture.height),
        ]
        assert numpy.asarray(picture.crop(box)).min() < 120, "there is ink where the zone says that the word is"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "Dites ce qui est à occulter"),
        ({"passages": ["introuvable"]}, "nulle part"),
        ({"zones": [redact.Zone(9, 0, 0, 0.5, 0.5)]}, "pas de page 9"),
        ({"zones": [redact.Zone(1, 0.5, 0.5, 0.5, 0.9)]}, "pourcentages"),
    ],
)
def test_what_cannot_be_hidden_is_told_and_nothing_is_filed(make_document, people, paper, more, told):
    document = make_document("demande.pdf", paper)
    with pytest.raises(ValidationError, match=told):
        put(document, people, **more)
    assert Document.objects.count() == 1


def test_page_takes_words_and_drawn_zones(client, make_document, people, paper, space):
    document = make_document("demande.pdf", paper)
    job.read(document.current_id)
    client.force_login(people["manager"])
    address = reverse("documents:redact", args=[document.pk])
    page = client.get(address).content.decode()
    assert 'data-redact-page="1"' in page
    picture = client.get(reverse("documents:redact_page", args=[document.pk, 1]))
    assert b"WEBP" in b"".join(picture.streaming_content)
    given = {
        "passages": SECRET,
        "zones": "une zone",
        "reason": "Vie privée (CRPA, L311-6)",
        "name": "Demande occultée",
        "place": f"e{space.pk}",
    }
    refused = client.post(address, given).content.decode()
    assert "n’est pas une zone" in refused
    assert SECRET in refused, "what was typed is kept"
    answer = client.post(address, given | {"zones": "1 10 10 20,5 5"})
    copy = Document.objects.get(name="Demande occultée.pdf")
    assert answer["Location"] == copy.get_absolute_url()
    assert "est la version occultée de" in client.get(copy.get_absolute_url()).content.decode().lower()
    client.force_login(people["elected"])
    assert client.get(address).status_code == 403


@pytest.fixture
def long(make_document, paper):
    """A document of 63 pages, as it was read."""
    leaf, writer = pypdf.PdfReader(io.BytesIO(paper)).pages[0], pypdf.PdfWriter()
    for _page in range(63):
        writer.add_page(leaf)
    kept = io.BytesIO()
    writer.write(kept)
    document = make_document("enquete.pdf", kept.getvalue())
    job.read(document.current_id)
    document.refresh_from_db()
    return document


def test_long_document_is_redacted_part_by_part(client, long, people, space, tmp_path):
    client.force_login(people["manager"])
    address = reverse("documents:redact", args=[long.pk])
    page = client.get(address).content.decode()
    assert list(rules.page(page)) == []
    assert 'href="?page=61">61 à 63</a>' in page
    given = {
        "passages": SECRET,
        "zones": "",
        "reason": "Vie privée (CRPA, L311-6)",
        "name": "Enquête (occulté)",
        "place": f"e{space.pk}",
    }
    refused = client.post(address, given)
    assert "60 pages au plus à la fois" in refused.context["form"].errors["last"][0]
    assert SECRET in refused.content.decode(), "what was typed is kept"
    shown = client.get(f"{address}?page=61").content.decode()
    assert 'data-redact-page="63"' in shown
    assert 'data-redact-page="60"' not in shown
    assert 'name="first" value="61"' in shown
    elsewhere = client.post(address, given | {"first": 61, "last": 63, "zones": "2 10 10 20 5"})
    assert "La page 2 n’est pas dans la partie" in elsewhere.context["form"].errors["zones"][0]
    answer = client.post(f"{address}?page=61", given | {"first": 61, "last": 63, "zones": "63 0 50 100 50"})
    copy = Document.objects.get(name="Enquête (occulté).pdf")
    assert answer["Location"] == copy.get_absolute_url()
    content = bytes_of(copy)
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 3
    assert "Jeanne" not in text_of(content, tmp_path)
    low = numpy.asarray(pages.draw(content, "application/pdf", 3, dpi=72).convert("L"))
    assert low[int(low.shape[0] * 0.52) : int(low.shape[0] * 0.98), :].max() < 60, "the zone is on its own page"
    assert Entry.objects.get(verb="documents.redact", target_id=copy.pk).data["pages"] == "61-63"


@pytest.mark.parametrize(("first", "last"), [(5, 3), (1, 64), (64, None), (1, 61), (None, None)])
def test_part_that_is_not_in_the_document_is_refused(first, last):
    with pytest.raises(redact.BadZone):
        redact.part(63, first, last)


PARTS = [(3, None, None, (1, 3)), (63, 4, None, (4, 63)), (63, None, 60, (1, 60)), (200, 141, 200, (141, 200))]


@pytest.mark.parametrize(("total", "first", "last", "pages"), PARTS)
def test_part_is_what_was_asked_or_all(total, first, last, pages):
    found = redact.part(total, first, last)
    assert (found[0], found[-1]) == pages
