"""The first plan of an empty installation is opened from the desk, by those who may change plans."""

import pytest
from django.urls import reverse

from beffroi.kernel.models import User
from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.models import Plan
from tests.modules.roadmap.factories import make_organisation, make_plan, make_user

DESK, NEW = "/bureau/feuille-de-route/", "/bureau/feuille-de-route/nouveau/"


@pytest.fixture
def operator(db):
    """All that an installation just created holds: its body."""
    return make_organisation(is_operator=True, name="Communauté de communes du Val")


def wanted(organisation, **more):
    data = {
        "organisation": organisation.pk,
        "title": "Feuille de route numérique",
        "kind": "roadmap",
        "start": "2026-01-01",
        "end": "2029-12-31",
        "taxes": "ttc",
        "revision_months": "12",
    }
    return data | more


def test_the_first_plan_is_opened_from_the_empty_desk(client, operator):
    client.force_login(User.objects.create_superuser("installation@example.invalid", "secret"))
    assert f'href="{NEW}"' in client.get(DESK).content.decode()
    assert operator.name in client.get(NEW).content.decode()
    response = client.post(NEW, wanted(operator), follow=True)
    plan = Plan.objects.get()
    assert (plan.organisation, plan.slug, plan.is_public) == (operator, "feuille-de-route-numerique", False)
    assert response.redirect_chain == [(reverse("roadmap:axes", args=[plan.slug]), 302)]
    axis = {"code": "1", "title": "Les usages", "position": "1"}
    assert client.post(reverse("roadmap:new_axis", args=[plan.slug]), axis).status_code == 302
    assert [axis.title for axis in plan.axes.all()] == ["Les usages"]


def test_two_plans_of_the_same_title_have_two_addresses(client, operator):
    client.force_login(make_user("admin", operator))
    for _time in range(2):
        assert client.post(NEW, wanted(operator)).status_code == 302
    assert sorted(Plan.objects.values_list("slug", flat=True)) == [
        "feuille-de-route-numerique",
        "feuille-de-route-numerique-2",
    ]


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(client, operator):
    client.force_login(make_user("admin", operator))
    page = client.post(NEW, wanted(operator, end="2025-01-01")).content.decode()
    assert "La fin doit venir après le début." in page
    assert "Feuille de route numérique" in page
    assert not Plan.objects.exists()


def test_a_plan_is_opened_only_for_a_body_where_one_may(client, operator):
    mine = make_organisation()
    client.force_login(make_user("admin", mine))
    assert client.post(NEW, wanted(operator)).status_code == 200
    assert not Plan.objects.exists()
    assert client.post(NEW, wanted(mine)).status_code == 302
    assert Plan.objects.get().organisation == mine


@pytest.mark.parametrize("role", ["elected", "agent"])
def test_those_who_only_read_are_not_offered_to_open_one(client, operator, role):
    client.force_login(make_user(role, operator))
    assert NEW not in client.get(DESK).content.decode()
    assert client.get(NEW).status_code == 403


def test_the_button_stays_once_there_are_plans(client, operator):
    make_plan(operator)
    client.force_login(make_user("admin", operator))
    assert f'href="{NEW}"' in client.get(DESK).content.decode()


def test_a_long_title_makes_an_address_that_fits(operator):
    values = {"kind": "other", "start": "2026-01-01", "end": "2027-01-01", "organisation": operator}
    plans = [actions.create_plan(actor=None, title="é" * 160, **values) for _time in range(2)]
    assert len({plan.slug for plan in plans}) == 2
    assert all(len(plan.slug) <= 80 for plan in plans)
