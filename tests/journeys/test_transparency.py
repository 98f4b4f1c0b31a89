"""Open accounts in a browser: a budget given with a fault, then right, published and read by everyone; a grant too."""

import datetime
import re
from decimal import Decimal

from playwright.sync_api import expect

from beffroi.modules.transparency import demo_files
from beffroi.modules.transparency.models import Budget, Grant
from beffroi.shared.organisations.models import Organisation
from tests.journeys.conftest import PHONE
from tests.support.browser import overflows

CLERK = "administration@example.invalid"
SIRET = "78430000600011"  # an invented number whose check digits are right


def _file(year: int, body: Organisation, **change) -> dict:
    """An amending decision of the EPCI, as its accounting makes it; `change` spoils its fourth line."""
    lines = demo_files.lines(Decimal("0.01"), done=False)
    lines[3] = lines[3] | change
    content = demo_files.document(
        step=Budget.Step.AMENDING,
        year=year,
        siret=body.siret,
        name=body.name,
        day=datetime.date(year, 6, 30),
        lines=lines,
        number=7,
    )
    return {"name": "decision.xml", "mimeType": "application/xml", "buffer": content}


def test_budget_is_tried_corrected_published_and_read_on_a_telephone(enter, open_context):
    body = Organisation.objects.get(is_operator=True)
    year = Budget.objects.filter(organisation=body).latest("year").year
    clerk = enter(CLERK)
    clerk.goto("/bureau/budgets/")
    clerk.get_by_role("link", name="Donner un budget").click()
    clerk.locator("input[type=file]").set_input_files(_file(year, body, Nature="99999"))
    clerk.get_by_role("button", name="Lire et garder").click()
    expect(clerk.locator("main")).to_contain_text("Rien n’est gardé")
    expect(clerk.get_by_role("table", name="Lignes fautives")).to_contain_text("BGT_NATURE_LABEL")
    assert not overflows(clerk)
    clerk.locator("input[type=file]").set_input_files(_file(year, body))
    clerk.get_by_role("button", name="Vérifier sans rien écrire").click()
    expect(clerk.locator("main")).to_contain_text("Tout est juste")
    assert not Budget.objects.filter(number=7).exists()
    clerk.locator("input[type=file]").set_input_files(_file(year, body))
    clerk.get_by_role("button", name="Lire et garder").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text(f"Décision modificative n° 7 {year}")
    clerk.get_by_role("button", name="Publier").click()
    clerk.get_by_role("dialog").get_by_role("button", name="Publier").click()
    expect(clerk.locator("main")).to_contain_text("Le budget est publié")
    visitor = open_context(viewport=PHONE, is_mobile=True, has_touch=True).new_page()
    visitor.goto("/budgets/")
    assert not overflows(visitor)
    visitor.get_by_role("link", name=re.compile(f"Décision modificative n° 7 {year}")).tap()
    expect(visitor.locator("main")).to_contain_text("Charges à caractère général")
    assert not overflows(visitor)
    found = visitor.request.get("/donnees/budget/budget.csv").text()
    assert f"décision modificative,{year},{body.siret}" in found


def test_grant_that_the_law_wants_online_is_told_then_published(enter, open_context):
    clerk = enter(CLERK)
    clerk.goto("/bureau/subventions/nouvelle/")
    clerk.get_by_label("Bénéficiaire", exact=False).first.fill("Chorale du parcours")
    clerk.get_by_label("SIRET du bénéficiaire").fill(SIRET)
    clerk.get_by_label("Objet").fill("Concerts dans les villages")
    clerk.get_by_label("Date de la convention").fill("2026-04-02")
    clerk.get_by_label("Montant total").fill("24000")
    clerk.get_by_label("Versée le, ou à partir du").fill("2026-05-01")
    clerk.get_by_role("button", name="Enregistrer").click()
    expect(clerk.locator("main")).to_contain_text("La loi la veut en ligne")
    clerk.get_by_role("button", name="Publier").click()
    expect(clerk.locator("main")).to_contain_text("La subvention est publiée")
    visitor = open_context(viewport=PHONE, is_mobile=True, has_touch=True).new_page()
    visitor.goto("/subventions/?q=chorale")
    expect(visitor.get_by_role("table", name="Subventions")).to_contain_text("Chorale du parcours")
    assert not overflows(visitor)
    assert Grant.objects.get(beneficiary="Chorale du parcours").published_at is not None
