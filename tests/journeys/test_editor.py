"""Somebody of the town writes: news, a date of the agenda, an alert for one commune; residents see them at once."""

import datetime
import re

from playwright.sync_api import expect

EDITOR = "redaction@example.invalid"


def _begin(page, kind: str) -> None:
    page.goto(f"/bureau/publications/{kind}/nouvelle/")
    body = page.locator("main").get_by_role("link", name=re.compile("^Communauté de communes"))
    if body.count():  # whoever writes for several bodies says first for which
        body.first.click()
    expect(page.get_by_role("button", name="Publier", exact=True)).to_be_visible()


def _publish(page) -> None:
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_role("status").first).to_be_visible()


def test_editor_publishes_news_that_a_visitor_reads(enter, page):
    editor = enter(EDITOR)
    _begin(editor, "actualites")
    editor.get_by_label(re.compile("^Titre")).fill("La médiathèque ouvre le dimanche")
    editor.get_by_label(re.compile("^En deux phrases")).fill("Chaque dimanche matin, de 10 h à 12 h.")
    editor.get_by_label(re.compile("^Thème")).select_option(label="Culture et fêtes")
    editor.get_by_label(re.compile("^Texte")).fill("Entrée libre.")
    _publish(editor)
    page.goto("/actualites/")
    page.get_by_role("link", name="La médiathèque ouvre le dimanche").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La médiathèque ouvre le dimanche")
    expect(page.locator("main")).to_contain_text("Entrée libre.")
    assert "La médiathèque ouvre le dimanche" in page.request.get("/actualites/rss.xml").text()


def test_editor_publishes_an_event_that_is_in_the_agenda_and_its_file(enter, page):
    day = datetime.date.today() + datetime.timedelta(days=5)
    editor = enter(EDITOR)
    _begin(editor, "evenements")
    editor.get_by_label(re.compile("^Titre")).fill("Bal de la Saint-Éloi")
    editor.get_by_label(re.compile("^En deux phrases")).fill("Un bal pour tous les âges.")
    editor.get_by_label(re.compile("^Thème")).select_option(label="Culture et fêtes")
    editor.get_by_label(re.compile("^Jour")).fill(day.isoformat())
    editor.get_by_label(re.compile("^Début")).fill("20:30")
    editor.get_by_label(re.compile("^Lieu")).fill("Salle des fêtes")
    editor.get_by_label(re.compile("^Pour")).select_option(label="Doullens")
    _publish(editor)
    page.goto("/agenda/")
    page.get_by_role("link", name="Bal de la Saint-Éloi").first.click()
    expect(page.locator("main")).to_contain_text("Salle des fêtes")
    assert "Bal de la Saint-Éloi" in page.request.get("/agenda/agenda.ics").text().replace("\r\n ", "")
    page.goto("/communes/doullens/")
    expect(page.get_by_role("link", name="Bal de la Saint-Éloi").first).to_be_visible()


def test_editor_warns_one_commune_and_not_the_others(enter, page):
    end = datetime.datetime.now() + datetime.timedelta(days=2)
    editor = enter(EDITOR)
    _begin(editor, "alertes")
    editor.get_by_label("Vigilance").check()
    editor.get_by_label(re.compile("^Titre")).fill("Coupure d’eau rue du Bourg")
    editor.get_by_label(re.compile("^Message")).fill("De 9 h à 12 h demain. Faites une réserve d’eau.")
    editor.get_by_label("Doullens", exact=True).check()
    editor.get_by_label(re.compile("^Jusqu")).fill(end.strftime("%Y-%m-%dT%H:%M"))
    _publish(editor)
    alert = page.get_by_role("region", name=re.compile("Alerte")).filter(has_text="Coupure d’eau")
    page.goto("/communes/doullens/")
    expect(alert).to_be_visible()
    page.goto("/communes/beauval/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(alert).to_have_count(0)
    page.goto("/alertes/")
    expect(page.locator("main")).to_contain_text("Coupure d’eau rue du Bourg")


def test_editor_writes_a_page_of_the_site_in_the_cms(enter, page):
    editor = enter(EDITOR)
    editor.goto("/cms/pages/")
    root = re.search(r"/cms/pages/(\d+)/", editor.url)[1]
    editor.goto(f"/cms/pages/add/portal/contentpage/{root}/")
    editor.locator("#id_title").fill("Porter ses déchets verts")
    editor.locator("#id_introduction").fill("Où les porter, et quand.")
    editor.locator("footer [data-w-dropdown-target=toggle]").click()
    editor.locator("button[name=action-publish]").click()
    expect(editor.get_by_text(re.compile("publiée")).first).to_be_visible()
    page.goto("/porter-ses-dechets-verts/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Porter ses déchets verts")
    expect(page.locator("main")).to_contain_text("Où les porter, et quand.")
    page.goto("/recherche/?q=dechets+verts")
    expect(page.get_by_role("link", name="Porter ses déchets verts").first).to_be_visible()
