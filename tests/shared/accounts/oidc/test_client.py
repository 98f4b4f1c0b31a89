"""Our OpenID Connect client against the certified `oidc-provider`, over a socket."""

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from django.conf import settings

from beffroi.shared.accounts.oidc import client, keys, servers
from beffroi.shared.accounts.oidc.errors import Rejected, Unavailable
from tests.shared.accounts.oidc.conftest import AGENT, FRANCECONNECT_PEOPLE, RESIDENT, known_as, launch


def come_back(service, server, account=RESIDENT, **more) -> tuple[dict, dict]:
    """Sign in at the service; returns what we sent and what it sent back."""
    sent = {
        "redirect_uri": f"{settings.SITE_URL}/compte/{server.code}/retour/",
        "nonce": client.random_word(),
        "verifier": client.random_word(),
    }
    state = client.random_word()
    address = client.authorization_url(server, state=state, **sent)
    query = parse_qs(urlsplit(service.sign_in(address, account)).query)
    assert query["state"] == [state]
    return {**sent, "code": query["code"][0], **more}, query


def test_identity_signed_answers_gives_the_claims(franceconnect, server):
    sent, _query = come_back(franceconnect, server)
    claims, id_token = client.identity(server, **sent)
    assert claims["sub"] == RESIDENT
    assert claims["given_name"] == "Jeanne Louise"
    assert claims["preferred_username"] == "LEROY"
    assert jwt.decode(id_token, options={"verify_signature": False})["acr"] == "eidas1"


def test_identity_proconnect_gives_the_siret(proconnect):
    server = servers.find("proconnect")
    sent, _query = come_back(proconnect, server, AGENT)
    claims, _id_token = client.identity(server, **sent)
    assert (claims["siret"], claims["usual_name"]) == ("21800253600011", "Dupont")


@pytest.mark.parametrize("code", ["franceconnect", "proconnect"])
def test_authorization_url_holds_only_what_the_service_lists(code, settings):
    settings.IDENTITY_SERVERS = [
        {**values, "client_id": "x", "client_secret": "y"} for values in settings.IDENTITY_SERVERS
    ]
    address = client.authorization_url(
        servers.find(code),
        redirect_uri="https://exemple.invalid/retour/",
        state=client.random_word(),
        nonce=client.random_word(),
        verifier="v",
    )
    query = parse_qs(urlsplit(address).query)
    listed = {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce"}
    assert set(query) == (listed | {"acr_values"} if code == "franceconnect" else listed)
    assert len(query["state"][0]) >= 32
    assert len(query["nonce"][0]) >= 32


def test_service_of_the_tests_refuses_an_unknown_parameter(franceconnect, server):
    address = client.authorization_url(server, redirect_uri="x", state="s" * 32, nonce="n" * 32) + "&theme=dark"
    answer = requests.get(address, timeout=5)
    assert (answer.status_code, answer.text) == (400, "Y000400 theme")


def test_identity_with_pkce_is_accepted(settings, db):
    service = launch(
        "franceconnect",
        "RS256",
        FRANCECONNECT_PEOPLE,
        pkce=True,
        extra_parameters=["code_challenge", "code_challenge_method"],
    )
    try:
        settings.IDENTITY_SERVERS = [known_as(service, "franceconnect", pkce=True)]
        server = servers.find("franceconnect")
        sent, _query = come_back(service, server)
        assert client.identity(server, **sent)[0]["sub"] == RESIDENT
        sent, _query = come_back(service, server)
        with pytest.raises(Rejected):
            client.identity(server, **{**sent, "verifier": client.random_word()})
    finally:
        service.stop()


ANOTHER = "another-client"
FAULTS = [
    ("nonce of another sign-in", "nonce", {"id_token": {"claims": {"nonce": "n" * 43}}}),
    ("no nonce", "nonce", {"id_token": {"without": ["nonce"]}}),
    ("signature of a stranger", "InvalidSignatureError", {"id_token": {"key": "stranger"}}),
    ("key that is not published", "kid", {"id_token": {"key": "stranger", "kid": "unknown"}}),
    ("no signature", "alg", {"id_token": {"alg": "none"}}),
    ("shared secret as the key", "alg", {"id_token": {"alg": "HS256"}}),
    ("another issuer", "InvalidIssuerError", {"id_token": {"claims": {"iss": "https://exemple.invalid"}}}),
    ("another audience", "InvalidAudienceError", {"id_token": {"claims": {"aud": ANOTHER}}}),
    ("several audiences", "azp", {"id_token": {"claims": {"aud": ["beffroi-franceconnect", ANOTHER]}}}),
    ("too old", "ExpiredSignatureError", {"id_token": {"claims": {"exp": 1_600_000_000}}}),
    ("no expiry", "MissingRequiredClaimError", {"id_token": {"without": ["exp"]}}),
    ("too weak a level", "acr", {"id_token": {"claims": {"acr": "eidas0"}}}),
    ("userinfo signed by a stranger", "InvalidSignatureError", {"userinfo": {"key": "stranger"}}),
    ("userinfo without signature", "alg", {"userinfo": {"alg": "none"}}),
    ("userinfo as plain JSON", "userinfo", {"userinfo": {"plain": True}}),
    ("userinfo of somebody else", "sub", {"userinfo": {"claims": {"sub": "somebody-else"}}}),
    ("userinfo for another client", "InvalidAudienceError", {"userinfo": {"claims": {"aud": ANOTHER}}}),
    ("userinfo too old", "ExpiredSignatureError", {"userinfo": {"claims": {"exp": 1_600_000_000}}}),
]


@pytest.mark.parametrize(("reason", "faults"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_identity_faulty_answer_is_rejected(franceconnect, server, reason, faults):
    sent, _query = come_back(franceconnect, server)
    franceconnect.faults(**faults)
    with pytest.raises(Rejected) as refused:
        client.identity(server, **sent)
    assert refused.value.reason == reason


def test_identity_expired_code_is_rejected(franceconnect, server):
    franceconnect.faults(code_ttl=1)
    sent, _query = come_back(franceconnect, server)
    time.sleep(1.2)
    with pytest.raises(Rejected):
        client.identity(server, **sent)


def test_identity_code_used_twice_is_rejected(franceconnect, server):
    sent, _query = come_back(franceconnect, server)
    client.identity(server, **sent)
    with pytest.raises(Rejected):
        client.identity(server, **sent)


def test_identity_wrong_secret_is_rejected(franceconnect, server):
    sent, _query = come_back(franceconnect, server)
    with pytest.raises(Rejected):
        client.identity(replace(server, client_secret="w" * 40), **sent)


def test_identity_service_down_is_unavailable(franceconnect, server):
    sent, _query = come_back(franceconnect, server)
    with pytest.raises(Unavailable):
        client.identity(replace(server, url="http://127.0.0.1:9/api/v2"), **sent)


def test_keys_unknown_key_reads_the_list_again_but_not_at_each_forgery(
    franceconnect, server, django_assert_num_queries
):
    published = requests.get(server.address("jwks"), timeout=5).json()["keys"]
    kid = next(entry["kid"] for entry in published if entry["alg"] == "ES256")
    stale = [{**entry, "kid": "old"} for entry in published]
    keys.cache.set("oidc:franceconnect:keys", stale, 60)
    assert keys.find(server, {"kid": kid, "alg": "ES256"}).key_id == kid
    away = replace(server, url="http://127.0.0.1:9/api/v2")
    with pytest.raises(Rejected):
        keys.find(away, {"kid": "forged", "alg": "ES256"})


def test_logout_url_ends_the_session_there_and_comes_back(franceconnect, server):
    browser = requests.Session()
    back = f"{settings.SITE_URL}/compte/franceconnect/retour/"
    nonce = client.random_word()
    address = client.authorization_url(server, redirect_uri=back, state=client.random_word(), nonce=nonce)
    query = parse_qs(urlsplit(franceconnect.sign_in(address, RESIDENT, browser)).query)
    _claims, id_token = client.identity(server, code=query["code"][0], redirect_uri=back, nonce=nonce)
    state = client.random_word()
    leave = client.logout_url(
        server, id_token=id_token, state=state, return_to=f"{settings.SITE_URL}/compte/franceconnect/deconnecte/"
    )
    assert franceconnect.sign_out(leave, browser).endswith(f"/compte/franceconnect/deconnecte/?state={state}")
    again = client.authorization_url(server, redirect_uri=back, state=client.random_word(), nonce=nonce)
    assert "/interaction/" in franceconnect.follow(again, browser)
