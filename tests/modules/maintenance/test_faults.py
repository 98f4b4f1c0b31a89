"""Choices that are faults, and absences that a plan should not ignore."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import Absence, Checklist, Order

STATE = {"label": "État du portique", "kind": "choice", "choices": ["bon", "usé", "cassé"], "faults": ["usé", "cassé"]}


@pytest.fixture
def desk(client, dispatcher):
    client.force_login(dispatcher)
    return client


@pytest.mark.parametrize(("found", "opens"), [("bon", False), ("usé", True), ("cassé", True)])
def test_choice_that_is_a_fault_opens_a_repair_in_an_inspection(make_order, worker, dispatcher, found, opens):
    inspection = make_order(nature=Order.Nature.INSPECTION)
    (check,) = actions.set_checks(inspection, [STATE], actor=dispatcher)
    answer, _created = actions.answer_check(check, found, actor=worker)
    assert answer.fault == opens
    assert (answer.opened_order is not None) == opens
    if opens:
        assert answer.opened_order.origin == "inspection"
        again, _created = actions.answer_check(check, "cassé", actor=worker)
        assert again.opened_order == answer.opened_order


def test_choice_that_is_a_fault_opens_nothing_outside_an_inspection(make_order, worker, dispatcher):
    (check,) = actions.set_checks(make_order(), [STATE], actor=dispatcher)
    answer, _created = actions.answer_check(check, "cassé", actor=worker)
    assert (answer.fault, answer.opened_order) == (True, None)


def test_a_fault_must_be_one_of_the_choices(make_order, dispatcher):
    with pytest.raises(ValidationError, match="n’est pas un de ses choix"):
        actions.set_checks(make_order(), [STATE | {"faults": ["rouillé"]}], actor=dispatcher)


def test_faulty_choices_are_written_at_the_desk_and_shown_again(desk, operator):
    form = {
        "name": "Aire de jeux",
        "organisation": operator.pk,
        "lignes-TOTAL_FORMS": 1,
        "lignes-INITIAL_FORMS": 0,
        "lignes-0-label": "État",
        "lignes-0-kind": "choice",
        "lignes-0-choices": "bon ; usé ; cassé",
        "lignes-0-faults": "usé ; cassé",
    }
    answer = desk.post(reverse("maintenance:checklist_new"), form)
    assert answer.status_code == 302, answer.content.decode()
    checklist = Checklist.objects.get()
    assert checklist.lines[0]["faults"] == ["usé", "cassé"]
    page = desk.get(reverse("maintenance:checklist_edit", args=[checklist.pk])).content.decode()
    assert 'value="usé ; cassé"' in page


@pytest.mark.parametrize(("away", "told"), [(0, True), (1, True), (2, False), (-1, False)])
def test_planning_by_the_form_tells_an_absence_as_the_board_does(
    desk, operator, order, worker, team, monday, away, told
):
    """The work lasts from Monday to Tuesday; the agent is away on one day."""
    day = monday + datetime.timedelta(days=away)
    Absence.objects.create(organisation=operator, worker=worker, start=day, end=day)
    form = {
        "day": monday.isoformat(),
        "start": "08:00",
        "hours": "30",
        "team": team.pk,
        "assignees": [worker.pk],
        "version": order.version,
    }
    page = desk.post(reverse("maintenance:plan", args=[order.reference]), form, follow=True).content.decode()
    order.refresh_from_db()
    assert order.planned_start is not None
    assert ("une absence est prévue" in page) == told
    assert ("Caron" in page.partition("une absence est prévue")[2][:60]) == told


@pytest.fixture
def monday():
    return datetime.date(2026, 11, 30)
