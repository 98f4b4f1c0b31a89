import uuid

import pytest

from beffroi.kernel.ui import offline
from beffroi.modules.reports.models import Report
from beffroi.shared.files.models import StoredFile
from tests.modules.reports.conftest import OUTSIDE, PLACE
from tests.shared.files import samples

pytestmark = pytest.mark.django_db
URL = "/signalements/hors-ligne/"


@pytest.fixture
def draft(pothole, doullens, agent):
    lon, lat = PLACE
    return {"category": pothole.pk, "longitude": lon, "latitude": lat, "description": "Un trou",
            "client_uuid": str(uuid.uuid4()), "contact_email": "jeanne@example.invalid"}  # fmt: skip


def send(client, draft):
    """As the house's outbox does."""
    return client.post(URL, draft, headers={"X-Beffroi-Upload": "1"})


def test_draft_sent_twice_makes_one_report(client, draft):
    first = send(client, draft | {"photos": samples.upload(samples.jpeg(), "a.jpg", "image/jpeg")})
    again = send(client, draft | {"photos": samples.upload(samples.jpeg(), "a.jpg", "image/jpeg")})
    report = Report.objects.get()
    assert first.headers["X-Location"] == again.headers["X-Location"] == "/signalements/nouveau/merci/"
    assert StoredFile.objects.about(report).count() == 1
    assert report.text_shown_at is None


def test_drafts_that_left_are_found_again_on_the_device(client, draft):
    send(client, draft)
    send(client, draft | {"client_uuid": str(uuid.uuid4())})
    body = client.get("/signalements/nouveau/merci/").content.decode()
    for report in Report.objects.all():
        assert report.tracking_url() in body


def test_draft_keeps_when_it_was_written(client, draft):
    send(client, draft | {"made_at": "2026-11-01T10:00:00.000Z"})
    assert Report.objects.get().made_at is not None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"longitude": OUTSIDE[0], "latitude": OUTSIDE[1]}, "en dehors du territoire"),
        ({"longitude": "", "latitude": ""}, "où se trouve"),
        ({"category": ""}, "Choisissez"),
        ({"contact_email": "faux"}, "valide"),
        ({"site": "robot"}, "Videz"),
    ],
)
def test_draft_refused_says_why_and_keeps_what_was_typed(client, draft, change, word):
    answer = send(client, draft | change)
    assert answer.status_code == 200
    assert word in answer.content.decode()
    assert draft["client_uuid"] in answer.content.decode()
    assert not Report.objects.exists()


def test_draft_over_the_limit_waits(client, draft):
    for _turn in range(12):
        send(client, draft | {"client_uuid": str(uuid.uuid4())})
    assert send(client, draft).status_code == 429


def test_form_is_kept_by_the_device(client, draft):
    assert URL in offline.addresses()
    assert 'data-offline="Signalement"' in client.get(URL).content.decode()
