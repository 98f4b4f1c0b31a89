"""The label of an asset before the camera: read where the browser knows how, and where it does not."""

import contextlib

import pytest
import zxingcpp
from playwright.sync_api import expect

from beffroi.shared.assets.models import Asset
from tests.journeys.conftest import sign_in
from tests.support import browser as browsers
from tests.support import camera

AGENT = "voirie@example.invalid"
PHONE = {"width": 390, "height": 844}
SCAN = "Scanner l’étiquette"
# What this browser may have by itself is taken away: its reader and ours are two ways.
WITHOUT_READER = "delete window.BarcodeDetector"
# A reader that is announced and fails: a telephone without its maker's services.
BROKEN_READER = """window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
  detect() { return Promise.reject(new DOMException("absent", "NotSupportedError")); }
}"""


@pytest.fixture
def lamp(installation):
    return Asset.objects.filter(organisation__is_operator=True, kind__code="candelabre").order_by("code").first()


@pytest.fixture
def film(chromium, installation, lamp, tmp_path):
    """A telephone whose camera sees the label of the lamp; its agent is signed in."""

    @contextlib.contextmanager
    def opened(script: str = WITHOUT_READER, scene=None):
        scene = scene or camera.label(f"{installation.url}/e/{lamp.tag}/")
        arguments = [*browsers.ARGUMENTS, *camera.arguments(camera.film(scene, tmp_path / "etiquette.y4m"))]
        browser = chromium.browser_type.launch(executable_path=browsers.executable(), args=arguments)
        watch = browsers.WithoutNetwork()
        try:
            context = browser.new_context(locale="fr-FR", viewport=PHONE, base_url=installation.url)
            context.set_default_timeout(20_000)
            watch.on(context)
            context.add_init_script(script)
            page = context.new_page()
            sign_in(page, AGENT)
            yield page
        finally:
            browser.close()
        watch.check()

    return opened


@pytest.mark.parametrize("script", [WITHOUT_READER, BROKEN_READER], ids=["no reader", "broken reader"])
def test_label_before_the_camera_opens_what_is_to_do_there(film, lamp, script):
    with film(script) as page:
        page.goto("/terrain/equipements/")
        page.get_by_role("button", name=SCAN).click()
        page.wait_for_url(f"**/terrain/equipements/?code={lamp.tag}*")
        expect(page.get_by_role("heading", level=2, name=lamp.name)).to_be_visible()
        expect(page.locator("main")).to_contain_text(lamp.code)


def test_label_is_read_without_network_for_a_new_work(film, lamp):
    with film() as page:
        page.goto("/terrain/")
        expect(page.locator("[data-keep-state]")).to_contain_text("Tout est dans cet appareil")
        page.context.set_offline(True)
        page.goto("/terrain/travaux/nouveau/")
        page.get_by_role("button", name=SCAN).click()
        expect(page.locator("input[name=asset_code]")).to_have_value(lamp.tag)
        expect(page.locator("video.scan")).to_be_hidden()
        page.context.set_offline(False)


@pytest.mark.parametrize(
    ("symbology", "text"), [("Code128", "FAB-0042/a"), ("EAN13", "3017620422003")], ids=["Code 128", "EAN-13"]
)
def test_bar_code_of_the_maker_opens_its_thing_with_and_without_network(film, lamp, symbology, text):
    Asset.objects.filter(pk=lamp.pk).update(maker_label=text)
    try:
        with film(scene=camera.bars(text, getattr(zxingcpp.BarcodeFormat, symbology))) as page:
            page.goto("/terrain/equipements/")
            page.get_by_role("button", name=SCAN).click()
            page.wait_for_url("**/terrain/equipements/?code=*")
            expect(page.get_by_role("heading", level=2, name=lamp.name)).to_be_visible()
            page.goto("/terrain/")
            expect(page.locator("[data-keep-state]")).to_contain_text("Tout est dans cet appareil")
            page.context.set_offline(True)
            page.goto("/terrain/travaux/nouveau/")
            page.get_by_role("button", name=SCAN).click()
            expect(page.locator("input[name=asset_code]")).to_have_value(text)
            page.context.set_offline(False)
    finally:
        Asset.objects.filter(pk=lamp.pk).update(maker_label=lamp.maker_label)


def test_camera_refused_leaves_a_photo_of_the_label_or_its_code(installation, chromium, lamp):
    watch, context = browsers.Watch(), chromium.new_context(base_url=installation.url, viewport=PHONE, locale="fr-FR")
    context.set_default_timeout(20_000)
    watch.on(context)
    context.add_init_script(WITHOUT_READER)
    page = context.new_page()
    sign_in(page, AGENT)
    page.goto("/terrain/equipements/")
    page.get_by_role("button", name=SCAN).click()
    expect(page.get_by_role("status").filter(has_text="La caméra n’est pas accessible")).to_be_visible()
    chooser = page.get_by_label("Photo de l’étiquette")
    chooser.set_input_files(camera.photograph(camera.label("rien").resize((8, 8))))
    expect(page.get_by_role("status").filter(has_text="Aucun code lu")).to_be_visible()
    chooser.set_input_files(camera.photograph(camera.label(f"{installation.url}/e/{lamp.tag}/", turned=-20)))
    page.wait_for_url(f"**/terrain/equipements/?code={lamp.tag}*")
    expect(page.get_by_role("heading", level=2, name=lamp.name)).to_be_visible()
    context.close()
    watch.check()
