import copy
import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.modules.roadmap import actions, snapshots
from beffroi.modules.roadmap.actions.revisions import pending_changes, revision_due_on
from beffroi.modules.roadmap.models import ChangeReason, Revision
from tests.modules.roadmap.factories import make_action, make_axis, make_plan, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return make_plan()


def freeze(plan, **details):
    return actions.freeze_revision(plan, actor=None, **{"label": "2024"} | details)


def test_frozen_revision_says_what_the_plan_was(plan):
    action = make_action(make_axis(plan), title="Former les agents", end=datetime.date(2025, 6, 30))
    actions.replace_budget(action, [{"year": 2024, "kind": "operating", "planned": 1200, "actual": None}], actor=None)
    revision = freeze(plan)
    kept = Revision.objects.get(pk=revision.pk)
    described = kept.content["actions"][0]
    assert (described["title"], described["end"]) == ("Former les agents", "2025-06-30")
    assert described["budget"] == [[2024, "operating", "1200", None]]
    assert (kept.number, kept.changes) == (1, [])
    assert snapshots.is_intact(kept)


@pytest.mark.parametrize("values", [{"content": {}}, {"label": "autre"}, {"changes": [1]}, {"digest": "0" * 64}])
def test_frozen_revision_is_immutable_in_the_database(plan, values):
    revision = freeze(plan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(adopted_on=datetime.date(2024, 1, 1), deliberation="1", **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).delete()


def test_altered_content_no_longer_matches_its_digest(plan):
    make_action(make_axis(plan))
    revision = freeze(plan)
    revision.content = copy.deepcopy(revision.content)
    revision.content["actions"][0]["title"] = "Un autre titre"
    assert not snapshots.is_intact(revision)


def test_revision_is_adopted_once(plan):
    revision = freeze(plan)
    day = datetime.date(2024, 12, 12)
    with pytest.raises(ValidationError, match="délibération"):
        actions.adopt_revision(revision, actor=None, adopted_on=day, deliberation=" ")
    actions.adopt_revision(revision, actor=None, adopted_on=day, deliberation="2024-12-57")
    revision.refresh_from_db()
    assert (revision.adopted_on, revision.deliberation) == (day, "2024-12-57")
    with pytest.raises(ValidationError, match="déjà"):
        actions.adopt_revision(revision, actor=None, adopted_on=day, deliberation="autre")
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(deliberation="autre")


def test_change_without_reason_stops_the_freezing_and_is_named(plan):
    action = make_action(make_axis(plan), title="Ouvrir un espace")
    freeze(plan)
    actions.replace_steps(action, [{"title": "Choisir le lieu"}], actor=None)
    with pytest.raises(ValidationError, match="Ouvrir un espace") as refused:
        freeze(plan, label="2025")
    assert set(refused.value.message_dict) == {f"reason-{action.uid}"}
    second = freeze(plan, label="2025", reasons={str(action.uid): "Le calendrier est précisé."})
    assert [(c["uid"], c["kind"], c["reason"]) for c in second.changes] == [
        (str(action.uid), "changed", "Le calendrier est précisé.")
    ]
    assert second.changes[0]["fields"] == [{"name": "steps", "before": [], "after": [["Choisir le lieu", None, None]]}]


def test_commitment_changed_after_a_revision_wants_a_reason(plan):
    action = make_action(make_axis(plan), title="Ouvrir un espace")
    actions.edit_action(action, actor=None, title="Ouvrir un lieu")
    freeze(plan)
    with pytest.raises(ValidationError) as refused:
        actions.edit_action(action, actor=None, end=datetime.date(2026, 1, 1))
    assert set(refused.value.message_dict) == {"reason"}
    action.refresh_from_db()
    assert action.end is None
    actions.edit_action(action, actor=None, end=datetime.date(2026, 1, 1), reason="Marché infructueux.")
    assert ChangeReason.objects.get().fields == ["end"]
    change = pending_changes(plan)[0]
    assert (change["fields"][0]["name"], change["reason"]) == ("end", "Marché infructueux.")
    assert freeze(plan, label="2025").changes[0]["reason"] == "Marché infructueux."


def test_reason_of_a_change_of_state_explains_it(plan):
    action = make_action(make_axis(plan))
    freeze(plan)
    actions.move_action(action, "pause", actor=None, check=False, reason="Crédits reportés.")
    change = pending_changes(plan)[0]
    assert change["reason"] == "Crédits reportés."
    assert {"name": "state", "before": "planned", "after": "paused"} in change["fields"]


def test_comparison_tells_added_removed_and_changed(plan):
    axis = make_axis(plan)
    kept, gone = make_action(axis, title="Gardée"), make_action(axis, title="Effacée")
    before = snapshots.take(plan)
    actions.delete_action(gone, actor=None)
    added = make_action(axis, title="Ajoutée")
    actions.edit_action(kept, actor=None, tags=["numérique"])
    actions.edit_axis(axis, actor=None, title="Nouveau titre")
    changes = {(c["kind"], c["title"]) for c in snapshots.compare(before, snapshots.take(plan))}
    assert changes == {
        ("changed", "Gardée"),
        ("removed", "Effacée"),
        ("added", added.title),
        ("axis_changed", "Nouveau titre"),
    }
    assert snapshots.compare(before, before) == []


def test_action_held_by_a_revision_is_not_deleted(plan):
    action = make_action(make_axis(plan))
    freeze(plan)
    with pytest.raises(ValidationError, match="abandonnez"):
        actions.delete_action(action, actor=None)


def test_snapshot_holds_no_name_of_a_person(plan):
    pilot = make_user("agent", plan.organisation, first_name="Solène", last_name="Introuvable")
    action = make_action(make_axis(plan), pilots={"user": [pilot]})
    referent = actions.create_referent(
        actor=None, organisation=plan.organisation, name="Ghislain Introuvable", office="Vice-président"
    )
    actions.edit_action(action, actor=None, referent=referent)
    text = str(snapshots.take(plan))
    assert "Introuvable" not in text
    assert f"user:{pilot.pk}" in text


def test_snapshot_takes_a_constant_number_of_queries(plan, django_assert_num_queries):
    axis = make_axis(plan)
    for _ in range(3):
        make_action(axis)
    with django_assert_num_queries(2):
        snapshots.take(plan)
    for _ in range(10):
        make_action(axis)
    with django_assert_num_queries(2):
        snapshots.take(plan)


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (datetime.date(2023, 1, 31), 1, datetime.date(2023, 2, 28)),
        (datetime.date(2023, 3, 15), 12, datetime.date(2024, 3, 15)),
        (datetime.date(2023, 12, 31), 12, datetime.date(2024, 12, 31)),
        (datetime.date(2023, 11, 5), 18, datetime.date(2025, 5, 5)),
    ],
)
def test_revision_is_due_so_many_months_after_the_start(start, months, due):
    plan = make_plan(start=start, revision_months=months)
    assert revision_due_on(plan) == due


def test_revision_is_due_after_the_last_adoption(plan):
    revision = freeze(plan)
    actions.adopt_revision(revision, actor=None, adopted_on=datetime.date(2024, 6, 20), deliberation="1")
    assert revision_due_on(plan) == datetime.date(2025, 6, 20)


def test_reminder_is_sent_once_a_month_while_late_and_never_after_the_plan():
    today = timezone.localdate()
    plan = make_plan(start=today - datetime.timedelta(days=500), end=today + datetime.timedelta(days=100))
    assert actions.remind_revision(plan, today=today)
    assert not actions.remind_revision(plan, today=today + datetime.timedelta(days=29))
    assert actions.remind_revision(plan, today=today + datetime.timedelta(days=30))
    assert not actions.remind_revision(plan, today=today + datetime.timedelta(days=200))
    freeze(plan)
    assert not actions.remind_revision(plan, today=today + datetime.timedelta(days=60))
