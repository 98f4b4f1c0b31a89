"""Report, work, closed, author told: the first complete service, from the street to the desk and back."""

import re

from django.contrib.contenttypes.models import ContentType
from playwright.sync_api import expect

from beffroi.modules.reports.models import Report
from beffroi.shared.files.models import StoredFile

EMAIL = "riveraine.parcours@example.invalid"
AGENTS = {"Doullens": "mairie.doullens@example.invalid"}


def go_on(page) -> None:
    page.get_by_role("button", name="Continuer").click()


def after_description(page) -> None:
    """The next step, or first the question whether it is already reported."""
    page.wait_for_url(lambda url: "/description/" not in url)


def file_report(page, description: str, email: str = "", signed_in: bool = False) -> tuple[str, str]:
    """Fill in every step as a passer-by with a telephone does; returns the reference and who is competent."""
    page.goto("/signalements/nouveau/")
    page.locator("main button[name=category]").first.click()
    page.wait_for_url("**/lieu/")
    page.get_by_label("Adresse ou repère").fill("devant le beffroi")
    page.get_by_label("Commune", exact=True).select_option(label="Doullens")
    go_on(page)
    page.wait_for_url("**/description/")
    page.get_by_label("Que se passe-t-il").fill(description)
    for group in page.locator("main form fieldset:has(input[type=radio][required])").all():
        group.locator("input[type=radio]").first.check()
    go_on(page)
    after_description(page)
    if "deja-signale" in page.url:
        page.get_by_role("button", name="Non, c’est un autre problème").click()
    if not signed_in:
        page.wait_for_url("**/coordonnees/")
        if email:
            page.get_by_label("Votre courriel").fill(email)
        go_on(page)
    page.wait_for_url("**/verification/")
    competent = page.locator(".card", has_text="Qui s’en occupe").locator("p.lead").inner_text()
    page.get_by_role("button", name="Envoyer le signalement").click()
    page.wait_for_url("**/merci/")
    return re.search(r"SIG-\d{4}-\d{6}", page.locator("main").inner_text())[0], competent


def agent_for(competent: str) -> str:
    return next((email for name, email in AGENTS.items() if name in competent), "voirie@example.invalid")


def test_report_is_worked_on_closed_and_its_author_told(page, enter, installation):
    reference, competent = file_report(page, "Le banc de la place est cassé.", EMAIL)
    received = installation.wait_for_letter(EMAIL, containing=reference)
    assert EMAIL not in received["subject"]

    agent = enter(agent_for(competent))
    agent.goto(f"/bureau/demandes/{reference}/")
    agent.get_by_role("button", name="Prendre en charge").click()
    expect(agent.locator(".page-head")).to_contain_text("Pris en charge")
    agent.goto(f"/bureau/signalements/{reference}/resoudre/")
    agent.get_by_label("Ce qui a été fait").fill("Le banc a été réparé ce matin.")
    agent.locator("main form button:not([type=button]):not([formaction])").last.click()
    expect(agent.locator(".page-head")).to_contain_text("Résolu")

    told = installation.wait_for_letter(EMAIL, containing="réparé")
    link = re.search(rf"{re.escape(installation.url)}/suivi/\S+", told["text"])[0].rstrip(".")
    page.goto(link)
    expect(page.locator("main")).to_contain_text("Résolu")
    expect(page.locator("main")).to_contain_text("Le banc a été réparé ce matin.")


def test_report_by_keyboard_only(page):
    """Each step by Tab, arrows, Enter: no mouse."""
    page.goto("/signalements/nouveau/")

    def tab_to(condition: str, most: int = 120) -> None:
        for _step in range(most):
            page.keyboard.press("Tab")
            if page.evaluate(f"(() => {{ const e = document.activeElement; return {condition}; }})()"):
                return
        raise AssertionError(f"the keyboard never reaches: {condition}")

    tab_to("e.name === 'category'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lieu/")
    tab_to("e.name === 'address'")
    page.keyboard.type("le lavoir")
    tab_to("e.name === 'commune'")
    page.keyboard.type("Doullens")
    tab_to("e.tagName === 'BUTTON' && e.textContent.includes('Continuer')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/description/")
    tab_to("e.name === 'description'")
    page.keyboard.type("Une branche est tombée.")
    for group in page.locator("main form fieldset:has(input[type=radio][required])").all():
        group.locator("input[type=radio]").first.press("Space")
    tab_to("e.tagName === 'BUTTON' && e.textContent.includes('Continuer')")
    page.keyboard.press("Enter")
    after_description(page)
    if "deja-signale" in page.url:
        tab_to("e.tagName === 'BUTTON' && e.textContent.includes('autre problème')")
        page.keyboard.press("Enter")
    page.wait_for_url("**/coordonnees/")
    tab_to("e.tagName === 'BUTTON' && e.textContent.includes('Continuer')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verification/")
    tab_to("e.tagName === 'BUTTON' && e.textContent.includes('Envoyer')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merci/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")


def test_report_without_javascript_on_a_telephone(open_context):
    page = open_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    reference, _competent = file_report(page, "Un lampadaire est éteint.")
    assert reference.startswith("SIG-")


def test_resident_finds_their_report_and_downloads_their_data(enter):
    page = enter("habitante@example.invalid")
    reference, _competent = file_report(page, "Le trottoir est abîmé.", signed_in=True)
    page.goto("/compte/demandes/")
    expect(page.locator("main")).to_contain_text(reference)
    page.goto("/compte/mes-donnees/")
    with page.expect_download() as download:
        page.locator("main a[href*='telecharger.json']").first.click()
    assert reference in download.value.path().read_text(encoding="utf-8")


def test_zone_of_a_photo_is_drawn_with_the_mouse_and_blurred(enter, installation):
    held = Report.objects.filter(organisation__is_operator=True, is_private=False).values("pk")
    kind = ContentType.objects.get_for_model(Report)
    photo = StoredFile.objects.filter(kind="photo", target_type=kind, target_id__in=held).order_by("pk").first()
    agent = enter("administration@example.invalid")
    agent.goto(f"/bureau/demandes/{photo.target.reference}/")
    agent.locator(f"a[href$='/photos/{photo.pk}/flouter/']").click()
    picture = agent.locator("[data-blur]")
    expect(picture.locator("img")).to_have_js_property("complete", True)
    box = picture.bounding_box()
    agent.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.3)
    agent.mouse.down()
    agent.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7, steps=5)
    agent.mouse.up()
    width = float(agent.locator("#id_width").input_value().replace(",", "."))
    assert 38 <= width <= 42
    agent.get_by_role("button", name="Flouter").click()
    expect(agent.locator("main")).to_contain_text("original, jamais montré")
    photo.refresh_from_db()
    assert (photo.kind, photo.public) == ("original", False)
