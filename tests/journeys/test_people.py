"""An adviser and somebody without e-mail: her file, her consent by SMS, the paper; a town hall and its hours."""

import re

from playwright.sync_api import expect


def test_adviser_registers_somebody_and_acts_with_her_consent_by_sms(enter, installation):
    page = enter("conseiller@example.invalid")
    page.goto("/bureau/habitants/ajouter/")
    page.get_by_label("Prénom").fill("Odete")
    page.get_by_label(re.compile(r"^Nom\b")).fill("Fournié")
    page.get_by_label("Téléphone").fill("+33 6 39 98 00 77")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("main")).to_contain_text("Cette personne a peut-être déjà un dossier")
    page.get_by_role("button", name="C’est une autre personne").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Odete Fournié")
    page.get_by_role("link", name="Agir pour cette personne").click()
    page.get_by_label("Objet").fill("Suivre sa demande de carte")
    page.get_by_label("Par un code reçu par SMS").check()
    page.get_by_role("button", name="Enregistrer le mandat").click()
    expect(page.locator("main .state")).to_have_text("Attend l’accord")
    letter = installation.wait_for_letter("+33639980077", containing="Yanis Delobel")
    page.get_by_label("Code reçu").fill(re.search(r"\b\d{6}\b", letter["text"]).group())
    page.get_by_role("button", name="Valider l’accord").click()
    expect(page.locator("main .state")).to_have_text("En cours")
    paper = page.request.get(page.get_by_role("link", name="Le papier").get_attribute("href"))
    assert paper.body().startswith(b"%PDF-")
    page.goto("/compte/mandats/")
    expect(page.locator("main")).to_contain_text("Odete Fournié")


def test_town_hall_changes_its_hours_and_the_public_reads_them(enter, page):
    desk = enter("mairie.doullens@example.invalid")
    desk.goto("/bureau/horaires/")
    desk.wait_for_url("**/bureau/horaires/doullens/")
    desk.get_by_role("link", name="Modifier la semaine").click()
    saturday = desk.get_by_role("group", name="Samedi")
    saturday.get_by_label("Ouvre à").first.fill("09:15")
    saturday.get_by_label("Ferme à").first.fill("11:45")
    desk.get_by_role("button", name="Prévisualiser").click()
    expect(desk.locator("main")).to_contain_text("Pas encore enregistré")
    desk.get_by_role("button", name="Enregistrer").click()
    desk.wait_for_url("**/bureau/horaires/doullens/")
    page.goto("/communes/doullens/")
    expect(page.locator("main")).to_contain_text("9\u202fh\u202f15 à 11\u202fh\u202f45")


def test_address_chosen_while_typing_fills_the_form_and_moves_the_map(enter):
    desk = enter("maire.adjoint@example.invalid")
    desk.goto("/bureau/organismes/doullens/modifier/")
    desk.locator("#carte .map-point").wait_for()
    street = desk.get_by_label("Adresse")
    street.fill("")
    street.press_sequentially("general leclerc beauval", delay=20)
    desk.locator("datalist option").first.wait_for(state="attached")
    label = desk.locator("datalist option").first.get_attribute("value")
    # What a browser does when one chooses in its list.
    street.evaluate("(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }", label)
    assert label.startswith(street.input_value())
    assert desk.get_by_label("Localité").input_value() in label
