"""An agent draws a playground on the map; its label leads a visitor to a report that carries it."""

import re


def test_playground_is_drawn_with_the_keyboard_and_its_label_leads_to_a_report(enter, page):
    desk = enter("voirie@example.invalid")
    desk.goto("/bureau/equipements/nouveau/")
    desk.get_by_label("Type d’équipement").select_option(label="Aire de jeux")
    desk.get_by_role("button", name="Continuer").click()
    desk.get_by_label("Nom", exact=False).first.fill("Aire de jeux du parcours")
    desk.get_by_label("Adresse ou repère").fill("Rue du Moulin")
    draw = desk.get_by_role("button", name="Dessiner la surface")
    draw.scroll_into_view_if_needed()
    draw.click()
    ground = desk.locator("#carte-lieu .leaflet-container")
    ground.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        desk.keyboard.press("Enter")
        desk.keyboard.press(key)
        desk.wait_for_timeout(400)
    desk.get_by_text(re.compile(r"3\s*points\.")).wait_for()
    assert '"Polygon"' in desk.get_by_label("Tracé (GeoJSON)").input_value()
    desk.get_by_role("button", name="Enregistrer").click()
    desk.get_by_role("heading", name="Aire de jeux du parcours", level=1).wait_for()
    label = desk.get_by_role("link", name="Page publique").get_attribute("href")

    page.goto(label)
    page.get_by_role("heading", name="Aire de jeux du parcours").wait_for()
    page.get_by_role("link", name="Signaler un problème").first.click()
    page.wait_for_url("**/signalements/nouveau/description/")
    page.get_by_label("Description", exact=False).first.fill("La balançoire grince.")


def test_file_is_tried_then_kept_while_one_watches(enter, tmp_path):
    desk = enter("voirie@example.invalid", viewport={"width": 390, "height": 844})
    table = tmp_path / "bancs.csv"
    table.write_text("ref;nom;longitude;latitude\nP-1;Banc du lavoir;2.3405;50.1569\nP-2;Banc perdu;12;80\n")
    desk.goto("/bureau/equipements/importer/")
    desk.get_by_label("Fichier", exact=False).first.set_input_files(table)
    desk.get_by_label("Type d’équipement").select_option(label="Banc ou corbeille")
    desk.get_by_role("button", name="Lire le fichier").click()
    desk.get_by_role("heading", name="Que contient chaque colonne").wait_for()
    desk.get_by_role("button", name="Vérifier sans rien écrire").click()
    desk.get_by_text("hors du territoire").wait_for(timeout=40_000)
    desk.get_by_role("button", name=re.compile("Importer 1")).click()
    desk.get_by_text("terminé").first.wait_for(timeout=40_000)
    desk.get_by_role("link", name="Voir les équipements").click()
    desk.get_by_text("Banc du lavoir").first.wait_for()
