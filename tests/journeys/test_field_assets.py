"""The things around the works of the day, without network: found by their label, read, reported, sent once."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from beffroi.kernel.models import User
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import Meter, Order, Reading
from beffroi.modules.reports.models import Report
from beffroi.shared.assets.actions import save_asset
from beffroi.shared.assets.models import Asset
from beffroi.shared.organisations.models import Membership
from tests.journeys.test_field import AGENT, CHIEF, start_of_the_day, wait_until_sent

FOREIGN = "(01)03453120000011(21)A/77"


@pytest.fixture
def lamp(installation):
    """A public lamp of the operator, with the label of its maker, a meter, and an order of today beside it."""
    agent, chief = User.objects.get(email=AGENT), User.objects.get(email=CHIEF)
    member = Membership.objects.get(user=agent)
    lamps = Asset.objects.filter(organisation=member.organisation, kind__code="candelabre", location__isnull=False)
    here, beside = lamps.filter(meters__isnull=True).order_by("code")[:2]
    here.maker_label = FOREIGN
    save_asset(here, actor=chief)
    meter = actions.save_meter(Meter(asset=here, name="Heures de marche", unit="h"), actor=chief)
    actions.read_meter(meter, 1200, actor=chief)
    order, _created = actions.open_order(
        actor=chief, organisation=member.organisation, title="Relever le lampadaire", asset=here, team=member.team
    )
    start = timezone.localtime().replace(hour=0, minute=5)
    actions.plan_order(
        order, actor=chief, start=start, end=start + datetime.timedelta(hours=1), team=member.team, assignees=[agent]
    )
    here.beside, here.order, here.meter = beside, order, meter
    yield here
    here.maker_label = ""
    save_asset(here, actor=chief)


def find(page, code: str) -> None:
    page.goto("/terrain/equipements/")
    page.get_by_label("Numéro d’inventaire ou code de l’étiquette").fill(code)
    page.get_by_role("button", name="Chercher").click()
    page.wait_for_url("**/terrain/equipements/?code=*")


def test_asset_around_the_day_opens_without_network_and_all_that_is_written_from_it_leaves_once(telephone, lamp):
    page = telephone(AGENT)
    start_of_the_day(page)
    page.context.set_offline(True)

    for code in (lamp.tag, lamp.code.lower(), f"https://ailleurs.invalid/e/{lamp.tag}/", FOREIGN):
        find(page, code)
        expect(page.get_by_role("heading", level=2, name=lamp.name)).to_be_visible()
    expect(page.get_by_role("link", name=lamp.order.title)).to_be_visible()
    expect(page.get_by_text("1\u202f200 h")).to_be_visible()
    expect(page.get_by_role("heading", name="Autour")).to_be_visible()

    page.get_by_label("Valeur lue, en h").fill("1199,5")
    page.get_by_role("button", name="Noter le relevé").click()
    expect(page.locator(".field-error")).to_have_text("Le relevé précédent était de 1\u202f200 h.")
    expect(page.locator("[data-offline-list] li")).to_have_count(0)
    page.get_by_label("Valeur lue, en h").fill("1234,5")
    page.get_by_role("button", name="Noter le relevé").click()
    expect(page.locator("[data-offline-list] li")).to_have_count(1)

    find(page, FOREIGN)
    page.get_by_role("link", name="Nouveau travail ici").click()
    expect(page.locator("input[name=asset_code]")).to_have_value(lamp.code)
    page.get_by_label("Ce qu’il y a à faire").fill("Redresser la crosse")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    page.wait_for_url("**/terrain/")
    expect(page.locator("[data-offline-list] li")).to_have_count(2)

    find(page, lamp.tag)
    page.get_by_role("link", name="Signaler un problème ici").click()
    page.wait_for_url("**/signalements/hors-ligne/?equipement=*")
    page.get_by_label("Que se passe-t-il").fill("La trappe est ouverte.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("[data-offline-list] li")).to_have_count(1)  # that page is anybody's: it shows no one's works
    page.goto("/terrain/")
    expect(page.locator("[data-offline-list] li")).to_have_count(3)
    assert not Order.objects.filter(title="Redresser la crosse").exists()

    page.context.set_offline(False)
    wait_until_sent(page)
    opened = Order.objects.get(title="Redresser la crosse")
    assert (opened.asset, opened.location) == (lamp, lamp.location)
    assert [float(one.value) for one in Reading.objects.filter(meter=lamp.meter)] == [1234.5, 1200]
    filed = Report.objects.get(description="La trappe est ouverte.")
    assert (filed.asset, filed.location) == (lamp, lamp.location)


def test_label_that_the_device_does_not_hold_is_said_and_kept_for_a_new_work(telephone, lamp):
    page = telephone(AGENT)
    start_of_the_day(page)
    page.context.set_offline(True)
    find(page, "INCONNU-9")
    expect(page.get_by_text("Pas dans cet appareil")).to_be_visible()
    page.get_by_role("link", name="ouvrez un travail avec ce code").click()
    expect(page.locator("input[name=asset_code]")).to_have_value("INCONNU-9")
    page.context.set_offline(False)


def test_places_around_are_told_without_network(telephone, lamp):
    page = telephone(AGENT)
    start_of_the_day(page)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lamp.location[0], "latitude": lamp.location[1]})
    page.context.set_offline(True)
    page.goto("/terrain/equipements/")
    page.get_by_role("button", name="Autour de moi").click()
    around = page.locator("section", has=page.get_by_role("heading", name="Autour"))
    expect(around.get_by_role("listitem").first).to_contain_text("0 m")
    around.get_by_role("link", name=lamp.name, exact=True).first.click()
    expect(page.get_by_role("heading", level=2, name=lamp.name)).to_be_visible()
    page.context.set_offline(False)


def test_sign_out_takes_the_assets_of_the_day_with_it(telephone, lamp):
    page = telephone(AGENT)
    start_of_the_day(page)
    held = """async () => {
      const found = [];
      for (const name of await caches.keys()) {
        for (const one of await (await caches.open(name)).keys()) found.push(one.url);
      }
      return found.filter((url) => url.includes("/terrain/equipements/"));
    }"""
    assert len(page.evaluate(held)) == 2
    page.goto("/compte/")
    page.get_by_role("button", name="Me déconnecter").first.click()
    page.wait_for_url(lambda url: "/compte/" not in url)
    page.wait_for_timeout(500)
    assert page.evaluate(held) == []
