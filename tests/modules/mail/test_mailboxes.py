"""A mailbox of the body (a real IMAP server, on a real socket): each message is an arrival, once."""

import datetime
import uuid
from email.message import EmailMessage

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from beffroi.kernel.models import Entry
from beffroi.modules.mail import actions, mailboxes
from beffroi.modules.mail.models import Correspondent, Letter, Mailbox, ReceivedMail
from beffroi.shared.files.models import StoredFile
from tests.shared.documents.imap import mailbox  # noqa: F401
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def message(
    subject="Demande de salle",
    *,
    name="Les Amis du Moulin",
    address="amis@example.invalid",
    attached=PDF,
    message_id="",
    **heads,
) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"{name} <{address}>"
    mail["To"] = "mairie@example.invalid"
    mail["Subject"] = subject
    mail["Date"] = "Tue, 24 Nov 2020 10:00:00 +0100"
    mail["Message-ID"] = message_id or f"<{uuid.uuid4()}@example.invalid>"
    for head, value in heads.items():
        mail[head.replace("_", "-")] = value
    mail.set_content("Bonjour,\n\nPouvons-nous disposer de la salle des fêtes ?\n")
    if attached:
        mail.add_attachment(attached, "application", "pdf", filename="statuts.pdf")
    return mail.as_bytes()


@pytest.fixture
def box(register, mailbox, manager):  # noqa: F811
    found = Mailbox(
        organisation=register.organisation,
        register=register,
        host="127.0.0.1",
        port=mailbox.port,
        tls=False,
        username=mailbox.user,
        password=mailbox.password,
    )
    return actions.save_mailbox(found, actor=manager)


def test_message_becomes_an_arrival_that_someone_qualifies(box, mailbox):  # noqa: F811
    mailbox.put(message())
    assert mailboxes.read(box.pk) == 1
    letter = Letter.objects.get()
    assert (letter.object, letter.channel, letter.state) == ("Demande de salle", "email", "new")
    assert (letter.kind, letter.number) == ("incoming", 1)
    assert letter.document_date == datetime.date(2020, 11, 24)
    assert "salle des fêtes" in letter.details
    assert (letter.correspondent.name, letter.correspondent.email) == ("Les Amis du Moulin", "amis@example.invalid")
    names = {file.name for file in StoredFile.objects.about(letter)}
    assert names == {"Demande de salle.eml", "statuts.pdf"}
    assert Entry.objects.filter(verb="mail.register", actor=None).count() == 1


def test_nothing_is_registered_twice(box, mailbox):  # noqa: F811
    mailbox.put(message(message_id="<unique@example.invalid>"))
    mailboxes.read(box.pk)
    mailbox.unsee()
    assert mailboxes.read(box.pk) == 0, "the same message, seen again"
    mailbox.put(message(message_id="<unique@example.invalid>"))
    assert mailboxes.read(box.pk) == 0, "the same message, sent again by a relay"
    mailbox.put(message("Autre demande"))
    assert mailboxes.read(box.pk) == 1
    assert sorted(Letter.objects.values_list("number", flat=True)) == [1, 2], "no gap"
    assert Correspondent.objects.count() == 1, "the same address is the same correspondent"


@pytest.mark.parametrize(
    ("heads", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "réponse automatique"),
        ({"Precedence": "bulk"}, "envoi en nombre"),
        ({"List_Id": "<annonces.example.invalid>"}, "envoi en nombre"),
    ],
)
def test_what_a_machine_writes_takes_no_number(box, mailbox, heads, why):  # noqa: F811
    mailbox.put(message(**heads))
    assert mailboxes.read(box.pk) == 0
    assert not Letter.objects.exists()
    assert ReceivedMail.objects.get().fault == why
    mailbox.unsee()
    mailboxes.read(box.pk)
    assert ReceivedMail.objects.count() == 1


def test_message_without_name_nor_date_nor_subject_is_still_registered(box, mailbox):  # noqa: F811
    mailbox.put(b"From: x@example.invalid\r\nMessage-ID: <a@b.invalid>\r\n\r\nBonjour\r\n")
    mailboxes.read(box.pk)
    letter = Letter.objects.get()
    assert (letter.object, letter.document_date) == ("Message sans objet", None)
    assert letter.party == "x@example.invalid"


def test_faults_of_the_server_are_told_on_the_settings(client, box, mailbox, manager):  # noqa: F811
    box.password = "faux"
    box.save()
    assert mailboxes.read(box.pk) == 0
    client.force_login(manager)
    page = client.get(reverse("mail:settings_of", args=[box.organisation.slug])).content.decode()
    assert "compte ou mot de passe refusé" in page


def test_mailbox_is_set_in_the_pages_and_its_password_never_shown(client, register, outgoing, manager, clerk):
    client.force_login(manager)
    address = reverse("mail:setting_new", args=[register.organisation.slug, "boites"])
    given = {
        "register": register.pk,
        "host": "imap.example.invalid",
        "port": 993,
        "tls": "on",
        "path": "INBOX",
        "username": "mairie",
        "secret": "tres secret",
        "is_active": "on",
    }
    client.post(address, given)
    box = Mailbox.objects.get()
    assert box.password == "tres secret"
    shown = client.get(reverse("mail:setting", args=[register.organisation.slug, "boites", box.pk])).content.decode()
    assert "tres secret" not in shown
    client.post(
        reverse("mail:setting", args=[register.organisation.slug, "boites", box.pk]),
        given | {"secret": "", "port": 143},
    )
    box.refresh_from_db()
    assert (box.password, box.port) == ("tres secret", 143)
    client.post(reverse("mail:read_mailbox", args=[register.organisation.slug, box.pk]))
    box.register = outgoing
    with pytest.raises(ValidationError):
        actions.save_mailbox(box, actor=manager)
    client.force_login(clerk)
    assert client.get(address).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_register_it_once(box, mailbox):  # noqa: F811
    for rank in range(4):
        mailbox.put(message(f"Demande {rank}", attached=b""))
    answers = at_once(*(lambda: mailboxes.read(box.pk) for _reader in range(3)))
    assert not [one for one in answers if isinstance(one, Exception)], answers
    assert sum(answers) == 4
    assert sorted(Letter.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
