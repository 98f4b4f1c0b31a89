import datetime
import itertools
from decimal import Decimal

import pytest

from beffroi.kernel.models import User
from beffroi.shared.billing import actions, rates
from beffroi.shared.billing.models import Invoice, Regie
from beffroi.shared.organisations.models import Commune, Membership, Organisation
from beffroi.shared.people.models import Person

_numbers = itertools.count(1)


def line(amount: int, label: str = "Journée", quantity: int = 1, **fields) -> rates.Line:
    """One line of `amount` cents in all."""
    return rates.Line(
        label=label, quantity=Decimal(quantity), unit_price=amount // quantity, amount=amount, explanation="", **fields
    )


@pytest.fixture
def operator(db):
    return Organisation.objects.create(
        kind="epci",
        name="Communauté de communes d’Essai",
        slug="cc-essai",
        is_operator=True,
        postal_code="80600",
        city="Doullens",
        siret="20007087600017",
    )


@pytest.fixture
def commune(operator):
    return Commune.objects.create(
        kind="commune", name="Beauval", slug="beauval", code_insee="80071", departement="80", parent=operator
    )


@pytest.fixture
def make_user(db):
    def make(role="", organisation=None, **fields):
        number = next(_numbers)
        fields.setdefault("email", f"personne{number}@example.invalid")
        fields.setdefault("first_name", f"Prénom{number}")
        fields.setdefault("last_name", f"Nom{number}")
        user = User.objects.create_user(**fields)
        if role:
            start = datetime.date(2020, 1, 1)
            Membership.objects.create(user=user, role=role, organisation=organisation, start=start)
        return user

    return make


@pytest.fixture
def regisseur(make_user, operator):
    return make_user("regisseur", operator, first_name="Odile", last_name="Martin")


@pytest.fixture
def regie(operator):
    return Regie.objects.create(
        organisation=operator,
        code="ACM",
        name="Accueils de loisirs",
        payfip_client="000123",
        pes_post="080012",
        pes_body="012",
        pes_budget="01",
        pes_product="5401",
        pes_nature="7066",
        creditor_id="FR72ZZZ123456",
    )


@pytest.fixture
def make_payer(make_user, commune):
    def make(**fields):
        user = make_user(first_name="Camille", last_name="Dupré")
        values = {
            "first_name": "Camille",
            "last_name": "Dupré",
            "address": "3 rue du Moulin",
            "postal_code": "80630",
            "city": "Beauval",
            "commune": commune,
        } | fields
        return Person.objects.create(user=user, email=user.email, **values)

    return make


@pytest.fixture
def payer(make_payer):
    return make_payer()


@pytest.fixture
def make_invoice(regie, payer, regisseur):
    def make(amount=4200, **fields) -> Invoice:
        fields.setdefault("regie", regie)
        fields.setdefault("payer", payer)
        fields.setdefault("lines", [line(amount)])
        return actions.issue_invoice(actor=regisseur, **fields)

    return make
