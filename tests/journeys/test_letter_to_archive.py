"""One letter, from the scanner to the archive: cut out of a batch, registered, routed, answered, visaed, signed, sent,
closed, filed, its retention counted."""

import io
import re

import pypdfium2
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfWriter

from beffroi.shared.documents import demo_papers
from tests.journeys.test_mail import _chrono, _decide

CLERK, AGENT, ADMIN, ELECTED = (f"{name}@example.invalid" for name in ("courrier", "accueil", "administration", "elue"))
TITLE = "Demande de plantation d’une haie le long du chemin"
WRITER = "Eugénie Parchemin"


def _photographed(content: bytes) -> Image.Image:
    """A sheet as the glass of a copier sees it, a little tilted."""
    document = pypdfium2.PdfDocument(content)
    page = document[0].render(scale=150 / 72).to_pil().convert("L")
    document.close()
    return page.rotate(0.7, fillcolor=250)


def _batch(sheet: bytes) -> bytes:
    """What comes out of the scanner: a separator, then a letter; pictures only."""
    letter = demo_papers.pdf(TITLE, [WRITER, "4 rue Haute, 80600 Doullens", "Je souhaite planter une haie vive."])
    pages = [_photographed(content) for content in (sheet, letter)]
    kept = io.BytesIO()
    pages[0].save(kept, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    writer = PdfWriter(io.BytesIO(kept.getvalue()))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _scanned(clerk) -> str:
    """Print a separator, scan with it, register what was cut; returns the number that the letter got."""
    clerk.goto("/bureau/courrier/lots/feuilles/")
    register = clerk.get_by_label("Registre").locator("option", has_text="Arrivée (A)").get_attribute("value")
    sheet = clerk.request.get(f"/bureau/courrier/lots/feuilles/?register={register}&copies=1")
    assert sheet.headers["content-type"] == "application/pdf"
    clerk.goto("/bureau/courrier/lots/envoyer/")
    clerk.get_by_label("Registre").select_option(value=register)
    clerk.set_input_files(
        "input[type=file]",
        {"name": "scanner-du-midi.pdf", "mimeType": "application/pdf", "buffer": _batch(sheet.body())},
    )
    clerk.get_by_role("button", name="Envoyer").click()
    expect(clerk.locator("h1")).to_contain_text("scanner-du-midi")
    for _look in range(30):
        if clerk.get_by_role("link", name="Enregistrer le pli 1").count():
            break
        clerk.wait_for_timeout(1000)
        clerk.reload()
    expect(clerk.get_by_role("link", name=re.compile("Enregistrer le pli"))).to_have_count(1)
    clerk.get_by_role("link", name="Enregistrer le pli 1").click()
    clerk.get_by_label("Expéditeur", exact=True).fill(WRITER)
    clerk.get_by_label("Objet").fill(TITLE)
    clerk.get_by_role("button", name="Enregistrer").click()
    return _chrono(clerk)


def _routed(clerk, received: str) -> None:
    clerk.get_by_role("link", name=received).click()
    expect(clerk.locator("main")).to_contain_text("pli-001.pdf")
    clerk.get_by_role("link", name="Qualifier et confier").click()
    clerk.get_by_label("Type").select_option(label="Demande de renseignements")
    clerk.get_by_label("Service").select_option(label="Accueil")
    clerk.get_by_role("button", name="Qualifier et confier").click()
    expect(clerk.locator("main")).to_contain_text("À traiter")


def _answered(agent, received: str) -> str:
    agent.goto("/bureau/courrier/?bac=service")
    agent.get_by_role("link", name=received).click()
    agent.get_by_role("link", name="Répondre").click()
    agent.get_by_label("Texte").fill("Madame,\n\nVotre haie est la bienvenue.\n\nSalutations.")
    agent.get_by_role("button", name="Enregistrer le projet").click()
    answer = _chrono(agent)
    agent.get_by_role("link", name="Envoyer au parapheur").click()
    agent.get_by_label("Circuit").select_option(label="Courrier")
    agent.get_by_role("button", name="Envoyer au parapheur").click()
    expect(agent.locator("main")).to_contain_text("Au parapheur")
    return answer


def _sent(clerk, answer: str) -> None:
    clerk.goto("/bureau/courrier/?bac=envoyer")
    clerk.get_by_role("link", name=answer).click()
    clerk.get_by_role("link", name="Envoyer", exact=True).click()
    clerk.get_by_role("button", name="Envoyer", exact=True).click()
    expect(clerk.locator("main")).to_contain_text("Envoyé")


def _filed(agent, received: str) -> None:
    """Closed, then put among the documents in a series of the plan: its useful life has an end."""
    agent.goto(f"/bureau/courrier/?situation=tous&q={received}")
    agent.get_by_role("link", name=received).click()
    expect(agent.locator("main")).to_contain_text("Répondu")
    agent.get_by_role("link", name="Clore").click()
    agent.get_by_role("button", name="Clore").click()
    expect(agent.locator("main")).to_contain_text("Clos le")
    agent.get_by_role("link", name="Classer parmi les documents").click()
    agent.get_by_label("Destination").select_option(label="Administration générale (racine)")
    series = agent.get_by_label("Série").locator("option", has_text="Conventions").get_attribute("value")
    agent.get_by_label("Série").select_option(value=series)
    agent.get_by_role("button", name="Classer").click()
    agent.get_by_role("link", name=re.compile(rf"{received} Demande de plantation")).click()
    page = agent.locator("main")
    expect(page).to_contain_text("Clos")
    expect(page).to_contain_text("pli-001.pdf")
    today = timezone.localdate()
    expect(page).to_contain_text(re.compile(rf"31 déc\. {today.year + 10}|31 décembre {today.year + 10}"))


def test_letter_goes_from_the_scanner_to_the_archive(enter):
    clerk, agent = enter(CLERK), enter(AGENT)
    received = _scanned(clerk)
    _routed(clerk, received)
    answer = _answered(agent, received)
    _decide(enter(ADMIN), answer)
    _decide(enter(ELECTED), answer)
    _sent(clerk, answer)
    _filed(agent, received)
