"""Several lines of the list at once: each changes whole, or says why it does not."""

import datetime

import pytest
from django.test import Client

from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.models import Action, Note
from tests.modules.roadmap.factories import make_action, make_axis, make_organisation, make_plan, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def axis(plan):
    return make_axis(plan)


@pytest.fixture
def editor(plan):
    client = Client()
    client.force_login(make_user("admin", plan.organisation))
    return client


def send(client, plan, chosen, geste, **fields):
    data = {"choix": [action.pk for action in chosen], "geste": geste, "valider": "1", **fields}
    return client.post(f"/bureau/feuille-de-route/plans/{plan.slug}/liste/lot/", data)


def told(client, response) -> str:
    assert response.status_code == 302, response.content.decode()
    return client.get(response.headers["Location"]).content.decode()


def today() -> str:
    return datetime.date.today().isoformat()


def test_states_change_and_each_refusal_is_told(editor, plan, axis):
    first, second = make_action(axis), make_action(axis)
    repeat = make_action(axis)
    actions.mark_same(repeat, first, actor=None)
    page = told(editor, send(editor, plan, [first, second, repeat], "etat", state="ongoing", on=today()))
    assert "répète une autre action" in page
    assert set(Action.objects.filter(pk__in=[first.pk, second.pk]).values_list("state", flat=True)) == {"ongoing"}
    repeat.refresh_from_db()
    assert repeat.state == "planned"


def test_block_wants_its_reason_and_its_condition_and_keeps_what_was_typed(editor, plan, axis):
    action = make_action(axis)
    page = send(editor, plan, [action], "etat", state="blocked", on=today(), reason="Marché infructueux")
    assert page.status_code == 200
    assert "Dites ce qui doit se produire" in page.content.decode()
    assert "Marché infructueux" in page.content.decode()
    fields = {"reason": "Marché infructueux", "unblock_condition": "Un nouveau marché"}
    told(editor, send(editor, plan, [action], "etat", state="blocked", on=today(), **fields))
    action.refresh_from_db()
    assert (action.state, action.unblock_condition) == ("blocked", "Un nouveau marché")
    assert Note.objects.get(action=action).body == "Marché infructueux"


def test_step_without_its_reason_changes_nothing_at_all(editor, plan, axis):
    """From done to paused there are two steps: the first is undone when the second is refused."""
    action = make_action(axis)
    actions.move_action(action, "finish", actor=None, check=False)
    page = told(editor, send(editor, plan, [action], "etat", state="planned", on=today()))
    assert "Dites pourquoi" in page
    action.refresh_from_db()
    assert action.state == "done"


def test_day_to_come_is_refused(editor, plan, axis):
    day = (datetime.date.today() + datetime.timedelta(days=3)).isoformat()
    page = send(editor, plan, [make_action(axis)], "etat", state="ongoing", on=day)
    assert "dans l’avenir" in page.content.decode()


def test_priority_and_referent(editor, plan, axis):
    person = actions.create_referent(
        actor=None, organisation=plan.organisation, name="Anne Exemple", office="vice-présidente"
    )
    chosen = [make_action(axis), make_action(axis, priority=3)]
    page = told(editor, send(editor, plan, chosen, "priorite", priority="3"))
    assert "déjà en priorité haute" in page
    told(editor, send(editor, plan, chosen, "elu", referent=person.pk))
    assert set(Action.objects.values_list("priority", "referent")) == {(3, person.pk)}


def test_axis_gives_new_numbers_at_its_end(editor, plan, axis):
    other = make_axis(plan)
    make_action(other)
    chosen = [make_action(axis), make_action(axis)]
    page = told(editor, send(editor, plan, chosen, "axe", axis=other.pk))
    assert f"devient {other.code}.2" in page
    assert list(other.actions.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_committed_plan_asks_why(editor, plan, axis):
    action = make_action(axis, priority=1)
    actions.freeze_revision(plan, actor=None, label="Bilan 2025")
    page = told(editor, send(editor, plan, [action], "priorite", priority="3"))
    assert "engagement du plan" in page
    told(editor, send(editor, plan, [action], "priorite", priority="3", reason="Demandé par le bureau"))
    action.refresh_from_db()
    assert action.priority == 3


def test_pilot_changes_only_what_they_carry(plan, axis):
    agent = make_user("agent", plan.organisation)
    mine, other = make_action(axis), make_action(axis)
    actions.set_pilots(mine, actor=None, users=[agent])
    client = Client()
    client.force_login(agent)
    page = client.get(f"/bureau/feuille-de-route/plans/{plan.slug}/liste/").content.decode()
    assert f'value="{mine.pk}"' in page
    assert f'name="choix" value="{other.pk}"' not in page
    report = told(client, send(client, plan, [mine, other], "priorite", priority="3"))
    assert "vous ne menez pas cette action" in report
    assert list(Action.objects.filter(priority=3)) == [mine]
    report = told(client, send(client, plan, [mine], "axe", axis=make_axis(plan).pk))
    assert "ne vous est pas permis" in report


def test_nothing_ticked_says_what_to_do(editor, plan):
    response = send(editor, plan, [], "etat")
    assert "Cochez au moins une action" in editor.get(response.headers["Location"]).content.decode()


def test_pilots_are_added_then_removed_then_replaced(editor, plan, axis):
    first, second = make_action(axis), make_action(axis)
    body, other, team = make_organisation(), make_organisation(), make_team(plan.organisation)
    actions.set_pilots(first, actor=None, organisations=[body])
    told(editor, send(editor, plan, [first, second], "pilotes", how="add", organisations=[other.pk], teams=[team.pk]))

    def pilots(action):
        return {str(pilot) for pilot in action.pilots.all()}

    assert pilots(first) == {body.name, other.name, team.name}
    assert pilots(second) == {other.name, team.name}
    told(editor, send(editor, plan, [first, second], "pilotes", how="remove", organisations=[other.pk]))
    assert (pilots(first), pilots(second)) == ({body.name, team.name}, {team.name})
    told(editor, send(editor, plan, [first, second], "pilotes", how="replace", organisations=[other.pk]))
    assert pilots(first) == pilots(second) == {other.name}
    page = send(editor, plan, [first], "pilotes", how="add")
    assert "Choisissez au moins un pilote." in page.content.decode()


def test_dates_change_and_those_that_cross_are_told(editor, plan, axis):
    early = make_action(axis, start=datetime.date(2024, 1, 1), end=datetime.date(2024, 6, 30))
    late = make_action(axis, start=datetime.date(2025, 1, 1), end=datetime.date(2025, 6, 30))
    page = told(editor, send(editor, plan, [early, late], "dates", end="2024-12-31"))
    assert "viendrait avant son début" in page
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.start, early.end) == (datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))
    assert late.end == datetime.date(2025, 6, 30)
    assert "au moins une des deux dates" in send(editor, plan, [early], "dates").content.decode()


def test_tags_are_added_and_removed_without_touching_the_others(editor, plan, axis):
    first, second = make_action(axis, tags=["eau", "routes"]), make_action(axis, tags=["écoles"])
    told(editor, send(editor, plan, [first, second], "mots-cles", added="Eau, climat", removed="ROUTES"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.tags == ["eau", "climat"]
    assert second.tags == ["écoles", "Eau", "climat"]
    page = send(editor, plan, [first], "mots-cles", added="x" * 41).content.decode()
    assert "40 caractères" in page


@pytest.mark.parametrize(
    ("geste", "values"),
    [("pilotes", {"how": "replace"}), ("dates", {"end": "2025-12-31"}), ("mots-cles", {"added": "eau"})],
)
def test_those_who_only_read_change_nothing(plan, axis, geste, values):
    action = make_action(axis)
    client = Client()
    client.force_login(make_user("elected", plan.organisation))
    assert "vous ne menez pas cette action" in told(client, send(client, plan, [action], geste, **values))
    action.refresh_from_db()
    assert (action.end, action.tags) == (None, [])
