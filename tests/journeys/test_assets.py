"""The inventory in a real browser: a shape drawn by hand or by keyboard, an import whose progress is seen."""

import re

import pytest
from playwright.sync_api import expect

from beffroi.shared.assets.models import Asset, AssetImport, AssetKind
from beffroi.shared.organisations.models import Organisation

CHIEF = "administration@example.invalid"
LINES = 12_000


@pytest.fixture
def new(enter):
    """The page of a new asset of this kind, for the intercommunality."""

    def open_page(code: str):
        page = enter(CHIEF)
        kind, owner = AssetKind.objects.get(code=code), Organisation.objects.get(is_operator=True)
        page.goto(f"/bureau/equipements/nouveau/?kind={kind.pk}&organisation={owner.pk}")
        page.locator("#carte-lieu").scroll_into_view_if_needed()  # the map loads when it is seen
        page.locator(".leaflet-overlay-pane path").first.wait_for(state="attached")
        page.wait_for_timeout(1500)  # the map comes to rest on the territory
        return page

    return open_page


def save(page, name: str) -> Asset:
    page.locator("input[name=name]").fill(name)
    page.locator("main form").get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return Asset.objects.get(name=name)


def said(page):
    return page.locator("[data-map-draw] [role=status]")


def test_surface_is_drawn_by_hand_then_corrected(new):
    page = new("aire-de-jeux")
    chart = page.locator("#carte-lieu .leaflet-container, #carte-lieu.leaflet-container").first
    page.get_by_role("button", name="Dessiner la surface").click()
    expect(said(page)).to_contain_text("Touchez la carte")
    box = chart.bounding_box()
    middle = (box["width"] / 2, box["height"] / 2)
    for east, south in ((-30, -30), (30, -30)):
        chart.click(position={"x": middle[0] + east, "y": middle[1] + south})
    expect(said(page)).to_contain_text("il en faut 3 au moins")
    for east, south in ((30, 30), (-30, 30)):
        chart.click(position={"x": middle[0] + east, "y": middle[1] + south})
    expect(said(page)).to_have_text("4\u00a0points.")
    page.get_by_role("button", name="Enlever le dernier point").click()
    expect(said(page)).to_have_text("3\u00a0points.")
    before = page.locator("[data-map-draw] textarea").input_value()
    corner = page.locator(".map-corner").nth(2)
    corner.scroll_into_view_if_needed()
    at = corner.bounding_box()
    page.mouse.move(at["x"] + 9, at["y"] + 9)
    page.mouse.down()
    page.mouse.move(at["x"] + 40, at["y"] + 25, steps=6)
    page.mouse.up()
    assert page.locator("[data-map-draw] textarea").input_value() != before
    asset = save(page, "Aire de jeux du parcours")
    assert asset.geometry["type"] == "Polygon"
    (ring,) = asset.geometry["coordinates"]
    assert len(ring) == 4
    assert ring[0] == ring[-1]
    west, east = min(x for x, _y in ring), max(x for x, _y in ring)
    assert west < asset.location[0] < east
    page.locator("main .map").first.scroll_into_view_if_needed()
    expect(page.locator("main .leaflet-overlay-pane path").first).to_be_attached(timeout=15_000)
    page.goto(f"/bureau/equipements/{asset.pk}/deplacer/")
    page.locator("#carte-lieu").scroll_into_view_if_needed()
    expect(page.locator(".map-corner")).to_have_count(3, timeout=15_000)


def test_line_is_drawn_by_keyboard_alone(new):
    page = new("troncon-eclairage")
    page.get_by_role("button", name="Dessiner la ligne").focus()
    page.keyboard.press("Enter")
    chart = page.locator("#carte-lieu .leaflet-container, #carte-lieu.leaflet-container").first
    chart.focus()
    for _corner in range(3):
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(700)  # the map slides
    expect(said(page)).to_have_text("3\u00a0points.")
    asset = save(page, "Tronçon du parcours")
    assert asset.geometry["type"] == "LineString"
    line = asset.geometry["coordinates"]
    assert [x for x, _y in line] == sorted(x for x, _y in line)
    assert len({x for x, _y in line}) == 3


def test_import_shows_how_far_it_has_come_without_a_gesture(enter):
    page = enter(CHIEF)
    lines = ["ref;libelle;lon;lat"]
    lines += [f"PARC-{n:05d};Banc {n};{2.30 + n % 100 / 2000:.5f};{50.15 + n // 100 / 4000:.5f}" for n in range(LINES)]
    lines[7] = lines[7].replace(";2.3", ";x2.3")
    page.goto("/bureau/equipements/importer/")
    page.get_by_label("Fichier").set_input_files(
        {"name": "bancs.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    )
    page.locator("select[name=kind]").select_option(label="Banc ou corbeille")
    page.get_by_role("button", name="Lire le fichier").click()
    page.wait_for_url(re.compile(r"/colonnes/"))
    page.get_by_role("button", name="Vérifier sans rien écrire").click()
    confirm = page.get_by_role("button", name="Importer")
    expect(confirm).to_be_visible(timeout=120_000)
    expect(page.get_by_role("table", name="Lignes fautives")).to_contain_text("x2.3")
    run = AssetImport.objects.latest("pk")
    try:
        assert not Asset.objects.filter(imported_in=run).exists()
        confirm.click()
        expect(page.locator("#avancement [role=status]")).to_be_visible()
        page.evaluate("window.kept = true")  # the page is never loaded again
        seen = _progress(page)
        assert page.evaluate("window.kept")
        assert [done for done in seen if 0 < done < LINES], seen
        assert seen == sorted(seen)
        expect(page.locator("#avancement")).to_contain_text("Voir les équipements")
        assert Asset.objects.filter(imported_in=run).count() == LINES - 1
    finally:
        Asset.objects.filter(imported_in=run).delete()


def _progress(page) -> list[int]:
    """Every number of lines that the page told, until it says that all is done."""
    seen: list[int] = []
    for _turn in range(1200):
        words = page.locator("#avancement").inner_text()
        found = re.search(r"([\d\s\u202f\u00a0]+) sur ", words)
        number = int(re.sub(r"\D", "", found[1])) if found and re.search(r"\d", found[1]) else None
        if number is not None and (not seen or seen[-1] != number):
            seen.append(number)
        if "Voir les équipements" in words:
            return seen
        page.wait_for_timeout(200)
    raise AssertionError(f"the import never ends: {seen}")
