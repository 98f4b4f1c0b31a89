import itertools
import re
import time

import pytest
from django.test import Client

from beffroi.kernel.models import Delivery
from beffroi.shared.accounts.actions import create_account
from beffroi.shared.organisations import actions as bodies
from beffroi.shared.organisations.models import Commune, Membership, Organisation
from beffroi.shared.people import actions

_numbers = itertools.count(1)


@pytest.fixture
def epci(db):
    """An EPCI of two communes."""
    operator = bodies.put_operator(actor=None, siren="200070951", name="Communauté d’essai")
    for code, name in (("80253", "Doullens"), ("80071", "Beauval")):
        bodies.put_commune(actor=None, code_insee=code, name=name, parent=operator)
    return operator


@pytest.fixture
def doullens(epci):
    return Commune.objects.get(code_insee="80253")


@pytest.fixture
def beauval(epci):
    return Commune.objects.get(code_insee="80071")


@pytest.fixture
def make_user(epci):
    """An account; with a role, in the EPCI unless a place is given."""

    def make(role="", place=None, first_name="Alix", last_name="Martin"):
        email = f"{role or 'habitant'}{next(_numbers)}@example.invalid"
        user = create_account(email, password=None, first_name=first_name, last_name=last_name)
        if role:
            organisation = Organisation.objects.get(pk=place.pk) if place else epci
            Membership.objects.create(user=user, role=role, organisation=organisation)
        return user

    return make


@pytest.fixture
def enter(db):
    """A browser where somebody has just signed in."""

    def enter(user):
        client = Client()
        client.force_login(user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": user.email}]
        session.save()
        return client

    return enter


@pytest.fixture
def odette(epci, doullens):
    """A resident without account nor e-mail."""
    return actions.create_person(
        actor=None,
        registered_by=epci,
        first_name="Odette",
        last_name="Fournier",
        phone="03 53 01 00 01",
        commune=doullens,
    )


@pytest.fixture
def adviser(make_user):
    return make_user("adviser", first_name="Yanis", last_name="Delobel")


def digits_sent():
    """The code of the last message."""
    return re.search(r"\b\d{6}\b", Delivery.objects.order_by("created_at").last().body).group()


def wrong(digits):
    return f"{(int(digits) + 1) % 10**6:06d}"
