import pytest
from django.test import Client

from beffroi.kernel import modules
from beffroi.kernel.models import User
from beffroi.kernel.modules import TerrainBlock
from beffroi.shared.organisations.models import Membership, Organisation


@pytest.fixture
def sign_in(db):
    body = Organisation.objects.create(kind="epci", name="CC d’Essai", slug="cc-essai", is_operator=True)

    def enter(role):
        user = User.objects.create_user(f"{role or 'habitant'}@example.invalid")
        if role:
            Membership.objects.create(user=user, organisation=body, role=role)
        client = Client()
        client.force_login(user)
        return client

    return enter


@pytest.mark.parametrize(("role", "status"), [("agent", 200), ("secretary", 200), ("elected", 403), ("", 403)])
def test_terrain_opens_for_those_who_work_outside(sign_in, role, status):
    assert sign_in(role).get("/terrain/").status_code == status


def test_terrain_without_any_work_says_where_it_will_be(sign_in, monkeypatch):
    collect = modules.collect
    monkeypatch.setattr(modules, "collect", lambda kind: () if kind == "terrain_blocks" else collect(kind))
    assert "Rien à faire sur le terrain" in sign_in("agent").get("/terrain/").content.decode()


def test_terrain_shows_what_a_module_knows_of_the_day(sign_in, monkeypatch):
    block = TerrainBlock(code="essai", template="ui/parts/landscape.html", context=lambda request: {})
    collect = modules.collect
    monkeypatch.setattr(modules, "collect", lambda kind: (block,) if kind == "terrain_blocks" else collect(kind))
    assert "Rien à faire sur le terrain" not in sign_in("agent").get("/terrain/").content.decode()
