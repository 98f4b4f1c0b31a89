"""A day outside without network: everything is kept in the telephone, and sent once."""

import contextlib
import datetime
import io
import os
import signal
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from beffroi.kernel.models import User
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import Closing, Order
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Membership
from tests.journeys.conftest import PHONE, sign_in
from tests.support import browser as browsers

AGENT = "voirie@example.invalid"
OTHER = "accueil@example.invalid"
CHIEF = "administration@example.invalid"
KEPT = "Tout est dans cet appareil"
WAITING = "Ce qui n’est pas encore envoyé"
LINES = [
    {"label": "Balisage posé ?", "kind": "yesno", "required": True},
    {"label": "Éclairement", "kind": "number", "unit": "lux", "minimum": "5", "maximum": "50"},
    {"label": "Photo de la plaque", "kind": "photo"},
]


def picture(colour: str) -> dict:
    kept = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(kept, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


@pytest.fixture
def order(installation):
    """An order of today for the agent, with a list and safety instructions."""
    agent, chief = User.objects.get(email=AGENT), User.objects.get(email=CHIEF)
    member = Membership.objects.get(user=agent)
    made, _created = actions.open_order(
        actor=chief,
        organisation=member.organisation,
        title="Remettre en marche le lampadaire",
        safety="Consigner.",
        team=member.team,
    )
    actions.set_checks(made, LINES, actor=chief)
    start = timezone.localtime().replace(hour=0, minute=5)
    actions.plan_order(
        made, actor=chief, start=start, end=start + datetime.timedelta(hours=2), team=member.team, assignees=[agent]
    )
    return made


def start_of_the_day(page) -> None:
    """At the depot, with network: the day is kept in the telephone."""
    page.goto("/terrain/")
    expect(page.locator("[data-keep-state]")).to_contain_text(KEPT)


def open_part(page, title: str):
    part = page.locator("details", has=page.locator("summary", has_text=title))
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    return part


def wait_until_sent(page) -> None:
    expect(page.locator("[data-offline-list]")).to_have_count(0, timeout=30_000)


def test_whole_day_without_network_loses_nothing_and_doubles_nothing(telephone, order):
    page = telephone(AGENT)
    start_of_the_day(page)
    page.context.set_offline(True)

    page.get_by_text(order.title).click()
    page.wait_for_url(f"**/travaux/{order.reference}/")
    expect(page.locator("main")).to_contain_text("Consigner.")
    page.get_by_role("button", name="Je commence").click()
    page.get_by_role("button", name="J’arrête").click()
    expect(page.get_by_role("button", name="Je commence")).to_be_visible()

    checks = open_part(page, "Liste de contrôle")
    checks.get_by_label("Oui").check()
    checks.get_by_label("Éclairement", exact=True).fill("32,5")
    checks.get_by_label("Photo de la plaque", exact=True).set_input_files(picture("navy"))
    checks.locator("summary", has_text="Remarque : Éclairement").click()
    checks.get_by_label("Remarque : Éclairement").fill("Verre sale.")
    checks.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("[data-offline-list]")).to_contain_text("contrôles")

    remark = open_part(page, "Photo ou remarque")
    remark.get_by_label("Photos").set_input_files([picture("red"), picture("green")])
    remark.get_by_label("Remarque").fill("Le mât est penché.")
    remark.get_by_role("button", name="Garder").click()

    part = open_part(page, "Sortir une pièce")
    part.get_by_label("Pièce").select_option(label="Lampe LED 40 W")
    part.get_by_label("Prise dans").select_option(label="Dépôt de Doullens")
    part.get_by_role("button", name="Sortir du stock").click()
    expect(page.locator("[data-offline-list] li")).to_have_count(5)

    end = open_part(page, "Terminer le travail")
    end.get_by_label("Ce qui a été fait").fill("Lampe remplacée, mât à redresser.")
    end.get_by_label("Signé par").fill("Une adjointe")
    end.locator("canvas").scroll_into_view_if_needed()
    box = end.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 60, steps=5)
    page.mouse.up()
    end.get_by_role("button", name="Terminer").click()
    page.wait_for_url("**/terrain/")
    expect(page.locator("[data-offline-list] li")).to_have_count(6)
    expect(page.locator(f"[data-offline-mark='{order.reference}']")).to_be_visible()

    page.get_by_role("link", name="Nouveau travail").click()
    page.get_by_label("Ce qu’il y a à faire").fill("Redresser le mât du lampadaire")
    page.locator("select[name=commune]").select_option(label="Doullens")
    page.get_by_label("Photos").set_input_files(picture("orange"))
    page.get_by_role("button", name="Envoyer", exact=True).click()
    page.wait_for_url("**/terrain/")
    expect(page.locator("[data-offline-list] li")).to_have_count(7)
    assert not Order.objects.filter(title__startswith="Redresser le mât").exists()

    page.context.set_offline(False)
    wait_until_sent(page)
    order.refresh_from_db()
    assert (order.state, order.disputed_at) == ("done", None)
    assert order.labours.count() == 1
    answers = [check.answers.get() for check in order.checks.order_by("position")]
    assert [answer.value for answer in answers] == ["oui", 32.5, "photo"]
    assert StoredFile.objects.about(answers[2]).count() == 1
    note = order.notes.get()
    assert (note.text, StoredFile.objects.about(note).count()) == ("Le mât est penché.", 2)
    assert order.movements.get().quantity == -1
    closing = order.closings.get()
    assert [file.kind for file in StoredFile.objects.about(closing)] == ["signature"]
    seen = Order.objects.get(title__startswith="Redresser le mât")
    assert (seen.state, str(seen.commune), StoredFile.objects.about(seen.notes.get()).count()) == (
        "open",
        "Doullens",
        1,
    )


def finish_without_network(page, order, text: str) -> None:
    page.context.set_offline(True)
    page.goto(f"/terrain/travaux/{order.reference}/")
    checks = open_part(page, "Liste de contrôle")
    checks.get_by_label("Oui").check()
    checks.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("[data-offline-list] li")).to_have_count(1)
    end = open_part(page, "Terminer le travail")
    end.get_by_label("Ce qui a été fait").fill(text)
    end.get_by_role("button", name="Terminer").click()
    page.wait_for_url("**/terrain/")
    expect(page.locator("[data-offline-list] li")).to_have_count(2)


def test_what_an_end_surely_lacks_is_said_at_once_beside_the_question(telephone, order):
    page = telephone(AGENT)
    start_of_the_day(page)
    page.context.set_offline(True)
    page.goto(f"/terrain/travaux/{order.reference}/")
    waiting = page.locator("[data-offline-list] li")
    checks, end = open_part(page, "Liste de contrôle"), open_part(page, "Terminer le travail")
    finish, save = end.get_by_role("button", name="Terminer"), checks.get_by_role("button", name="Enregistrer")

    finish.click()
    done = end.locator(".field", has=page.get_by_label("Ce qui a été fait"))
    expect(done.locator(".field-error")).to_contain_text("Ce champ est obligatoire.")
    expect(end.get_by_label("Ce qui a été fait")).to_be_focused()
    question = checks.locator("fieldset.field", has_text="Balisage posé")
    expect(question.locator(".field-error")).to_contain_text("Il faut y répondre avant de terminer")
    expect(end.locator("[data-offline-note]")).to_contain_text("Il reste à répondre à « Balisage posé ? ».")

    end.get_by_label("Ce qui a été fait").fill("Lampe remplacée.")
    expect(done.locator(".field-error")).to_have_count(0)
    end.locator("canvas").scroll_into_view_if_needed()
    box = end.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 60, steps=5)
    page.mouse.up()
    finish.click()
    expect(end.locator(".field-error")).to_contain_text("Écrivez le nom de la personne qui signe.")
    end.get_by_label("Signé par").fill("Une adjointe")
    finish.click()
    expect(question.get_by_label("Oui")).to_be_focused()
    expect(waiting).to_have_count(0)

    question.get_by_label("Oui").check()
    checks.get_by_label("Éclairement", exact=True).fill("beaucoup")
    save.click()
    lux = checks.locator(".field", has=page.get_by_label("Éclairement", exact=True))
    expect(lux.locator(".field-error")).to_contain_text("Un nombre est attendu")
    expect(waiting).to_have_count(0)
    checks.get_by_label("Éclairement", exact=True).fill("32,5")
    save.click()
    expect(waiting).to_have_count(1)
    finish.click()
    page.wait_for_url("**/terrain/")
    expect(waiting).to_have_count(2)
    page.context.set_offline(False)
    wait_until_sent(page)
    order.refresh_from_db()
    assert order.state == "done"
    assert [file.kind for file in StoredFile.objects.about(order.closings.get())] == ["signature"]


def test_answer_of_a_colleague_lets_the_end_be_sent_all_the_same(telephone, order):
    page = telephone(AGENT)
    start_of_the_day(page)
    page.context.set_offline(True)
    page.goto(f"/terrain/travaux/{order.reference}/")
    actions.answer_check(order.checks.get(required=True), "oui", actor=User.objects.get(email=CHIEF))
    end = open_part(page, "Terminer le travail")
    end.get_by_label("Ce qui a été fait").fill("Lampe remplacée.")
    end.get_by_role("button", name="Terminer").click()
    end.get_by_role("button", name="envoyer quand même").click()
    page.wait_for_url("**/terrain/")
    page.context.set_offline(False)
    wait_until_sent(page)
    order.refresh_from_db()
    assert (order.state, order.closings.count()) == ("done", 1)


def test_two_agents_close_the_same_order_without_network_and_the_chief_reads_both(enter, telephone, order):
    first, second, chief = telephone(AGENT), telephone(OTHER), enter(CHIEF)
    start_of_the_day(first)
    for _visit in range(2):  # the worker that keeps the pages is there from the second visit on
        second.goto(f"/terrain/travaux/{order.reference}/")
        second.goto("/terrain/")
    finish_without_network(first, order, "Lampe remplacée.")
    finish_without_network(second, order, "Câble refait.")
    first.context.set_offline(False)
    wait_until_sent(first)
    second.context.set_offline(False)
    wait_until_sent(second)

    chief.goto("/bureau/travaux/?vue=verifier")
    chief.get_by_role("link", name=order.reference).click()
    both = chief.locator("section", has=chief.get_by_role("heading", name="Deux versions à rapprocher")).first
    expect(both).to_contain_text("Lampe remplacée.")
    expect(both).to_contain_text("Câble refait.")
    expect(both).to_contain_text("Déjà terminé par Denis Lefebvre")
    chief.get_by_role("button", name="Retenir cette version").click()
    expect(chief.get_by_role("heading", name="Deux versions à rapprocher")).to_have_count(0)
    kept = {closing.text: closing.applied for closing in order.closings.all()}
    assert kept == {"Lampe remplacée.": False, "Câble refait.": True}


def test_order_moved_at_the_office_while_the_agent_is_without_network(enter, telephone, order):
    agent = telephone(AGENT)
    start_of_the_day(agent)
    finish_without_network(agent, order, "Fait ce matin.")
    order.refresh_from_db()
    tomorrow = order.planned_start + datetime.timedelta(days=1)
    chief = User.objects.get(email=CHIEF)
    actions.plan_order(order, actor=chief, start=tomorrow, end=tomorrow + datetime.timedelta(hours=1), team=order.team)
    agent.context.set_offline(False)
    wait_until_sent(agent)
    page = enter(CHIEF)
    page.goto(f"/bureau/travaux/{order.reference}/")
    expect(page.locator("main")).to_contain_text("pendant que l’agent travaillait")
    expect(page.locator("main")).to_contain_text("Hélène Vasseur")
    order.refresh_from_db()
    assert (order.state, order.disputed_at is not None) == ("done", True)


def _processes(folder: Path) -> list[int]:
    """The processes of the browser that was started on this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdecimal() and f"--user-data-dir={folder}".encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def test_telephone_killed_in_the_middle_of_the_sending_sends_once(chromium, installation, order, tmp_path):
    """The server has the report, its answer never came, the browser dies: it is sent again, and counted once."""
    folder = tmp_path / "telephone"

    def switch_on():
        return chromium.browser_type.launch_persistent_context(
            folder,
            executable_path=browsers.executable(),
            args=browsers.ARGUMENTS,
            base_url=installation.url,
            viewport=PHONE,
            locale="fr-FR",
        )

    context = switch_on()
    page = context.new_page()
    sign_in(page, AGENT)
    start_of_the_day(page)
    finish_without_network(page, order, "Lampe remplacée.")
    received = []

    def lose(route):
        received.append(route.fetch(max_redirects=0).status)
        for number in _processes(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    context.route("**/terminer/**", lose)
    with contextlib.suppress(Exception):  # the browser dies under the hand that drives it
        context.set_offline(False)
        page.wait_for_timeout(20_000)
    assert received
    assert Closing.objects.filter(order=order).count() == 1

    context = switch_on()
    page = context.new_page()
    page.goto("/terrain/")
    if "connexion" in page.url:  # the cookie may have died with the browser; what was written has not
        sign_in(page, AGENT)
        page.goto("/terrain/")
    wait_until_sent(page)
    page.goto(f"/terrain/travaux/{order.reference}/")
    expect(page.locator("main")).to_contain_text("Lampe remplacée.")
    context.close()
    assert Closing.objects.filter(order=order).count() == 1
    order.refresh_from_db()
    assert (order.state, order.disputed_at) == ("done", None)
