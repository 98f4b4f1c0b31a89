import pytest
from django.test import Client

from beffroi.modules.roadmap.models import Action, Plan
from tests.modules.roadmap.factories import make_action, make_axis, make_plan

PAGES = ("/feuille-de-route/", "/feuille-de-route/historique/", "/feuille-de-route/nouvelles.rss")


@pytest.fixture
def client():
    return Client()


def text_of(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_public_page_says_where_the_plan_stands(roadmap, client):
    page = text_of(client, "/feuille-de-route/")
    assert "actions sur 14 sont engagées" in page
    for axis in roadmap.axes.all():
        assert f"axe-{axis.code}" in page
    assert page.count("Note de l’éditeur") >= 4
    assert "Chiffres de démonstration" in page


def test_public_pages_of_actions_open(roadmap, client):
    for action in Action.objects.public():
        assert action.title in text_of(client, action.get_absolute_url())


def test_public_page_of_a_repeated_line_leads_to_its_original(roadmap, client):
    line = Action.objects.get(axis__plan=roadmap, axis__code="5", number=1)
    assert line.same_as.get_absolute_url() in text_of(client, line.get_absolute_url())


def test_public_pages_tell_nothing_of_a_restricted_action(roadmap, client):
    action = Action.objects.get(axis__plan=roadmap, axis__code="2", number=1)
    from beffroi.modules.roadmap import actions

    actions.restrict_action(action, actor=None)
    for url in PAGES:
        assert action.title not in text_of(client, url), url
    assert client.get(action.get_absolute_url()).status_code == 404
    for repeat in action.repeats.all():
        assert client.get(repeat.get_absolute_url()).status_code == 404


def test_public_page_hides_an_unpublished_plan(db, client):
    action = make_action(make_axis(make_plan(is_public=False, title="Plan secret")))
    assert "Plan secret" not in text_of(client, "/feuille-de-route/")
    assert client.get(action.get_absolute_url()).status_code == 404
    assert client.get(action.axis.plan.get_absolute_url()).status_code == 404


def test_public_revision_is_read_once_adopted(roadmap, client):
    revision = roadmap.revisions.first()
    page = text_of(client, revision.get_absolute_url())
    assert "Le second lieu de travail partagé demande une étude de plus." in page
    assert "30 juin 2025" in page.replace("\u00a0", " ")


def test_public_page_costs_the_same_for_3_and_30_actions(db, client, django_assert_max_num_queries):
    from django.core.cache import caches
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    axis = make_axis(make_plan())
    counts = []
    for wanted in (3, 30):
        while Action.objects.count() < wanted:
            make_action(axis)
        caches["pages"].clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/feuille-de-route/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
    assert Plan.objects.count() == 1
