import pytest

from beffroi.modules.contact.models import Subject
from tests.shared.cases.conftest import (  # noqa: F401  the same territory as the cases
    _store,
    agent,
    commune,
    make_case,
    make_user,
    operator,
    resident,
    subject,
    team,
)


@pytest.fixture
def town_hall_subject(operator):  # noqa: F811
    return Subject.objects.create(organisation=operator, label="Ma mairie", to_commune=True, hours=21, order=90)


@pytest.fixture
def _patient(monkeypatch):
    """The form was opened long enough ago."""
    monkeypatch.setattr("beffroi.modules.contact.forms.SOONEST", 0)
