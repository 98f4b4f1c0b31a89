"""The sign-book in a browser: notes by mouse and keyboard, visas without network, a whole tray at once."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from playwright.sync_api import expect

from beffroi.kernel import pdf
from beffroi.kernel.models import Entry, User
from beffroi.shared.files import storage
from beffroi.shared.files.actions import store_upload
from beffroi.shared.signing import actions
from beffroi.shared.signing.demo import TEMPLATE
from beffroi.shared.signing.models import Annotation, Circuit, Folder, Step
from beffroi.shared.signing.workflow import State
from tests.journeys.conftest import sign_in

PHONE = {"width": 390, "height": 844}
AUTHOR, CHIEF = "accueil@example.invalid", "administration@example.invalid"
WAITING = "Ce qui n’est pas encore envoyé"


def sent(installation, title: str, circuit: str = "Courrier") -> Folder:
    """A folder of the demonstration that has just left; its first step waits for the chief. The document is also put
    where the server that is looked at keeps its files."""
    author = User.objects.get(email=AUTHOR)
    found = Circuit.objects.get(organisation__is_operator=True, name=circuit)
    content = pdf.render(TEMPLATE, {"title": title}, at=timezone.now())
    document = store_upload(SimpleUploadedFile("document.pdf", content, "application/pdf"), actor=author)
    kept = storage.LocalContents(location=installation.home / "files")
    kept.put(storage.address(document.blob.sha256), io.BytesIO(content))
    folder = actions.create_folder(actor=author, circuit=found, title=title, document=document)
    return actions.submit_folder(folder, actor=author)


def test_note_is_placed_by_mouse_then_by_keyboard(enter, installation):
    folder = sent(installation, "Note sur une page")
    page = enter(CHIEF)
    page.goto(folder.get_absolute_url())
    page.get_by_role("link", name="Pages et notes").click()
    board = page.locator(".leaf-notes").first
    expect(page.get_by_role("img", name="Page 1")).to_be_visible()
    box = board.bounding_box()
    board.click(position={"x": box["width"] * 0.25, "y": 120})
    expect(page.locator("[name=text]")).to_be_focused()
    page.locator("[name=text]").fill("Ajouter la date")
    page.get_by_role("button", name="Poser la note").click()
    expect(page.locator("main")).to_contain_text("La note est posée")
    note = Annotation.objects.get(text="Ajouter la date")
    assert abs(note.x - 250) < 15

    page.get_by_role("button", name="Poser une note sur la page 1").focus()
    page.keyboard.press("Enter")
    for _turn in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[name=text]")).to_be_focused()
    page.keyboard.type("Par le clavier")
    page.get_by_role("button", name="Poser la note").click()
    expect(page.locator("main")).to_contain_text("Par le clavier")
    note = Annotation.objects.get(text="Par le clavier")
    assert (note.x, note.y) == (600, 520)
    page.get_by_role("link", name="Changer la note 1").click()
    page.locator("[name=text]").fill("Ajouter la date et le lieu")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).to_contain_text("et le lieu")


@pytest.fixture
def telephone(open_without_network):
    page = open_without_network(viewport=PHONE).new_page()
    sign_in(page, CHIEF)
    return page


def _decide(page, folder, button: str, comment: str = "") -> None:
    step = folder.steps.get(outcome=Step.Outcome.CURRENT)
    page.goto(f"/bureau/parapheur/{folder.pk}/etapes/{step.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Visa")
    if comment:
        page.locator("[name=comment]").fill(comment)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/bureau/parapheur/")


def test_visas_are_given_on_the_road_and_conflicts_are_told(telephone, installation):
    page = telephone
    approved, refused = sent(installation, "À viser en route"), sent(installation, "À rejeter en route")
    taken, gone = sent(installation, "Décidé entre-temps"), sent(installation, "Repris entre-temps")
    page.goto("/bureau/parapheur/")
    expect(page.locator("[data-keep-state]")).to_contain_text("Tout est dans cet appareil", timeout=60_000)
    page.context.set_offline(True)

    page.goto(f"/bureau/parapheur/{approved.pk}/")
    expect(page.locator("main")).to_contain_text("On attend votre décision")
    _decide(page, approved, "Viser", "Lu dans le train.")
    step = refused.steps.get(outcome=Step.Outcome.CURRENT)
    page.goto(f"/bureau/parapheur/{refused.pk}/etapes/{step.pk}/")
    picture = page.get_by_role("img", name="Page 1 du document")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 500")
    _decide(page, refused, "Rejeter", "Le montant est faux.")
    _decide(page, taken, "Viser")
    _decide(page, gone, "Viser")
    expect(page.locator("[data-offline-list]")).to_contain_text(WAITING)
    assert Step.objects.filter(folder__in=[approved, refused, taken, gone], decided_at__isnull=False).count() == 0

    chief, author = User.objects.get(email=CHIEF), User.objects.get(email=AUTHOR)
    actions.decide_step(
        taken.steps.get(outcome=Step.Outcome.CURRENT), actor=chief, approve=False, comment="Décidé au bureau."
    )
    actions.withdraw_folder(gone, actor=author, reason="Erreur de pièce.")
    page.context.set_offline(False)

    waiting = page.locator("[data-offline-list]")
    expect(waiting).to_contain_text("l’a rejetée", timeout=30_000)
    expect(waiting).to_contain_text("l’auteur a repris le dossier", timeout=30_000)
    expect(waiting.get_by_text("En attente d’envoi")).to_have_count(0)
    states = {folder.title: Folder.objects.get(pk=folder.pk).state for folder in (approved, refused, taken, gone)}
    assert states == {
        approved.title: State.RUNNING,
        refused.title: State.REJECTED,
        taken.title: State.REJECTED,
        gone.title: State.WITHDRAWN,
    }
    assert approved.steps.get(position=1).comment == "Lu dans le train."
    assert Entry.objects.filter(verb="signing.approve", target_id=approved.pk).count() == 1
    assert Entry.objects.filter(verb="signing.reject", target_id=taken.pk).count() == 1


def test_tray_is_approved_at_once_and_pressed_twice_it_is_one_batch(enter, installation):
    folders = [sent(installation, f"Lot du navigateur {rank}") for rank in range(3)]
    page = enter(CHIEF)
    page.goto("/bureau/parapheur/?q=Lot+du+navigateur")
    for box in page.locator(".row-check").all():
        box.check()
    page.get_by_role("button", name="Approuver", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Tout approuver").dblclick()
    page.wait_for_url(re.compile(r"/lot/\d+/$"))
    expect(page.locator("#lot")).to_contain_text("3 étapes faites", timeout=60_000)
    for folder in folders:
        assert Entry.objects.filter(verb="signing.approve", target_id=folder.pk).count() == 1
