"""Signing in and managing accounts, as people do it."""

import re

from playwright.sync_api import expect

from beffroi.shared.accounts.demo import ACCOUNTS, PASSWORD, current_code

AGENT = next(account for account in ACCOUNTS if account.email == "voirie@example.invalid")


def code_of(letter) -> str:
    return re.search(r"^(\d{6})$", letter["text"], re.M)[1]


def test_agent_signs_in_with_a_code_read_on_the_demonstration_page(page):
    """Everything by what is shown: the sign-in page leads to the accounts to try, their password and their codes."""
    page.goto("/compte/connexion/")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="comptes de démonstration").click()
    codes = opened.value
    row = codes.get_by_role("row").filter(has_text=AGENT.email)
    code = re.search(r"\b(\d{6})\b", row.inner_text())[1]
    page.get_by_label("Votre adresse électronique").fill(AGENT.email)
    page.get_by_label("Votre mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Me connecter").click()
    page.get_by_label("Code de votre application").fill(code)
    page.get_by_role("button", name="Valider").click()
    page.wait_for_url("**/bureau/")
    expect(page.locator("h1")).to_be_visible()


def test_agent_without_the_right_code_stays_outside(page):
    page.goto("/compte/connexion/")
    page.get_by_label("Votre adresse électronique").fill(AGENT.email)
    page.get_by_label("Votre mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Me connecter").click()
    wrong = "000000" if current_code(AGENT.secret) != "000000" else "111111"
    page.get_by_label("Code de votre application").fill(wrong)
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_text("Ce code ne convient pas").first).to_be_visible()
    page.goto("/bureau/")
    assert "/compte/connexion/" in page.url


def test_sign_in_by_keyboard_only(page):
    """No mouse: the skip link first, then each field in the order in which it is read."""
    page.goto("/compte/connexion/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "login":
            break
    page.keyboard.type("habitante@example.invalid")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/compte/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jeanne")


def test_resident_creates_an_account_then_downloads_their_data(page, installation):
    email = "camille.parcours@example.invalid"
    page.goto("/compte/inscription/")
    page.get_by_label("Votre adresse électronique").fill(email)
    page.get_by_label("Votre mot de passe", exact=True).fill("abc")
    expect(page.get_by_text("quatre mots au hasard font un très bon mot de passe")).to_be_visible()
    page.get_by_role("button", name="Créer mon compte").click()
    expect(page.get_by_label("Votre adresse électronique")).to_have_value(email)  # what was typed is kept
    page.get_by_label("Votre mot de passe", exact=True).fill("girafe velours tonnerre cadenas")
    page.get_by_role("button", name="Créer mon compte").click()
    code = code_of(installation.wait_for_letter(email))
    page.get_by_role("textbox").first.fill(code)
    page.get_by_role("button", name="Valider").first.click()
    page.wait_for_url("**/compte/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_resident_signs_in_by_a_code_received_by_mail(page, installation):
    page.goto("/compte/connexion/code/")
    page.get_by_label("Votre adresse électronique").fill("habitant@example.invalid")
    page.get_by_role("button", name="Recevoir un code").click()
    page.wait_for_url("**/code/saisir/")
    code = code_of(installation.wait_for_letter("habitant@example.invalid", containing="code de connexion"))
    page.get_by_role("textbox").first.fill(code)
    page.get_by_role("button", name="Valider").first.click()
    page.wait_for_url("**/compte/")


def test_administrator_invites_a_person_who_joins_then_ends_their_role(enter, open_context, installation):
    email = "recrue.parcours@example.invalid"
    boss = enter("administration@example.invalid")
    boss.goto("/bureau/organisation/")
    boss.get_by_role("link", name="Inviter une personne").click()
    boss.get_by_label("Adresse électronique").fill(email)
    boss.get_by_label("Rôle", exact=True).select_option(label="Agent")
    boss.get_by_role("button", name=re.compile("Inviter|Envoyer")).click()
    expect(boss.get_by_text(email).first).to_be_visible()

    link = re.search(r"http://\S+/invitation/\S+", installation.wait_for_letter(email)["text"])[0]
    recruit = open_context().new_page()
    recruit.goto(link)
    recruit.get_by_label("Votre prénom").fill("Agathe")
    recruit.get_by_label("Votre nom", exact=True).fill("Parcours")
    recruit.get_by_label("Votre mot de passe", exact=True).fill("girafe velours tonnerre cadenas")
    recruit.locator("main form button:not([type=button])").last.click()
    recruit.wait_for_load_state()
    recruit.goto("/bureau/")
    assert "double-authentification" in recruit.url  # the desk waits for the second factor

    boss.reload()
    boss.get_by_role("link", name="Agathe Parcours").click()
    boss.get_by_role("link", name=re.compile("Mettre fin")).first.click()
    boss.locator("main form button:not([type=button])").last.click()
    expect(boss.get_by_text("La fin du rôle est enregistrée.")).to_be_visible()
    recruit.goto("/bureau/organisation/")
    assert "403" in recruit.title() or "/compte/" in recruit.url or "refus" in recruit.content().lower()
