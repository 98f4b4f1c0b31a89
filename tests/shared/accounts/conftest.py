import itertools

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client

from beffroi.kernel.notices import outbox
from beffroi.shared.accounts import actions
from beffroi.shared.accounts.demo import current_code
from beffroi.shared.organisations.models import Commune, Membership, Organisation, Team

_numbers = itertools.count(1)
PASSWORD = "brouette nuage tambour ficelle"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def make_account(db):
    """A person whose address is verified."""

    def make(email="", password=PASSWORD, **fields):
        email = email or f"personne{next(_numbers)}@example.invalid"
        return actions.create_account(email, password=password, **fields)

    return make


@pytest.fixture
def make_body(db):
    def make(name="", kind="commune", **fields):
        number = next(_numbers)
        defaults = {"name": name or f"Commune {number}", "slug": f"organisme-{number}", "kind": kind}
        if kind == "commune":
            commune = Commune.objects.create(code_insee=f"{80000 + number}", **defaults | fields)
            return Organisation.objects.get(pk=commune.pk)
        return Organisation.objects.create(**defaults | fields)

    return make


@pytest.fixture
def make_team(db):
    def make(organisation, name="Voirie", **fields):
        return Team.objects.create(organisation=organisation, name=name, **fields)

    return make


@pytest.fixture
def give_role(db):
    """The role itself, without the rules of the action: dates in the past are possible."""

    def give(user, role, organisation, **fields):
        user.__dict__.pop("roles_by_organisation", None)
        return Membership.objects.create(user=user, role=role, organisation=organisation, **fields)

    return give


@pytest.fixture
def body(make_body):
    return make_body("Épécamps")


@pytest.fixture
def resident(make_account):
    return make_account("habitante@example.invalid", first_name="Jeanne", last_name="Dubois")


@pytest.fixture
def agent(make_account, give_role, body):
    user = make_account("agent@example.invalid", first_name="Denis", last_name="Lefebvre")
    give_role(user, "agent", body)
    return user


@pytest.fixture
def manager(make_account, give_role, body):
    user = make_account("admin@example.invalid", first_name="Hélène", last_name="Vasseur")
    give_role(user, "admin", body)
    return user


@pytest.fixture
def installer(make_account):
    return actions.make_administrator(make_account("installation@example.invalid").email)[0]


def letters():
    """The e-mails that have left: a worker has sent the outbox."""
    outbox.send_due()
    return mail.outbox


def with_app(user):
    """Give the person a second factor whose secret the tests know."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


@pytest.fixture
def enter(db):
    """A browser where somebody is signed in, their second factor in place."""

    def enter(user, second_factor=True):
        if second_factor and not user.authenticator_set.exists():
            with_app(user)
        client = Client()
        client.force_login(user)
        return client

    return enter


@pytest.fixture(autouse=True)
def _second_factor(settings):
    """As in an installation: agents must have a second factor."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, settings.SECOND_FACTOR]


@pytest.fixture(autouse=True)
def _no_throttle(settings):
    """The limits have tests of their own; elsewhere they would make the order of the tests matter."""
    settings.ACCOUNT_RATE_LIMITS = False
    settings.MFA_RATE_LIMITS = False


@pytest.fixture
def sign_in(db):
    """Sign in through the pages: password, then the code when the person has a second factor."""

    def sign_in(user, client=None, password=PASSWORD):
        client = client or Client()
        response = client.post("/compte/connexion/", {"login": user.email, "password": password})
        if response.headers.get("Location") == "/compte/connexion/second-facteur/":
            client.post(response.headers["Location"], {"code": current_code(SECRET)})
        return client

    return sign_in
