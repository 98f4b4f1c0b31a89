"""From a country road without network to the repair seen by everyone: two telephones and the office."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from beffroi.kernel.models import User
from beffroi.modules.maintenance.models import Closing, Order
from beffroi.modules.reports.models import Report
from tests.journeys.conftest import sign_in
from tests.journeys.test_offline_reports import FORM, PHONE, fill, has_left, photo, send, visit, waiting
from tests.support import browser as browsers

AUTHOR = "riveraine.route@example.invalid"
AGENT, CHIEF = "voirie@example.invalid", "administration@example.invalid"
DAMAGE, REPAIR = "Un trou profond dans le virage du moulin.", "Trou rebouché à l’enrobé à froid."


@pytest.fixture
def telephone(chromium, installation):
    """Telephones of their own, whose console may speak of the network that is cut."""
    watch, opened = browsers.WithoutNetwork(), []

    def telephone():
        context = chromium.new_context(base_url=installation.url, **PHONE)
        context.set_default_timeout(20_000)
        watch.on(context)
        opened.append(context)
        return context

    yield telephone
    for context in opened:
        context.close()
    watch.check()


def test_from_the_road_without_network_to_the_public_map(telephone, enter, installation):
    resident, field = telephone(), telephone()
    visit(resident.new_page())
    reference = _report(resident)
    received = installation.wait_for_letter(AUTHOR, containing=reference)
    assert AUTHOR not in received["subject"]

    office = enter(CHIEF)
    order = _order(office, reference)
    agent = field.new_page()
    sign_in(agent, AGENT)
    _close_without_network(agent, field, order)

    told = installation.wait_for_letter(AUTHOR, containing=REPAIR)
    link = re.search(rf"{re.escape(installation.url)}/suivi/\S+", told["text"])[0].rstrip(".")
    page = resident.new_page()
    page.goto(link)
    expect(page.locator("main")).to_contain_text("Résolu")
    expect(page.locator("main")).to_contain_text(REPAIR)
    page.goto(f"/signalements/?q={reference}")
    line = page.locator(".reports-line")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("Résolu")
    expect(page.locator(".map .leaflet-marker-icon").first).to_be_attached()
    points = page.request.get(f"/carte/couches/signalements.geojson?q={reference}").json()["features"]
    assert [point["properties"]["kind"] for point in points] == ["Résolu"]
    line.get_by_role("link").first.click()
    expect(page.locator(".reports-hands")).to_contain_text("s’en est occupé")
    expect(page.get_by_role("heading", name="Après")).to_have_count(0)
    _show_the_repair(office, reference)
    page.reload()
    repaired = page.locator("section", has=page.get_by_role("heading", name="Après")).locator("img")
    expect(repaired).to_have_count(1)
    assert page.request.get(repaired.get_attribute("src")).ok


def _show_the_repair(office, reference: str) -> None:
    """The office reads the photo of the repair, which came with the closing, and shows it."""
    office.goto("/bureau/signalements/a-relire/")
    office.get_by_role("link", name=reference).click()
    photo = office.locator("li", has_text="après l’intervention")
    photo.get_by_role("button", name="Montrer").click()
    expect(photo).to_contain_text("visible")


def _report(resident) -> str:
    """Two photos, no network; then the network comes back by itself."""
    resident.set_offline(True)
    page = resident.new_page()
    page.goto(FORM)
    fill(page, DAMAGE, photos=2)
    page.locator("select[name=category]").select_option(label="Nid-de-poule, chaussée abîmée")
    page.get_by_label("Votre courriel").fill(AUTHOR)
    page.locator("input[name=photos]").set_input_files([photo(1), photo(2)])
    send(page)
    expect(waiting(page)).to_have_count(1)
    resident.set_offline(False)
    has_left(page, 1)
    page.close()
    return Report.objects.get(description=DAMAGE).reference


def _order(office, reference: str) -> Order:
    """The office opens an order from the report, for today and for the agent."""
    office.goto(f"/bureau/demandes/{reference}/")
    office.get_by_role("link", name="Créer un ordre de travail").click()
    office.get_by_role("button", name="Ouvrir l’ordre").click()
    expect(office.locator("main")).to_contain_text("Il reste à le planifier")
    order = Order.objects.get(report_links__case__reference=reference)
    office.get_by_role("link", name="Planifier", exact=True).click()
    office.get_by_label("Jour").fill(timezone.localdate().isoformat())
    office.get_by_label(str(User.objects.get(email=AGENT))).check()
    office.locator("main form button:not([type=button])").last.click()
    office.wait_for_url(f"**/bureau/travaux/{order.reference}/")
    return order


def _close_without_network(agent, field, order: Order) -> None:
    """The agent takes the day along, ends the order in flight mode, and comes back."""
    agent.goto("/terrain/")
    expect(agent.locator("[data-keep-state]")).to_contain_text("Tout est dans cet appareil", timeout=20_000)
    field.set_offline(True)
    agent.goto(f"/terrain/travaux/{order.reference}/")
    part = agent.locator("details", has=agent.locator("summary", has_text="Terminer le travail"))
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    part.get_by_label("Ce qui a été fait").fill(REPAIR)
    part.get_by_label("Photos").set_input_files([photo(3)])
    part.get_by_role("button", name="Terminer").click()
    expect(waiting(agent)).to_have_count(1)
    assert not Closing.objects.filter(order=order).exists()
    field.set_offline(False)
    expect(agent.locator("[data-offline-list]")).to_have_count(0, timeout=30_000)
    assert Closing.objects.filter(order=order).count() == 1
