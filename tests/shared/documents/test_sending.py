"""Files on their way in: the plain form, and bit by bit with a cut in the middle."""

import uuid

import pytest
from django.urls import reverse

from beffroi.shared.documents import actions
from beffroi.shared.documents.actions import uploads
from beffroi.shared.documents.models import Document, Folder, Upload
from tests.shared.documents.conftest import TEXT, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses(space):
    place = ["espaces", space.pk]
    return {name: reverse(f"documents:{name}", args=place) for name in ("upload", "begin_upload", "finish_upload")}


def test_plain_form_files_several_and_says_which_are_refused(client, people, addresses, space):
    client.force_login(people["outside"])
    files = [sent("a.txt", b"un"), sent("b.txt", b"deux"), sent("c.exe", b"MZ\x90\x00\x03\x00\x00\x00")]
    page = client.post(addresses["upload"], {"files": files}, follow=True).content.decode()
    assert "2 fichiers ajoutés" in page.replace("\xa0", " ")
    assert "c.exe" in page
    assert set(Document.objects.values_list("name", flat=True)) == {"a.txt", "b.txt"}


def test_same_content_is_told(client, people, addresses, make_document):
    make_document("premier.txt")
    client.force_login(people["outside"])
    page = client.post(addresses["upload"], {"files": [sent("second.txt")]}, follow=True).content.decode()
    assert "Même contenu" in page
    assert "premier.txt" in page


def test_reader_cannot_send(client, people, addresses):
    client.force_login(people["elected"])
    assert client.post(addresses["upload"], {"files": [sent()]}).status_code == 403
    answer = client.post(addresses["begin_upload"], {"client_uuid": uuid.uuid4(), "name": "a.txt", "size": 3})
    assert answer.status_code == 403


def test_upload_goes_on_after_a_cut_and_a_replay_changes_nothing(client, people, addresses, monkeypatch):
    monkeypatch.setattr(uploads, "PART", 16)
    client.force_login(people["outside"])
    content, number = TEXT.encode(), str(uuid.uuid4())
    fields = {"client_uuid": number, "name": "note.txt", "size": len(content)}
    assert client.post(addresses["begin_upload"], fields).json()["received"] == 0
    url = reverse("documents:part", args=[number])

    def send(offset, bit):
        return client.post(url, bit, content_type="application/octet-stream", headers={"X-Offset": str(offset)})

    assert send(0, content[:16]).json()["received"] == 16
    assert send(0, content[:16]).json()["received"] == 16, "sent twice"
    assert send(40, content[40:50]).status_code == 409, "a hole"
    assert client.post(addresses["finish_upload"], fields).status_code == 400, "not whole"
    assert client.post(addresses["begin_upload"], fields).json()["received"] == 16, "where it was"
    assert send(16, content[16:]).json()["received"] == len(content)
    done = client.post(addresses["finish_upload"], {**fields, "folder": "Chantiers/Rue du Bourg"})
    assert done.status_code == 201
    document = Document.objects.get()
    assert done.json()["url"] == document.get_absolute_url()
    assert document.folder.name == "Rue du Bourg"
    assert document.folder.parent.name == "Chantiers"
    assert client.post(addresses["finish_upload"], fields).json()["url"] == document.get_absolute_url()
    assert client.post(addresses["begin_upload"], fields).json()["url"] == document.get_absolute_url()
    assert Folder.objects.count() == 2
    assert not Upload.objects.exists()


def test_upload_of_another_is_not_touched(client, people, addresses):
    number = uuid.uuid4()
    actions.begin_upload(actor=people["inside"], client_uuid=number, name="a.txt", size=3)
    client.force_login(people["outside"])
    url = reverse("documents:part", args=[number])
    answer = client.post(url, b"abc", content_type="application/octet-stream", headers={"X-Offset": "0"})
    assert answer.status_code == 404
    answer = client.post(addresses["begin_upload"], {"client_uuid": number, "name": "a.txt", "size": 3})
    assert answer.status_code == 400


def test_refused_file_is_said_at_the_end(client, people, addresses):
    client.force_login(people["outside"])
    number, content = str(uuid.uuid4()), b"MZ\x90\x00\x03"
    fields = {"client_uuid": number, "name": "virus.exe", "size": len(content)}
    client.post(addresses["begin_upload"], fields)
    client.post(
        reverse("documents:part", args=[number]),
        content,
        content_type="application/octet-stream",
        headers={"X-Offset": "0"},
    )
    answer = client.post(addresses["finish_upload"], fields)
    assert answer.status_code == 400
    assert "virus.exe" in answer.json()["error"]
