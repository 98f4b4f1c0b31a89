"""A payer whose payment page is closed and whose notification is lost; a régisseur from the counter to the closing."""

import re

from playwright.sync_api import expect


def test_payment_with_a_lost_notification_is_still_received(enter):
    page = enter("habitante@example.invalid")
    page.goto("/compte/factures/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes factures")
    page.get_by_role("button", name="Payer en ligne").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Faux service de paiement")
    expect(page.locator("main")).to_contain_text("Ceci n’est pas PayFiP")
    page.get_by_label("Perdre la notification du service").check()
    page.get_by_label("Fermer la fenêtre sans revenir sur le site").check()
    page.get_by_role("button", name="Payer par carte").click()
    expect(page.locator("main")).to_contain_text("comme si vous aviez fermé la fenêtre")
    page.get_by_role("link", name="Ouvrir mes factures").click()
    expect(page.locator("main")).to_contain_text("Un paiement est en cours")
    page.get_by_role("link", name="Voir où il en est").first.click()
    expect(page.locator("main")).to_contain_text("C’est payé")
    page.get_by_role("link", name="Retour à mes factures").click()
    expect(page.locator("main")).to_contain_text("Vous ne devez rien")


def test_refused_payment_leaves_the_invoice_and_says_so(enter):
    page = enter("habitant@example.invalid")
    page.goto("/compte/factures/")
    page.get_by_role("button", name="Payer en ligne").click()
    page.get_by_role("button", name="Simuler un refus").click()
    expect(page.locator("main")).to_contain_text("Le paiement est refusé")
    page.goto("/compte/factures/")
    expect(page.get_by_role("button", name="Payer en ligne")).to_be_visible()


def test_regisseur_collects_and_reads_it_in_the_journal(enter):
    desk = enter("regie@example.invalid")
    desk.goto("/bureau/regie/guichet/")
    desk.get_by_label("Nom ou numéro de facture").fill("Carlier")
    desk.get_by_role("button", name="Chercher").last.click()
    desk.get_by_role("link", name="Tom Carlier").click()
    desk.get_by_label("Somme reçue").fill("50,00")
    desk.get_by_role("textbox", name="Référence").fill("0007788")
    desk.get_by_text("Chèque", exact=True).click()
    desk.get_by_role("button", name="Encaisser").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(re.compile(r"Encaissement de 50,00"))
    paper = desk.request.get(desk.get_by_role("link", name="Quittance (PDF)").get_attribute("href"))
    assert paper.body().startswith(b"%PDF-")
    desk.goto("/bureau/regie/journal/")
    expect(desk.locator("tbody tr").first).to_contain_text("0007788")


def test_family_signs_its_mandate_changes_its_account_and_revokes_it(enter):
    page = enter("habitante@example.invalid", viewport={"width": 390, "height": 844})
    page.goto("/compte/factures/")
    page.get_by_role("link", name="Mes prélèvements").last.click()
    page.get_by_role("link", name=re.compile("Autoriser le prélèvement")).click()
    page.get_by_label("IBAN").fill("FR76 3000 1007 9412 3456 7890 185")
    page.get_by_role("button", name="Signer ici").click()
    expect(page.locator("main")).to_contain_text("cochez cette case")
    expect(page.get_by_label("IBAN")).to_have_value("FR76 3000 1007 9412 3456 7890 185")
    page.get_by_label(re.compile("J’ai lu ce mandat")).check()
    page.get_by_role("button", name="Signer ici").click()
    expect(page.locator("main")).to_contain_text("… 0185")
    paper = page.request.get(page.get_by_role("link", name="Le mandat signé (PDF)").get_attribute("href"))
    assert paper.body().startswith(b"%PDF-")
    page.get_by_role("link", name="Changer de compte").click()
    page.get_by_label("IBAN").fill("FR7630004000031234567890143")
    page.get_by_label(re.compile("J’ai lu ce mandat")).check()
    page.get_by_role("button", name="Signer ici").click()
    expect(page.locator("main")).to_contain_text("… 0143")
    page.get_by_role("button", name=re.compile("^Révoquer")).click()
    page.get_by_role("dialog").get_by_role("button", name="Révoquer").click()
    expect(page.locator("main")).to_contain_text("Vos factures ne sont pas prélevées")


def test_family_pays_in_advance_and_asks_it_back(enter):
    page = enter("habitante@example.invalid")
    page.goto("/compte/factures/avance/")
    page.get_by_label("Somme à payer d’avance").fill("40")
    page.get_by_role("button", name="Payer d’avance").click()
    page.get_by_role("button", name="Payer par carte").click()
    expect(page.locator("main")).to_contain_text("C’est payé")
    page.goto("/compte/factures/avance/")
    expect(page.locator("main")).to_contain_text("Il vous reste")
    page.get_by_role("link", name="Être remboursé").click()
    page.get_by_label("IBAN").fill("FR7630004000031234567890143")
    page.get_by_role("button", name="Demander").click()
    expect(page.locator("main")).to_contain_text("Remboursement demandé")


def test_letters_of_reminder_are_printed_then_posted(enter):
    desk = enter("regie@example.invalid")
    desk.goto("/bureau/regie/relances/")
    desk.get_by_role("button", name="Préparer le lot").click()
    paper = desk.request.get(desk.get_by_role("link", name="Imprimer (PDF)").get_attribute("href"))
    assert paper.body().startswith(b"%PDF-")
    desk.get_by_role("button", name="C’est imprimé").click()
    desk.get_by_role("button", name="C’est posté").click()
    expect(desk.get_by_role("heading", level=1).locator("..")).to_contain_text("Posté")
    desk.get_by_role("link", name="Lettres de relance").last.click()
    expect(desk.locator("main")).to_contain_text("Rien à imprimer")


def test_regisseur_gives_back_an_absence_justified_after_the_invoice(enter):
    desk = enter("regie@example.invalid")
    desk.goto("/bureau/regie/avoirs/")
    expect(desk.locator("tbody tr").first).to_contain_text("€")
    waiting = desk.locator("tbody tr").count()
    desk.get_by_role("button", name=re.compile("Émettre l’avoir")).first.click()
    expect(desk.locator("body")).to_contain_text("est émis")
    expect(desk.locator("tbody form")).to_have_count(waiting - 1)
