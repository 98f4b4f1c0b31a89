"""Somebody who holds roles in several organisations chooses the one that they act for."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(make_body):
    return make_body("Beauval")


@pytest.fixture
def shared(agent, give_role, other):
    """An agent of Épécamps who manages Beauval."""
    give_role(agent, "admin", other)
    return agent


def choose(client, organisation, next="/bureau/"):
    number = organisation.pk if organisation else ""
    return client.post("/bureau/agir-pour/", {"organisation": number, "next": next})


def head(client, path="/bureau/") -> str:
    return client.get(path).content.decode().partition("<main")[0]


def test_choice_is_offered_only_to_those_who_have_one(agent, enter, shared, make_account, give_role, body):
    alone = make_account()
    give_role(alone, "agent", body)
    assert "/bureau/agir-pour/" not in head(enter(alone))
    assert "Épécamps" in head(enter(alone))
    page = head(enter(shared))
    assert page.count('name="organisation" value=') == 3
    assert "Toutes mes organisations" in page


def test_rights_and_menus_are_those_of_the_chosen_organisation(shared, enter, body, other):
    client = enter(shared)
    assert client.get(f"/bureau/organisation/{other.slug}/").status_code == 200
    assert choose(client, body).headers["Location"] == "/bureau/"
    page = client.get("/bureau/").content.decode()
    assert "Vous agissez pour Épécamps" in page
    assert "/bureau/organisation/" not in page.partition("</nav>")[0], "an agent of Épécamps manages nothing"
    refused = client.get(f"/bureau/organisation/{other.slug}/")
    assert refused.status_code in (403, 404)
    assert "Agir pour toutes mes organisations" in refused.content.decode()
    choose(client, None)
    assert client.get(f"/bureau/organisation/{other.slug}/").status_code == 200


def test_choice_is_kept_by_the_session_of_this_browser_alone(shared, enter, body):
    client, elsewhere = enter(shared), enter(shared)
    choose(client, body)
    assert "Vous agissez pour" in client.get("/bureau/").content.decode()
    assert "Vous agissez pour" not in elsewhere.get("/bureau/").content.decode()


def test_organisation_of_others_is_refused(shared, enter, make_body):
    client = enter(shared)
    answer = choose(client, make_body("Naours"))
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Vous n’avez plus de rôle dans cette organisation" in page
    assert "Vous agissez pour" not in page


def test_role_that_ends_gives_back_the_others(shared, enter, body):
    client = enter(shared)
    choose(client, body)
    shared.memberships.filter(organisation=body).delete()
    client.get("/bureau/")  # the message of the choice is read
    page = client.get("/bureau/").content.decode()
    assert "Vous agissez pour" not in page
    assert "Beauval" in page


def test_choice_leads_nowhere_else_and_needs_a_role(shared, enter, body, resident):
    client = enter(shared)
    assert choose(client, body, next="https://example.org/").headers["Location"] == "/bureau/"
    assert choose(client, body, next="/compte/").headers["Location"] == "/bureau/"
    assert client.get("/bureau/agir-pour/").status_code == 405
    stranger = Client()
    stranger.force_login(resident)
    assert choose(stranger, body).status_code == 403
