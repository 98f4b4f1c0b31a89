"""Who is told of a blocked action, a late step, an assignment; the jobs of the night."""

import datetime

import pytest
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.modules.roadmap import actions, notices, tasks
from beffroi.modules.roadmap.models import ImportDraft, Referent
from beffroi.modules.roadmap.personal import PERSONAL, RETENTION
from tests.modules.roadmap.factories import make_action, make_axis, make_organisation, make_plan, make_team, make_user


@pytest.fixture
def action(db):
    return make_action(make_axis(make_plan(make_organisation(), revision_months=1200)))


def told(entry) -> set[str]:
    notice = next(one for one in notices.NOTICES if one.verb == entry.verb)
    return {recipient.user.email for recipient in notice.recipients(entry)}


def last(verb: str) -> Entry:
    return Entry.objects.filter(verb=f"roadmap.{verb}").latest("id")


def carried(action):
    """A pilot by name, one by team, and an elected referent with an account."""
    body = action.axis.plan.organisation
    named, elected = make_user("agent", body), make_user("elected", body)
    team = make_team(body)
    member = make_user("agent", body, team=team)
    make_user("agent", body)
    referent = actions.create_referent(actor=None, organisation=body, name="Élue", office="Maire", user=elected)
    actions.edit_action(action, actor=None, referent=referent, pilots={"user": [named], "team": [team]})
    return named, member, elected


def test_blocked_action_is_told_to_its_pilots_and_referent(action):
    people = carried(action)
    actions.move_action(action, "block", actor=None, reason="r", unblock_condition="c", check=False)
    assert told(last("block")) == {person.email for person in people}


def test_whoever_blocks_is_not_told(action):
    named, member, elected = carried(action)
    actions.move_action(action, "block", actor=named, reason="r", unblock_condition="c")
    assert told(last("block")) == {member.email, elected.email}


def test_assignment_is_told_to_the_newcomers_only(action):
    named, member, elected = carried(action)
    assert told(last("assign")) == {named.email, member.email, elected.email}
    newcomer = make_user("agent", action.axis.plan.organisation)
    actions.edit_action(action, actor=None, pilots={"user": [named, newcomer]})
    assert told(last("assign")) == {newcomer.email}


def test_body_that_pilots_is_told_through_those_who_edit_its_plans(action):
    body = action.axis.plan.organisation
    administrator = make_user("admin", body)
    make_user("agent", body)
    actions.set_pilots(action, actor=None, organisations=[body])
    assert told(last("assign")) == {administrator.email}


def test_late_step_is_told_once_a_due_date(action):
    today = timezone.localdate()
    actions.replace_steps(action, [{"title": "Étape", "due": today - datetime.timedelta(days=1)}], actor=None)
    assert tasks.tell_late.func(0) == 1
    assert tasks.tell_late.func(0) == 0
    step = action.steps.get()
    assert last("late_step").data == {"step": step.pk, "due": step.due.isoformat()}


def test_step_done_or_of_a_closed_action_is_not_told(action):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    actions.replace_steps(action, [{"title": "Étape", "due": yesterday, "done_on": yesterday}], actor=None)
    assert tasks.tell_late.func(0) == 0
    actions.replace_steps(action, [{"title": "Étape", "due": yesterday}], actor=None)
    actions.move_action(action, "drop", actor=None, reason="r", check=False)
    assert tasks.tell_late.func(0) == 0


def test_late_action_is_told_once_for_each_planned_end(action):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    actions.edit_action(action, actor=None, end=yesterday)
    assert tasks.tell_late.func(0) == 1
    assert tasks.tell_late.func(0) == 0
    actions.edit_action(action, actor=None, end=yesterday - datetime.timedelta(days=2))
    assert tasks.tell_late.func(0) == 1


def test_plan_left_without_revision_is_told_to_its_editors(db):
    today = timezone.localdate()
    plan = make_plan(start=today - datetime.timedelta(days=400), end=today + datetime.timedelta(days=400))
    editor = make_user("admin", plan.organisation)
    assert tasks.tell_late.func(0) == 1
    assert told(last("revision_due")) == {editor.email}
    assert tasks.tell_late.func(0) == 0


def test_old_referents_lose_their_name_and_keep_their_office(action):
    rule = next(one for one in RETENTION if one.code == "roadmap.referents")
    old = timezone.localdate() - rule.keep - datetime.timedelta(days=2)
    body = action.axis.plan.organisation
    referent = actions.create_referent(
        actor=None, organisation=body, name="Élu parti", office="Maire", start=old, end=old
    )
    assert list(rule.due(timezone.now())) == [referent]
    rule.apply(referent)
    assert list(rule.due(timezone.now())) == []
    assert (Referent.objects.get().office, "parti" in Referent.objects.get().name) == ("Maire", False)


def test_unconfirmed_workbooks_are_forgotten_after_a_day(action):
    rule = next(one for one in RETENTION if one.code == "roadmap.imports")
    user = make_user("admin", action.axis.plan.organisation)
    draft = actions.keep_draft(action.axis.plan, actor=user, name="x.xlsx", content=b"x")
    assert not rule.due(timezone.now()).exists()
    later = timezone.now() + datetime.timedelta(days=1, minutes=1)
    assert list(rule.due(later)) == [draft]
    rule.apply(draft)
    assert not ImportDraft.objects.exists()


def test_person_who_leaves_is_taken_off_their_actions(action):
    user = make_user("agent", action.axis.plan.organisation)
    actions.set_pilots(action, actor=None, users=[user])
    actions.add_note(action, actor=user, body="Un point", public=False)
    assert PERSONAL.export(user)["points d’avancement écrits"][0]["texte"] == "Un point"
    assert PERSONAL.erase(user) == []
    assert not action.pilots.exists()
    assert action.notes.get().author is None


def test_automatic_indicator_reads_the_registry_each_night(action, monkeypatch):
    from beffroi.kernel import modules

    asked = []
    known = modules.Indicator(
        code="essai.chiffre",
        label="Chiffre",
        unit="",
        value=lambda since, until: asked.append((since, until)) or 12,
        description="",
    )
    monkeypatch.setattr(modules, "find", lambda kind, code: known if code == known.code else None)
    indicator = actions.save_indicator(action, actor=None, label="Chiffre", code="essai.chiffre", period_days=30)
    assert tasks.read_indicators.func(0) == 1
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert asked == [(yesterday - datetime.timedelta(days=29), yesterday)]
    assert [(value.date, value.value, value.automatic) for value in indicator.values.all()] == [(yesterday, 12, True)]
