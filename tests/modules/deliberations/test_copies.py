"""Certified copies: one for each body, by its own way, with what proves it."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.modules.deliberations import actions
from beffroi.modules.deliberations.models import CertifiedCopy
from beffroi.shared.documents import actions as documents
from beffroi.shared.documents.models import Document
from beffroi.shared.organisations.models import Commune
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
Way = CertifiedCopy.Way


def _town(operator, name, rank, **more):
    return Commune.objects.create(
        kind="commune",
        name=name,
        slug=name.lower(),
        code_insee=f"8090{rank}",
        departement="80",
        parent=operator,
        **more,
    )


@pytest.fixture
def towns(operator):
    return [
        _town(operator, "Luchel", 1, email="mairie@example.invalid"),
        _town(operator, "Orville", 2),
        _town(operator, "Grouches", 3, email="autre@example.invalid"),
    ]


@pytest.fixture
def tray(towns, make_user):
    """The folder in which the third commune wants its copies."""
    admin = make_user("secretary", towns[2])
    space = documents.create_space(actor=None, organisation=towns[2], name="Mairie")
    folder = documents.create_folder(actor=None, space=space, name="Actes reçus")
    actions.set_copy_folder(towns[2], actor=admin, folder=folder)
    return folder


def test_each_body_gets_it_once_by_its_own_way(adopted, secretary, towns, tray):
    made = actions.send_copies(adopted, actor=secretary, recipients=towns)
    assert {copy.recipient.name: copy.way for copy in made} == {
        "Luchel": Way.EMAIL,
        "Orville": Way.PAPER,
        "Grouches": Way.DOCUMENTS,
    }
    filed = Document.objects.get()
    assert (filed.folder, filed.sender, filed.current.sha256) == (tray, "Beauval", made[0].sha256)
    (line,) = Entry.objects.filter(verb="deliberations.copy")
    filling.fill(line)
    letter = Delivery.objects.get(entry=line, channel="email", address="mairie@example.invalid")
    assert "/actes/ampliations/" in letter.body
    assert Delivery.objects.filter(entry=line, channel="inapp").count() == 1, "the secretary of the third one"
    with pytest.raises(ValidationError, match="déjà reçu"):
        actions.send_copies(adopted, actor=secretary, recipients=towns)
    assert CertifiedCopy.objects.count() == 3


def test_draft_is_not_sent(make_act, secretary, towns):
    with pytest.raises(ValidationError, match="ne s’envoie pas"):
        actions.send_copies(make_act(), actor=secretary, recipients=towns)


def test_only_the_gesture_proves_the_reading(client, adopted, secretary, towns):
    copy = actions.send_copies(adopted, actor=secretary, recipients=towns[:1])[0]
    page = client.get(copy.get_absolute_url())
    assert page.status_code == 200
    copy.refresh_from_db()
    assert copy.read_at is None, "a mail program that visits proves nothing"
    answer = client.post(copy.get_absolute_url())
    assert b"".join(client.get(answer["Location"]).streaming_content).startswith(b"%PDF")
    copy.refresh_from_db()
    first = copy.read_at
    client.post(copy.get_absolute_url())
    copy.refresh_from_db()
    assert first is not None
    assert copy.read_at == first
    assert client.get(reverse("deliberations:copy", args=["inconnu"])).status_code == 404


def test_withdrawn_act_shows_no_document_by_the_link(client, published, secretary, towns):
    copy = actions.send_copies(published, actor=secretary, recipients=towns[:1])[0]
    actions.withdraw_act(published, actor=secretary, reason="Annulé")
    assert "retiré" in client.get(copy.get_absolute_url()).content.decode()
    assert client.post(copy.get_absolute_url()).status_code == 200


def test_paper_is_handed_over_and_the_list_is_a_file(client, adopted, secretary, towns, tray):
    actions.send_copies(adopted, actor=secretary, recipients=towns)
    paper = adopted.copies.get(way=Way.PAPER)
    client.force_login(secretary)
    address = reverse("deliberations:hand_copy", args=[adopted.pk, paper.pk])
    client.post(address, {"handed_on": timezone.localdate().isoformat()})
    page = client.get(reverse("deliberations:copies", args=[adopted.pk])).content.decode()
    assert "Remise" in page
    sheet = client.get(reverse("deliberations:copies_file", args=[adopted.pk, "xlsx"]))
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["Grouches", "Luchel", "Orville"]
    assert rows[1][-1] == paper.sha256


def test_page_sends_to_those_ticked(client, adopted, secretary, towns):
    client.force_login(secretary)
    address = reverse("deliberations:copies", args=[adopted.pk])
    client.post(address, {"recipients": [towns[0].pk, towns[1].pk]})
    assert adopted.copies.count() == 2
    page = client.get(address).content.decode()
    assert page.count('type="checkbox"') == 2, "the third one and the operator have had none"


def test_commune_chooses_its_own_folders_only(client, make_user, towns, tray, operator):
    space = documents.create_space(actor=None, organisation=operator, name="Ailleurs")
    other = documents.create_folder(actor=None, space=space, name="Ailleurs")
    with pytest.raises(ValidationError):
        actions.set_copy_folder(towns[2], actor=make_user("secretary", towns[2]), folder=other)


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_send_it_once(adopted, secretary, towns):
    at_once(*(lambda: actions.send_copies(adopted, actor=secretary, recipients=towns) for _again in range(3)))
    assert CertifiedCopy.objects.filter(act=adopted).count() == 3
    assert Entry.objects.filter(verb="deliberations.copy").count() == 1
    connection.close()
