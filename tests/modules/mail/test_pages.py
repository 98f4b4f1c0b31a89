"""What a clerk sees: what is wrong is told beside its field and nothing typed is lost; what no longer serves goes."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from beffroi.modules.mail import actions, retention
from beffroi.modules.mail.models import Batch, BatchItem, Correspondent, Kind, Letter
from beffroi.modules.mail.workflow import State
from beffroi.shared.files.models import StoredFile

pytestmark = pytest.mark.django_db
NEW = "/bureau/courrier/enregistrer/"


@pytest.fixture
def line(register):
    return {
        "register": register.pk,
        "object": "Bac cassé",
        "arrived_on": timezone.localdate().isoformat(),
        "channel": "post",
        "sender": "Jeanne Martin",
    }


def test_letter_is_registered_by_the_page_with_its_scan(line, clerk, client, pages):
    client.force_login(clerk)
    scan = SimpleUploadedFile("lettre.pdf", pages, "application/pdf")
    more = {"pieces": scan, "city": "Doullens", "first_received_on": "2020-01-02", "first_received_by": "Préfecture"}
    answer = client.post(NEW, line | more)
    assert answer.status_code == 302, answer.context["form"].errors
    letter = Letter.objects.get()
    assert (letter.correspondent.city, letter.first_received_by) == ("Doullens", "Préfecture")
    assert StoredFile.objects.about(letter).get().kind == "scan"
    shown = client.get(answer["Location"]).content.decode()
    assert letter.chrono in shown


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"sender": ""}, "sender"),
        ({"object": ""}, "object"),
        ({"arrived_on": ""}, "arrived_on"),
        ({"arrived_on": "2999-01-01"}, "arrived_on"),
        ({"siret": "12345678901234"}, "siret"),
        ({"email": "jeanne"}, "email"),
        ({"first_received_on": "2020-01-02"}, "first_received_by"),
        ({"register": "999999"}, "register"),
    ],
)
def test_fault_is_told_beside_its_field_and_what_was_typed_stays(line, clerk, client, wrong, field, pages):
    client.force_login(clerk)
    scan = SimpleUploadedFile("lettre.pdf", pages, "application/pdf")
    answer = client.post(NEW, {"details": "Le bac jaune.", "pieces": scan} | line | wrong)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    page = answer.content.decode()
    assert "Le bac jaune." in page
    assert "lettre.pdf" in page, "the scan is kept too"
    assert not Letter.objects.exists()


def test_internal_letter_says_which_team_writes(line, make_register, clerk, team, client):
    book = make_register(Kind.INTERNAL, "I")
    client.force_login(clerk)
    refused = client.post(NEW, line | {"register": book.pk})
    assert "sender_team" in refused.context["form"].errors
    answer = client.post(NEW, line | {"register": book.pk, "sender_team": team.pk})
    assert answer.status_code == 302, answer.context["form"].errors
    letter = Letter.objects.get()
    assert (letter.party, letter.correspondent, letter.state) == ("Accueil", None, State.NEW)


def test_project_is_written_by_the_page_without_a_letter_to_answer(outgoing, agent, client):
    client.force_login(agent)
    form = {"register": outgoing.pk, "object": "Invitation", "recipient": "Mairie d’essai", "body": "Venez."}
    answer = client.post("/bureau/courrier/ecrire/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    letter = Letter.objects.get()
    assert (letter.state, letter.assignee) == (State.DRAFT, agent)
    page = f"/bureau/courrier/{letter.pk}/modifier/"
    assert client.post(page, {"object": "Invitation", "body": "Venez tous.", "seen": 1}).status_code == 302
    late = client.post(page, {"object": "Invitation", "body": "Venez seul.", "seen": 1})
    assert "Venez seul." in late.content.decode(), "what was typed stays when a colleague was faster"
    assert letter.versions.count() == 2


def test_people_whose_name_no_letter_bears_are_forgotten(make_letter, operator):
    written = make_letter("Jeanne Martin").correspondent
    idle = Correspondent.objects.create(organisation=operator, name="Paul Caron")
    company = Correspondent.objects.create(organisation=operator, name="Essai SA", nature="company")
    long_ago = timezone.now() - datetime.timedelta(days=4 * 365)
    Correspondent.objects.update(created_at=long_ago)
    rule = next(one for one in retention.RULES if one.code == "mail.correspondent")
    assert list(rule.due(timezone.now())) == [idle]
    rule.apply(idle)
    assert set(Correspondent.objects.all()) == {written, company}


def test_batch_is_dropped_once_all_its_letters_are_registered(register, operator, make_pdf, clerk):
    batch = actions.receive_batch(register, actor=clerk, document=make_pdf())
    item = BatchItem.objects.create(batch=batch, position=1, first_page=1, last_page=1)
    Batch.objects.update(cut_at=timezone.now() - datetime.timedelta(days=90))
    rule = next(one for one in retention.RULES if one.code == "mail.batch")
    assert not rule.due(timezone.now()).exists(), "a letter still waits"
    actions.set_item_aside(item, actor=clerk)
    rule.apply(rule.due(timezone.now()).get())
    assert not Batch.objects.exists()
    assert not StoredFile.objects.filter(kind="batch").exists()
