"""The desk of those who look after the platform."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.kernel import journal, seals
from beffroi.kernel.models import Entry
from beffroi.shared.organisations.models import Organisation
from tests.sample.actions import create_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client, make_user, make_organisation, give_role):
    user = make_user(first_name="Opale", last_name="Teur")
    epci = Organisation.objects.filter(is_operator=True).first() or make_organisation(kind="epci", is_operator=True)
    give_role(user, "operator_admin", epci)
    client.force_login(user)
    return user


@pytest.mark.parametrize("page", ["", "journal/", "sceaux/", "envois/"])
def test_page_of_the_platform_is_refused_to_agents(client, agent, page):
    client.force_login(agent)
    assert client.get(f"/bureau/technique/{page}").status_code == 403


def test_platform_page_tells_parts_reactions_and_nights(client, operator):
    page = client.get("/bureau/technique/").content.decode()
    for expected in ("Exemple", "une note en fait naître une autre", "Sceau du journal", "Pas encore", "PostgreSQL"):
        assert expected in page


def test_journal_is_found_by_verb_actor_object_and_day(client, operator, agent):
    with journal.dated(timezone.now() - timedelta(days=3)):
        create_note(title="ancienne", verb="finish")
    note = create_note(title="récente", actor=agent)
    today = timezone.localdate()
    for query, expected in {
        "action=sample.create": 1,
        "action=": 2,
        "partie=sample": 2,
        "partie=kernel": 0,
        "par=agent": 1,
        f"objet=sample.note&numero={note.pk}": 1,
        f"du={today}": 1,
        f"au={today - timedelta(days=1)}": 1,
        f"du={today}&au={today}&par=personne-de-ce-nom": 0,
    }.items():
        page = client.get(f"/bureau/technique/journal/?{query}")
        assert len(page.context["lines"]) == expected, query


def test_journal_is_read_in_as_many_queries_whatever_its_length(client, operator, django_assert_max_num_queries):
    for number in range(60):
        create_note(title=f"note {number}")
    with django_assert_max_num_queries(12):
        client.get("/bureau/technique/journal/")


def test_journal_filter_that_is_wrong_is_told(client, operator):
    assert client.get("/bureau/technique/journal/?du=hier&numero=x").status_code == 200


def test_journal_is_exported_without_formula(client, operator):
    note = create_note(title="x")
    Entry.objects.filter(target_id=note.pk)
    answer = client.get("/bureau/technique/journal/?format=csv&action=sample.create")
    assert "sample.create" in answer.content.decode()


def test_seals_are_shown_whole(client, operator):
    with journal.dated(timezone.now() - timedelta(days=2)):
        create_note(title="x")
    seals.seal_until(timezone.localdate())
    page = client.get("/bureau/technique/sceaux/")
    digest = page.context["page_obj"][0].digest
    assert digest[:32] in page.content.decode()
