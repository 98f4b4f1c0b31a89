"""The pages of the desk on a plan of any size: same number of queries; filters, sums, comparison, edits."""

import datetime
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi.modules.roadmap import actions, money
from beffroi.modules.roadmap.models import Action, ActionIndicator, Axis, Plan
from tests.modules.roadmap.factories import (
    make_action,
    make_axis,
    make_commune,
    make_organisation,
    make_plan,
    make_team,
    make_user,
)

SIZES = (3, 30)
PLAN_PAGES = ("board", "table", "gantt", "axes", "referents", "budget", "revisions", "compare", "public_plan")


@pytest.fixture
def plan(db) -> Plan:
    return make_plan(make_organisation())


@pytest.fixture
def desk(plan) -> Client:
    client = Client()
    client.force_login(make_user("admin", plan.organisation))
    return client


def fill(plan: Plan, axis: Axis, count: int, pilots: dict, town) -> None:
    """Actions with one of everything that hangs on them."""
    while axis.actions.count() < count:
        number = axis.actions.count() + 1
        action = make_action(axis, pilots=pilots, communes=[town], partners=[plan.organisation])
        actions.replace_steps(action, [{"title": f"Étape {number}"}], actor=None)
        row = {"year": 2024, "kind": "operating", "planned": Decimal("0.10"), "actual": Decimal("0.05")}
        actions.replace_budget(action, [row], actor=None)
        actions.replace_fundings(
            action, [{"funder": "État", "amount": Decimal("0.07"), "status": "granted"}], actor=None
        )
        actions.save_indicator(action, actor=None, label="Chiffre")
        actions.add_note(action, actor=None, body="Un point", public=True)


def test_pages_of_a_plan_cost_the_same_with_few_and_many_actions(plan, desk):
    axis = make_axis(plan)
    pilots = {"user": [make_user("agent", plan.organisation)], "team": [make_team(plan.organisation)]}
    town = make_commune()
    counts: dict[str, list[int]] = {}
    for size in SIZES:
        fill(plan, axis, size, pilots, town)
        if size == SIZES[0]:
            actions.freeze_revision(plan, actor=None, label="Départ")
        for name in PLAN_PAGES:
            url = reverse(f"roadmap:{name}", args=[plan.slug])
            desk.get(url)
            caches["pages"].clear()
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(url).status_code == 200, name
            counts.setdefault(name, []).append(len(queries))
    assert {name: pair for name, pair in counts.items() if pair[0] != pair[1] or pair[1] > 12} == {}


def test_budget_adds_up_to_the_cent(plan, desk):
    axis = make_axis(plan)
    fill(plan, axis, 30, {}, make_commune())
    spread = money.spread(Action.objects.filter(axis__plan=plan))
    assert spread.whole.total.planned == Decimal("3.00")
    assert spread.whole.total.actual == Decimal("1.50")
    for cut in (spread.years, spread.axes, spread.referents, spread.structures):
        assert sum((line.total.planned for line in cut), Decimal(0)) == spread.whole.total.planned
    assert money.funded(Action.objects.filter(axis__plan=plan)).granted == Decimal("2.10")
    page = desk.get(reverse("roadmap:budget", args=[plan.slug])).content.decode()
    assert "3,00\u202f€" in page
    assert "2,10\u202f€" in page


def found(desk, plan, **filters) -> list[str]:
    page = desk.get(reverse("roadmap:table", args=[plan.slug]), filters)
    return [action.title for action in page.context["page_obj"]]


def test_list_keeps_what_the_address_asks_for(plan, desk):
    first, second = make_axis(plan, code="1"), make_axis(plan, code="2")
    today = datetime.date.today()
    person = make_user("agent", plan.organisation)
    referent = actions.create_referent(actor=None, organisation=plan.organisation, name="Élue", office="Maire")
    a = make_action(first, title="Été à la médiathèque", priority=3, referent=referent, pilots={"user": [person]})
    b = make_action(first, title="Late", end=today - datetime.timedelta(days=1), tags=["fibre"])
    c = make_action(second, title="Autre", start=datetime.date(2024, 2, 29), end=datetime.date(2040, 1, 1))
    actions.move_action(c, "start", actor=None, check=False)
    cases = {
        "all": ({}, [a, b, c]),
        "text without accent": ({"q": "ete a la mediatheque"}, [a]),
        "tag": ({"q": "fibre"}, [b]),
        "axis": ({"axe": "2"}, [c]),
        "state": ({"etat": "ongoing"}, [c]),
        "late": ({"retard": "on"}, [b]),
        "priority": ({"priorite": "3"}, [a]),
        "referent": ({"elu": str(referent.pk)}, [a]),
        "nobody": ({"elu": "aucun"}, [b, c]),
        "pilot": ({"pilote": f"user:{person.pk}"}, [a]),
        "no pilot": ({"pilote": "aucun"}, [b, c]),
        "year": ({"annee": "2025"}, [b, c]),
        "unknown": ({"etat": "rien"}, [a, b, c]),
        "sorted": ({"tri": "-title"}, [a, b, c]),
    }
    for name, (filters, expected) in cases.items():
        titles = [action.title for action in expected]
        assert sorted(found(desk, plan, **filters)) == sorted(titles), name
    assert found(desk, plan, tri="title")[0] == "Autre"
    assert found(desk, plan, tri="-title")[-1] == "Autre"


def test_file_of_the_list_follows_its_filters(plan, desk):
    axis = make_axis(plan, code="1")
    make_action(axis, title="Gardée", priority=3)
    make_action(axis, title="Laissée", priority=1)
    answer = desk.get(reverse("roadmap:table_file", args=[plan.slug, "csv"]), {"priorite": "3"}).content.decode()
    assert "Gardée" in answer
    assert "Laissée" not in answer


def test_comparison_tells_added_removed_changed_and_why(plan, desk):
    axis = make_axis(plan, code="1")
    kept, gone = make_action(axis, title="Gardée"), make_action(axis, title="Partie")
    actions.freeze_revision(plan, actor=None, label="Départ")
    actions.edit_action(kept, actor=None, end=datetime.date(2026, 2, 28), reason="Le marché est relancé.")
    actions.move_action(kept, "start", actor=None, check=False)
    Action.objects.filter(pk=gone.pk).delete()
    make_action(axis, title="Venue", number=9)
    page = desk.get(reverse("roadmap:compare", args=[plan.slug]))
    text = page.content.decode().replace("\u00a0", " ")
    assert dict(page.context["counts"]) == {"ajoutées": 1, "retirées": 1, "modifiées": 1, "changements d’état": 1}
    for said in ("Gardée", "Partie", "Venue", "28 févr. 2026", "Le marché est relancé.", "À venir", "En cours"):
        assert said in text, said


def test_freezing_asks_why_for_each_change(plan, desk):
    action = make_action(make_axis(plan, code="1"), title="Action")
    actions.freeze_revision(plan, actor=None, label="Départ")
    actions.replace_steps(action, [{"title": "Étape"}], actor=None)
    url = reverse("roadmap:freeze", args=[plan.slug])
    answer = desk.post(url, {"label": "Suite", f"reason-{action.uid}": ""})
    assert "Dites pourquoi" in answer.content.decode()
    assert desk.post(url, {"label": "Suite", f"reason-{action.uid}": "Un oubli."}).status_code == 302
    assert plan.revisions.get(number=2).changes[0]["reason"] == "Un oubli."


def formset(rows: list[dict], kept: int) -> dict:
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": kept, "reason": ""}
    return data | {f"form-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def test_lines_are_written_changed_and_taken_away(plan, desk):
    action = make_action(make_axis(plan))
    steps = reverse("roadmap:steps", args=[action.slug])
    assert desk.post(steps, formset([{"title": "Une"}, {"title": "Deux"}, {}], 0)).status_code == 302
    rows = [{"title": "Une", "done_on": "2024-02-29"}, {"title": "Deux", "DELETE": "on"}, {"title": "Trois"}]
    assert desk.post(steps, formset(rows, 2)).status_code == 302
    assert [(step.title, bool(step.done_on)) for step in action.steps.all()] == [("Une", True), ("Trois", False)]
    faulty = desk.post(steps, formset([{"title": "Une", "done_on": "2124-01-01"}, {"title": "Deux"}], 1))
    assert "dans l’avenir" in faulty.content.decode()
    assert "Deux" in faulty.content.decode()


def test_budget_is_typed_with_a_comma(plan, desk):
    action = make_action(make_axis(plan))
    row = {"year": "2024", "kind": "operating", "planned": "1234,56", "actual": ""}
    assert desk.post(reverse("roadmap:action_budget", args=[action.slug]), formset([row], 0)).status_code == 302
    line = action.budget_lines.get()
    assert (line.planned, line.actual) == (Decimal("1234.56"), None)


def test_note_indicator_and_value_are_written(plan, desk):
    action = make_action(make_axis(plan))
    desk.post(reverse("roadmap:note", args=[action.slug]), {"body": "On avance", "public": "on"})
    assert action.notes.get().public
    assert desk.post(reverse("roadmap:note", args=[action.slug]), {"body": ""}).status_code == 422
    data = {"label": "Participants", "direction": "up", "period_days": 30, "target": "10,5", "public": "on"}
    assert desk.post(reverse("roadmap:new_indicator", args=[action.slug]), data).status_code == 302
    indicator = ActionIndicator.objects.get()
    assert indicator.target == Decimal("10.5")
    page = reverse("roadmap:indicator", args=[action.slug, indicator.pk])
    assert desk.post(page, {"date": "2024-02-29", "value": "7,5", "nature": "real"}).status_code == 302
    assert "7,5" in desk.get(page).content.decode()


def test_link_is_only_to_a_case_that_the_person_may_see(plan, desk):
    action = make_action(make_axis(plan))
    url = reverse("roadmap:link", args=[action.slug])
    assert "Aucune demande" in desk.post(url, {"reference": "CTR-2026-000001"}).content.decode()
    assert desk.post(url, {"url": "https://exemple.invalid/page", "label": "Page"}).status_code == 302
    assert "soit la référence" in desk.post(url, {"label": ""}).content.decode()
    assert action.links.get().label == "Page"


def test_action_is_written_restricted_copied_and_erased(plan, desk):
    axis = make_axis(plan, code="1")
    data = {"axis": axis.pk, "title": "Nouvelle", "priority": 2, "start": "2024-02-29", "end": "2023-01-01"}
    url = reverse("roadmap:new_action", args=[plan.slug])
    assert "après le début" in desk.post(url, data).content.decode()
    assert desk.post(url, data | {"end": "2025-02-28"}).status_code == 302
    action = Action.objects.get()
    for name, count in (("restreindre", 1), ("copier", 2), ("effacer", 1)):
        assert desk.post(reverse("roadmap:gesture", args=[action.slug, name])).status_code == 302
        assert Action.objects.count() == count, name
    assert Action.objects.get().restricted


def test_plan_axes_and_referents_are_written(plan, desk):
    assert (
        desk.post(
            reverse("roadmap:new_axis", args=[plan.slug]), {"code": "1", "title": "Un", "position": 1}
        ).status_code
        == 302
    )
    axis = plan.axes.get()
    again = desk.post(reverse("roadmap:new_axis", args=[plan.slug]), {"code": "1", "title": "Bis", "position": 2})
    assert "déjà celui d’un autre axe" in again.content.decode()
    edit = reverse("roadmap:edit_axis", args=[plan.slug, axis.pk])
    assert desk.post(edit, {"code": "1", "title": "Autre", "position": 1}).status_code == 302
    assert plan.axes.get().title == "Autre"
    referent = {"name": "Élue", "office": "Maire", "start": "2024-02-29"}
    assert desk.post(reverse("roadmap:new_referent", args=[plan.slug]), referent).status_code == 302
    assert plan.organisation.roadmap_referents.get().start == datetime.date(2024, 2, 29)
    assert desk.post(reverse("roadmap:delete_axis", args=[plan.slug, axis.pk])).status_code == 302
    assert not plan.axes.exists()
