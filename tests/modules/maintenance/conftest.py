import datetime
import itertools

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from beffroi.kernel.models import User
from beffroi.modules.maintenance import actions
from beffroi.shared.organisations.models import Commune, Membership, Organisation, Team

_numbers = itertools.count(1)
MORNING = datetime.datetime(2026, 11, 24, 8, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "files": {"BACKEND": "beffroi.shared.files.storage.LocalContents", "OPTIONS": {"location": tmp_path / "files"}}
    }
    return storages["files"]


@pytest.fixture
def operator(db):
    return Organisation.objects.create(
        kind="epci", name="Communauté de communes d’Essai", slug="cc-essai", is_operator=True, postal_code="80600"
    )


@pytest.fixture
def commune(operator):
    return Commune.objects.create(
        kind="commune", name="Beauval", slug="beauval", code_insee="80071", departement="80", parent=operator
    )


@pytest.fixture
def team(operator):
    return Team.objects.create(organisation=operator, name="Voirie")


@pytest.fixture
def make_user(db):
    def make(role="", organisation=None, team=None, **fields):
        number = next(_numbers)
        fields.setdefault("email", f"agent{number}@example.invalid")
        fields.setdefault("first_name", f"Prénom{number}")
        fields.setdefault("last_name", f"Nom{number}")
        user = User.objects.create_user(**fields)
        if role:
            start = datetime.date(2020, 1, 1)
            Membership.objects.create(user=user, role=role, organisation=organisation, team=team, start=start)
        return user

    return make


@pytest.fixture
def dispatcher(make_user, operator):
    return make_user("admin", operator, first_name="Anne", last_name="Roger")


@pytest.fixture
def worker(make_user, operator, team):
    return make_user("agent", operator, team, first_name="Paul", last_name="Caron")


@pytest.fixture
def other_worker(make_user, operator, team):
    return make_user("agent", operator, team, first_name="Luc", last_name="Petit")


@pytest.fixture
def make_order(operator, dispatcher):
    def make(**fields):
        fields.setdefault("actor", dispatcher)
        fields.setdefault("organisation", operator)
        fields.setdefault("title", "Remplacer la lampe")
        return actions.open_order(**fields)[0]

    return make


@pytest.fixture
def order(make_order):
    return make_order()
