"""Asking FranceConnect for the right to read something: for the linked person only, and the token is used once."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount

from beffroi.kernel.models import User
from beffroi.shared.accounts.oidc import grants
from tests.shared.accounts.oidc.conftest import NEIGHBOUR, RESIDENT


@pytest.fixture
def received():
    """The tokens that a module was given."""
    tokens = []

    def receive(request, token):
        tokens.append((request.user, token))
        return "/compte/"

    kept = dict(grants._grants)
    grants.register(grants.Grant(code="essai", provider="franceconnect", scopes=("essai_scope",), receive=receive))
    yield tokens
    grants._grants.clear()
    grants._grants.update(kept)


@pytest.fixture
def resident(db):
    user = User.objects.create_user(email="jeanne.delattre@example.invalid", first_name="Jeanne", last_name="Delattre")
    SocialAccount.objects.create(user=user, provider="franceconnect", uid=RESIDENT)
    return user


def leave(client, **data):
    return client.post("/compte/franceconnect/", {"grant": "essai", "next": "/compte/", **data})


def address_of(page) -> str:
    """Where the page leads."""
    return html.unescape(re.search(r'href="([^"]+/authorize[^"]*)"', page.content.decode()).group(1))


def back(client, service, address, account):
    parts = urlsplit(service.sign_in(address, account))
    return client.get(f"{parts.path}?{parts.query}")


def test_the_linked_person_grants_and_the_module_receives_the_token(client, franceconnect, resident, received):
    client.force_login(resident)
    address = address_of(leave(client))
    assert parse_qs(urlsplit(address).query)["scope"][0].split()[-1] == "essai_scope"
    answer = back(client, franceconnect, address, RESIDENT)
    assert (answer.status_code, answer["Location"]) == (302, "/compte/")
    ((user, token),) = received
    assert user == resident
    assert token
    assert token not in str(client.session.items())


def test_another_person_grants_nothing(client, franceconnect, resident, received):
    client.force_login(resident)
    answer = back(client, franceconnect, address_of(leave(client)), NEIGHBOUR)
    assert answer.status_code == 302
    assert received == []
    assert SocialAccount.objects.filter(uid=NEIGHBOUR).count() == 0


def test_an_account_that_is_not_linked_cannot_ask(client, franceconnect, received, db):
    assert leave(client).status_code == 404
    client.force_login(User.objects.create_user(email="autre@example.invalid", first_name="A", last_name="B"))
    assert leave(client).status_code == 404


def test_a_grant_of_another_service_is_not_known(received):
    assert grants.find("essai", "proconnect") is None
    assert grants.find("inconnu", "franceconnect") is None
