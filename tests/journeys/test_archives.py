"""An elimination, from the list to the certificate, and a box that is lent."""

import re

from playwright.sync_api import expect

from tests.journeys.test_mail import _decide


def test_elimination_goes_from_the_list_to_the_certificate(enter, tmp_path):
    keeper = enter("archives@example.invalid")
    keeper.goto("/bureau/archives/?situation=libre")
    name = keeper.locator("tbody th a").first.inner_text()
    keeper.locator("tbody input[type=checkbox]").first.check()
    keeper.get_by_role("button", name="Mettre sur le bordereau").click()
    expect(keeper.locator("main")).to_contain_text("En préparation")
    number = re.search(r"ELIM-\d{4}-\d{4}", keeper.locator("main").inner_text())[0]
    page = keeper.url
    keeper.get_by_role("link", name="Envoyer au parapheur").click()
    keeper.get_by_label("Circuit").select_option(label="Éliminations d’archives")
    keeper.get_by_role("button", name="Envoyer au parapheur").click()
    expect(keeper.locator("main")).to_contain_text("Au parapheur")

    _decide(enter("elue@example.invalid"), number)

    keeper.goto(page)
    with keeper.expect_download() as received:
        keeper.evaluate(
            "href => { const a = document.createElement('a'); a.href = href; a.download = ''; a.click(); }",
            keeper.get_by_role("link", name="Bordereau signé").get_attribute("href"),
        )
    scan = tmp_path / "vise.pdf"
    received.value.save_as(scan)
    keeper.get_by_role("link", name="Enregistrer le visa").click()
    keeper.get_by_label("Référence du visa").fill("80-2026-900")
    keeper.get_by_label("Nom de la personne qui a visé").fill("Adèle Vimeux")
    keeper.locator("input[type=file]").set_input_files(scan)
    expect(keeper.locator("main")).to_contain_text("vise.pdf")
    keeper.get_by_role("button", name="Enregistrer le visa").click()
    expect(keeper.locator("main")).to_contain_text("80-2026-900")

    keeper.get_by_role("link", name="Confirmer la destruction").click()
    keeper.get_by_role("button", name="Confirmer la destruction").click()
    expect(keeper.locator("main")).to_contain_text("Première étape faite, seconde attendue")
    keeper.get_by_role("link", name="Détruire").click()
    keeper.get_by_label("Numéro du bordereau").fill("n’importe quoi")
    keeper.get_by_role("button", name="Détruire").click()
    expect(keeper.locator("main")).to_contain_text(f"Écrivez le numéro du bordereau, {number}")
    keeper.get_by_label("Numéro du bordereau").fill(number)
    keeper.get_by_role("button", name="Détruire").click()
    if keeper.get_by_role("button", name="Reprendre maintenant").is_visible():
        keeper.get_by_role("button", name="Reprendre maintenant").click()
    expect(keeper.locator("main")).to_contain_text("Attestation de destruction")
    expect(keeper.locator("main")).to_contain_text("Détruite")
    keeper.get_by_role("link", name=name).click()
    expect(keeper.locator("main")).to_contain_text("Éliminé")


def test_box_is_lent_and_comes_back(enter):
    keeper = enter("archives@example.invalid")
    keeper.goto("/bureau/archives/boites/?q=Factures")
    keeper.locator("tbody th a").first.click()
    keeper.get_by_role("link", name="Prêter").click()
    keeper.get_by_label("Emprunteur").fill("Service des finances")
    keeper.get_by_role("button", name="Noter le prêt").click()
    expect(keeper.locator("main")).to_contain_text("À Service des finances")
    keeper.get_by_role("link", name="Noter le retour").click()
    keeper.get_by_role("button", name="Noter le retour").click()
    expect(keeper.get_by_role("link", name="Prêter")).to_be_visible()
