"""How often things may be tried; counted in the database, so for every web machine."""

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from tests.shared.accounts.conftest import PASSWORD, letters


@pytest.fixture(autouse=True)
def _limits(settings, _no_throttle):
    """The limits of an installation."""
    del settings.ACCOUNT_RATE_LIMITS
    del settings.MFA_RATE_LIMITS


def test_counts_are_shared_and_never_crowded_out(db):
    assert django_settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    assert cache._max_entries >= 100_000


def test_password_tried_five_times_then_refused_even_when_right(resident):
    for _turn in range(5):
        Client().post("/compte/connexion/", {"login": resident.email, "password": "mauvais"})
    response = Client().post("/compte/connexion/", {"login": resident.email, "password": PASSWORD})
    assert "Trop d’essais ont échoué" in response.content.decode()


def test_sign_in_many_times_from_one_address_is_slowed_down(db):
    for turn in range(30):
        Client().post("/compte/connexion/", {"login": f"p{turn}@example.invalid", "password": "x"})
    response = Client().post("/compte/connexion/", {"login": "p@example.invalid", "password": "x"})
    assert response.status_code == 429
    assert "Attendez une minute" in response.content.decode()


def test_codes_are_not_sent_without_end(resident):
    for _turn in range(5):
        Client().post("/compte/connexion/code/", {"email": resident.email})
    assert len(letters()) == 3


def test_code_of_the_second_factor_tried_five_times_then_refused(agent):
    from beffroi.shared.accounts.demo import current_code
    from tests.shared.accounts.conftest import SECRET, with_app

    with_app(agent)
    client = Client()
    client.post("/compte/connexion/", {"login": agent.email, "password": PASSWORD})
    for _turn in range(5):
        client.post("/compte/connexion/second-facteur/", {"code": "000000"})
    response = client.post("/compte/connexion/second-facteur/", {"code": current_code(SECRET)})
    assert "Trop d’essais ont échoué" in response.content.decode()
