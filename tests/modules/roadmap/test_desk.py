import pytest

from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.models import Action
from tests.modules.roadmap.factories import (
    make_action,
    make_axis,
    make_commune,
    make_organisation,
    make_plan,
    make_team,
    make_user,
)

TODAY = "2026-11-20"


@pytest.fixture
def axis(db):
    return make_axis(make_plan(make_organisation()))


def enter(client, role, organisation):
    user = make_user(role, organisation)
    client.force_login(user)
    return user


def test_board_is_closed_to_visitors_and_residents(client, axis):
    url = f"/bureau/feuille-de-route/plans/{axis.plan.slug}/"
    assert client.get(url).status_code == 302
    client.force_login(make_user())
    assert client.get(url).status_code == 403


@pytest.mark.parametrize(("role", "may_move"), [("admin", True), ("elected", False), ("agent", False)])
def test_board_offers_moves_to_those_who_may_take_them(client, axis, role, may_move):
    make_action(axis, title="Tenir des ateliers")
    enter(client, role, axis.plan.organisation)
    page = client.get(f"/bureau/feuille-de-route/plans/{axis.plan.slug}/").content.decode()
    assert "Tenir des ateliers" in page
    assert ("data-board-card=" in page) is may_move


def test_board_shows_restricted_actions_to_those_who_may_read_them(client, axis):
    make_action(axis, title="Action discrète", restricted=True)
    url = f"/bureau/feuille-de-route/plans/{axis.plan.slug}/"
    enter(client, "agent", axis.plan.organisation)
    assert "Action discrète" not in client.get(url).content.decode()
    enter(client, "elected", axis.plan.organisation)
    assert "Action discrète" in client.get(url).content.decode()


def test_move_blocks_with_a_condition_and_tells_what_is_missing(client, axis):
    action = make_action(axis)
    enter(client, "admin", axis.plan.organisation)
    url = f"/bureau/feuille-de-route/actions/{action.slug}/etat/"
    page = client.post(url, {"verb": "block", "on": TODAY, "reason": "Le marché est infructueux."})
    assert "Dites ce qui doit se produire pour que l’action reprenne." in page.content.decode()
    assert "Le marché est infructueux." in page.content.decode()
    data = {"verb": "block", "on": TODAY, "reason": "Marché infructueux.", "unblock_condition": "Nouveau marché"}
    assert client.post(url, data).status_code == 302
    action.refresh_from_db()
    assert (action.state, action.unblock_condition) == ("blocked", "Nouveau marché")


def test_move_is_refused_to_those_who_only_read(client, axis):
    action = make_action(axis)
    enter(client, "elected", axis.plan.organisation)
    data = {"verb": "start", "on": TODAY}
    assert client.post(f"/bureau/feuille-de-route/actions/{action.slug}/etat/", data).status_code == 403
    assert Action.objects.get().state == "planned"


def test_move_is_open_to_the_pilot(client, axis):
    action = make_action(axis)
    pilot = enter(client, "agent", make_organisation())
    actions.set_pilots(action, actor=None, users=[pilot])
    data = {"verb": "start", "on": TODAY}
    assert client.post(f"/bureau/feuille-de-route/actions/{action.slug}/etat/", data).status_code == 302
    assert Action.objects.get().state == "ongoing"


def test_index_lists_the_actions_that_i_carry(client, axis):
    action = make_action(axis, title="Action que je mène")
    pilot = enter(client, "agent", make_organisation())
    assert "Action que je mène" not in client.get("/bureau/feuille-de-route/").content.decode()
    actions.set_pilots(action, actor=None, users=[pilot])
    assert "Action que je mène" in client.get("/bureau/feuille-de-route/").content.decode()


def test_people_page_gives_an_action_to_pilots_partners_and_communes(client, axis):
    action = make_action(axis)
    body = axis.plan.organisation
    enter(client, "admin", body)
    pilot, team, town = make_user("agent", body), make_team(body), make_commune()
    data = {"users": [pilot.pk], "teams": [team.pk], "partners": [body.pk], "communes": [town.pk]}
    data["other_partners"] = "Un club"
    assert client.post(f"/bureau/feuille-de-route/actions/{action.slug}/personnes/", data).status_code == 302
    assert {str(one) for one in action.pilots.all()} == {str(pilot), str(team)}
    assert [one.pk for one in action.partners.all()] == [body.pk]
    assert [one.pk for one in action.communes.all()] == [town.pk]
    page = client.get(f"/bureau/feuille-de-route/actions/{action.slug}/").content.decode()
    for name in (str(pilot), str(team), town.name, "Un club"):
        assert name in page
    assert client.post(f"/bureau/feuille-de-route/actions/{action.slug}/personnes/", {"users": [0]}).status_code == 200
