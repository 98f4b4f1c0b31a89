import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError

from beffroi.kernel import journal
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import Answer, Closing
from tests.modules.maintenance.conftest import MORNING

HOUR = datetime.timedelta(hours=1)
YES_NO = {"label": "La grille est-elle fixée ?", "kind": "yesno", "required": True}
NUMBER = {"label": "Éclairement", "kind": "number", "unit": "lux", "minimum": "20", "maximum": "60"}


def test_closing_ends_the_order_and_the_time_that_runs(order, worker):
    labour, _created = actions.start_timer(order, actor=worker, at=MORNING)
    actions.close_order(order, actor=worker, text="Lampe changée", made_at=MORNING + HOUR)
    order.refresh_from_db()
    labour.refresh_from_db()
    assert (order.state, order.finished_at, labour.minutes) == ("done", MORNING + HOUR, 60)


def test_closing_waits_for_compulsory_answers(order, worker, dispatcher):
    (check,) = actions.set_checks(order, [YES_NO], actor=dispatcher)
    with pytest.raises(ValidationError, match="grille"):
        actions.close_order(order, actor=worker)
    actions.answer_check(check, "oui", actor=worker)
    actions.close_order(order, actor=worker)
    assert order.state == "done"


def test_two_agents_closing_the_same_order_lose_nothing(order, worker, other_worker):
    actions.close_order(order, actor=worker, text="Lampe changée", made_at=MORNING)
    late, created = actions.close_order(order, actor=other_worker, text="Câble refait", made_at=MORNING + HOUR)
    order.refresh_from_db()
    assert created
    assert not late.applied
    assert "Paul Caron" in late.conflict
    assert order.disputed_at is not None
    assert [c.text for c in order.closings.all()] == ["Lampe changée", "Câble refait"]
    actions.settle_order(order, actor=worker)
    order.refresh_from_db()
    assert order.disputed_at is None


def test_dispatcher_keeps_the_second_version(order, worker, other_worker, dispatcher):
    first, _created = actions.close_order(order, actor=worker, text="Lampe changée", made_at=MORNING)
    second, _created = actions.close_order(order, actor=other_worker, text="Câble refait", made_at=MORNING + HOUR)
    actions.settle_order(order, actor=dispatcher, keep=second)
    first.refresh_from_db()
    order.refresh_from_db()
    assert (first.applied, second.applied) == (False, True)
    assert (order.finished_at, order.disputed_at) == (MORNING + HOUR, None)


def test_order_cancelled_while_the_agent_was_without_network_keeps_both(order, worker, dispatcher):
    actions.move_order(order, "cancel", actor=dispatcher, reason="La commune s’en est chargée")
    closing, _created = actions.close_order(order, actor=worker, text="Fait ce matin", made_at=MORNING)
    order.refresh_from_db()
    assert order.state == "cancelled"
    assert "La commune s’en est chargée" in closing.conflict
    assert order.disputed_at is not None


def test_order_moved_by_the_dispatcher_meanwhile_is_done_and_told(order, worker, dispatcher, team):
    seen = journal.lines_about(order).last().pk
    actions.plan_order(order, actor=dispatcher, start=MORNING + 2 * HOUR, end=MORNING + 3 * HOUR, team=team)
    actions.start_timer(order, actor=worker, at=MORNING)
    closing, _created = actions.close_order(order, actor=worker, seen=seen, made_at=MORNING)
    order.refresh_from_db()
    assert order.state == "done"
    assert closing.applied
    assert "10\u202fh" in closing.conflict
    assert "Anne Roger" in closing.conflict
    assert order.disputed_at is not None


def test_what_the_agent_does_without_network_is_no_disagreement(order, worker):
    seen = journal.lines_about(order).last().pk
    actions.start_timer(order, actor=worker, at=MORNING)
    actions.stop_my_timer(order, actor=worker, at=MORNING + HOUR)
    closing, _created = actions.close_order(order, actor=worker, seen=seen, made_at=MORNING + HOUR)
    assert (closing.conflict, order.disputed_at) == ("", None)


def test_problem_told_without_network_of_an_order_already_done_is_kept_and_shown(order, worker, other_worker):
    actions.close_order(order, actor=worker, text="Fait")
    key = uuid.uuid4()
    for _ in range(2):
        actions.add_note(order, actor=other_worker, kind="problem", text="Câble nu", client_uuid=key, made_at=MORNING)
    order.refresh_from_db()
    assert [note.text for note in order.notes.all()] == ["Câble nu"]
    assert (order.state, order.disputed_at is not None) == ("done", True)


def test_problem_puts_the_order_on_hold_with_its_reason(order, worker):
    actions.add_note(order, actor=worker, kind="problem", text="Accès fermé")
    assert (order.state, order.reason) == ("held", "Accès fermé")


def test_remark_without_anything_is_refused(order, worker):
    with pytest.raises(ValidationError, match="en quelques mots"):
        actions.add_note(order, actor=worker, text="  ")


def test_closing_sent_twice_is_kept_once(order, worker):
    key = uuid.uuid4()
    for _ in range(2):
        actions.close_order(order, actor=worker, text="Fait", client_uuid=key)
    assert Closing.objects.count() == 1
    order.refresh_from_db()
    assert order.disputed_at is None


@pytest.mark.parametrize(
    ("value", "kept", "fault"), [("45,5", 45.5, False), ("12", 12.0, True), ("61", 61.0, True), (" 20 ", 20.0, False)]
)
def test_number_out_of_its_bounds_is_a_fault(order, worker, dispatcher, value, kept, fault):
    (check,) = actions.set_checks(order, [NUMBER], actor=dispatcher)
    answer, _created = actions.answer_check(check, value, actor=worker)
    assert (answer.value, answer.fault) == (kept, fault)


@pytest.mark.parametrize("value", ["beaucoup", "NaN", "1e12"])
def test_number_that_is_none_is_refused_in_words(order, worker, dispatcher, value):
    (check,) = actions.set_checks(order, [NUMBER], actor=dispatcher)
    with pytest.raises(ValidationError, match="nombre"):
        actions.answer_check(check, value, actor=worker)


def test_answers_of_two_agents_are_both_kept_in_the_order_they_were_made(order, worker, other_worker, dispatcher):
    (check,) = actions.set_checks(order, [YES_NO], actor=dispatcher)
    actions.answer_check(check, "non", actor=other_worker, made_at=MORNING + HOUR)
    actions.answer_check(check, "oui", actor=worker, made_at=MORNING)
    assert [a.value for a in Answer.objects.filter(line=check)] == ["oui", "non"]


@pytest.mark.parametrize(
    "line",
    [
        {"label": "Choix", "kind": "choice", "choices": ["seul"]},
        {"label": "Nombre", "kind": "number", "minimum": "5", "maximum": "1"},
        {"label": "", "kind": "yesno"},
        {"label": "X", "kind": "inconnu"},
    ],
)
def test_faulty_line_of_a_list_is_named(order, dispatcher, line):
    with pytest.raises(ValidationError, match="Ligne 2"):
        actions.set_checks(order, [YES_NO, line], actor=dispatcher)
