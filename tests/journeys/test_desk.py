"""At the counter: somebody without e-mail is helped, and leaves with a paper."""

import re

from playwright.sync_api import expect


def test_secretary_files_for_a_person_without_email(enter, open_context):
    secretary = enter("mairie.doullens@example.invalid")
    secretary.goto("/bureau/contact/nouveau/")
    secretary.get_by_label("Reçu par").select_option(label="Guichet")
    options = secretary.get_by_label("Sujet").locator("option")
    secretary.get_by_label("Sujet").select_option(label=options.nth(1).inner_text())
    secretary.get_by_label("Commune", exact=True).select_option(label="Doullens")
    secretary.get_by_label("Demande de la personne").fill("Demande un rendez-vous pour son passeport.")
    secretary.get_by_label("Nom de la personne").fill("Lucienne Parcours")
    secretary.get_by_role("button", name="Enregistrer").click()
    secretary.wait_for_load_state()
    reference = re.search(r"[A-Z]{3}-\d{4}-\d{6}", secretary.locator("main").inner_text())[0]
    expect(secretary.locator("main")).to_contain_text("Lucienne Parcours")
    assert reference
