from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.utils import timezone

from beffroi.kernel import access

VISITOR = AnonymousUser()


def _fresh(user):
    return type(user).objects.get(pk=user.pk)


@pytest.fixture
def two(make_organisation):
    return make_organisation(), make_organisation()


def test_can_is_limited_to_the_organisation_where_the_role_is_held(make_user, give_role, two):
    user, (here, there) = make_user(), two
    give_role(user, "agent", here)
    assert access.can(user, "sample.handle", here)
    assert access.can(user, "sample.handle", here.pk)
    assert access.can(user, "sample.handle")
    assert not access.can(user, "sample.handle", there)
    assert access.organisations_where(user, "sample.handle") == {here.pk}


def test_can_follows_the_role(make_user, give_role, two):
    user = make_user()
    give_role(user, "secretary", two[0])
    assert access.can(user, "sample.read", two[0])
    assert not access.can(user, "sample.handle", two[0])
    assert access.organisations_where(user, "sample.handle") == set()


def test_can_without_role_is_never(make_user, two):
    assert not access.can(make_user(), "sample.read")
    assert not access.can(VISITOR, "sample.read")
    assert access.organisations_where(VISITOR, "sample.read") == set()


def test_can_unknown_permission_is_never_but_for_the_administrator(agent, administrator):
    assert not access.can(agent, "sample.fly")
    assert access.can(administrator, "sample.fly")


@pytest.mark.parametrize(("start", "end"), [(1, None), (-9, -1)])
def test_can_outside_the_dates_of_the_role_is_never(make_user, give_role, two, start, end):
    today, user = timezone.localdate(), make_user()
    give_role(user, "agent", two[0], start=today + timedelta(days=start), end=end and today + timedelta(days=end))
    assert not access.can(user, "sample.read")


def test_can_on_the_last_day_of_the_role_still_holds(make_user, give_role, two):
    user = make_user()
    give_role(user, "agent", two[0], end=timezone.localdate())
    assert access.can(user, "sample.read", two[0])


def test_can_with_an_account_closed_is_never(agent, administrator):
    for user in (agent, administrator):
        user.is_active = False
        assert not access.can(user, "sample.read")
        assert access.organisations_where(user, "sample.read") == set()


def test_can_asks_the_database_once(agent, django_assert_num_queries):
    user = _fresh(agent)
    with django_assert_num_queries(1):
        for permission in ("sample.read", "sample.handle", "sample.fly"):
            access.can(user, permission)
        access.organisations_where(user, "sample.read")


def test_organisations_where_of_the_administrator_is_all(administrator):
    assert access.organisations_where(administrator, "sample.read") is None


def test_roles_with_a_permission_are_those_of_the_manifests():
    assert set(access.roles_with("sample.read")) == {"agent", "secretary"}
    assert access.permissions_of("nobody") == frozenset()


def test_require_refuses_or_lets_pass(agent, make_user):
    access.require(agent, "sample.read")
    with pytest.raises(PermissionDenied):
        access.require(make_user(), "sample.read")


def test_guards_of_views_refuse_who_may_not(agent, make_user):
    permitted = access.permission_required("sample.handle")(lambda request: "ok")
    desk = access.agent_required(lambda request: "ok")
    request = RequestFactory().get("/")
    request.user = agent
    assert permitted(request) == desk(request) == "ok"
    for user in (make_user(), VISITOR):
        request.user = user
        for view in (permitted, desk):
            with pytest.raises(PermissionDenied):
                view(request)
