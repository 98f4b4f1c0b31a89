"""What the interface serves itself, and the pages shown when something goes wrong."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.views import defaults
from django.views.csrf import csrf_failure

from beffroi.kernel import modules
from beffroi.kernel.ui import context, offline

pytestmark = pytest.mark.django_db


@pytest.fixture
def slots(monkeypatch):
    """The slots of the shell, empty, for this test only."""
    providers = {}
    monkeypatch.setattr(context, "_providers", providers)
    return providers


def test_styles_page_shows_every_component(client, slots):
    html = client.get("/styles/").content.decode()
    assert html.count("<h1>") == 1
    for mark in (
        "state",
        "steps",
        "timeline",
        "pagination",
        "empty",
        "dialog",
        "toast",
        "chart",
        "map",
        "sync",
        "bulk",
    ):
        assert f'class="{mark}' in html, mark


def test_styles_page_costs_no_query_for_its_surroundings(client, slots):
    with CaptureQueriesContext(connection) as queries:
        client.get("/styles/")
    assert len(queries) == 1  # the state of the journal


def test_accent_of_the_territory_is_served_as_a_sheet(client, slots):
    assert "/apparence.css" not in client.get("/styles/").content.decode()
    context.register("territory", lambda request: context.Territory(name="Pays d’Essai", accent="#00695C"))
    html = client.get("/styles/?x=1").content.decode()
    assert '<link rel="stylesheet" href="/apparence.css?accent=00695c">' in html
    assert "Pays d’Essai" in html
    sheet = client.get("/apparence.css?accent=00695c")
    assert "--accent:#00695c" in sheet.content.decode()
    assert "immutable" in sheet["Cache-Control"]


@pytest.mark.parametrize("accent", ["zzz", "a23b2a;}body{}", "", "a23b2"])
def test_accent_that_is_no_colour_is_not_found(client, accent):
    assert client.get("/apparence.css", {"accent": accent}).status_code == 404


def test_site_alerts_are_shown_on_every_page(client, slots):
    context.register("site_alerts", lambda request: [context.Alert(title="Route coupée", url="/x/", text="D 925")])
    html = client.get("/hors-ligne/").content.decode()
    assert "Route coupée" in html
    assert 'data-tone="waiting"' in html


def test_unknown_slot_is_refused():
    with pytest.raises(KeyError):
        context.register("weather", lambda request: None)


def test_manifest_of_the_application_is_complete(client, slots):
    content = client.get("/manifest.webmanifest").json()
    assert content["display"] == "standalone"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in content["icons"]}
    assert any(icon.get("purpose") == "maskable" for icon in content["icons"])


def test_service_worker_knows_the_offline_page_and_the_addresses_of_the_modules(client, monkeypatch):
    monkeypatch.setattr(offline, "_sources", [lambda: ["/terrain/", "/hors-ligne/"]])
    body = client.get("/sw.js").content.decode()
    told = json.loads(body.split("self.BEFFROI=")[1].split(";\n")[0])
    assert told["offline"] == "/hors-ligne/"
    assert told["precache"].count("/hors-ligne/") == 1
    assert "/terrain/" in told["precache"]


def test_offline_page_is_the_same_for_everyone(client, slots):
    html = client.get("/hors-ligne/").content.decode()
    assert "Vous n’avez pas de réseau" in html
    assert "csrfmiddlewaretoken" not in html


def test_missing_page_offers_the_search(client, slots):
    request = RequestFactory().get("/rien/")
    html = defaults.page_not_found(request, Exception()).content.decode()
    assert 'action="/recherche/"' in html
    assert html.count("<h1>") == 1


@pytest.mark.parametrize(
    ("view", "status"),
    [(defaults.server_error, 500), (defaults.bad_request, 400), (defaults.permission_denied, 403)],
)
def test_error_pages_are_whole_french_pages(view, status, slots):
    request = RequestFactory().get("/x/")
    arguments = () if view is defaults.server_error else (Exception(),)
    response = view(request, *arguments)
    html = response.content.decode()
    assert response.status_code == status
    assert '<html lang="fr">' in html
    assert html.count("<h1>") == 1
    assert "<title></title>" not in html
    assert "beffroi.css" in html


def test_expired_form_says_that_nothing_was_sent(slots):
    html = csrf_failure(RequestFactory().post("/x/")).content.decode()
    assert "Rien n’a été envoyé" in html


def test_menu_follows_the_permissions_of_the_person(slots, monkeypatch):
    items = (
        modules.MenuItem(label="Styles", url_name="ui:styles", face="portal"),
        modules.MenuItem(label="Réservé", url_name="ui:offline", face="portal", permission="ui.none"),
        modules.MenuItem(label="Absent", url_name="absent:page", face="portal"),
        modules.MenuItem(label="Compté", url_name="ui:styles", face="desk", group="Essais", count=lambda user: 12),
    )
    monkeypatch.setattr(modules, "collect", lambda kind: items if kind == "menu" else ())
    client = Client()
    html = client.get("/hors-ligne/").content.decode()
    assert "Styles</a>" in html
    assert "Réservé" not in html
    assert "Absent" not in html
    request = RequestFactory().get("/")
    request.user = get_user_model().objects.create_superuser("chef@example.invalid", "x")
    shell = context.Shell(request)
    assert [link.label for link in shell.portal_menu] == ["Styles", "Réservé"]
    assert [(name, [link.count for link in links]) for name, links in shell.desk_menu] == [("Essais", [12])]
