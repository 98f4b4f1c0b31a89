"""Each role on each gesture, in the body that steers the plan, elsewhere, and as a pilot."""

import pytest
from django.test import Client
from django.urls import reverse

from beffroi.modules.roadmap import actions
from tests.modules.roadmap.factories import make_action, make_axis, make_organisation, make_plan, make_team, make_user

READ = {"board", "table", "gantt", "axes", "referents", "budget", "revisions", "exchange", "action"}
UPDATE = {"move", "edit", "people", "steps", "action_budget", "fundings", "link", "documents", "new_indicator"}
STEER = {"new_action", "edit_plan", "new_axis", "new_referent", "freeze", "same"}
ON_ACTION = {"action", "same"} | UPDATE
# role in the body of the plan: what may be opened there when one is not a pilot
RIGHTS = {
    "admin": READ | UPDATE | STEER,
    "elected": READ,
    "agent": READ,
    "adviser": READ,
    "secretary": READ,
    "editor": set(),
    "dpo": set(),
    "": set(),
}


@pytest.fixture
def action(db):
    return make_action(make_axis(make_plan(make_organisation())))


def opened(user, action) -> set[str]:
    """The pages that answer 200; the others must answer 403 or 404."""
    client = Client()
    client.force_login(user)
    found = set()
    for name in READ | UPDATE | STEER:
        target = action.slug if name in ON_ACTION else action.axis.plan.slug
        status = client.get(reverse(f"roadmap:{name}", args=[target])).status_code
        assert status in {200, 403, 404}, (name, status)
        if status == 200:
            found.add(name)
    return found


@pytest.mark.parametrize("role", RIGHTS)
def test_role_in_the_body_of_the_plan_opens_what_is_its_own(action, role):
    assert opened(make_user(role, action.axis.plan.organisation), action) == RIGHTS[role]


@pytest.mark.parametrize("role", ["admin", "elected", "agent"])
def test_role_held_elsewhere_only_reads_a_published_plan(action, role):
    assert opened(make_user(role, make_organisation()), action) == READ


@pytest.mark.parametrize("role", ["admin", "elected", "agent"])
def test_role_held_elsewhere_sees_nothing_of_an_unpublished_plan(action, role):
    actions.edit_plan(action.axis.plan, actor=None, is_public=False)
    assert opened(make_user(role, make_organisation()), action) == set()


@pytest.mark.parametrize("how", ["name", "team", "body"])
def test_pilot_updates_the_action_and_nothing_else(action, how):
    body = make_organisation()
    team = make_team(body)
    pilot = make_user("agent", body, team=team)
    carriers = {"name": {"users": [pilot]}, "team": {"teams": [team]}, "body": {"organisations": [body]}}
    actions.set_pilots(action, actor=None, **carriers[how])
    assert opened(pilot, action) == READ | UPDATE
    other = make_action(action.axis)
    assert opened(pilot, other) == READ


def test_pilot_of_a_restricted_action_opens_it_and_others_do_not(action):
    pilot, other = (make_user("agent", make_organisation()) for _ in range(2))
    actions.set_pilots(action, actor=None, users=[pilot])
    actions.restrict_action(action, actor=None)
    assert opened(pilot, action) >= UPDATE | {"action"}
    assert not opened(other, action) & ON_ACTION


GESTURES = ("publier", "restreindre", "copier", "effacer")


@pytest.mark.parametrize("name", GESTURES)
def test_gestures_of_one_press_are_for_those_who_edit_the_plan(action, name):
    pilot = make_user("agent", make_organisation())
    actions.set_pilots(action, actor=None, users=[pilot])
    client = Client()
    client.force_login(pilot)
    assert client.post(reverse("roadmap:gesture", args=[action.slug, name])).status_code == 403
    client.force_login(make_user("admin", action.axis.plan.organisation))
    assert client.get(reverse("roadmap:gesture", args=[action.slug, name])).status_code == 405
    assert client.post(reverse("roadmap:gesture", args=[action.slug, name])).status_code == 302


def test_expired_role_opens_nothing(action):
    user = make_user("admin", action.axis.plan.organisation)
    user.memberships.update(end="2020-02-29")
    assert opened(user, action) == set()
