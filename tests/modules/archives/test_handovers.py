"""Communication and restitution: the delays of the Code du patrimoine (L213-1, L213-2), the derogation (L213-3)."""

import datetime
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from beffroi.modules.archives import actions
from beffroi.modules.archives.communicability import access_of, anniversary
from beffroi.modules.archives.models import Handover, Piece
from beffroi.shared.documents.models import Series
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile
from tests.modules.archives.test_seda import faults

DAY = datetime.date(2001, 5, 17)


def series(kind: str) -> Series:
    return Series(title="x", communicability=kind)


@pytest.mark.parametrize(
    ("kind", "since", "article"),
    [
        ("open", DAY, "L213-1"),
        ("y25", datetime.date(2026, 5, 17), "L213-2, 1°"),
        ("y50", datetime.date(2051, 5, 17), "L213-2, 3°"),
        ("y75", datetime.date(2076, 5, 17), "L213-2, 4°"),
        ("y100", datetime.date(2101, 5, 17), "L213-2, 5°"),
    ],
)
def test_delay_runs_from_the_most_recent_document_of_the_file(kind, since, article):
    known = access_of(series(kind), DAY, closed=datetime.date(2003, 1, 1))
    assert (known.since, known.article) == (since, article)
    assert article in known.text
    assert known.is_open(since)
    assert not known.is_open(since - datetime.timedelta(days=1))


def test_medical_secrecy_runs_from_the_death_else_from_the_birth():
    secret = series("y120")
    assert access_of(secret, DAY).since is None
    assert access_of(secret, DAY, born=datetime.date(1930, 3, 4)).since == datetime.date(2050, 3, 4)
    both = access_of(secret, DAY, born=datetime.date(1930, 3, 4), died=datetime.date(1999, 1, 1))
    assert both.since == datetime.date(2024, 1, 1)


@pytest.mark.parametrize("kind", ["y75", "y100"])
def test_death_shortens_the_delay_of_courts_where_it_is_sooner(kind):
    assert access_of(series(kind), DAY, died=datetime.date(2005, 1, 1)).since == datetime.date(2030, 1, 1)
    late = access_of(series(kind), DAY, died=datetime.date(2095, 1, 1)).since
    assert late == anniversary(DAY, 75 if kind == "y75" else 100)


def test_file_without_series_or_date_is_not_said_open():
    assert access_of(None, DAY).since is None
    assert access_of(series("y50"), None).since is None


@given(day=st.dates(datetime.date(1790, 1, 1)), years=st.integers(0, 150))
def test_anniversary_is_the_same_day_or_the_28th_of_february(day, years):
    if day.year + years > datetime.MAXYEAR:
        return
    found = anniversary(day, years)
    assert found.year == day.year + years
    assert (found.month, found.day) == (day.month, day.day) or (day.month, day.day, found.day) == (2, 29, 28)


@pytest.fixture
def ask(archivist):
    def ask(folder, **more):
        given = {"requester": "Association d’histoire", "reason": "Étude", "kind": "communication"}
        return actions.ask_handover(Handover(folder=folder, **given | more), actor=archivist)

    return ask


@pytest.mark.django_db
def test_file_not_yet_open_needs_a_derogation_and_says_the_article(make_folder, make_series, ask):
    folder = make_folder(series=make_series(communicability="y50"))
    with pytest.raises(ValidationError) as refusal:
        ask(folder)
    (said,) = refusal.value.message_dict["derogation"]
    assert "L213-2, 3°" in said
    assert "L213-3" in said
    assert str(folder.closed_on.year + 50) in said
    assert "Dérogation DER-12" in ask(folder, derogation="DER-12").basis


@pytest.mark.django_db
def test_medical_file_is_open_once_the_death_is_known_and_old_enough(client, archivist, make_folder, make_series, ask):
    folder = make_folder(series=make_series(communicability="y120"))
    with pytest.raises(ValidationError, match="date qui n’est pas connue"):
        ask(folder)
    client.force_login(archivist)
    given = {"kind": "communication", "folder": folder.pk, "requester": "P", "reason": "R", "asked_on": "2026-01-05"}
    page = client.post(f"/bureau/archives/dossiers/{folder.pk}/demander/", given | {"died": "1990-02-03"})
    assert page.status_code == 302
    assert "25 ans à compter du décès" in Handover.objects.get().basis


@pytest.mark.django_db
def test_open_file_says_that_its_date_may_change(make_folder):
    assert "encore ouvert" in actions.access_to(make_folder(closed=False)).text


@pytest.mark.django_db
def test_service_that_made_the_file_has_it_back_at_any_time(make_folder, make_series, ask):
    handover = ask(make_folder(series=make_series(communicability="y100")), kind="restitution")
    assert handover.basis == "Restitution au service producteur"
    assert handover.reference.startswith("COM-")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["restitution", "communication"])
def test_copy_is_a_valid_package_and_leaves_its_digest(make_folder, ask, archivist, kind):
    handover = ask(make_folder(), kind=kind)
    file = actions.make_copy(handover, actor=archivist)
    with storage.contents().open(storage.address(file.blob.sha256)) as content:
        archive = zipfile.ZipFile(io.BytesIO(content.read()))
    manifest = archive.read("manifest.xml")
    assert faults("2.1", manifest) == []
    root = etree.fromstring(manifest)
    assert root.findtext("{*}MessageRequestIdentifier") == handover.reference
    assert len(archive.namelist()) == 3
    actions.hand(handover, actor=archivist)
    assert handover.state == "handed"
    assert not StoredFile.objects.about(handover).exists()
    piece = Piece.objects.get(reference=handover.reference)
    assert piece.dropped_because == "Copie remise"


@pytest.mark.django_db
def test_what_was_destroyed_cannot_be_handed_out(make_folder, make_slip, ask):
    folder = make_folder()
    actions.resume(make_slip(folder, to="destroying"))
    folder.refresh_from_db()
    with pytest.raises(ValidationError, match="détruit"):
        ask(folder)


@pytest.mark.django_db
def test_page_explains_to_the_reader(client, archivist, make_folder, make_series):
    client.force_login(archivist)
    folder = make_folder(series=make_series(communicability="y75"))
    page = client.get(f"/bureau/archives/dossiers/{folder.pk}/").content.decode()
    assert "L213-2, 4°" in page
    assert "Pas encore communicable" in page
    refused = client.post(
        f"/bureau/archives/dossiers/{folder.pk}/demander/",
        {
            "kind": "communication",
            "folder": folder.pk,
            "requester": "Paul",
            "reason": "Étude",
            "asked_on": "2026-01-05",
        },
    )
    assert "dérogation" in refused.content.decode()
    assert 'value="Paul"' in refused.content.decode()
