"""One letter, from the scanner to the archive: cut out of a batch, registered, routed, answered, visaed without
network, signed, sent, closed, filed, its retention counted, then a SEDA package that another validator accepts."""

import io
import re
import zipfile

import pypdfium2
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfWriter

from beffroi.modules.archives.models import Transfer
from beffroi.shared.documents import demo_papers, retention
from beffroi.shared.documents.models import Folder
from beffroi.shared.signing.models import Step
from tests.journeys.conftest import sign_in
from tests.journeys.test_mail import _chrono, _decide
from tests.journeys.test_signing import PHONE, WAITING
from tests.modules.archives.test_seda import faults

CLERK, AGENT, ADMIN, ELECTED, KEEPER = (
    f"{name}@example.invalid" for name in ("courrier", "accueil", "administration", "elue", "archives")
)
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
    clerk.locator("select[name=type]").select_option(label="Demande de renseignements")
    clerk.locator("select[name=team]").select_option(label="Accueil")
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


def _visaed_on_the_road(telephone, answer: str) -> None:
    """The queue is kept in the telephone; the network goes, the visa is given, the network comes back."""
    step = Step.objects.get(outcome=Step.Outcome.CURRENT, folder__title__contains=answer)
    telephone.goto("/bureau/parapheur/")
    expect(telephone.locator("[data-keep-state]")).to_contain_text("Tout est dans cet appareil", timeout=60_000)
    telephone.context.set_offline(True)
    telephone.goto(f"/bureau/parapheur/{step.folder_id}/etapes/{step.pk}/")
    expect(telephone.get_by_role("heading", level=1)).to_have_text("Visa")
    telephone.get_by_role("button", name="Viser").click()
    telephone.wait_for_url("**/bureau/parapheur/")
    expect(telephone.locator("[data-offline-list]")).to_contain_text(WAITING)
    step.refresh_from_db()
    assert step.decided_at is None
    telephone.context.set_offline(False)
    for _look in range(60):
        step.refresh_from_db()
        if step.decided_at is not None:
            break
        telephone.wait_for_timeout(500)
    assert step.decided_at is not None


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
    series = agent.locator("select[name=series]").locator("option", has_text="Travaux et plans").get_attribute("value")
    agent.locator("select[name=series]").select_option(value=series)
    agent.get_by_role("button", name="Classer").click()
    agent.get_by_role("link", name=re.compile(rf"{received} Demande de plantation")).click()
    page = agent.locator("main")
    expect(page).to_contain_text("Clos")
    expect(page).to_contain_text("pli-001.pdf")
    today = timezone.localdate()
    expect(page).to_contain_text(re.compile(rf"31\sdéc\.\s{today.year + 10}"))


def _years_pass(received: str) -> Folder:
    """Twelve years later, as far as this folder knows: the ten years of its series are over."""
    folder = Folder.objects.get(reference=received)
    then = timezone.localdate().replace(month=1, day=15, year=timezone.localdate().year - 12)
    Folder.objects.filter(pk=folder.pk).update(opened_on=then, closed_on=then)
    folder.refresh_from_db()
    retention.recount(folder)
    folder.refresh_from_db()
    return folder


def _transferred(keeper, received: str) -> None:
    """Ticked among what may be transferred, packed; the manifest is that of the norm."""
    keeper.goto("/bureau/archives/?pile=verser")
    keeper.get_by_role("checkbox", name=re.compile(received)).check()
    keeper.get_by_role("button", name="Préparer un versement").click()
    reference = keeper.locator("h1").inner_text()
    keeper.get_by_role("link", name="Faire le paquet").click()
    keeper.get_by_role("button", name="Faire le paquet").click()
    expect(keeper.get_by_role("link", name="Paquet SEDA")).to_be_visible()
    link = keeper.get_by_role("link", name="Paquet SEDA").get_attribute("href")
    content = keeper.request.get(link).body()
    made = next(one for one in Transfer.objects.all() if one.reference == reference)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = archive.read("manifest.xml")
        kept = [name for name in archive.namelist() if name.startswith("Content/")]
    assert faults(made.seda, manifest) == []
    assert received in manifest.decode()
    assert len(kept) >= 2, "the letter that came and the one that answered"


def test_letter_goes_from_the_scanner_to_the_archive(enter, open_without_network):
    clerk, agent = enter(CLERK), enter(AGENT)
    telephone = open_without_network(viewport=PHONE).new_page()
    sign_in(telephone, ADMIN)
    received = _scanned(clerk)
    _routed(clerk, received)
    answer = _answered(agent, received)
    _visaed_on_the_road(telephone, answer)
    _decide(enter(ELECTED), answer)
    _sent(clerk, answer)
    _filed(agent, received)
    assert _years_pass(received).is_due
    _transferred(enter(KEEPER), received)
