import datetime
from decimal import Decimal

import pytest

from beffroi.modules.transparency import actions, demo_files
from beffroi.modules.transparency.importing import budgets
from beffroi.modules.transparency.models import Budget, Grant
from tests.shared.cases.conftest import _store, commune, make_user, operator  # noqa: F401

SIRET = "21800253300014"
CLUB = "78430000600011"  # an invented number whose check digits are right


@pytest.fixture
def town(commune):  # noqa: F811
    commune.siren, commune.siret = SIRET[:9], SIRET
    commune.save(update_fields=["siren", "siret"])
    return commune


@pytest.fixture
def secretary(make_user, town):  # noqa: F811
    return make_user("secretary", town)


@pytest.fixture
def chart(town):
    return actions.keep_chart(demo_files.chart(2025), actor=None)


@pytest.fixture
def document():
    """The bytes of a DocumentBudgetaire of the town."""

    def make(*, step=Budget.Step.FIRST, year=2026, siret=SIRET, lines=None, **more):
        found = demo_files.lines(Decimal("0.1"), done=step == Budget.Step.DONE) if lines is None else lines
        day = datetime.date(2026, 3, 24)
        return demo_files.document(step=step, year=year, siret=siret, name="Beauval", day=day, lines=found, **more)

    return make


@pytest.fixture
def given(town, chart, document, secretary):
    return actions.keep_budget(town, budgets.read(document()), actor=secretary)


@pytest.fixture
def make_grant(town, secretary):
    def make(**fields):
        values = {
            "organisation": town,
            "convention_on": datetime.date(2026, 5, 12),
            "beneficiary": "Club de tir à l’arc",
            "beneficiary_rna": "W802000001",
            "object": "Saison sportive",
            "amount": Decimal("8000"),
            "paid_from": datetime.date(2026, 6, 1),
        }
        return actions.save_grant(Grant(**values | fields), actor=secretary)

    return make
