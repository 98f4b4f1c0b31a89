"""An action of the roadmap stops, is explained, starts again: at the desk, in the comparison and on the public page."""

import re

import pytest
from playwright.sync_api import expect

from beffroi.kernel.models import User
from beffroi.modules.roadmap.models import Action

ADMINISTRATOR = "administration@example.invalid"
AGENTS = ("voirie@example.invalid", "accueil@example.invalid", "conseiller@example.invalid")
REASON = "Le marché n’a reçu aucune offre."
CONDITION = "Relancer la consultation avec un lot de moins."


@pytest.fixture
def carried(installation) -> tuple[str, Action]:
    """An agent of the demonstration, and a public action under way that they pilot."""
    for email in AGENTS:
        actions = Action.objects.piloted_by(User.objects.get(email=email)).public().distinct_ones()
        found = actions.filter(state="ongoing", axis__plan__kind="roadmap").select_related("axis__plan").first()
        if found is not None:
            return email, found
    raise AssertionError("no agent of the demonstration pilots an action under way")


def _move(page, action: Action, label: str) -> None:
    page.goto(f"/bureau/feuille-de-route/actions/{action.slug}/")
    page.get_by_role("link", name=label).click()
    page.get_by_role("radio", name=label).check()


def test_action_blocked_then_compared_and_told_to_the_public(carried, enter, page):
    email, action = carried
    agent = enter(email)
    _move(agent, action, "Signaler un blocage")
    agent.get_by_label(re.compile("^Pourquoi")).fill(REASON)
    agent.get_by_role("button", name="Enregistrer").click()
    expect(agent.get_by_role("alert")).to_contain_text("Dites ce qui doit se produire")
    expect(agent.get_by_label(re.compile("^Pourquoi"))).to_have_value(REASON)
    agent.get_by_label(re.compile("^Ce qui doit se produire")).fill(CONDITION)
    agent.get_by_role("button", name="Enregistrer").click()
    expect(agent.locator("main")).to_contain_text("Bloqué")
    expect(agent.locator("main")).to_contain_text(CONDITION)

    page.goto(f"/feuille-de-route/actions/{action.slug}/")
    expect(page.locator("main")).to_contain_text("Bloqué")
    expect(page.locator("main")).to_contain_text(REASON)
    assert action.title in page.request.get("/feuille-de-route/nouvelles.rss").text()

    plan = f"/bureau/feuille-de-route/plans/{action.axis.plan.slug}/revisions/"
    administrator = enter(ADMINISTRATOR)
    administrator.goto(f"{plan}figer/")
    administrator.get_by_label(re.compile("^Nom de la révision")).fill("Révision du parcours")
    for why in administrator.get_by_label(re.compile("^Pourquoi «")).all():
        if not why.input_value():
            why.fill("Expliqué au comité.")
    administrator.get_by_role("button", name="Figer la révision").click()
    expect(administrator.locator("main")).to_contain_text("Révision du parcours")

    _move(agent, action, "Reprendre")
    agent.get_by_role("button", name="Enregistrer").click()
    expect(agent.locator("main")).not_to_contain_text(CONDITION)

    administrator.goto(f"{plan}comparer/")
    expect(administrator.locator("main")).to_contain_text(action.title)
    expect(administrator.locator("main")).to_contain_text("Bloqué")
