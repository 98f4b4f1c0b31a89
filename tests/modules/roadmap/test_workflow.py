import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.states import State
from beffroi.modules.roadmap.workflow import action_workflow, route
from tests.modules.roadmap.factories import make_action, make_user

pytestmark = pytest.mark.django_db


def move(action, verb, **details):
    return actions.move_action(action, verb, actor=None, check=False, **details)


def test_finishing_keeps_the_day_and_reopening_forgets_it():
    action = make_action()
    move(action, "start")
    move(action, "finish", on=datetime.date(2025, 3, 4))
    action.refresh_from_db()
    assert (action.state, action.done_on) == (State.DONE, datetime.date(2025, 3, 4))
    move(action, "reopen", reason="Un lot reste à livrer.")
    action.refresh_from_db()
    assert (action.state, action.done_on) == (State.ONGOING, None)


def test_finishing_in_the_future_is_refused():
    action = make_action()
    with pytest.raises(ValidationError, match="avenir"):
        move(action, "finish", on=timezone.localdate() + datetime.timedelta(days=1))
    action.refresh_from_db()
    assert action.state == State.PLANNED


def test_blocking_wants_a_reason_and_the_condition_that_unblocks():
    action = make_action()
    with pytest.raises(ValidationError) as refused:
        move(action, "block")
    assert set(refused.value.message_dict) == {"reason", "unblock_condition"}
    move(action, "block", reason="Pas de réseau.", unblock_condition="Fibre raccordée")
    action.refresh_from_db()
    assert action.unblock_condition == "Fibre raccordée"
    move(action, "resume")
    action.refresh_from_db()
    assert (action.state, action.unblock_condition) == (State.ONGOING, "")


def test_reason_is_kept_as_a_note_and_not_in_the_journal():
    action = make_action()
    move(action, "pause", reason="En attente de l’arrivée de Mme Untel.")
    entry = Entry.objects.get(verb="roadmap.pause")
    note = action.notes.get()
    today = timezone.localdate().isoformat()
    assert entry.data == {"from": "planned", "to": "paused", "on": today, "note": note.pk}
    assert (note.is_reason, note.public) == (True, True)


def test_step_already_taken_is_refused_with_the_present_state():
    action = make_action()
    move(action, "start")
    with pytest.raises(TransitionRefused, match="En cours"):
        move(action, "start")


def test_stranger_cannot_move_an_action():
    action = make_action()
    with pytest.raises(PermissionDenied):
        actions.move_action(action, "start", actor=make_user())


def test_repeated_line_has_no_progress_of_its_own():
    action = make_action()
    repeat = make_action(action.axis)
    actions.mark_same(repeat, action, actor=None)
    with pytest.raises(TransitionRefused, match="répète"):
        move(repeat, "start")


@pytest.mark.parametrize("target", State.values)
@pytest.mark.parametrize("source", State.values)
def test_every_state_is_reached_from_every_other(source, target):
    verbs = route(source, target)
    state = source
    for verb in verbs:
        step = action_workflow.transitions[verb]
        assert state in step.sources
        state = step.target
    assert state == target
    assert len(verbs) <= 2
