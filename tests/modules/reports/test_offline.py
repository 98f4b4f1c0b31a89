import uuid

import pytest

from beffroi.kernel.ui import offline
from beffroi.modules.reports.models import Report
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.files.models import StoredFile
from tests.modules.reports.conftest import OUTSIDE, PLACE
from tests.shared.files import samples

pytestmark = pytest.mark.django_db
URL = "/signalements/hors-ligne/"


@pytest.fixture
def draft(pothole, doullens, agent):
    lon, lat = PLACE
    return {
        "category": pothole.pk,
        "longitude": lon,
        "latitude": lat,
        "description": "Un trou",
        "client_uuid": str(uuid.uuid4()),
        "contact_email": "jeanne@example.invalid",
    }


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


@pytest.fixture
def questions(pothole):
    pothole.fields = [
        {
            "name": "taille",
            "label": "Quelle taille ?",
            "type": "choice",
            "choices": ["petit", "grand"],
            "required": True,
        },
        {"name": "profondeur", "label": "Profondeur", "type": "integer", "unit": "cm"},
    ]
    pothole.save()
    return pothole


def test_questions_of_the_chosen_category_are_asked_and_those_of_others_are_not(client, draft, questions, sign):
    page = client.get(URL).content.decode()
    assert f'data-value="{questions.pk}"' in page
    assert f'data-value="{sign.pk}"' not in page
    refused = send(client, draft)
    assert "Répondez à cette question" in refused.content.decode()
    assert "Un trou" in refused.content.decode()
    answered = {f"q{questions.pk}_taille": "grand", f"q{questions.pk}_profondeur": "12"}
    send(client, draft | answered)
    assert Report.objects.get().answers == {"taille": "grand", "profondeur": "12"}
    send(client, draft | answered | {"category": sign.pk, "client_uuid": str(uuid.uuid4())})
    assert Report.objects.latest("pk").answers == {}


def test_answer_that_is_none_of_the_choices_is_refused(client, draft, questions):
    assert send(client, draft | {f"q{questions.pk}_taille": "énorme"}).status_code == 200
    assert not Report.objects.exists()


def test_report_may_be_private_and_signed(client, draft):
    send(client, draft | {"is_private": "on", "contact_name": "Jeanne Petit", "contact_phone": "06 00 00 00 00"})
    report = Report.objects.get()
    assert (report.is_private, report.contact_name, report.contact_phone) == (True, "Jeanne Petit", "06 00 00 00 00")


@pytest.fixture
def lamp(pothole, doullens):
    kind = AssetKind.objects.create(
        code="candelabre", label="Candélabre", shape="point", published=True, report_category=pothole.code
    )
    return Asset.objects.create(
        kind=kind, organisation=doullens, commune=doullens, code="EP-1", name="Candélabre du Bourg", location=PLACE
    )


def test_label_read_without_network_gives_its_asset_its_category_and_its_place(client, draft, lamp, pothole):
    bare = draft | {"category": "", "longitude": "", "latitude": "", "equipement": lamp.tag}
    send(client, bare)
    report = Report.objects.get()
    assert (report.asset, report.category, report.location) == (lamp, pothole, PLACE)
    assert report.address == lamp.name


def test_what_is_typed_comes_before_what_the_label_says(client, draft, lamp, sign):
    lon, lat = PLACE
    moved = draft | {"category": sign.pk, "longitude": lon + 0.001, "latitude": lat, "equipement": lamp.tag.lower()}
    send(client, moved)
    report = Report.objects.get()
    assert (report.asset, report.category) == (lamp, sign)
    assert report.location == (round(lon + 0.001, 6), lat)


def test_label_that_is_not_public_is_forgotten(client, draft, lamp):
    AssetKind.objects.update(published=False)
    send(client, draft | {"equipement": lamp.tag})
    assert Report.objects.get().asset is None


def test_address_fills_the_form_while_there_is_a_network(client, lamp, pothole):
    page = client.get(URL, {"equipement": lamp.tag, "categorie": pothole.code}).content.decode()
    assert f'value="{lamp.tag}"' in page
    assert f'<option value="{pothole.pk}" selected>' in page
