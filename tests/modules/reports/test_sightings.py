"""What those who pass by say of a report: read by all as a step, in full by the agents only."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Report
from beffroi.shared.cases.models import Message
from beffroi.shared.files.models import StoredFile
from tests.shared.files import samples
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def page(report) -> str:
    return f"/signalements/{report.reference}/vu/"


def test_anyone_says_that_it_is_still_there_and_agents_alone_read_the_words(client, report, agent):
    form = {
        "said": "still_there",
        "text": "Chez M. Petit, 06 12 34 56 78",
        "photos": samples.upload(samples.jpeg(), "a.jpg"),
    }
    assert client.post(page(report), form).url == report.public_url()
    report.refresh_from_db()
    assert (report.state, report.unread_at is not None) == ("new", True)
    shown = client.get(report.public_url()).content.decode()
    assert "toujours là" in shown
    assert "Petit" not in shown
    tracked = client.get(report.tracking_url()).content.decode()
    assert "une autre personne" in tracked
    assert "Petit" not in tracked
    message = report.messages.get()
    file = StoredFile.objects.about(message).get()
    assert (message.internal, file.public) == (True, False)
    assert client.get(file.url).status_code in (302, 403, 404)
    client.force_login(agent)
    desk = client.get(report.get_absolute_url()).content.decode()
    assert "Chez M. Petit" in desk
    assert "a.jpg" in desk


def test_solved_report_is_said_to_be_back_for_a_month(client, report, agent):
    actions.resolve_report(report, actor=agent, reason="Fait.")
    client.post(page(report), {"said": "still_there"})
    report.refresh_from_db()
    assert (report.state, report.unread_at is not None) == ("resolved", True)
    Report.objects.filter(pk=report.pk).update(closed_at=timezone.now() - datetime.timedelta(days=31))
    assert "/vu/" not in client.get(report.public_url()).content.decode()
    again = client.post(page(report), {"said": "still_there", "text": "Encore"}).content.decode()
    assert "terminé depuis plus d’un mois" in again
    assert "Encore" in again
    assert Entry.objects.filter(verb="reports.still_there").count() == 1


def test_precision_is_wanted_in_words_or_picture_and_is_not_a_public_step(client, report):
    refused = client.post(page(report), {"said": "precision"}).content.decode()
    assert "Écrivez votre précision" in refused
    before = client.get(report.public_url()).content.decode().count("<time")
    client.post(page(report), {"said": "precision", "text": "C’est côté pair."})
    assert Message.objects.get().body.endswith("C’est côté pair.")
    assert client.get(report.public_url()).content.decode().count("<time") == before


def test_signed_in_person_is_named_to_the_agents(client, report, resident):
    client.force_login(resident)
    client.post(page(report), {"said": "looks_solved"})
    assert Message.objects.get().author == resident


def test_report_out_of_public_sight_takes_nothing(client, report, agent, make_report):
    actions.hide_report(report, actor=agent)
    for one in (report, make_report(is_private=True)):
        assert client.get(page(one)).status_code == 404
        one.refresh_from_db()
        with pytest.raises(ValidationError):
            actions.tell_sighting(one, actor=None, said="still_there")


def test_robot_and_flood_are_refused(client, report):
    assert "robots" in client.post(page(report), {"said": "still_there", "site": "x"}).content.decode()
    for _turn in range(10):
        client.post(page(report), {"said": "still_there"})
    assert "Trop de messages" in client.post(page(report), {"said": "still_there"}).content.decode()
    assert Message.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_double_press_at_once_is_told_once(report):
    number = uuid.uuid4()
    at_once(*[lambda: actions.tell_sighting(report, actor=None, said="still_there", client_uuid=number)] * 3)
    assert Message.objects.count() == Entry.objects.filter(verb="reports.still_there").count() == 1
