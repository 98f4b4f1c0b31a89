"""The pages of Wagtail, who writes them, and what the law and search engines ask of the site."""

import datetime
import json
import re
from xml.etree import ElementTree

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.core.exceptions import ValidationError

from beffroi.kernel.models import Entry
from beffroi.kernel.ui.build import OUTPUT
from beffroi.modules.portal import actions, audits
from beffroi.modules.portal.models import ContentPage, SiteRoot
from beffroi.shared.accounts import actions as accounts
from beffroi.shared.organisations.models import Organisation
from tests.modules.portal import factories

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LEGAL = ["/mentions-legales/", "/donnees-personnelles/", "/accessibilite/", "/plan-du-site/"]


def page(client, address):
    caches["pages"].clear()
    return client.get(address).content.decode()


def write_page(title="Trier ses déchets", slug="trier", **values):
    body = [{"type": "text", "value": "<p>Le <b>compostage</b> des épluchures.</p>"}]
    given = {"introduction": "Quel bac, quel jour.", "body": body} | values
    return actions.add_page(SiteRoot.objects.get(), actor=None, title=title, slug=slug, **given)


def test_published_page_is_read_and_found_then_withdrawn(client, territory):
    written = write_page()
    assert "compostage" in page(client, "/trier/")
    assert "/trier/" in page(client, "/recherche/?q=compostage")
    assert Entry.objects.filter(verb="portal.page_published", target_id=written.pk).exists()
    written.unpublish()
    assert client.get("/trier/").status_code == 404
    assert "/trier/" not in page(client, "/recherche/?q=compostage")
    assert Entry.objects.filter(verb="portal.page_withdrawn", target_id=written.pk).exists()


def test_every_block_of_the_sample_pages_is_drawn(client, site):
    sorting = page(client, "/vivre-ici/trier-et-jeter/")
    assert "<caption" in sorting
    assert "<summary>Mon bac est cassé" in sorting
    newcomer = page(client, "/vivre-ici/nouvel-habitant/")
    assert '<ol class="numbered">' in newcomer
    assert 'class="callout"' in newcomer
    assert "/vivre-ici/trier-et-jeter/" in page(client, "/vivre-ici/")
    for written in ContentPage.objects.live():
        assert len(re.findall(r"<h1[\s>]", page(client, written.url))) == 1


def test_page_cannot_take_the_address_of_a_service(territory):
    taken = ContentPage(title="Agenda", slug="agenda", introduction="x")
    with pytest.raises(ValidationError, match="déjà celle d’un service"):
        SiteRoot.objects.get().add_child(instance=taken)


def test_editor_of_the_intercommunality_writes_pages_while_the_role_lasts(client, territory):
    operator = factories.operator()
    editor = get_user_model().objects.create_user("page@example.invalid")
    role = accounts.give_role(editor, operator, "editor", actor=None)
    client.force_login(editor)
    root = SiteRoot.objects.get()
    assert client.get("/cms/").status_code == 200
    assert client.get(f"/cms/pages/add/portal/contentpage/{root.pk}/").status_code == 200
    assert client.get("/cms/users/").status_code == 302
    accounts.end_role(role, actor=None)
    editor = get_user_model().objects.get(pk=editor.pk)
    client.force_login(editor)
    assert client.get("/cms/").status_code != 200
    assert not editor.groups.exists()


@pytest.mark.parametrize(("role", "slug"), [("editor", "doullens"), ("agent", None), ("admin", None)])
def test_others_do_not_enter_the_editing_screens(client, territory, role, slug):
    body = Organisation.objects.get(slug=slug) if slug else factories.operator()
    user = get_user_model().objects.create_user("autre@example.invalid")
    accounts.give_role(user, body, role, actor=None)
    client.force_login(user)
    assert client.get("/cms/").status_code != 200


@pytest.mark.parametrize("address", LEGAL)
def test_legal_pages_stand_on_an_empty_installation(client, db, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert len(re.findall(r"<h1[\s>]", answer.content.decode())) == 1


def test_declaration_claims_nothing_without_an_audit(client, territory):
    text = page(client, "/accessibilite/")
    assert "<strong>non conforme</strong>" in text
    assert "aucun audit" in text
    for required in ("État de conformité", "Résultats des tests", "Contenus non accessibles", "Établissement de cette"):
        assert required in text
    assert "Retour d’information et contact" in text
    assert "Défenseur des droits" in text


def test_automatic_results_are_told_by_the_declaration(client, territory, tmp_path, monkeypatch):
    path = tmp_path / "accessibilite.json"
    monkeypatch.setattr(audits, "FILE", path)
    assert audits.read() is None
    assert "pas encore publiés" in page(client, "/accessibilite/")
    violations = [{"rule": "label", "help": "Champ sans étiquette", "pages": 2, "where": ["a", "b"]}]
    held = {"date": "2026-11-24", "tool": "axe-core 4", "pages": 40, "violations": violations}
    path.write_text(json.dumps(held), encoding="utf-8")
    text = page(client, "/accessibilite/")
    assert "axe-core 4 a visité 40\u00a0pages" in text
    assert "Champ sans étiquette (2\u00a0pages)" in text
    assert "<strong>non conforme</strong>" in text


def test_sitemap_tells_public_pages_only_once(client, territory):
    news = factories.news("Publiée")
    draft = factories.news("Brouillon", published=False)
    event = factories.event("Bal")
    write_page()
    answer = client.get("/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml")
    places = [place.text for place in ElementTree.fromstring(answer.content).iter(f"{SITEMAP}loc")]
    paths = [place.split("/", 3)[3] for place in places]
    assert len(paths) == len(set(paths))
    for expected in ("", "communes/doullens/", news.get_absolute_url()[1:], event.get_absolute_url()[1:], "trier/"):
        assert expected in paths
    assert draft.get_absolute_url()[1:] not in paths


def test_robots_and_security_files_are_valid(client, territory):
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /bureau/" in robots
    assert re.search(r"^Sitemap: http", robots, re.M)
    security = client.get("/.well-known/security.txt").content.decode()
    expires = datetime.datetime.fromisoformat(re.search(r"^Expires: (.+)$", security, re.M)[1])
    assert datetime.timedelta(0) < expires - datetime.datetime.now(datetime.UTC) < datetime.timedelta(days=366)
    assert re.search(r"^Contact: (http|mailto)", security, re.M)


def test_only_pictures_leave_the_media_folder(client, db):
    for path in ("images/absente.png", "../settings.py", "documents/acte.pdf", "images/page.html", "x.png"):
        assert client.get(f"/media/{path}").status_code == 404


def test_first_visit_of_the_home_page_is_light(client, site):
    """Page, styles, scripts and fonts compressed as they are sent; pictures come after, as one scrolls."""
    import gzip

    home = client.get("/", headers={"accept-encoding": "gzip"}).content
    files = ("beffroi.css", "beffroi.js", "fonts/texte.woff2", "fonts/titre.woff2", "icons.svg")
    if not (OUTPUT / files[0]).is_file():
        pytest.skip("the front end is not built here")
    raw = [(OUTPUT / name).read_bytes() for name in files]
    sent = [
        len(one) if name.endswith("woff2") else len(gzip.compress(one)) for name, one in zip(files, raw, strict=True)
    ]
    assert len(home) + sum(sent) <= 150_000
