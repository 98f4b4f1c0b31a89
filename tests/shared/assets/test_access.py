"""Role by verb, through the pages themselves: who may do what with an asset of the operator."""

import pytest
from django.urls import reverse

from beffroi.shared.assets.models import Asset

pytestmark = pytest.mark.django_db
ROLES = ("admin", "operator_admin", "agent", "secretary", "adviser", "elected", "editor", "dpo", "")
READERS = {"admin", "operator_admin", "agent", "secretary", "elected"}
KEEPERS = {"admin", "agent", "secretary"}
READ = ("assets:list", "assets:tree", "assets:asset", "assets:labels", "assets:shape", "assets:branch")
KEEP = ("assets:edit", "assets:move", "assets:status", "assets:remove", "assets:files", "assets:new", "assets:imports")
CONFIGURE = ("assets:kinds", "assets:kind_new", "assets:kind")


def address(name, asset):
    if name in {"assets:list", "assets:tree", "assets:labels", "assets:new", "assets:imports", "assets:kinds"}:
        return reverse(name)
    if name == "assets:kind_new":
        return reverse(name)
    return reverse(name, args=[asset.kind_id if name == "assets:kind" else asset.pk])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [*READ, *KEEP, *CONFIGURE])
def test_page_of_the_inventory_by_role(client, make_asset, make_user, operator, role, name):
    asset = make_asset()
    client.force_login(make_user(role, operator))
    allowed = READERS if name in READ else KEEPERS if name in KEEP else {"operator_admin"}
    status = client.get(address(name, asset)).status_code
    assert (status == 200) is (role in allowed), status
    assert status in {200, 403, 404}


@pytest.mark.parametrize("role", ROLES)
def test_export_by_role(client, make_asset, make_user, operator, role):
    make_asset()
    client.force_login(make_user(role, operator))
    assert (client.get("/bureau/equipements/export.geojson").status_code == 200) is (role in READERS)


WRITES = {
    "status": {"status": "down", "reason": "Lampe"},
    "remove": {"reason": "Démonté"},
    "edit": {"name": "Autre nom", "criticality": "2", "v_source": "LED", "version": "1"},
    "move": {"parent_code": "", "latitude": "50.15", "longitude": "2.35", "version": "1"},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", WRITES)
def test_write_of_a_role_changes_the_asset_or_nothing(client, make_asset, make_user, operator, role, verb):
    asset = make_asset()
    client.force_login(make_user(role, operator))
    answer = client.post(reverse(f"assets:{verb}", args=[asset.pk]), WRITES[verb])
    changed = Asset.objects.get(pk=asset.pk).version > 1
    assert changed is (role in KEEPERS), answer.content.decode()[:500]
    assert answer.status_code == (302 if role in KEEPERS else answer.status_code)


@pytest.mark.parametrize("name", [*READ, *KEEP])
def test_agent_of_another_body_finds_nothing(client, make_asset, make_user, beauval, name):
    asset = make_asset()
    client.force_login(make_user("agent", beauval))
    if name in {"assets:list", "assets:tree", "assets:labels", "assets:new", "assets:imports"}:
        assert asset.code not in client.get(address(name, asset)).content.decode()
    else:
        assert client.get(address(name, asset)).status_code == 404


def test_commune_reads_what_stands_on_its_soil_and_changes_nothing(client, make_asset, make_user, doullens):
    asset = make_asset()
    client.force_login(make_user("secretary", doullens))
    page = client.get(asset.get_absolute_url())
    assert page.status_code == 200
    assert "Corriger" not in page.content.decode()
    assert client.get(reverse("assets:edit", args=[asset.pk])).status_code == 403


def test_visitor_is_asked_to_sign_in(client, make_asset):
    answer = client.get(make_asset().get_absolute_url())
    assert answer.status_code == 302
    assert "/compte/connexion" in answer["Location"] or "connexion" in answer["Location"]


def test_owner_of_a_new_asset_must_be_one_of_mine(desk, lamp, beauval):
    page = desk.get(reverse("assets:new"), {"kind": lamp.pk, "organisation": beauval.pk})
    assert "Où il est" not in page.content.decode()
