"""An administrator opens a module, and closes it: the rest of the platform works in both cases."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import sign_in

ROADMAP = "Feuille de route"
OTHERS = ("portal", "contact", "reports")


def test_module_closed_is_nowhere_and_the_rest_works(installation, open_context):
    with installation.with_modules(*OTHERS) as url:
        page = open_context(base_url=url).new_page()
        page.goto("/")
        expect(page.get_by_role("link", name=ROADMAP)).to_have_count(0)
        answer = page.goto("/feuille-de-route/")
        assert answer.status == 404
        page.goto("/signalements/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.goto("/communes/doullens/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Doullens")
        sign_in(page, "administration@example.invalid")
        page.goto("/bureau/")
        expect(page.get_by_role("navigation", name="Menu du bureau")).not_to_contain_text(ROADMAP)
        page.goto("/bureau/demandes/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Demandes")
        page.close()  # before its server: what it still loads would fail


def test_module_opened_is_on_the_portal_and_at_the_desk(installation, open_context):
    with installation.with_modules(*OTHERS, "roadmap") as url:
        page = open_context(base_url=url).new_page()
        page.goto("/")
        page.get_by_role("link", name=re.compile(ROADMAP)).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(ROADMAP, re.I))
        sign_in(page, "administration@example.invalid")
        page.goto("/bureau/")
        page.get_by_role("navigation", name="Menu du bureau").get_by_role("link", name=ROADMAP).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(ROADMAP)
        page.close()
