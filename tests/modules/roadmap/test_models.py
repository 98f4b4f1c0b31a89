import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.modules.roadmap import actions, states
from beffroi.modules.roadmap.models import Action, ActionIndicator, Axis, BudgetLine, Link, Note, Pilot
from tests.modules.roadmap.factories import make_action, make_axis, make_plan, make_team, make_user

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)
TOMORROW = timezone.localdate() + datetime.timedelta(days=1)


def update(obj, **values):
    """Write past the application: what the database itself says."""
    with transaction.atomic():
        type(obj)._base_manager.filter(pk=obj.pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "blocked", "unblock_condition": ""},
        {"state": "done", "done_on": None},
        {"state": "planned", "done_on": datetime.date(2024, 1, 1)},
        {"state": "late"},
        {"start": datetime.date(2024, 2, 1), "end": datetime.date(2024, 1, 1)},
        {"priority": 7},
    ],
)
def test_action_row_impossible_is_refused_by_the_database(values):
    action = make_action()
    with pytest.raises(IntegrityError):
        update(action, **values)


def test_axis_tree_of_another_plan_or_looping_is_refused_by_the_database():
    plan = make_plan()
    top, under = make_axis(plan), make_axis(plan)
    update(under, parent=top)
    with pytest.raises(IntegrityError):
        update(top, parent=under)
    with pytest.raises(IntegrityError):
        update(under, parent=make_axis())


def test_axis_tree_of_another_plan_or_looping_is_refused_in_words():
    plan = make_plan()
    top = make_axis(plan)
    under = make_axis(plan, parent=top)
    with pytest.raises(ValidationError, match="sous lui-même"):
        actions.edit_axis(top, actor=None, parent=under)
    with pytest.raises(ValidationError, match="autre plan"):
        actions.edit_axis(under, actor=None, parent=make_axis())


def test_axis_with_actions_is_not_deleted():
    axis = make_axis()
    action = make_action(axis)
    with pytest.raises(ValidationError, match="déplacez"):
        actions.delete_axis(axis, actor=None)
    actions.delete_action(action, actor=None)
    actions.delete_axis(axis, actor=None)
    assert not Axis.objects.filter(pk=axis.pk).exists()


@pytest.mark.parametrize("case", ["chain", "other plan", "has moved", "is an original"])
def test_repeat_unsound_is_refused_by_the_application_and_the_database(case):
    axis = make_axis()
    original, repeat, third = make_action(axis), make_action(axis), make_action(axis)
    actions.mark_same(repeat, original, actor=None)
    wrong, target = {
        "chain": (third, repeat),
        "other plan": (third, make_action()),
        "has moved": (third, original),
        "is an original": (original, third),
    }[case]
    if case == "has moved":
        actions.move_action(third, "start", actor=None, check=False)
    with pytest.raises(ValidationError):
        actions.mark_same(wrong, target, actor=None)
    with pytest.raises(IntegrityError):
        update(wrong, same_as=target)


def test_pilot_must_be_exactly_one_of_three():
    action, user = make_action(), make_user()
    with pytest.raises(IntegrityError), transaction.atomic():
        Pilot.objects.create(action=action)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pilot.objects.create(action=action, user=user, team=make_team(action.plan.organisation))
    Pilot.objects.create(action=action, user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pilot.objects.create(action=action, user=user)


def test_budget_funding_note_and_link_wrong_are_refused_by_the_database():
    action = make_action()
    line = BudgetLine.objects.create(action=action, year=2024, kind="investment", planned=Decimal(10))
    for wrong in ({"planned": -1}, {"actual": -1}, {"year": 1999}, {"kind": "gift"}):
        with pytest.raises(IntegrityError):
            update(line, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.create(action=action, year=2024, kind="investment", planned=Decimal(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        action.fundings.create(funder="État", amount=Decimal(-1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.create(action=action, body="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(action=action, label="rien")


@pytest.mark.parametrize(
    ("state", "start", "end", "shown"),
    [
        ("planned", None, None, "planned"),
        ("planned", YESTERDAY, TOMORROW, "late"),
        ("planned", TOMORROW, None, "planned"),
        ("planned", None, YESTERDAY, "late"),
        ("ongoing", YESTERDAY, TOMORROW, "ongoing"),
        ("ongoing", None, YESTERDAY, "late"),
        ("ongoing", None, timezone.localdate(), "ongoing"),
        ("blocked", None, YESTERDAY, "blocked"),
        ("paused", None, YESTERDAY, "paused"),
        ("done", None, YESTERDAY, "done"),
        ("dropped", None, YESTERDAY, "dropped"),
    ],
)
def test_shown_state_is_the_same_in_python_and_in_the_database(state, start, end, shown):
    action = make_action(start=start, end=end)
    actions.reach_state(action, state, actor=None, check=False, reason="Essai", unblock_condition="Accord")
    repeat = make_action(action.axis)
    actions.mark_same(repeat, action, actor=None)
    fetched = {a.pk: a for a in Action.objects.with_shown_state()}
    for line in (action, repeat):
        assert line.shown_state.code == fetched[line.pk].shown == fetched[line.pk].shown_state.code == shown


def test_seven_states_are_shown():
    labels = [state.label for state in states.SHOWN.values()]
    assert sorted(labels) == ["Abandonné", "Bloqué", "En cours", "En pause", "En retard", "Réalisé", "À venir"]


@pytest.mark.parametrize(
    ("direction", "value", "judged"),
    [
        ("down", "2.5", "reached"),
        ("down", "3", "reached"),
        ("down", "4", "close"),
        ("down", "6", "missed"),
        ("up", "3", "reached"),
        ("up", "2", "missed"),
    ],
)
def test_indicator_is_judged_by_its_direction(direction, value, judged):
    indicator = ActionIndicator(
        direction=direction, target=Decimal(3), threshold=Decimal(5 if direction == "down" else "2.5")
    )
    assert indicator.judge(Decimal(value)) == judged
    assert indicator.judge(None) == "unknown"
    assert ActionIndicator(direction=direction).judge(Decimal(value)) == "unknown"
