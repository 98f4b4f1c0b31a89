import dataclasses
import itertools

import pytest
from django.apps import apps
from django.utils import timezone

from beffroi.kernel import modules
from beffroi.kernel.models import User
from beffroi.shared.organisations.models import Membership, Organisation

_numbers = itertools.count(1)


@pytest.fixture
def make_user(db):
    def make(**fields):
        fields.setdefault("email", f"personne{next(_numbers)}@example.invalid")
        return User.objects.create_user(**fields)

    return make


@pytest.fixture
def make_organisation(db):
    def make(**fields):
        number = next(_numbers)
        defaults = {"kind": "commune", "name": f"Organisme {number}", "slug": f"organisme-{number}"}
        return Organisation.objects.create(**defaults | fields)

    return make


@pytest.fixture
def give_role(db):
    def give(user, role, organisation, **fields):
        user.__dict__.pop("roles_by_organisation", None)
        fields.setdefault("start", timezone.localdate())
        return Membership.objects.create(user=user, role=role, organisation=organisation, **fields)

    return give


@pytest.fixture
def agent(make_user, make_organisation, give_role):
    user = make_user(first_name="Camille", last_name="Agent")
    give_role(user, "agent", make_organisation())
    return user


@pytest.fixture
def administrator(make_user):
    return make_user(is_superuser=True, is_staff=True)


@pytest.fixture
def declare():
    """Change what the sample module declares, for one test."""
    config = apps.get_app_config("sample")
    before = config.manifest

    def change(**parts):
        config.manifest = dataclasses.replace(config.manifest, **parts)
        modules.forget()

    yield change
    config.manifest = before
    modules.forget()
