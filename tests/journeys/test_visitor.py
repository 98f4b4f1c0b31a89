"""A visitor: without JavaScript, on a telephone, and by the search box."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.support.browser import overflows

PUBLIC = [
    "/",
    "/communes/",
    "/communes/doullens/",
    "/mairies/",
    "/recherche/?q=mairie",
    "/contact/",
    "/signalements/",
    "/signalements/nouveau/",
    "/feuille-de-route/",
    "/donnees/",
    "/compte/connexion/",
    "/sante/",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_fits_a_telephone(open_context, path):
    page = open_context(viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True).new_page()
    assert page.goto(path).status == 200
    assert not overflows(page)
    small = page.evaluate(
        """[...document.querySelectorAll("main a.btn, main button")]
        .map((e) => [e.getBoundingClientRect(), e.textContent.trim()])
        .filter(([r]) => r.width && (r.height < 24 || r.width < 24)).map(([r, t]) => t)"""
    )
    assert small == []  # WCAG 2.2, 2.5.8: a finger hits it


def test_visitor_without_javascript_finds_a_town_hall(open_context):
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/")
    page.get_by_role("searchbox").first.fill("Doulens")  # misspelt on purpose
    page.get_by_role("button", name="Rechercher").first.click()
    page.locator("main a[href='/communes/doullens/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Doullens")
    expect(page.locator("main a[href^='tel:']").first).to_be_visible()


def test_visitor_without_javascript_writes_to_a_service_and_reads_the_answer(open_context, enter):
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/contact/")
    subject = page.get_by_label("Sujet").locator("option").nth(1).inner_text()
    page.get_by_label("Sujet").select_option(label=subject)
    page.get_by_label("Votre commune").select_option(label="Doullens")
    time.sleep(3.2)  # nobody fills in the form faster; robots do
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Écrivez votre message.").first).to_be_visible()
    expect(page.get_by_label("Sujet").locator("option:checked")).to_have_text(subject)  # what was chosen is kept
    page.get_by_label("Votre message").fill("À quelle heure ouvre la déchèterie ?")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("envoyé")
    text = page.locator("main").inner_text()
    reference = re.search(r"[A-Z]{3}-\d{4}-\d{6}", text)[0]
    page.locator("main").get_by_role("link", name="Suivre ma demande").click()
    tracking = page.url

    agent = enter("administration@example.invalid")
    agent.goto(f"/bureau/demandes/{reference}/")
    if agent.get_by_role("heading", level=1).inner_text().startswith("404"):
        agent = enter("mairie.doullens@example.invalid")
        agent.goto(f"/bureau/demandes/{reference}/")
    expect(agent.locator("main")).to_contain_text("déchèterie")
    page.goto(tracking)
    expect(page.locator("main")).to_contain_text(reference)


def test_style_page_and_offline_page_open(page):
    for path in ("/styles/",):
        assert page.goto(path).status == 200
