"""A letter, from the counter to its end: registered, routed, answered, visaed, signed, sent, closed."""

import re

from playwright.sync_api import expect


def _chrono(page) -> str:
    return re.search(r"\d{4}-[A-Z]+-\d{6}", page.locator("main").inner_text())[0]


def _decide(page, chrono: str) -> None:
    """Open the folder that carries this letter, and approve it."""
    page.goto("/bureau/parapheur/")
    page.get_by_role("link", name=re.compile(chrono)).first.click()
    page.get_by_role("link", name="Décider").click()
    page.get_by_role("button", name=re.compile("Viser|Signer|Approuver|Donner")).first.click()
    page.wait_for_load_state()


def test_letter_goes_from_the_counter_to_its_end(enter):
    clerk = enter("courrier@example.invalid")
    clerk.goto("/bureau/courrier/enregistrer/")
    clerk.get_by_label("Registre").select_option(label="Arrivée (A)")
    clerk.get_by_label("Expéditeur", exact=True).fill("Lucienne Parcours")
    clerk.get_by_label("Objet").fill("Invitation au parcours du courrier")
    clerk.get_by_role("button", name="Enregistrer").click()
    expect(clerk.locator("main")).to_contain_text("À traiter")
    expect(clerk.locator("main")).to_contain_text("Accueil")
    received = _chrono(clerk)

    agent = enter("accueil@example.invalid")
    agent.goto("/bureau/courrier/?bac=service")
    agent.get_by_role("link", name=received).click()
    agent.get_by_role("link", name="Répondre").click()
    agent.get_by_label("Texte").fill("Madame,\n\nNous viendrons avec plaisir.\n\nSalutations.")
    agent.get_by_role("button", name="Enregistrer le projet").click()
    expect(agent.locator("main")).to_contain_text("Nous viendrons avec plaisir")
    answer = _chrono(agent)
    agent.get_by_role("link", name="Envoyer au parapheur").click()
    agent.get_by_label("Circuit").select_option(label="Courrier")
    agent.get_by_role("button", name="Envoyer au parapheur").click()
    expect(agent.locator("main")).to_contain_text("Au parapheur")

    _decide(enter("administration@example.invalid"), answer)
    _decide(enter("elue@example.invalid"), answer)

    clerk.goto("/bureau/courrier/?bac=envoyer")
    clerk.get_by_role("link", name=answer).click()
    clerk.get_by_role("link", name="Envoyer", exact=True).click()
    clerk.get_by_role("button", name="Envoyer", exact=True).click()
    expect(clerk.locator("main")).to_contain_text("Envoyé")

    agent.goto(f"/bureau/courrier/?situation=tous&q={received}")
    agent.get_by_role("link", name=received).click()
    expect(agent.locator("main")).to_contain_text("Répondu")
    agent.get_by_role("link", name="Clore").click()
    agent.get_by_role("button", name="Clore").click()
    expect(agent.locator("main")).to_contain_text("Clos le")
