import datetime
import itertools

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from beffroi.kernel.models import User
from beffroi.modules.contact.models import ContactRequest, Subject
from beffroi.shared.cases import actions
from beffroi.shared.organisations.models import Commune, Membership, Organisation, Team

_numbers = itertools.count(1)
# A plain working day: Tuesday 24 November 2026, 10 h.
TUESDAY = datetime.datetime(2026, 11, 24, 10, tzinfo=timezone.get_default_timezone())


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
    return Team.objects.create(organisation=operator, name="Accueil")


@pytest.fixture
def make_user(db):
    def make(role="", organisation=None, team=None, **fields):
        number = next(_numbers)
        fields.setdefault("email", f"personne{number}@example.invalid")
        fields.setdefault("first_name", f"Prénom{number}")
        fields.setdefault("last_name", f"Nom{number}")
        user = User.objects.create_user(**fields)
        if role:
            start = datetime.date(2020, 1, 1)
            Membership.objects.create(user=user, role=role, organisation=organisation, team=team, start=start)
        return user

    return make


@pytest.fixture
def agent(make_user, operator):
    return make_user("agent", operator, first_name="Paul", last_name="Caron", email="paul.caron@example.invalid")


@pytest.fixture
def resident(make_user):
    return make_user(first_name="Jeanne", last_name="Lefebvre", email="jeanne.lefebvre@example.invalid")


@pytest.fixture
def subject(operator):
    return Subject.objects.create(organisation=operator, label="Déchets", hours=35)


@pytest.fixture
def make_case(operator, subject):
    def make(actor=None, **fields):
        fields.setdefault("organisation", operator)
        fields.setdefault("title", "Bac jaune perdu")
        fields.setdefault("body", "Mon bac a disparu lundi.")
        fields.setdefault("state", "new")
        fields.setdefault("subject", subject)
        return actions.open_case(ContactRequest, actor=actor, **fields)[0]

    return make


@pytest.fixture
def case(make_case):
    return make_case()
