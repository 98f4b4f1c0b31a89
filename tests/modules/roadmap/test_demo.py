import tomllib

from beffroi.kernel.models import Entry
from beffroi.modules.roadmap import demo, snapshots, statistics
from beffroi.modules.roadmap.models import (
    Action,
    ActionIndicator,
    Axis,
    BudgetLine,
    Funding,
    IndicatorValue,
    Note,
    Plan,
    Revision,
    Step,
)

EVERYTHING = (Action, ActionIndicator, Axis, BudgetLine, Entry, Funding, IndicatorValue, Note, Plan, Revision, Step)


def test_demo_holds_every_line_of_the_source_in_its_place(roadmap):
    lines = {axis.code: [a.number for a in axis.actions.order_by("number")] for axis in roadmap.axes.all()}
    assert lines == {"1": [1, 2, 3, 4], "2": [1, 2, 3], "3": [1, 2, 3], "4": [1, 2, 3, 4], "5": [1, 2, 3]}
    assert all(action.source_place.startswith(f"Axe {action.axis.code}") for action in snapshots.everything(roadmap))


def test_demo_keeps_the_fault_of_the_source_visible(roadmap):
    titles = dict(roadmap.axes.values_list("code", "title"))
    assert titles["2"] == titles["3"] == titles["5"]
    assert len({titles[code] for code in "124"}) == 3
    notes = dict(roadmap.axes.values_list("code", "editor_note"))
    assert "axes 2, 3 et 5" in notes["2"]
    assert "services publics" in notes["3"]
    assert "environnement" in notes["5"]
    assert notes["1"] == notes["4"] == ""


def test_demo_counts_the_repeated_lines_once(roadmap):
    pairs = Action.objects.filter(axis__plan=roadmap, same_as__isnull=False).select_related("axis", "same_as__axis")
    assert {(a.reference, a.same_as.reference) for a in pairs} == {("5.1", "2.1"), ("5.2", "2.2"), ("5.3", "2.3")}
    tallies = statistics.tallies(Action.objects.filter(axis__plan=roadmap))
    assert statistics.whole(tallies.values()).total == 14
    assert roadmap.axes.get(code="5").pk not in tallies


def test_demo_says_that_its_figures_are_invented(roadmap):
    assert roadmap.has_demo_figures
    assert not Plan.objects.filter(has_demo_figures=False, is_public=True).exists()
    assert not BudgetLine.objects.exclude(action__axis__plan=roadmap).exists()


def test_demo_revisions_are_intact_and_explained(roadmap):
    first, second = roadmap.revisions.order_by("number")
    assert snapshots.is_intact(first)
    assert snapshots.is_intact(second)
    assert second.changes
    assert all(change["reason"] for change in second.changes)
    reason = next(change["reason"] for change in second.changes if change["reference"] == "2.3")
    assert reason == "Le second lieu de travail partagé demande une étude de plus."


def test_demo_loaded_twice_changes_nothing(roadmap):
    before = [model.objects.count() for model in EVERYTHING]
    demo.load()
    assert [model.objects.count() for model in EVERYTHING] == before


def test_demo_invented_progress_names_only_actions_of_the_source():
    plans = tomllib.loads((demo.DATA / "plans.toml").read_text())["plans"]
    known = {
        f"{axis['code']}.{number}"
        for axis in plans[1]["axes"]
        for number, line in enumerate(axis["actions"], start=1)
        if "same_as" not in line
    }
    assert set(tomllib.loads((demo.DATA / "demonstration.toml").read_text())["progress"]) == known
