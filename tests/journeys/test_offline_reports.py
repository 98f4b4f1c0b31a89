"""Reports written where there is no network: the line is cut at each step, nothing is lost, each is sent once."""

import contextlib
import io
import os
import signal
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from beffroi.modules.contact.models import ContactRequest
from beffroi.modules.reports.models import Report
from beffroi.shared.files.models import StoredFile
from tests.support import browser as browsers
from tests.support import line as lines

FORM = "/signalements/hors-ligne/"
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "fr-FR", "has_touch": True}
WAITING = "En attente d’envoi"
KEPT = """async () => {
  await navigator.serviceWorker.ready;
  const needed = ["/signalements/hors-ligne/", "/contact/", "/carte/contours.geojson", "/hors-ligne/"];
  const found = await Promise.all(needed.map((address) => caches.match(address, { ignoreVary: true })));
  return Boolean(navigator.serviceWorker.controller) && found.every(Boolean);
}"""


@pytest.fixture
def line(installation):
    with lines.between(installation.url) as line:
        yield line


@pytest.fixture
def phone(chromium, line):
    """A telephone that has already opened the site once, with network."""
    watch, context = browsers.WithoutNetwork(), chromium.new_context(base_url=line.url, **PHONE)
    context.set_default_timeout(20_000)
    watch.on(context)
    visit(context.new_page())
    yield context
    context.close()
    watch.check()


def visit(page):
    page.goto("/")
    page.wait_for_function(KEPT)
    page.close()


def photo(seed: int = 1) -> dict:
    """A photograph heavy enough to be cut in the middle: 400 kB that nothing compresses."""
    content = io.BytesIO()
    Image.frombytes("RGB", (480, 360), os.urandom(480 * 360 * 3)).save(content, "JPEG", quality=95)
    return {"name": f"trou-{seed}.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def fill(page, words: str, *, place: bool = True, photos: int = 1) -> None:
    page.locator("select[name=category]").select_option(index=1)
    if place:
        page.get_by_label("Commune", exact=True).select_option(label="Doullens")
        page.get_by_label("Adresse ou repère").fill("devant l’école")
    page.get_by_label("Que se passe-t-il").fill(words)
    page.locator("input[name=photos]").set_input_files([photo(rank) for rank in range(photos)])


def send(page) -> None:
    page.locator("main form").get_by_role("button", name="Envoyer").click()


def waiting(page):
    return page.locator("[data-offline-list] .state", has_text=WAITING)


def has_left(page, count: int) -> None:
    """So many have left, and nothing waits any more."""
    expect(sent(page)).to_have_count(count, timeout=20_000)
    expect(page.locator("[data-offline-list]")).to_have_count(0)


def sent(page):
    return page.locator("[data-offline-sent] .state", has_text="Envoyé")


def received(words: str) -> tuple[int, int]:
    """(reports, photos) that the server has for this description."""
    reports = list(Report.objects.filter(description=words))
    return len(reports), sum(StoredFile.objects.about(report).count() for report in reports)


def test_form_and_map_open_in_flight_mode_and_several_drafts_leave_by_themselves(phone, line):
    phone.set_offline(True)
    line.cut()
    page = phone.new_page()
    page.goto(FORM)
    expect(page.get_by_role("heading", level=1)).to_have_text("Signaler sans réseau")
    page.locator(".leaflet-overlay-pane path").first.wait_for(state="attached")
    fill(page, "Premier trou, sans réseau", place=False, photos=2)
    page.locator(".leaflet-container").click()
    expect(page.locator("input[name=latitude]")).not_to_have_value("")
    send(page)
    expect(waiting(page)).to_have_count(1)
    expect(page.locator("input[name=latitude]")).to_have_value("")
    fill(page, "Deuxième trou, sans réseau")
    send(page)
    expect(waiting(page)).to_have_count(2)
    page.goto("/actualites/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous n’avez pas de réseau")
    expect(waiting(page)).to_have_count(2)
    assert received("Premier trou, sans réseau") == (0, 0)

    line.mend()
    phone.set_offline(False)
    has_left(page, 2)
    assert received("Premier trou, sans réseau") == (1, 2)
    assert received("Deuxième trou, sans réseau") == (1, 1)
    page.locator("[data-offline-sent] a", has_text="Voir la suite").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci, c’est envoyé")


@pytest.mark.parametrize(("cut", "already"), [("down", 0), ("narrow", 0), ("deaf", 1)])
def test_line_cut_while_sending_waits_then_is_sent_once(phone, line, cut, already):
    words, page = f"Ligne coupée ({cut})", phone.new_page()
    page.goto(FORM)
    fill(page, words)
    line.cut(cut)
    send(page)
    expect(waiting(page)).to_have_count(1)
    assert received(words)[0] == already
    line.mend()
    page.reload()
    has_left(page, 1)
    assert received(words) == (1, 1)


@pytest.mark.parametrize(("cut", "already"), [("stuck", 0), ("silent", 1)])
def test_page_closed_while_sending_is_sent_once_by_the_next_page(phone, line, cut, already):
    words, page = f"Page fermée ({cut})", phone.new_page()
    page.goto(FORM)
    fill(page, words)
    line.cut(cut)
    posts = line.posts
    send(page)
    _until(page, lambda: line.posts > posts and received(words)[0] == already)
    page.close()
    line.mend()
    page = phone.new_page()
    page.goto("/")
    has_left(page, 1)
    assert received(words) == (1, 1)


def test_telephone_that_dies_while_sending_has_it_when_it_wakes(chromium, line, tmp_path):
    """The whole browser is killed by the system, without a word."""
    words = "Téléphone éteint pendant l’envoi"
    with _telephone(chromium, tmp_path, line) as context:
        visit(context.new_page())
        page = context.new_page()
        page.goto(FORM)
        fill(page, words, photos=2)
        line.cut("stuck")
        posts = line.posts
        send(page)
        _until(page, lambda: line.posts > posts)
        _kill(tmp_path)
    line.mend()
    assert received(words) == (0, 0)
    with _telephone(chromium, tmp_path, line) as context:
        page = context.new_page()
        page.goto("/")
        has_left(page, 1)
    assert received(words) == (1, 2)


def test_what_is_missing_is_said_at_once_without_network(phone, line):
    words, page = "Un panneau penche.", phone.new_page()
    line.cut()
    page.goto(FORM)
    page.get_by_label("Que se passe-t-il").fill(words)
    send(page)
    expect(page.locator("[data-offline-note]")).to_contain_text("Choisissez le problème.")
    expect(page.locator(".field", has=page.locator("[name=category]"))).to_contain_text("Choisissez le problème.")
    expect(page.locator("select[name=category]")).to_be_focused()
    page.locator("select[name=category]").select_option(index=1)
    page.get_by_label("Commune", exact=True).select_option(label="Doullens")
    send(page)
    expect(page.locator("[data-offline-note]")).to_contain_text("Dites où se trouve le problème")
    expect(waiting(page)).to_have_count(0)
    expect(page.get_by_label("Que se passe-t-il")).to_have_value(words)
    page.get_by_label("Adresse ou repère").fill("devant l’école")
    send(page)
    expect(waiting(page)).to_have_count(1)
    line.mend()
    page.get_by_role("button", name="Envoyer maintenant").click()
    has_left(page, 1)
    assert received(words) == (1, 0)


def test_draft_refused_later_is_corrected_with_its_photos(phone, line):
    words, page = "Lieu oublié", phone.new_page()
    line.cut()
    page.goto(FORM)
    fill(page, words, place=False, photos=2)
    send(page)
    expect(waiting(page)).to_have_count(1)
    line.mend()
    page.get_by_role("button", name="Envoyer maintenant").click()
    card = page.locator("[data-offline-list]")
    expect(card).to_contain_text("Refusée")
    expect(card).to_contain_text("Dites où se trouve le problème")
    card.get_by_role("link", name="Corriger").click()
    expect(page.get_by_label("Que se passe-t-il")).to_have_value(words)
    page.get_by_label("Commune", exact=True).select_option(label="Doullens")
    page.get_by_label("Adresse ou repère").fill("devant l’école")
    send(page)
    page.wait_for_url("**/merci/")
    assert received(words) == (1, 2)
    expect(page.locator("[data-offline-list]")).to_have_count(0)


def test_message_to_a_service_waits_with_its_document(phone, line):
    words = "Le composteur du quartier est plein depuis mardi."
    line.cut()
    page = phone.new_page()
    page.goto("/contact/")
    page.get_by_label("Sujet").select_option(index=1)
    page.get_by_label("Votre commune").select_option(label="Doullens")
    page.get_by_label("Votre message").fill(words)
    page.locator("input[name=files]").set_input_files([photo()])
    expect(page.locator("[data-uploads-list]")).to_contain_text("partira avec le formulaire")
    send(page)
    expect(waiting(page)).to_have_count(1)
    assert not ContactRequest.objects.filter(body=words).exists()
    page.wait_for_timeout(3500)  # the form was kept a moment ago: nobody writes that fast, robots do
    line.mend()
    page.reload()
    has_left(page, 1)
    found = ContactRequest.objects.get(body=words)
    assert StoredFile.objects.about(found, *found.messages.all()).count() == 1
    page.locator("[data-offline-sent] a", has_text="Voir la suite").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre message est envoyé")
    expect(page.locator("main")).to_contain_text(found.reference)


def _until(page, true) -> None:
    for _turn in range(200):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never happened")


@contextlib.contextmanager
def _telephone(chromium, home, line):
    context = chromium.browser_type.launch_persistent_context(
        str(home), executable_path=browsers.executable(), args=browsers.ARGUMENTS, base_url=line.url, **PHONE
    )
    context.set_default_timeout(20_000)
    context.route(browsers.MAP_BACKGROUND, lambda route: route.fulfill(body=browsers.TILE, content_type="image/png"))
    try:
        yield context
    finally:
        with contextlib.suppress(Exception):
            context.close()


def _kill(home) -> None:
    """Every process of the browser that keeps its things in `home`, at once."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if f"--user-data-dir={home}".encode() in (folder / "cmdline").read_bytes():
                    os.kill(int(folder.name), signal.SIGKILL)
