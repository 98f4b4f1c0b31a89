"""People without account, on a telephone: one signs, one refuses, one deposits files; the office sees what they did."""

import re

import pytest
from playwright.sync_api import expect

from beffroi.shared.documents.models import Document
from beffroi.shared.documents.models import Folder as Place
from beffroi.shared.signing.models import Invitation, Kind
from tests.journeys.conftest import PHONE
from tests.journeys.test_mail import _decide
from tests.journeys.test_signing import CHIEF, sent
from tests.support.browser import overflows

CIRCUIT = "Convention signée par un partenaire"
ELECTED, AGENT = "elue@example.invalid", "accueil@example.invalid"
NOTE = "Devis du charpentier.\n"


def _invited(enter, installation, folder, email: str) -> str:
    """The chief asks somebody outside to sign; returns the link that this person receives."""
    chief = enter(CHIEF)
    chief.goto(folder.get_absolute_url())
    chief.get_by_role("link", name="Décider").click()
    chief.get_by_label("Prénom et nom").fill("Jeanne Marchand")
    chief.get_by_label("Au nom de").fill("Les Amis du beffroi")
    chief.get_by_label("Adresse électronique").fill(email)
    chief.get_by_role("button", name="Envoyer l’invitation").click()
    expect(chief.locator("main")).to_contain_text("L’invitation part par courriel")
    letter = installation.wait_for_letter(email, containing=folder.title)
    assert folder.title not in letter["subject"]
    return re.search(rf"{re.escape(installation.url)}/signature/\S+", letter["text"])[0]


@pytest.fixture
def telephone(open_context):
    return open_context(viewport=PHONE, is_mobile=True, has_touch=True).new_page()


def test_partner_signs_from_a_telephone_and_the_folder_goes_on(enter, telephone, installation):
    folder = sent(installation, "Convention du parcours extérieur", CIRCUIT)
    email = "jeanne.parcours@example.invalid"
    telephone.goto(_invited(enter, installation, folder, email))
    expect(telephone.get_by_role("heading", level=1)).to_have_text("Signer un document")
    assert not overflows(telephone)
    link = telephone.get_by_role("link", name=re.compile(r"document\.pdf"))
    file = telephone.request.get(link.get_attribute("href"))
    assert file.body().startswith(b"%PDF")
    telephone.get_by_role("button", name="M’envoyer un code").tap()
    expect(telephone.get_by_text("Le code est parti")).to_be_visible()
    code = re.search(r"\b\d{6}\b", installation.wait_for_letter(email, containing="Votre code")["text"])[0]

    telephone.get_by_label("Code reçu").fill(f"{(int(code) + 1) % 10**6:06d}")
    telephone.get_by_label("J’ai lu le document et je le signe").check()
    telephone.get_by_role("button", name="Signer", exact=True).tap()
    expect(telephone.locator("main")).to_contain_text("Ce n’est pas le code")
    telephone.get_by_label("Code reçu").fill(code)
    telephone.get_by_role("button", name="Signer", exact=True).tap()
    expect(telephone.get_by_role("heading", level=1)).to_have_text("Le document est signé")

    president = enter(ELECTED)
    _decide(president, folder.title)
    president.goto(folder.get_absolute_url())
    expect(president.locator("main")).to_contain_text("Terminé")
    expect(president.locator("main")).to_contain_text("Signature simple de Jeanne Marchand")
    name = president.get_by_role("link", name=re.compile(r"document.*\.pdf")).first
    signed = president.request.get(name.get_attribute("href")).body()
    telephone.goto("/verifier-une-signature/")
    telephone.locator("input[name=file]").set_input_files(
        {"name": "document.pdf", "mimeType": "application/pdf", "buffer": signed}
    )
    telephone.get_by_role("button", name="Vérifier").tap()
    expect(telephone.locator("main").get_by_text("Document intact")).to_have_count(2)
    assert not overflows(telephone)


def test_partner_who_refuses_says_why_and_the_link_is_over(enter, telephone, installation):
    folder = sent(installation, "Convention refusée de l’extérieur", CIRCUIT)
    address = _invited(enter, installation, folder, "refus.parcours@example.invalid")
    telephone.goto(address)
    telephone.get_by_text("Refuser de signer").tap()
    telephone.get_by_role("button", name="Refuser", exact=True).tap()
    expect(telephone.locator("main")).to_contain_text("Dites pourquoi")
    telephone.get_by_label("Motif").fill("Le montant du loyer n’est pas celui du conseil.")
    telephone.get_by_role("button", name="Refuser", exact=True).tap()
    expect(telephone.get_by_role("heading", level=1)).to_have_text("Votre refus est noté")
    telephone.goto(address)
    expect(telephone.locator("main")).to_contain_text("La signature a été refusée")
    assert Invitation.objects.get(step__folder=folder, step__kind=Kind.EXTERNAL).outcome == "refused"
    author = enter(AGENT)
    author.goto(folder.get_absolute_url())
    expect(author.locator("main")).to_contain_text("Rejeté")
    expect(author.locator("main")).to_contain_text("Le montant du loyer n’est pas celui du conseil.")


def test_files_are_deposited_from_outside_behind_a_password(enter, telephone, installation):
    """The page of a secret link tells no other site where it is, and a browser still sends its forms."""
    place = Place.objects.get(name="Courriers", space__organisation__is_operator=True)
    agent = enter(AGENT)
    agent.goto(f"/bureau/documents/dossiers/{place.pk}/liens/?pour=depot")
    agent.get_by_label("À qui, ou pourquoi").fill("Charpentier du parcours")
    agent.get_by_label("Mot de passe").fill("solive")
    agent.get_by_role("button", name="Faire le lien").click()
    address = agent.locator("main code").inner_text()
    telephone.goto(address)
    telephone.get_by_label("Mot de passe").fill("poutre")
    telephone.get_by_role("button", name="Ouvrir").tap()
    expect(telephone.locator("main")).to_contain_text("Ce n’est pas le bon mot de passe")
    telephone.get_by_label("Mot de passe").fill("solive")
    telephone.get_by_role("button", name="Ouvrir").tap()
    expect(telephone.get_by_role("heading", level=1)).to_have_text("Déposer des fichiers")
    assert not overflows(telephone)
    telephone.get_by_label("Votre nom ou celui de votre organisme").fill("Charpentes du parcours")
    telephone.locator("input[type=file]").set_input_files(
        {"name": "devis-charpente.txt", "mimeType": "text/plain", "buffer": NOTE.encode()}
    )
    expect(telephone.locator("main")).to_contain_text("devis-charpente.txt")
    telephone.get_by_role("button", name="Déposer").tap()
    expect(telephone.get_by_role("heading", level=1)).to_have_text("Vos fichiers sont arrivés")
    assert Document.objects.get(name="devis-charpente.txt").folder == place
    agent.goto(place.get_absolute_url())
    expect(agent.get_by_role("link", name="devis-charpente.txt").first).to_be_visible()


def test_document_given_to_read_is_downloaded_from_outside(enter, telephone):
    place = Place.objects.get(name="Courriers", space__organisation__is_operator=True)
    agent = enter(AGENT)
    agent.goto(f"/bureau/documents/dossiers/{place.pk}/liens/")
    agent.get_by_label("À qui, ou pourquoi").fill("Notaire du parcours")
    agent.get_by_role("button", name="Faire le lien").click()
    telephone.goto(agent.locator("main code").inner_text())
    with telephone.expect_download() as received:
        telephone.get_by_role("button", name=re.compile("^Télécharger")).first.tap()
    assert received.value.failure() is None


def test_folder_is_sent_by_secure_mail_and_its_reading_is_dated(enter, telephone, installation):
    folder = sent(installation, "Convention du parcours à envoyer", "Signature puis envoi au dehors")
    president = enter(ELECTED)
    _decide(president, folder.title)
    email = "paul.parcours@example.invalid"
    chief = enter(CHIEF)
    chief.goto(folder.get_absolute_url())
    chief.get_by_role("link", name="Décider").click()
    chief.get_by_label("Destinataires").fill(f"Paul Wattel, {email}")
    chief.get_by_label("Message").fill("Votre exemplaire.")
    chief.get_by_role("button", name="Envoyer", exact=True).click()
    expect(chief.locator("main")).to_contain_text("Les documents sont envoyés")
    expect(chief.locator("main")).to_contain_text("Pas encore lu")
    letter = installation.wait_for_letter(email, containing=folder.title)
    assert folder.title not in letter["subject"]
    telephone.goto(re.search(rf"{re.escape(installation.url)}/partage/\S+", letter["text"])[0])
    expect(telephone.locator("main")).to_contain_text("Votre exemplaire.")
    assert not overflows(telephone)
    telephone.get_by_role("button", name="J’accuse réception").tap()
    expect(telephone.locator("main")).to_contain_text("Vous avez accusé réception")
    assert not overflows(telephone)
    with telephone.expect_download() as received:
        telephone.get_by_role("button", name=re.compile("^Télécharger document")).tap()
    assert received.value.failure() is None
    chief.reload()
    expect(chief.get_by_role("region", name="Envois par mail sécurisé")).to_contain_text("Lu")
