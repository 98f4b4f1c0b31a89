"""Strength told in plain words; no rule of composition."""

import pytest
from django.core.exceptions import ValidationError

from beffroi.kernel.models import User
from beffroi.shared.accounts.passwords import LONGEST, StrengthValidator, strength

pytestmark = pytest.mark.django_db

REASONS = [
    ("password", "l’un des plus employés"),
    ("motdepasse", "un mot facile à deviner"),
    ("qwertyuiop", "l’un des plus employés"),
    ("soleil2026", "un mot facile à deviner"),
    ("16/08/1978", "une date ou une année"),
    ("xxxxxxxxxxxx", "répète le même signe"),
    ("a1!Ad9", "trop court"),
]


@pytest.mark.parametrize(("password", "reason"), REASONS)
def test_strength_easy_password_says_why_and_what_to_do(password, reason):
    found = strength(password)
    assert not found.enough
    assert reason in found.sentence
    assert "quatre mots au hasard" in found.sentence
    assert found.label in {"faible", "très faible"}


@pytest.mark.parametrize("password", ["brouette nuage tambour ficelle", "tractopellevermoulue", "é!7Kz0q$mPaw"])
def test_strength_good_password_needs_no_kind_of_sign(password):
    found = strength(password)
    assert found.enough
    assert found.sentence in {"Ce mot de passe est bon.", "Ce mot de passe est très bon."}


def test_strength_own_name_is_easy_to_guess():
    user = User(email="zebulonne.quarterly@example.invalid", first_name="Zebulonne", last_name="Quarterly")
    assert strength("zebulonnequarterly").enough
    assert not strength("zebulonnequarterly", user).enough


def test_strength_name_of_a_commune_is_easy_to_guess(make_body):
    assert strength("grouchesluchuel").enough
    make_body("Grouches-Luchuel")
    assert not strength("Grouches-Luchuel").enough


def test_strength_empty_and_very_long_are_judged():
    assert not strength("").enough
    assert strength("q7 " * 60 + "fin").score >= 0


def test_validator_refuses_the_easy_and_the_endless():
    StrengthValidator().validate("brouette nuage tambour ficelle")
    with pytest.raises(ValidationError, match="quatre mots"):
        StrengthValidator().validate("azerty")
    with pytest.raises(ValidationError, match="dépasse"):
        StrengthValidator().validate("q" * (LONGEST + 1))


def test_indicator_says_the_same_as_the_form(client):
    answer = client.post("/compte/mot-de-passe/force/", {"password": "azerty123"})
    assert answer.json()["enough"] is False
    assert answer.json()["sentence"] == strength("azerty123").sentence
    assert client.post("/compte/mot-de-passe/force/", {"password": "brouette nuage tambour"}).json()["enough"] is True
    assert client.get("/compte/mot-de-passe/force/").status_code == 405


def test_indicator_knows_who_is_typing(sign_in, make_account):
    user = make_account("zebulonne.quarterly@example.invalid", first_name="Zebulonne", last_name="Quarterly")
    answer = sign_in(user).post("/compte/mot-de-passe/force/", {"password": "zebulonnequarterly"})
    assert answer.json()["enough"] is False


def test_indicator_stops_answering_past_its_limit(client):
    for _turn in range(120):
        client.post("/compte/mot-de-passe/force/", {"password": ""})
    assert client.post("/compte/mot-de-passe/force/", {"password": ""}).status_code == 429
