"""Each territory gives the site its own name, logo and colour; whatever it chooses stays legible."""

import io
import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from beffroi.kernel.models import Entry
from beffroi.kernel.ui import theme
from beffroi.modules.portal.actions.appearance import LEAST_CONTRAST, check_accent
from beffroi.modules.portal.models import SiteDetails
from beffroi.shared.accounts.actions import create_account
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations import actions as bodies
from beffroi.shared.organisations.models import Membership
from tests.shared.files import samples

PAGE = "/bureau/administration/apparence/"
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    settings.FILES_DIR = tmp_path / "fichiers"


@pytest.fixture
def operator(db):
    """All that an installation just created holds."""
    return bodies.put_operator(actor=None, siren="200070951", name="Communauté de communes du Val d’Authie")


@pytest.fixture
def administrator(client, operator):
    user = create_account("administratrice@example.invalid", password=None, first_name="Ada", last_name="Exemple")
    Membership.objects.create(user=user, organisation=operator, role="operator_admin")
    client.force_login(user)
    return user


def home(client) -> str:
    client.logout()
    return client.get("/").content.decode()


def test_name_logo_and_colour_are_seen_by_everyone(client, administrator, django_capture_on_commit_callbacks):
    assert "Val d’Authie" in client.get(PAGE).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        sent = {"site_name": "L’Authie", "accent": "#1F5639", "logo": samples.upload(samples.png(), "logo.png")}
        assert client.post(PAGE, sent).status_code == 302
    page = home(client)
    assert "<span>L’Authie" in page
    sheet = re.search(r'href="([^"]*accent=1f5639[^"]*)"', page)[1]
    assert "--accent:#1f5639" in client.get(sheet).content.decode()
    logo = re.search(r'<a class="brand" href="/"><img src="([^"]+)"', page)[1]
    answer = client.get(logo)
    picture = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert (answer.status_code, picture.format) == (200, "WEBP")
    entry = Entry.objects.get(verb="portal.appearance")
    assert entry.data == {"fields": ["accent", "logo", "site_name"]}


def test_preview_shows_both_faces_and_keeps_nothing(client, administrator):
    page = client.post(PAGE, {"site_name": "Essai", "accent": "#123456", "geste": "apercu"}).content.decode()
    assert page.count("<figure><svg") == 2
    assert 'fill="#123456"' in page
    assert SiteDetails.current().site_name == ""
    assert not Entry.objects.filter(verb="portal.appearance").exists()


def test_too_pale_a_colour_is_refused_with_the_nearest_that_suits(client, administrator):
    page = client.post(PAGE, {"site_name": "Gardé", "accent": "#ffe900"}).content.decode()
    nearest = re.search(r"trop pâle.*?(#[0-9a-f]{6})", page, re.DOTALL)[1]
    assert "Gardé" in page
    assert SiteDetails.current().accent == ""
    assert client.post(PAGE, {"site_name": "Gardé", "accent": nearest}).status_code == 302
    assert SiteDetails.current().accent == nearest


def test_svg_is_refused_in_words(client, administrator):
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    sent = {"accent": "#a23b2a", "logo": samples.upload(drawing, "logo.svg", "image/svg+xml")}
    page = client.post(PAGE, sent).content.decode()
    assert "SVG" in page
    assert "ne sont pas acceptés" in page
    assert not StoredFile.objects.exists()


def test_logo_is_replaced_then_removed(client, administrator):
    for number in (1, 2):
        sent = {"accent": "#a23b2a", "logo": samples.upload(samples.png((40 * number, 40)), "logo.png")}
        assert client.post(PAGE, sent).status_code == 302
        assert StoredFile.objects.get() == SiteDetails.current().logo
    assert client.post(PAGE, {"accent": "#a23b2a", "remove_logo": "on"}).status_code == 302
    assert SiteDetails.current().logo is None
    assert not StoredFile.objects.exists()


def test_only_administrators_of_the_platform_choose(client, operator):
    commune = bodies.put_commune(actor=None, code_insee="80253", name="Doullens", parent=operator)
    for number, (role, body) in enumerate([("admin", operator), ("editor", operator), ("operator_admin", commune)]):
        user = create_account(f"agent{number}@example.invalid", password=None, first_name="A", last_name="B")
        Membership.objects.create(user=user, organisation_id=body.pk, role=role)
        client.force_login(user)
        assert client.get(PAGE).status_code == 403, role


@given(COLOURS)
def test_every_colour_is_legible_on_both_grounds_or_refused(colour):
    try:
        accent = check_accent(colour)
    except ValidationError as error:
        assert theme.contrast(colour, theme.LIGHT_GROUND) < LEAST_CONTRAST
        accent = re.search(r"#[0-9a-f]{6}", str(error))[0]
    for ground in (theme.LIGHT_GROUND, theme.DARK_GROUND):
        face = theme.face(accent, ground)
        assert theme.contrast(face["accent"], ground) >= LEAST_CONTRAST
        assert theme.contrast(face["accent_ink"], ground) >= 4.5
        assert theme.contrast(face["on_accent"], face["accent"]) >= 4.5
