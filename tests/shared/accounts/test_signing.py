"""Signing up, in and out, by password and by code; what is told to whom."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from beffroi.kernel.models import Delivery, Entry, User
from tests.shared.accounts.conftest import PASSWORD, letters, with_app

EMAIL = "nouvelle@example.invalid"


def code_in(message) -> str:
    return re.search(r"^(\d{6})$", message.body, re.M)[1]


def said(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def sign_up(client, email=EMAIL, password=PASSWORD):
    return client.post("/compte/inscription/", {"email": email, "password1": password})


def test_sign_up_verifies_the_address_by_a_code_and_opens_the_space(client, db):
    response = sign_up(client)
    assert response.headers["Location"] == "/compte/adresse/verifier/"
    assert not EmailAddress.objects.get(email=EMAIL).verified
    assert "_auth_user_id" not in client.session
    wrong = client.post("/compte/adresse/verifier/", {"code": "000000", "action": "verify"})
    assert "Ce code ne convient pas" in said(wrong)
    code = code_in(letters()[0])
    assert letters()[0].subject == f"{code} est votre code de vérification"
    done = client.post("/compte/adresse/verifier/", {"code": code, "action": "verify"})
    assert done.headers["Location"] == "/compte/"
    assert EmailAddress.objects.get(email=EMAIL).verified
    assert client.get("/compte/").status_code == 200


def test_sign_up_code_is_refused_after_three_faults(client, db):
    sign_up(client)
    code = code_in(letters()[0])
    for _turn in range(3):
        client.post("/compte/adresse/verifier/", {"code": "000000", "action": "verify"})
    response = client.post("/compte/adresse/verifier/", {"code": code, "action": "verify"})
    assert response.headers["Location"] == "/compte/connexion/"
    assert not EmailAddress.objects.get(email=EMAIL).verified


def test_sign_up_with_a_known_address_looks_the_same_and_warns_its_owner(client, resident):
    fresh, known = sign_up(Client()), sign_up(client, resident.email)
    assert (known.status_code, known.headers["Location"]) == (fresh.status_code, fresh.headers["Location"])
    pages = [said(browser.get("/compte/adresse/verifier/")) for browser in (client,)]
    assert resident.email in pages[0]
    assert User.objects.filter(email__iexact=resident.email).count() == 1
    warning = letters()[-1]
    assert (warning.to, warning.subject) == ([resident.email], "Vous avez déjà un compte")
    assert "http" in warning.body


def test_sign_up_weak_password_is_refused_with_what_was_typed(client, db):
    response = sign_up(client, password="azerty123")
    page = said(response)
    assert "Une information est à corriger" in page
    assert "quatre mots au hasard" in page
    assert f'value="{EMAIL}"' in page
    assert not User.objects.filter(email=EMAIL).exists()


def test_sign_in_by_password_lands_in_the_space(client, resident, sign_in):
    response = client.post("/compte/connexion/", {"login": resident.email.upper(), "password": PASSWORD})
    assert response.headers["Location"] == "/compte/"
    assert UserSession.objects.filter(user=resident).count() == 1


def test_sign_in_follows_the_page_that_was_asked(client, resident):
    asked = client.get("/compte/securite/")
    assert asked.headers["Location"] == "/compte/connexion/?next=/compte/securite/"
    page = said(client.get(asked.headers["Location"]))
    assert 'name="next" value="/compte/securite/"' in page
    values = {"login": resident.email, "password": PASSWORD, "next": "/compte/securite/"}
    assert client.post("/compte/connexion/", values).headers["Location"] == "/compte/securite/"


def test_sign_in_never_follows_another_site(client, resident):
    values = {"login": resident.email, "password": PASSWORD, "next": "https://ailleurs.invalid/"}
    assert client.post("/compte/connexion/", values).headers["Location"] == "/compte/"


@pytest.mark.parametrize("email", ["habitante@example.invalid", "inconnu@example.invalid"])
def test_sign_in_refused_says_the_same_for_a_known_and_an_unknown_address(client, resident, email):
    response = client.post("/compte/connexion/", {"login": email, "password": "mauvais"})
    page = said(response)
    assert "L’adresse ou le mot de passe ne convient pas" in page
    assert f'value="{email}"' in page


def test_sign_in_by_code_needs_no_password(client, resident):
    response = client.post("/compte/connexion/code/", {"email": resident.email})
    assert response.headers["Location"] == "/compte/connexion/code/saisir/"
    code = code_in(letters()[0])
    assert code in letters()[0].subject
    done = client.post(response.headers["Location"], {"code": f" {code[:3]} {code[3:]} ", "action": "verify"})
    assert done.headers["Location"] == "/compte/"


def test_sign_in_by_code_unknown_address_looks_the_same(client, resident):
    known = client.post("/compte/connexion/code/", {"email": resident.email})
    other = Client()
    unknown = other.post("/compte/connexion/code/", {"email": "inconnu@example.invalid"})
    assert unknown.headers["Location"] == known.headers["Location"]
    page = said(other.get(unknown.headers["Location"])).replace("inconnu@", "X")
    assert page.count("csrfmiddlewaretoken") == said(client.get(known.headers["Location"])).count("csrfmiddlewaretoken")
    assert [message.subject for message in letters()[1:]] == ["Aucun compte avec cette adresse"]
    assert "/compte/inscription/" in letters()[1].body


def test_sign_in_by_code_asks_for_the_second_factor_too(client, agent):
    with_app(agent)
    client.post("/compte/connexion/code/", {"email": agent.email})
    done = client.post("/compte/connexion/code/saisir/", {"code": code_in(letters()[0]), "action": "verify"})
    assert done.headers["Location"] == "/compte/connexion/second-facteur/"
    assert "_auth_user_id" not in client.session


def test_sign_in_agent_lands_at_the_desk_for_twelve_hours(client, agent, sign_in):
    with_app(agent)
    client.post("/compte/connexion/", {"login": agent.email, "password": PASSWORD})
    from beffroi.shared.accounts.demo import current_code
    from tests.shared.accounts.conftest import SECRET

    done = client.post("/compte/connexion/second-facteur/", {"code": current_code(SECRET)})
    assert done.headers["Location"] == "/bureau/"
    assert client.session.get_expiry_age() == 12 * 3600


def test_sign_in_resident_stays_only_if_asked(resident):
    for remember, kept in (("", True), ("on", False)):
        client = Client()
        client.post("/compte/connexion/", {"login": resident.email, "password": PASSWORD, "remember": remember})
        assert client.session.get_expire_at_browser_close() is kept


def test_sign_in_from_a_new_device_is_told_once(client, resident, sign_in):
    sign_in(resident, client)
    message = letters()[-1]
    assert message.subject == "Connexion depuis un nouvel appareil"
    assert message.to == [resident.email]
    client.post("/compte/deconnexion/")
    sign_in(resident, client)
    assert len(letters()) == 1
    sign_in(resident, Client())
    assert len(letters()) == 2


def test_sign_in_closed_account_is_told(client, resident):
    User.objects.filter(pk=resident.pk).update(is_active=False)
    response = client.post("/compte/connexion/", {"login": resident.email, "password": PASSWORD})
    assert response.headers["Location"] == "/compte/ferme/"


def test_sign_out_asks_then_ends_the_session(client, resident, sign_in):
    sign_in(resident, client)
    assert "Rester connecté" in said(client.get("/compte/deconnexion/"))
    assert client.post("/compte/deconnexion/").headers["Location"] == "/"
    assert client.get("/compte/").status_code == 302


def test_password_forgotten_is_changed_by_a_code_and_closes_other_sessions(client, resident, sign_in):
    elsewhere = sign_in(resident, Client())
    letters().clear()
    assert client.post("/compte/mot-de-passe/oublie/", {"email": resident.email}).status_code == 302
    code = code_in(letters()[0])
    client.post("/compte/mot-de-passe/oublie/code/", {"code": code})
    fresh = "parasol citron moquette tracteur"
    done = client.post("/compte/mot-de-passe/oublie/nouveau/", {"password1": fresh}, follow=True)
    assert "Votre mot de passe est enregistré" in said(done)
    assert elsewhere.get("/compte/").status_code == 302
    assert sign_in(resident, Client(), password=fresh).get("/compte/").status_code == 200
    assert letters()[1].subject == "Votre mot de passe a changé"


def test_password_forgotten_unknown_address_looks_the_same(client, resident):
    known = client.post("/compte/mot-de-passe/oublie/", {"email": resident.email})
    unknown = Client().post("/compte/mot-de-passe/oublie/", {"email": "inconnu@example.invalid"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])


def test_password_change_needs_the_former_and_is_journalled(client, resident, sign_in):
    sign_in(resident, client)
    fresh = "parasol citron moquette tracteur"
    refused = client.post("/compte/mot-de-passe/", {"oldpassword": "mauvais", "password1": fresh})
    assert "Ce n’est pas votre mot de passe actuel" in said(refused)
    done = client.post("/compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": fresh})
    assert done.headers["Location"] == reverse("accounts:security")
    assert client.get("/compte/").status_code == 200
    line = Entry.objects.get(verb="accounts.password_changed")
    assert (line.actor, line.data) == (resident, {})


def test_address_change_waits_for_the_code(client, resident, sign_in):
    sign_in(resident, client)
    letters().clear()
    client.post("/compte/adresse/", {"email": "ailleurs@example.invalid", "action_add": "1"})
    assert User.objects.get(pk=resident.pk).email == "habitante@example.invalid"
    assert letters()[0].to == ["ailleurs@example.invalid"]
    client.post("/compte/adresse/verifier/", {"code": code_in(letters()[0]), "action": "verify"})
    assert User.objects.get(pk=resident.pk).email == "ailleurs@example.invalid"
    assert letters()[-1].to == ["habitante@example.invalid"]
    assert Entry.objects.filter(verb="accounts.address_changed").count() == 1


def test_sessions_other_device_is_closed_from_here(client, resident, sign_in):
    sign_in(resident, client)
    elsewhere = sign_in(resident, Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}))
    page = said(client.get("/compte/securite/appareils/"))
    assert "Firefox sur Windows" in page
    assert "Cet appareil" in page
    other = UserSession.objects.exclude(session_key=client.session.session_key).get()
    client.post("/compte/securite/appareils/", {"session": other.pk})
    assert elsewhere.get("/compte/").status_code == 302
    assert client.get("/compte/").status_code == 200


def test_sessions_of_somebody_else_are_out_of_reach(client, resident, agent, sign_in):
    sign_in(resident, client)
    other = sign_in(agent, Client())
    client.post("/compte/securite/appareils/", {"session": UserSession.objects.get(user=agent).pk})
    assert other.get("/compte/").status_code == 200


def test_password_of_a_stranger_does_not_survive_the_proof_of_the_address(client, db):
    sign_up(Client())
    user = User.objects.get(email=EMAIL)
    client.post("/compte/connexion/code/", {"email": EMAIL})
    client.post("/compte/connexion/code/saisir/", {"code": code_in(letters()[-1]), "action": "verify"})
    assert client.get("/compte/").status_code == 200
    assert not User.objects.get(pk=user.pk).has_usable_password()
    refused = Client().post("/compte/connexion/", {"login": EMAIL, "password": PASSWORD})
    assert "ne convient pas" in said(refused)


def test_password_of_the_owner_survives_a_later_verification(db):
    sign_up(Client())
    later = Client()
    response = later.post("/compte/connexion/", {"login": EMAIL, "password": PASSWORD})
    assert response.headers["Location"] == "/compte/adresse/verifier/"
    later.post("/compte/adresse/verifier/", {"code": code_in(letters()[-1]), "action": "verify"})
    assert User.objects.get(email=EMAIL).has_usable_password()


def test_no_address_nor_password_in_the_log(client, resident, caplog, sign_in):
    caplog.set_level("DEBUG")
    client.post("/compte/connexion/", {"login": resident.email, "password": "mauvais secret"})
    sign_in(resident, client)
    text = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("beffroi"))
    assert "sign-in refused" in text
    assert f"sign-in account={resident.pk}" in text
    assert resident.email not in text
    assert "mauvais" not in text


def test_sign_in_with_a_dead_mail_server_still_opens_and_the_warning_waits(resident, settings, sign_in):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert sign_in(resident).get("/compte/").status_code == 200
    letters()
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.address) == ("waiting", resident.email)


def test_code_sent_is_wiped_from_the_outbox(client, db, resident):
    client.post("/compte/connexion/code/", {"email": resident.email})
    code = code_in(letters()[0])
    sent = Delivery.objects.get()
    assert code not in f"{sent.subject}{sent.body}"
