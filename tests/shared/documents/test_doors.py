"""Mailbox (a real IMAP server, on a real socket), scan folder, API."""

import datetime
import json
import os
import uuid
from email.message import EmailMessage

import pytest
from django.urls import reverse

from beffroi.shared.documents import actions
from beffroi.shared.documents.actions import doors
from beffroi.shared.documents.intake import reading
from beffroi.shared.documents.models import Document, Inlet, Received
from tests.shared.documents.conftest import TEXT, sent
from tests.shared.documents.imap import mailbox  # noqa: F401
from tests.shared.documents.test_pages import _text

pytestmark = pytest.mark.django_db


def letter(subject="Demande de salle", attachment=b"%PDF-1.4\nplan", name="plan.pdf") -> bytes:
    mail = EmailMessage()
    mail["From"] = "Les Amis du Moulin <amis@example.invalid>"
    mail["To"] = "contact@example.invalid"
    mail["Subject"] = subject
    mail["Date"] = "Tue, 24 Nov 2026 10:00:00 +0100"
    mail["Message-ID"] = f"<{uuid.uuid4()}@example.invalid>"
    mail.set_content(TEXT)
    if attachment:
        mail.add_attachment(attachment, "application", "pdf", filename=name)
    return mail.as_bytes()


@pytest.fixture
def inlet(make_folder, mailbox, people):  # noqa: F811
    box = Inlet(
        kind="mailbox",
        folder=make_folder("Courriels"),
        host="127.0.0.1",
        port=mailbox.port,
        tls=False,
        username=mailbox.user,
        password=mailbox.password,
        path="INBOX",
    )
    return doors.save_inlet(box, actor=people["manager"])


def test_messages_are_filed_once_with_their_attachments(inlet, mailbox):  # noqa: F811
    mailbox.put(letter())
    mailbox.put(letter("Sans pièce", attachment=b""))
    assert reading.read(inlet.pk) == 2
    names = set(Document.objects.values_list("name", flat=True))
    assert names == {"Demande de salle.eml", "plan.pdf", "Sans pièce.eml"}
    message = Document.objects.get(name="Demande de salle.eml")
    assert message.source == "mail"
    assert [link.one.name for link in message.links_to.all()] == ["plan.pdf"]
    assert reading.read(inlet.pk) == 0
    mailbox.put(letter("Encore"))
    assert reading.read(inlet.pk) == 1
    assert Document.objects.count() == 5, "the message and its attachment"


def test_message_left_unseen_by_a_cut_is_not_filed_twice(inlet, mailbox):  # noqa: F811
    mailbox.put(letter(attachment=b""))
    reading.read(inlet.pk)
    mailbox.unsee()
    assert reading.read(inlet.pk) == 1, "seen again"
    assert Document.objects.count() == 1, "not filed again"


def test_attachment_that_cannot_be_kept_stays_in_its_message(inlet, mailbox):  # noqa: F811
    mailbox.put(letter(attachment=b"MZ\x90\x00\x03\x00\x00", name="facture.exe"))
    reading.read(inlet.pk)
    assert Document.objects.get().name == "Demande de salle.eml"


def test_faults_of_the_server_are_told(inlet, mailbox):  # noqa: F811
    inlet.password = "faux"
    inlet.save()
    assert reading.read(inlet.pk) == 0
    inlet.refresh_from_db()
    assert inlet.fault == "compte ou mot de passe refusé"
    inlet.port = 1
    inlet.save()
    reading.read(inlet.pk)
    inlet.refresh_from_db()
    assert "refuse la connexion" in inlet.fault


def test_password_is_encrypted_and_never_shown(inlet, client, people):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM documents_inlet")
        kept = cursor.fetchone()[0]
    assert inlet.password not in kept
    client.force_login(people["manager"])
    page = client.get(reverse("documents:inlet", args=[inlet.pk]))
    assert inlet.password not in page.content.decode()
    client.post(
        reverse("documents:inlet", args=[inlet.pk]),
        {
            "kind": "mailbox",
            "folder": inlet.folder_id,
            "host": "127.0.0.1",
            "port": inlet.port,
            "username": "autre",
            "path": "INBOX",
            "is_active": "on",
        },
    )
    before = inlet.password
    inlet.refresh_from_db()
    assert (inlet.username, inlet.password) == ("autre", before)
    client.force_login(people["outside"])
    assert client.get(reverse("documents:inlets")).status_code == 403


def test_scans_are_filed_then_put_away(make_folder, people, tmp_path, settings):
    settings.SCANS = str(tmp_path / "scans")
    box = tmp_path / "scans" / "accueil"
    box.mkdir(parents=True)
    inlet = doors.save_inlet(
        Inlet(kind="scans", folder=make_folder("Numérisations"), path="accueil"), actor=people["manager"]
    )
    for name, content in (("scan1.txt", b"un"), ("virus.exe", b"MZ\x90\x00")):
        (box / name).write_bytes(content)
        old = datetime.datetime.now().timestamp() - 60
        os.utime(box / name, (old, old))
    (box / "encours.txt").write_bytes(b"pas fini")
    assert reading.read(inlet.pk) == 2
    assert Document.objects.get().source == "scan"
    assert sorted(path.name for path in box.iterdir()) == ["encours.txt", "refusés", "traités"]
    assert Received.objects.exclude(fault="").count() == 1
    assert reading.read(inlet.pk) == 0


def test_scan_folder_stays_below_its_root(make_folder, people, settings, tmp_path):
    settings.SCANS = str(tmp_path)
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        doors.save_inlet(Inlet(kind="scans", folder=make_folder(), path="../etc"), actor=people["manager"])
    (tmp_path / "lien").symlink_to("/etc")
    inlet = doors.save_inlet(Inlet(kind="scans", folder=make_folder("B"), path="lien"), actor=people["manager"])
    assert reading.read(inlet.pk) == 0
    inlet.refresh_from_db()
    assert inlet.fault


@pytest.fixture
def program(people):
    """Headers of a program that holds a key."""

    def make(name):
        return {"Authorization": f"Bearer {doors.make_key(actor=people[name], label='Scanner')[1]}"}

    return make


def test_program_files_and_finds(client, program, make_folder, space):
    folder, headers, number = make_folder(), program("outside"), str(uuid.uuid4())
    url = reverse("documents:api_add", args=["dossiers", folder.pk])
    fields = {"client_uuid": number, "dated_on": "2025-04-02", "sender": "Préfecture"}
    made = client.post(url, {"file": sent("arrete.txt"), **fields}, headers=headers)
    assert made.status_code == 201
    again = client.post(url, {"file": sent("arrete.txt"), **fields}, headers=headers)
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    assert made.json()["dated_on"] == "2025-04-02"
    found = client.get(reverse("documents:api_find") + "?q=arrete", headers=headers).json()
    assert [one["name"] for one in found["results"]] == ["arrete.txt"]
    one = reverse("documents:api_document", args=[made.json()["id"]])
    changed = client.patch(
        one, json.dumps({"sender": "Mairie", "tags": ["urgent"]}), content_type="application/json", headers=headers
    )
    assert changed.json()["sender"] == "Mairie"
    assert Document.objects.get().tags.get().name == "urgent"


def test_program_is_refused_with_words(client, program, make_folder, people, make_document):
    folder = make_folder()
    url = reverse("documents:api_add", args=["dossiers", folder.pk])
    assert client.post(url, {"file": sent()}).status_code == 401
    assert client.post(url, {"file": sent()}, headers={"Authorization": "Bearer faux"}).status_code == 401
    assert client.post(url, {"file": sent()}, headers=program("elected")).status_code == 403
    headers = program("outside")
    assert client.get(url, headers=headers).status_code == 405
    assert client.post(url, {}, headers=headers).status_code == 422
    assert client.post(url, {"file": sent("a.exe", b"MZ\x90\x00")}, headers=headers).status_code == 422
    actions.fence_off(folder, actor=people["manager"], inherits=False)
    assert client.post(url, {"file": sent()}, headers=headers).status_code == 404
    document = make_document()
    patch = reverse("documents:api_document", args=[document.pk])
    assert client.patch(patch, "[]", content_type="application/json", headers=headers).status_code == 422


def test_key_is_shown_once_and_taken_back(client, people):
    client.force_login(people["outside"])
    page = client.post(reverse("documents:tools"), {"label": "LibreOffice"}).content.decode()
    secret = page.split("<code>")[1].split("</code>")[0]
    assert doors.holder_of(secret) == people["outside"]
    assert secret not in client.get(reverse("documents:tools")).content.decode()
    client.post(reverse("documents:drop_key", args=[people["outside"].document_keys.get().pk]))
    assert doors.holder_of(secret) is None
    assert "Aucune clé" in _text(client.get(reverse("documents:tools")))
