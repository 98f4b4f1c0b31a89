"""The progress report: accessible, archivable, complete, and silent on what is restricted."""

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from beffroi.modules.roadmap import actions, report
from beffroi.modules.roadmap.models import Action
from tests.modules.roadmap.factories import make_action, make_axis, make_plan, make_user


def read(content: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(content))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_report_is_tagged_and_archivable(roadmap):
    reader, _text = read(Client().get(f"/feuille-de-route/plans/{roadmap.slug}/rapport.pdf").content)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert reader.metadata.title == "Feuille de route numérique 2023-2026\u202f: rapport d’avancement"
    assert len(reader.outline) >= 1


def test_report_tells_every_axis_and_every_action(roadmap):
    _reader, text = read(report.render(roadmap, Action.objects.public().filter(axis__plan=roadmap), for_agents=False))
    for axis in roadmap.axes.all():
        assert f"Axe {axis.code}. " in text
    for action in Action.objects.filter(axis__plan=roadmap).select_related("axis"):
        assert f"{action.reference} " in text
    assert "actions sur 14 sont engagées" in text
    assert "Chiffres de démonstration" in text
    assert "Note de l’éditeur" in text


def test_report_adds_up_to_the_cent(db):
    plan = make_plan()
    action = make_action(make_axis(plan))
    rows = [
        {"year": 2024, "kind": "operating", "planned": "0.10"},
        {"year": 2025, "kind": "operating", "planned": "0.20"},
    ]
    actions.replace_budget(action, rows, actor=None)
    data = report.content(plan, Action.objects.filter(axis__plan=plan), for_agents=True)
    assert data["money"]["total"][1] == "0,30\u202f€"


@pytest.mark.parametrize("where", ["public", "desk"])
def test_report_keeps_restricted_actions_for_those_who_may_read_them(roadmap, where):
    action = Action.objects.get(axis__plan=roadmap, axis__code="3", number=2)
    actions.restrict_action(action, actor=None)
    client = Client()
    url = f"/feuille-de-route/plans/{roadmap.slug}/rapport.pdf"
    if where == "desk":
        client.force_login(make_user("elected", roadmap.organisation))
        url = f"/bureau{url}"
    _reader, text = read(client.get(url).content)
    assert ("Continuer à servir" in text) is (where == "desk")


def test_report_of_the_desk_is_closed_to_visitors(roadmap):
    assert Client().get(f"/bureau/feuille-de-route/plans/{roadmap.slug}/rapport.pdf").status_code == 302


def test_report_hides_amounts_that_the_plan_does_not_publish(roadmap):
    actions.edit_plan(roadmap, actor=None, budget_is_public=False)
    _reader, text = read(Client().get(f"/feuille-de-route/plans/{roadmap.slug}/rapport.pdf").content)
    assert "€" not in text


def test_report_of_an_empty_plan_is_made(db):
    reader, text = read(report.render(make_plan(title="Plan vide"), Action.objects.none(), for_agents=True))
    assert "Plan vide" in text
    assert len(reader.pages) >= 2
