"""FranceConnect and ProConnect as the tests know them: one running service for each, and its invented people."""

import pytest
from django.conf import settings as django_settings

from beffroi.shared.accounts.oidc import servers
from tests.support.oidc import IdentityService

RESIDENT = "8f2c1d0e9b7a4c5d6e8f2c1d0e9b7a4c5d6e8f2c1d0e9b7a4c5d6e8f2c1d0e9bv1"
NEIGHBOUR = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2bv1"
AGENT = "b1f6c2d8-6f0e-4f3e-9a44-0c1d2e3f4a5b"

FRANCECONNECT_PEOPLE = {
    RESIDENT: {
        "given_name": "Jeanne Louise",
        "family_name": "DELATTRE",
        "preferred_username": "LEROY",
        "email": "jeanne.delattre@example.invalid",
    },
    NEIGHBOUR: {
        "given_name": "Paul",
        "family_name": "MARTIN",
        "email": "paul.martin@example.invalid",
    },
}
PROCONNECT_PEOPLE = {
    AGENT: {
        "given_name": "Claire",
        "usual_name": "Dupont",
        "email": "claire.dupont@example.invalid",
        "uid": "cdupont",
        "siret": "21800253600011",
        "idp_id": "71144ab3-ee1a-4401-b7b3-79b44f7daeeb",
    },
}


def configured(code: str) -> dict:
    """The settings of that service in this installation, whether it was given identifiers or not."""
    return next(values for values in django_settings.IDENTITY_SERVERS if values["code"] == code)


def launch(code: str, algorithm: str, people: dict, **more) -> IdentityService:
    values = configured(code)
    return IdentityService(
        {
            "accounts": people,
            "claims": {scope: ["sub"] if scope == "openid" else [scope] for scope in values["scopes"]},
            "client": {
                "client_id": f"beffroi-{code}",
                "client_secret": "a-secret-of-at-least-thirty-two-characters",
                "redirect_uris": [f"{django_settings.SITE_URL}/compte/{code}/retour/"],
                "post_logout_redirect_uris": [f"{django_settings.SITE_URL}/compte/{code}/deconnecte/"],
                "response_types": ["code"],
                "grant_types": ["authorization_code"],
                "scope": " ".join(values["scopes"]),
                "token_endpoint_auth_method": "client_secret_post",
                "id_token_signed_response_alg": algorithm,
                "userinfo_signed_response_alg": algorithm,
            },
            **more,
        }
    )


def known_as(service: IdentityService, code: str, **more) -> dict:
    """The settings that make this installation a client of `service`."""
    return {
        **configured(code),
        "url": service.url,
        "client_id": f"beffroi-{code}",
        "client_secret": "a-secret-of-at-least-thirty-two-characters",
        **more,
    }


@pytest.fixture(scope="module")
def franceconnect_service():
    service = launch("franceconnect", "ES256", FRANCECONNECT_PEOPLE)
    yield service
    service.stop()


@pytest.fixture(scope="module")
def proconnect_service():
    service = launch("proconnect", "RS256", PROCONNECT_PEOPLE)
    yield service
    service.stop()


@pytest.fixture
def franceconnect(franceconnect_service, settings, db):
    """FranceConnect configured in this installation, in good order."""
    settings.IDENTITY_SERVERS = [known_as(franceconnect_service, "franceconnect"), configured("proconnect")]
    yield franceconnect_service
    franceconnect_service.faults()


@pytest.fixture
def proconnect(proconnect_service, settings, db):
    """ProConnect configured in this installation, in good order."""
    settings.IDENTITY_SERVERS = [configured("franceconnect"), known_as(proconnect_service, "proconnect")]
    yield proconnect_service
    proconnect_service.faults()


@pytest.fixture
def server(franceconnect):
    return servers.find("franceconnect")
