"""The second factor is compulsory for whoever holds a role, and never taken away by mistake."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beffroi.config import settings as installation
from beffroi.kernel.models import Entry
from beffroi.shared.accounts import actions, second_factor
from beffroi.shared.accounts.demo import current_code
from tests.shared.accounts.conftest import PASSWORD, SECRET, letters, with_app

SETUP = "/compte/securite/double-authentification/"
DESK = "/bureau/organisation/"


def said(response) -> str:
    return response.content.decode()


def test_middleware_is_part_of_every_installation():
    assert settings.SECOND_FACTOR in installation.MIDDLEWARE


@pytest.mark.parametrize("who", ["manager", "installer"])
def test_desk_without_second_factor_leads_to_its_setup(request, who, sign_in):
    client = sign_in(request.getfixturevalue(who))
    response = client.get(DESK)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{SETUP}?next=%2Fbureau%2Forganisation%2F"
    assert "double authentification" in said(client.get(response.headers["Location"]))


def test_desk_agent_without_second_factor_is_led_to_its_setup_and_not_refused(agent, sign_in):
    assert sign_in(agent).get(DESK).headers["Location"].startswith(SETUP)


def test_cms_without_second_factor_leads_to_its_setup(installer, sign_in):
    assert sign_in(installer).get("/cms/").headers["Location"].startswith(SETUP)


def test_cms_has_no_door_of_its_own(client, db):
    for address in ("/cms/login/", "/cms/login/?next=/cms/"):
        response = client.post(address, {"username": "x", "password": "y"})
        assert response.status_code in {302, 405}
        assert response.headers.get("Location", "/compte/connexion/").startswith("/compte/connexion/")
    assert client.get("/cms/").headers["Location"].startswith("/compte/connexion/")


def test_public_pages_and_own_space_stay_open(manager, sign_in):
    client = sign_in(manager)
    assert client.get("/compte/").status_code == 200
    assert "Il vous manque la double authentification" in said(client.get("/compte/"))
    assert client.get("/compte/connexion/").status_code == 302


def test_desk_opens_with_a_second_factor(manager, enter):
    assert enter(manager).get(DESK, follow=True).status_code == 200


def test_recovery_codes_alone_are_not_a_second_factor(manager, sign_in):
    Authenticator.objects.create(user=manager, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert not second_factor.is_ready(manager)
    assert sign_in(manager).get(DESK).headers["Location"].startswith(SETUP)


def test_resident_is_never_asked(resident, sign_in):
    assert not second_factor.is_missing(resident)
    assert sign_in(resident).get(DESK).status_code == 403


def test_role_that_is_over_or_to_come_asks_nothing(make_account, give_role, body):
    today = timezone.localdate()
    past, future = make_account(), make_account()
    give_role(past, "agent", body, start=today - timezone.timedelta(9), end=today - timezone.timedelta(1))
    give_role(future, "agent", body, start=today + timezone.timedelta(1))
    assert not second_factor.is_missing(past)
    assert not second_factor.is_missing(future)


def test_sign_in_without_second_factor_lands_at_its_setup(client, agent):
    response = client.post("/compte/connexion/", {"login": agent.email, "password": PASSWORD})
    assert response.headers["Location"] == SETUP


def set_up(client) -> str:
    """Add an application of codes as its owner does; returns where the last page leads."""
    page = said(client.get("/compte/securite/application/ajouter/"))
    secret = page.split("<code>")[1].split("</code>")[0]
    response = client.post("/compte/securite/application/ajouter/", {"code": current_code(secret)})
    return response.headers["Location"]


@pytest.mark.django_db(transaction=True)
def test_setup_leads_through_recovery_codes_to_the_page_that_was_asked(manager, sign_in):
    client = sign_in(manager)
    client.get(client.get(DESK).headers["Location"])
    assert set_up(client) == "/compte/securite/codes/"
    page = said(client.get("/compte/securite/codes/"))
    assert page.count("<code>") == 10
    assert f'href="{SETUP}"' in page
    assert client.get(SETUP).headers["Location"] == DESK
    assert client.get(DESK, follow=True).status_code == 200
    assert letters()[-1].subject == "Une application de codes a été ajoutée"
    kinds = {line.data["kind"] for line in Entry.objects.filter(verb="accounts.second_factor_added")}
    assert kinds == {"totp", "recovery_codes"}


def test_setup_never_leads_to_another_site(manager, sign_in):
    client = sign_in(manager)
    client.get(f"{SETUP}?next=https://ailleurs.invalid/")
    set_up(client)
    assert client.get(SETUP).headers["Location"] == reverse("accounts:security")


def test_setup_drawing_needs_no_inline_style(manager, sign_in):
    page = said(sign_in(manager).get("/compte/securite/application/ajouter/"))
    drawing = page[page.index("<svg", page.index("etape-1")) : page.index("Je ne peux pas lire")]
    assert "<path" in drawing
    assert "style=" not in drawing


def test_code_wrong_is_said_and_right_signs_in(client, agent):
    with_app(agent)
    client.post("/compte/connexion/", {"login": agent.email, "password": PASSWORD})
    refused = client.post("/compte/connexion/second-facteur/", {"code": "000000"})
    assert "Ce code ne convient pas" in said(refused)
    done = client.post("/compte/connexion/second-facteur/", {"code": current_code(SECRET)})
    assert done.headers["Location"] == "/bureau/"


def test_code_serves_once(agent, sign_in):
    with_app(agent)
    code = current_code(SECRET)
    for expected in (302, 200):
        client = Client()
        client.post("/compte/connexion/", {"login": agent.email, "password": PASSWORD})
        assert client.post("/compte/connexion/second-facteur/", {"code": code}).status_code == expected


def test_recovery_code_signs_in_once(agent):
    with_app(agent)
    code = Authenticator.objects.get(user=agent, type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (302, 200):
        client = Client()
        client.post("/compte/connexion/", {"login": agent.email, "password": PASSWORD})
        assert client.post("/compte/connexion/second-facteur/", {"code": code}).status_code == expected


def test_secret_is_kept_encrypted(agent, settings):
    with_app(agent)
    stored = Authenticator.objects.get(user=agent, type="totp").data["secret"]
    assert SECRET not in stored
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, after a rotation"
    assert Authenticator.objects.get(user=agent, type="totp").wrap().validate_code(current_code(SECRET))


def test_secret_of_a_lost_key_matches_no_code(agent, settings):
    with_app(agent)
    settings.SECRET_KEY = "another key, and the former one is lost"
    factor = Authenticator.objects.get(user=agent, type="totp").wrap()
    assert not factor.validate_code(current_code(SECRET))
    assert not factor.validate_code("")


def test_last_factor_of_an_agent_is_not_removed(agent, sign_in):
    with_app(agent)
    client = sign_in(agent)
    page = said(client.get("/compte/securite/application/retirer/"))
    assert "ajoutez d’abord un autre moyen" in page
    client.post("/compte/securite/application/retirer/")
    assert second_factor.is_ready(agent)


def test_factor_of_a_resident_is_removed_and_told(resident, sign_in):
    with_app(resident)
    client = sign_in(resident)
    client.post("/compte/securite/application/retirer/")
    assert not Authenticator.objects.filter(user=resident).exists()
    assert letters()[-1].subject == "L’application de codes a été retirée"
    assert Entry.objects.filter(verb="accounts.second_factor_removed", actor=resident).exists()


def test_sensitive_pages_ask_again_once_the_sign_in_is_old(resident, sign_in):
    client = sign_in(resident)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    asked = client.get("/compte/securite/application/ajouter/")
    assert asked.headers["Location"].startswith("/compte/confirmer/?next=")
    client.post(asked.headers["Location"], {"password": PASSWORD})
    assert client.get("/compte/securite/application/ajouter/").status_code == 200


def test_forget_second_factor_signs_out_and_asks_for_a_new_one(agent, installer, sign_in):
    with_app(agent)
    client = sign_in(agent)
    assert client.get("/compte/").status_code == 200
    assert actions.forget_second_factor(agent, actor=installer) == 2
    assert client.get("/compte/").status_code == 302
    assert sign_in(agent, Client()).get(DESK).headers["Location"].startswith(SETUP)
