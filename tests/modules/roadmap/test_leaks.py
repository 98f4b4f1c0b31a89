"""A restricted action is nowhere for those who may not read it: pages, feed, search, site map, files, open data."""

import pytest
from django.test import Client
from django.urls import reverse

from beffroi.kernel import modules
from beffroi.kernel.search import reindex_all
from beffroi.modules.roadmap import actions, publications
from beffroi.modules.roadmap.models import Action
from beffroi.shared.files.actions import store_upload
from tests.modules.roadmap.factories import make_action, make_axis, make_organisation, make_plan, make_user

SECRET = "Négocier discrètement"


@pytest.fixture
def plan(db):
    return make_plan(make_organisation())


@pytest.fixture
def restricted(plan) -> Action:
    axis = make_axis(plan, code="1")
    make_action(axis, title="Action ouverte")
    action = make_action(axis, title=SECRET, restricted=True, summary="Résumé secret", tags=["secret"])
    actions.add_note(action, actor=None, body=f"{SECRET} : point public", public=True)
    actions.move_action(action, "start", actor=None, check=False)
    actions.freeze_revision(plan, actor=None, label="Départ")
    actions.edit_action(action, actor=None, title=f"{SECRET} encore", reason="raison secrète")
    revision = actions.freeze_revision(plan, actor=None, label="Suite", reasons={str(action.uid): "raison secrète"})
    actions.adopt_revision(revision, actor=None, adopted_on=plan.start, deliberation="2026-1")
    return action


def public_addresses(plan) -> list[str]:
    site = "/feuille-de-route/"
    files = [f"{site}plans/{plan.slug}/actions.{kind}" for kind in ("csv", "xlsx", "ods")]
    pages = [site, f"{site}historique/", f"{site}nouvelles.rss", f"{site}plans/{plan.slug}/"]
    return [*pages, *files, f"{site}plans/{plan.slug}/revisions/2/"]


def text_of(response) -> str:
    content = response.content
    if response.headers["Content-Type"].startswith("application/vnd"):
        import io
        import zipfile

        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return " ".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    return content.decode()


def test_restricted_action_is_on_no_public_page_or_file(plan, restricted):
    client = Client()
    for url in public_addresses(plan):
        response = client.get(url)
        assert response.status_code == 200, url
        text = text_of(response)
        assert SECRET not in text, url
        assert "secret" not in text, url
        assert restricted.slug not in text, url


def test_open_action_is_on_those_pages_and_files(plan, restricted):
    client = Client()
    for url in public_addresses(plan)[:-1]:
        assert "Action ouverte" in text_of(client.get(url)), url


def test_restricted_action_is_in_no_site_map_dataset_or_home_block(plan, restricted, rf):
    told = [list(publications.sitemap()), list(publications.rows()), str(publications.home(rf.get("/")))]
    assert SECRET not in str(told)
    assert restricted.slug not in str(told)
    assert len(list(publications.rows())) == 1


def test_restricted_action_is_found_only_by_those_who_may_read_it(plan, restricted):
    reindex_all()
    found = {}
    for name, user in {
        "visitor": None,
        "agent": make_user("agent", plan.organisation),
        "elected": make_user("elected", plan.organisation),
        "elsewhere": make_user("elected", make_organisation()),
    }.items():
        client = Client()
        if user:
            client.force_login(user)
        answer = client.get("/recherche/", {"q": "Négocier"})
        found[name] = restricted.get_absolute_url() in answer.content.decode() or SECRET in answer.content.decode()
    assert found == {"visitor": False, "agent": False, "elected": True, "elsewhere": False}


def test_document_of_a_restricted_action_is_not_served_even_marked_public(plan, restricted, settings):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = store_upload(SimpleUploadedFile("note.txt", b"texte"), actor=None)
    actions.add_documents(restricted, [file], actor=None, public=False)
    assert Client().get(file.url).status_code in {302, 403, 404}


def test_indicator_of_a_module_that_keeps_it_private_is_not_published(plan, restricted, monkeypatch):
    action = Action.objects.get(title="Action ouverte")
    hidden = modules.Indicator(
        code="essai.prive", label="Chiffre privé", unit="", value=lambda since, until: 1, description="", public=False
    )
    monkeypatch.setattr(modules, "find", lambda kind, code: hidden if code == "essai.prive" else None)
    actions.save_indicator(action, actor=None, label="Chiffre privé", code="essai.prive")
    assert "Chiffre privé" not in Client().get(action.get_absolute_url()).content.decode()


def test_agent_does_not_read_restricted_changes_of_a_revision(plan, restricted):
    for role, sees in (("agent", False), ("elected", True)):
        client = Client()
        client.force_login(make_user(role, plan.organisation))
        for name, arguments in (("revision", [plan.slug, 2]), ("compare", [plan.slug])):
            url = reverse(f"roadmap:{name}", args=arguments) + ("?avant=1&apres=2" if name == "compare" else "")
            assert (SECRET in client.get(url).content.decode()) is sees, (role, name)
