"""Notes on the pages: who writes, reads, changes; the file is never touched."""

import io
import uuid
import zipfile

import pypdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from lxml import etree

from beffroi.kernel.models import Entry
from beffroi.shared.signing import actions, bordereau
from beffroi.shared.signing.models import Annotation, Kind

pytestmark = pytest.mark.django_db
V, S = Kind.VISA, Kind.SIGNATURE
PLACE = {"page": 1, "x": 300, "y": 420}


def _note(folder, actor, text="Reprendre la date", **more):
    return actions.add_annotation(folder, actor=actor, text=text, **(PLACE | more))


def _approve(folder, actor):
    return actions.decide_step(folder.steps.decidable_by(actor).first(), actor=actor, approve=True)


def test_note_is_beside_the_document_and_never_in_it(send, people):
    folder = send()
    before = folder.main().blob.sha256
    note = _note(folder, people["director"])
    assert folder.main().blob.sha256 == before == note.sha256
    assert note.desk.name == "Director"
    assert Entry.objects.get(verb="signing.annotate").data == {"note": note.pk, "page": 1}


# Who may, of: the author, a desk whose turn it is, one later in the circuit, one outside, the manager.
@pytest.mark.parametrize(
    ("name", "may"), [("author", True), ("director", True), ("president", True), ("other", False), ("manager", False)]
)
def test_who_may_write_a_note(client, send, people, name, may):
    folder = send()
    if may:
        _note(folder, people[name])
    else:
        with pytest.raises(PermissionDenied):
            _note(folder, people[name])
    client.force_login(people[name])
    answer = client.post(
        reverse("signing:notes", args=[folder.pk]), {"page": 1, "x": "12.5", "y": "30", "text": "Par la page"}
    )
    assert answer.status_code == (302 if may else 404 if name == "other" else 403)
    assert Annotation.objects.filter(text="Par la page", x=125, y=300).exists() is may


def test_private_note_is_read_by_its_desk_alone(client, send, people, desks):
    actions.save_desk(desks["director"], actor=people["manager"], holders=[people["director"], people["other"]])
    folder = send()
    _note(folder, people["director"], "Entre nous", is_private=True)
    _note(folder, people["director"], "Pour tous")
    for name, reads in (("director", True), ("other", True), ("president", False), ("author", False)):
        client.force_login(people[name])
        page = client.get(reverse("signing:notes", args=[folder.pk])).content.decode()
        assert "Pour tous" in page
        assert ("Entre nous" in page) is reads
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(bordereau.render(folder))).pages)
    assert "Pour tous" in text
    assert "Entre nous" not in text


def test_author_of_a_note_changes_it_before_the_next_step_only(client, send, people):
    folder = send()
    note = _note(folder, people["director"])
    with pytest.raises(PermissionDenied):
        actions.remove_annotation(note, actor=people["president"])
    client.force_login(people["director"])
    url = reverse("signing:note", args=[folder.pk, note.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"page": 1, "x": 10, "y": 90, "text": "Reprendre le lieu", "is_private": "on"})
    note.refresh_from_db()
    assert (note.text, note.x, note.y, note.is_private) == ("Reprendre le lieu", 100, 900, True)
    _approve(folder, people["director"])
    with pytest.raises(ValidationError, match="Trop tard"):
        actions.change_annotation(note, actor=people["director"], text="X", is_private=False, **PLACE)
    with pytest.raises(ValidationError, match="Trop tard"):
        actions.remove_annotation(note, actor=people["director"])
    client.post(reverse("signing:remove_note", args=[folder.pk, note.pk]))
    assert Annotation.objects.filter(pk=note.pk).exists()


def test_note_is_removed_before_the_next_step(client, send, people):
    folder = send()
    note = _note(folder, people["author"])
    client.force_login(people["author"])
    client.post(reverse("signing:remove_note", args=[folder.pk, note.pk]))
    assert not folder.annotations.exists()


def test_finished_folder_is_not_annotated(send, people):
    folder = send((1, V, "director"))
    _approve(folder, people["director"])
    with pytest.raises(ValidationError, match="plus en circuit"):
        _note(folder, people["director"])


@pytest.mark.parametrize("place", [{"x": 1001}, {"y": 2000}, {"page": 0}])
def test_note_outside_the_page_is_refused(send, people, place):
    with pytest.raises(ValidationError):
        _note(send(), people["director"], **place)


def test_replayed_note_is_written_once(send, people):
    folder, key = send(), uuid.uuid4()
    first = _note(folder, people["director"], client_uuid=key)
    assert _note(folder, people["director"], client_uuid=key) == first
    assert folder.annotations.count() == 1


def test_pages_are_pictures_for_those_who_see_the_folder(client, send, people):
    folder = send()
    url = reverse("signing:page", args=[folder.pk, 1])
    client.force_login(people["director"])
    answer = client.get(url)
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(reverse("signing:page", args=[folder.pk, 9])).status_code == 404
    client.force_login(people["other"])
    assert client.get(url).status_code == 404


def test_package_holds_everything_and_says_what_happened(client, send, people):
    folder = send()
    _note(folder, people["director"])
    _approve(folder, people["director"])
    _approve(folder, people["president"])
    client.force_login(people["author"])
    answer = client.get(reverse("signing:package", args=[folder.pk]))
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert packed.testzip() is None
    names = packed.namelist()
    assert {"bordereau.pdf", "premis.xml"} <= set(names)
    assert len([name for name in names if name.startswith(("document/", "versions/"))]) == 2
    root = etree.fromstring(packed.read("premis.xml"))
    space = {"p": bordereau.PREMIS}
    import hashlib

    for thing in root.findall("p:object", space):
        name = thing.findtext("p:originalName", namespaces=space)
        digest = thing.findtext(".//p:messageDigest", namespaces=space)
        assert hashlib.sha256(packed.read(name)).hexdigest() == digest
    told = [event.text for event in root.findall(".//p:eventType", space)]
    assert told.count("Étape faite") == 2
    agents = {one.text for one in root.findall(".//p:agentName", space)}
    assert {"Director Essai", "President Essai", "Author Essai"} <= agents
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(packed.read("bordereau.pdf"))).pages)
    for said in ("Préparation", "Reprendre la date", "autorité non qualifiée", "B-B"):
        assert said in text
