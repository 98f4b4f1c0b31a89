import pytest
from django.test import Client

from beffroi.shared.accounts.actions import create_account
from beffroi.shared.organisations import actions, demo
from beffroi.shared.organisations.models import Commune, Membership, Organisation


@pytest.fixture
def territory(db):
    """The demonstration territory."""
    demo.load()


@pytest.fixture
def small_territory(db):
    """An EPCI of two communes, and a neighbouring town: enough for what does not count them."""
    operator = actions.put_operator(actor=None, siren="200070951", name="Communauté de communes d’essai")
    for code, name in (("80253", "Doullens"), ("80071", "Beauval")):
        actions.put_commune(actor=None, code_insee=code, name=name, parent=operator)
    actions.put_commune(actor=None, code_insee="80021", name="Amiens", member=False)
    return operator


@pytest.fixture
def enter(db):
    """A browser of somebody who holds this role there (in the EPCI by default); "" = no role."""

    def enter(role="", place=None):
        user = create_account(f"{role or 'habitant'}@example.invalid", password=None)
        if role:
            organisation = place or Organisation.objects.get(is_operator=True)
            Membership.objects.create(user=user, role=role, organisation_id=organisation.pk)
        client = Client()
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def doullens(small_territory):
    return Commune.objects.get(code_insee="80253")
