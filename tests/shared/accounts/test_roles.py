"""Roles: who may give and end them, from when to when, and what is left when one is over."""

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from beffroi.kernel import access as rights
from beffroi.kernel import modules
from beffroi.kernel.models import Entry, User
from beffroi.shared.accounts import access, actions
from beffroi.shared.accounts.errors import Refused
from beffroi.shared.organisations.models import Membership

TODAY = timezone.localdate
DAY = datetime.timedelta(days=1)


def fresh(user):
    return User.objects.get(pk=user.pk)


def all_roles():
    return [role.code for role in modules.collect("roles")]


@pytest.fixture
def newcomer(make_account):
    return make_account("nouvelle@example.invalid", first_name="Agathe", last_name="Nouvelle")


GESTURES = {
    "give_role": lambda actor, body, world: actions.give_role(world["newcomer"], body, "agent", actor=actor),
    "end_role": lambda actor, body, world: actions.end_role(world["membership"], actor=actor),
    "create_team": lambda actor, body, world: actions.create_team(body, actor=actor, name="Accueil"),
    "change_team": lambda actor, body, world: actions.change_team(world["team"], actor=actor, name="Accueil"),
    "invite_person": lambda actor, body, world: actions.invite_person(
        body, actor=actor, email="x@example.invalid", role="agent"
    ),
    "resend_invitation": lambda actor, body, world: actions.resend_invitation(world["invitation"], actor=actor),
    "revoke_invitation": lambda actor, body, world: actions.revoke_invitation(world["invitation"], actor=actor),
    "decide_access": lambda actor, body, world: actions.decide_access(world["request"], actor=actor, role="agent"),
}


@pytest.fixture
def world(manager, agent, body, make_team, newcomer, make_account):
    """An organisation with its administrator, an agent, a team, an invitation and a request."""
    return {
        "newcomer": newcomer,
        "membership": agent.memberships.get(),
        "team": make_team(body),
        "invitation": actions.invite_person(body, actor=manager, email="a@example.invalid", role="agent"),
        "request": actions.request_access(make_account(), body),
    }


@pytest.mark.parametrize("gesture", GESTURES)
def test_gesture_by_each_role_allowed_to_those_who_manage_only(
    gesture, world, body, make_body, make_account, give_role
):
    """Role by role: in the organisation itself, the permission decides; in another one, nobody may."""
    elsewhere = make_body("Bernaville")
    managing = set(rights.roles_with(access.MANAGE))
    for role in all_roles():
        stranger = make_account()
        give_role(stranger, role, elsewhere)
        with pytest.raises(PermissionDenied):
            GESTURES[gesture](stranger, body, world)
        if role not in managing:
            insider = make_account()
            give_role(insider, role, body)
            with pytest.raises(PermissionDenied):
                GESTURES[gesture](insider, body, world)
    with pytest.raises(PermissionDenied):
        GESTURES[gesture](make_account(), body, world)


@pytest.mark.parametrize("gesture", GESTURES)
@pytest.mark.parametrize("who", ["manager", "installer"])
def test_gesture_by_the_administrator_is_done_and_journalled(gesture, who, request, world, body):
    actor = request.getfixturevalue(who)
    before = Entry.objects.count()
    GESTURES[gesture](actor, body, world)
    line = Entry.objects.order_by("-id").first()
    assert Entry.objects.count() > before
    assert line.actor_id == actor.pk
    assert line.verb in modules.labels()
    assert "@" not in str(line.data)


def test_roles_with_manage_are_held_by_some_role():
    assert "admin" in rights.roles_with(access.MANAGE)
    assert "agent" not in rights.roles_with(access.MANAGE)


def test_role_given_opens_access_on_its_days_only(manager, body, newcomer):
    membership = actions.give_role(newcomer, body, "agent", actor=manager, start=TODAY() + DAY, end=TODAY() + 3 * DAY)
    assert not fresh(newcomer).is_agent
    for offset, held in ((0, False), (1, True), (3, True), (4, False)):
        active = Membership.objects.active(TODAY() + offset * DAY)
        assert active.filter(pk=membership.pk).exists() is held, offset


def test_role_given_with_an_end_before_its_start_is_refused(manager, body, newcomer):
    with pytest.raises(Refused, match="avant son début"):
        actions.give_role(newcomer, body, "agent", actor=manager, start=TODAY(), end=TODAY() - DAY)


def test_role_given_twice_is_refused(manager, body, agent):
    with pytest.raises(Refused, match="déjà ce rôle"):
        actions.give_role(agent, body, "agent", actor=manager)


def test_role_of_another_kind_of_organisation_is_refused(manager, body, newcomer):
    with pytest.raises(Refused, match="n’existe pas dans cette organisation"):
        actions.give_role(newcomer, body, "operator_admin", actor=manager)


def test_role_in_a_team_of_another_organisation_is_refused(manager, body, newcomer, make_body, make_team):
    with pytest.raises(Refused, match="équipe active"):
        actions.give_role(newcomer, body, "agent", actor=manager, team=make_team(make_body()))


def test_role_ended_without_date_closes_access_at_once(enter, manager, agent, body):
    """The very next request of a session already open is refused: nothing is kept in it."""
    browser = enter(agent)
    assert rights.is_agent(fresh(agent))
    actions.end_role(agent.memberships.get(), actor=manager)
    assert not rights.is_agent(fresh(agent))
    assert rights.organisations_where(fresh(agent), access.MANAGE) == set()
    assert browser.get("/bureau/organisation/").status_code == 403


def test_manager_ended_no_longer_opens_the_administration(enter, manager, body, newcomer, installer):
    browser = enter(manager)
    address = f"/bureau/organisation/{body.slug}/"
    assert browser.get(address).status_code == 200
    actions.give_role(newcomer, body, "admin", actor=manager)
    actions.end_role(manager.memberships.get(), actor=installer)
    assert browser.get(address).status_code == 403
    assert browser.post(f"{address}inviter/", {"email": "z@example.invalid", "role": "agent"}).status_code == 403


def test_role_ended_before_its_start_leaves_no_line(manager, body, newcomer):
    membership = actions.give_role(newcomer, body, "agent", actor=manager, start=TODAY() + 5 * DAY)
    actions.end_role(membership, actor=manager)
    assert not newcomer.memberships.exists()
    assert Entry.objects.filter(verb="accounts.role_ended").count() == 1


def test_role_ended_on_a_day_lasts_until_that_day_included(manager, agent, body):
    membership = actions.end_role(agent.memberships.get(), actor=manager, day=TODAY() + DAY)
    assert membership.end == TODAY() + DAY
    assert rights.is_agent(fresh(agent))
    with pytest.raises(Refused, match="avant son début"):
        actions.end_role(membership, actor=manager, day=membership.start - DAY)


def test_last_administrator_is_not_removed_by_themselves(manager, body):
    with pytest.raises(Refused, match="dernier administrateur"):
        actions.end_role(manager.memberships.get(), actor=manager)
    assert rights.can(fresh(manager), access.MANAGE, body)


def test_last_administrator_is_not_dated_either(manager, body):
    """A date in the future would leave the organisation without administrator that day."""
    with pytest.raises(Refused, match="dernier administrateur"):
        actions.end_role(manager.memberships.get(), actor=manager, day=TODAY() + 30 * DAY)


def test_last_administrator_with_a_dated_successor_is_not_removed(manager, body, newcomer):
    actions.give_role(newcomer, body, "admin", actor=manager, end=TODAY() + 10 * DAY)
    with pytest.raises(Refused, match="sans date de fin"):
        actions.end_role(manager.memberships.get(), actor=manager)


def test_last_administrator_with_a_closed_successor_is_not_removed(manager, body, newcomer):
    actions.give_role(newcomer, body, "admin", actor=manager)
    User.objects.filter(pk=newcomer.pk).update(is_active=False)
    with pytest.raises(Refused):
        actions.end_role(manager.memberships.get(), actor=manager)


def test_administrator_with_a_successor_is_removed(manager, body, newcomer):
    actions.give_role(newcomer, body, "admin", actor=manager)
    actions.end_role(manager.memberships.get(), actor=fresh(newcomer))
    assert not rights.can(fresh(manager), access.MANAGE, body)


def test_last_administrator_is_removed_by_the_installation(manager, body, installer):
    actions.end_role(manager.memberships.get(), actor=installer)
    assert not rights.can(fresh(manager), access.MANAGE, body)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_removing_each_other_at_once_leave_one(manager, body, newcomer):
    """Real threads, real transactions: the organisation's row is the lock."""
    actions.give_role(newcomer, body, "admin", actor=manager)
    pairs = [(fresh(manager), newcomer.memberships.get()), (fresh(newcomer), manager.memberships.get())]
    start, outcomes = threading.Barrier(2), []

    def remove(actor, membership):
        try:
            start.wait()
            actions.end_role(membership, actor=actor)
            outcomes.append("done")
        except (Refused, PermissionDenied):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    managing = rights.roles_with(access.MANAGE)
    assert Membership.objects.active().filter(organisation_id=body.pk, role__in=managing).count() >= 1
    assert "done" in outcomes


def test_team_closed_is_no_longer_offered(manager, body, make_team, newcomer):
    team = make_team(body)
    actions.change_team(team, actor=manager, is_active=False)
    with pytest.raises(Refused):
        actions.give_role(newcomer, body, "agent", actor=manager, team=team)


def test_team_unchanged_writes_nothing(manager, body, make_team):
    team = make_team(body)
    before = Entry.objects.count()
    actions.change_team(team, actor=manager, name=team.name)
    assert Entry.objects.count() == before
