"""Every page opens, has one heading and labelled fields, and needs no inline code."""

import re

import pytest
from django.urls import reverse

from tests.shared.accounts.conftest import with_app

PUBLIC = ["account_login", "account_signup", "account_request_login_code", "account_reset_password", "account_inactive"]
OWN = [
    "accounts:home",
    "accounts:security",
    "accounts:second_factor_setup",
    "usersessions_list",
    "account_email",
    "account_change_password",
    "account_logout",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "socialaccount_connections",
    "account_reauthenticate",
]


def check_page(response):
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<h1") == 1
    assert "<title>" in html
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*(src=|application/json))", html)
    labelled = set(re.findall(r'<label[^>]*for="([^"]+)"', html))
    for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
        kind = re.search(r'type="(\w+)"', tag)
        if kind and kind[1] in {"hidden", "submit", "checkbox", "radio"}:
            continue
        name = re.search(r'id="([^"]+)"', tag)
        assert "aria-label=" in tag or (name and name[1] in labelled), tag
    return html


@pytest.mark.parametrize("name", PUBLIC)
def test_public_page_opens(client, db, name):
    check_page(client.get(reverse(name)))


@pytest.mark.parametrize("name", OWN)
def test_own_page_opens(sign_in, resident, name):
    html = check_page(sign_in(resident).get(reverse(name)))
    assert "Mon espace" in html


@pytest.mark.parametrize("name", [*OWN, "mfa_view_recovery_codes", "mfa_deactivate_totp"])
def test_own_page_signed_out_asks_to_sign_in(client, db, name):
    if name == "account_logout":
        assert client.get(reverse(name)).headers["Location"] == "/"
        return
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/compte/connexion/")


@pytest.mark.parametrize("name", ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"])
def test_second_factor_page_opens(resident, sign_in, name):
    with_app(resident)
    check_page(sign_in(resident).get(reverse(name)))


def test_demo_page_exists_in_a_demonstration_only(client, db, settings):
    settings.DEMO = False
    assert client.get("/demo/codes/").status_code == 404
    settings.DEMO = True
    html = check_page(client.get("/demo/codes/"))
    assert "démonstration" in html
