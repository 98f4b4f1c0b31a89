"""What those who steer a plan ask: money by structure, how complete a sheet is, the report to rework."""

import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from docx import Document

from beffroi.modules.roadmap import actions, completeness, money
from beffroi.modules.roadmap.models import Action
from tests.modules.roadmap.factories import make_action, make_axis, make_organisation, make_plan, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return make_plan(make_organisation(name="Communauté du Val"))


@pytest.fixture
def axis(plan):
    return make_axis(plan)


def spend(action, planned):
    line = {"year": 2024, "kind": "operating", "planned": Decimal(planned), "actual": None}
    actions.replace_budget(action, [line], actor=None)


def test_money_is_cut_by_the_bodies_that_pilot_and_each_euro_is_counted_once(plan, axis, client):
    town, union = make_organisation(name="Beauval"), make_organisation(name="Somme Numérique")
    alone, together, team, agent, nobody = (make_action(axis) for _number in range(5))
    for action, amount in zip((alone, together, team, agent, nobody), ("1", "20", "300", "4000", "0.50"), strict=True):
        spend(action, amount)
    actions.set_pilots(alone, actor=None, organisations=[town])
    actions.set_pilots(together, actor=None, organisations=[union, town])
    actions.set_pilots(team, actor=None, teams=[make_team(plan.organisation), make_team(plan.organisation)])
    actions.set_pilots(agent, actor=None, users=[make_user("agent", plan.organisation)])
    spread = money.spread(Action.objects.filter(axis__plan=plan))
    assert {line.label: line.total.planned for line in spread.structures} == {
        "Beauval": Decimal(1),
        "Beauval, Somme Numérique": Decimal(20),
        "Communauté du Val": Decimal(4300),
        money.NO_STRUCTURE: Decimal("0.50"),
    }
    assert spread.structures[-1].label == money.NO_STRUCTURE
    assert sum(line.total.planned for line in spread.structures) == spread.whole.total.planned
    client.force_login(make_user("elected", plan.organisation))
    page = client.get(reverse("roadmap:budget", args=[plan.slug])).content.decode()
    assert "Par structure pilote" in page
    assert "Beauval, Somme Numérique" in page


def test_editor_reads_what_is_missing_and_others_do_not(plan, axis, client):
    action = make_action(axis, summary="En bref", start=datetime.date(2024, 1, 1), end=datetime.date(2024, 12, 31))
    url = reverse("roadmap:action", args=[action.slug])
    client.force_login(make_user("admin", plan.organisation))
    page = client.get(url).content.decode()
    assert "Fiche remplie" in page
    assert f'<a href="{reverse("roadmap:steps", args=[action.slug])}">des étapes</a>' in page
    assert "un résumé en quelques mots" not in page
    client.force_login(make_user("elected", plan.organisation))
    assert "Fiche remplie" not in client.get(url).content.decode()


def test_sheet_is_complete_only_when_nothing_is_missing(axis):
    action = make_action(axis)
    before = completeness.of_action(action)
    assert (before.done, before.share, len(before.missing)) == (0, 0, before.total)
    texts = dict.fromkeys(("summary", "description", "objectives", "means"), "Écrit")
    actions.edit_action(
        action,
        actor=None,
        **texts,
        start=datetime.date(2024, 1, 1),
        end=datetime.date(2024, 12, 31),
        pilots={"organisation": [axis.plan.organisation]},
    )
    after = completeness.of_action(action)
    assert (after.done, after.share) == (6, 60)
    assert [label for label, _url in after.missing] == ["un élu référent", "des étapes", "un budget", "un indicateur"]


def test_report_is_reworked_in_a_word_processor(plan, axis, client):
    action = make_action(axis, title="Équiper les écoles", summary="Des tableaux")
    hidden = make_action(axis, title="Action discrète", restricted=True)
    spend(action, "1234.50")
    url = reverse("roadmap:report_word", args=[plan.slug])

    def read(user):
        client.force_login(user)
        response = client.get(url)
        assert response["Content-Disposition"].endswith('.docx"')
        return Document(io.BytesIO(response.content))

    document = read(make_user("elected", plan.organisation))
    titles = [line.text for line in document.paragraphs if line.style.name.startswith("Heading")]
    assert f"{action.reference} Équiper les écoles" in titles
    assert f"{hidden.reference} Action discrète" in titles
    assert any("234,50" in cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert document.core_properties.language == "fr-FR"
    shown = "\n".join(line.text for line in read(make_user("agent", plan.organisation)).paragraphs)
    assert "Équiper les écoles" in shown
    assert "Action discrète" not in shown


def test_report_to_rework_is_closed_to_residents(plan, client):
    client.force_login(make_user())
    assert client.get(reverse("roadmap:report_word", args=[plan.slug])).status_code == 403
