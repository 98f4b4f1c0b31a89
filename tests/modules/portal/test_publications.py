"""News, events and alerts: seen when they must be, found, withdrawn, told to the journal."""

import datetime

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.modules.portal import actions, open_data
from beffroi.modules.portal.models import News
from beffroi.modules.portal.text import html
from tests.modules.portal import factories


def page(client, address):
    caches["pages"].clear()
    return client.get(address).content.decode()


def hours(count):
    return timezone.now() + datetime.timedelta(hours=count)


def test_draft_is_nowhere_until_published_then_withdrawn(client, territory):
    news = factories.news("Travaux rue du Bourg", published=False)
    address = news.get_absolute_url()
    assert client.get(address).status_code == 404
    assert "Travaux rue du Bourg" not in page(client, "/actualites/")
    factories.publish(news)
    assert "Travaux rue du Bourg" in page(client, "/actualites/")
    assert address in page(client, "/recherche/?q=bourg")
    actions.move_publication(news, "withdraw", actor=None, check=False)
    assert client.get(address).status_code == 404
    assert address not in page(client, "/recherche/?q=bourg")


def test_publication_shows_at_once_on_a_page_kept_in_memory(client, territory):
    assert "Nouvelle fraîche" not in client.get("/actualites/").content.decode()
    factories.news("Nouvelle fraîche")
    assert "Nouvelle fraîche" in client.get("/actualites/").content.decode()


def test_scheduled_publication_appears_at_its_moment_and_is_then_found(client, territory):
    news = factories.news("Inscriptions ouvertes", publish_at=hours(1))
    assert "Inscriptions ouvertes" not in page(client, "/actualites/")
    assert actions.announce_due() == 0
    assert news.get_absolute_url() not in page(client, "/recherche/?q=inscriptions")
    News.objects.filter(pk=news.pk).update(publish_at=hours(-1))
    assert "Inscriptions ouvertes" in page(client, "/actualites/")
    assert actions.announce_due() == 1
    assert actions.announce_due() == 0
    assert news.get_absolute_url() in page(client, "/recherche/?q=inscriptions")
    assert Entry.objects.filter(verb="portal.appear", target_id=news.pk).count() == 1


@pytest.mark.parametrize(("starts", "ends", "seen"), [(-2, 2, True), (1, 2, False), (-2, -1, False)])
def test_alert_is_on_every_page_from_its_start_to_its_end(client, territory, starts, ends, seen):
    factories.alert("Vent fort", publish_at=hours(starts), ends_at=hours(ends))
    for address in ("/", "/mairies/", "/compte/connexion/"):
        assert ("Vent fort" in page(client, address)) is seen


def test_alert_of_a_commune_is_on_its_pages_only_unless_urgent(client, territory):
    beauval = factories.commune("beauval")
    factories.alert("Coupure d’eau", communes=[beauval.pk])
    assert "Coupure d’eau (Beauval)" in page(client, "/communes/beauval/")
    assert "Coupure d’eau (Beauval)" in page(client, "/?commune=beauval")
    assert "Coupure d’eau" not in page(client, "/communes/naours/")
    assert "Coupure d’eau" not in page(client, "/")
    assert "Coupure d’eau" in page(client, "/alertes/")
    factories.alert("Évacuation", communes=[beauval.pk], level="urgence")
    assert "Évacuation (Beauval)" in page(client, "/communes/naours/")


def test_many_alerts_leave_room_for_the_page(client, territory):
    for number in range(5):
        factories.alert(f"Alerte {number}")
    assert page(client, "/mairies/").count('class="site-alert"') == 4
    assert "2\u00a0autres alertes" in page(client, "/mairies/")


def test_commune_publishes_for_itself_only(territory):
    body = factories.Organisation.objects.get(slug="doullens")
    own = factories.news("À nous", organisation=body, published=False)
    assert own.commune_id == body.pk
    with pytest.raises(actions.OutOfReach):
        factories.news("Chez les voisins", organisation=body, commune=factories.commune("beauval"))
    with pytest.raises(actions.OutOfReach):
        factories.alert("Chez les voisins", organisation=body, communes=[factories.commune("beauval").pk])
    assert list(factories.alert("Ici", organisation=body).communes.values_list("slug", flat=True)) == ["doullens"]


def test_news_of_a_commune_is_on_its_page_with_those_for_everyone(client, territory):
    factories.news("Pour tous")
    factories.news("Pour Beauval", commune=factories.commune("beauval"))
    beauval, naours = page(client, "/communes/beauval/"), page(client, "/communes/naours/")
    assert "Pour tous" in beauval
    assert "Pour Beauval" in beauval
    assert "Pour Beauval" not in naours
    assert "Pour Beauval" in page(client, "/actualites/?commune=beauval")
    assert "Pour Beauval" not in page(client, "/actualites/?commune=naours")
    assert "Aucune actualité pour ce choix" in page(client, "/actualites/?theme=sport")


def test_same_titles_have_different_addresses(territory):
    first, second = factories.news("Fête"), factories.news("Fête")
    assert (first.slug, second.slug) == ("fete", "fete-2")


def test_cancelled_event_stays_and_says_so(client, territory):
    event = factories.event("Bal")
    actions.move_publication(event, "cancel", actor=None, check=False)
    assert "Ce rendez-vous est annulé" in page(client, event.get_absolute_url())
    assert "Annulé" in page(client, "/agenda/")


def test_agenda_filters_by_commune_theme_and_dates(client, territory):
    noon = timezone.localtime().replace(hour=12, minute=0) + datetime.timedelta(days=10)
    factories.event("Marché", start=noon, commune=factories.commune("beauval"))
    day = noon.date().isoformat()
    assert "Marché" in page(client, f"/agenda/?du={day}&au={day}")
    assert "Marché" not in page(client, f"/agenda/?au={(noon - datetime.timedelta(days=1)).date()}")
    assert "Marché" in page(client, "/agenda/?commune=beauval&theme=culture")
    assert "Marché" not in page(client, "/agenda/?theme=sport")
    assert "Aucun rendez-vous pour ce choix" in page(client, "/agenda/?commune=naours")
    assert client.get("/agenda/?du=hier&commune=nulle-part&page=99").status_code == 200


def test_past_event_leaves_the_agenda_but_keeps_its_page(client, territory):
    event = factories.event("Veillée", start=timezone.now() - datetime.timedelta(days=1))
    assert "Veillée" not in page(client, "/agenda/")
    assert "Ce rendez-vous est passé" in page(client, event.get_absolute_url())


@pytest.mark.parametrize(
    ("source", "wanted", "refused"),
    [
        ("<script>alert(1)</script>", "", "<script"),
        ("[clic](javascript:alert(1))", "clic", 'href="javascript'),
        ("<img src=x onerror=alert(1)>", "", "<img"),
        ("# Titre", "<h2>Titre</h2>", "<h1"),
        ("**gras** et [lien](https://exemple.fr)", "<strong>gras</strong>", "<em>"),
    ],
)
def test_text_is_made_safe(source, wanted, refused):
    rendered = html(source)
    assert wanted in rendered
    assert refused not in rendered


@pytest.mark.parametrize("address", ["/", "/agenda/", "/actualites/", "/communes/beauval/"])
def test_queries_do_not_grow_with_the_publications(client, territory, address):
    def fill(first, last):
        for number in range(first, last):
            factories.news(f"Nouvelle {number}", commune=factories.commune("beauval"))
            factories.event(f"Fête {number}", commune=factories.commune("beauval"))
            factories.alert(f"Alerte {number}", communes=[factories.commune("naours").pk])

    def count():
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    fill(0, 3)
    client.get(address)
    few = count()
    fill(3, 30)
    assert count() == few
    assert few <= 14


def test_alert_may_be_closed_for_the_visit_unless_urgent(client, territory):
    factories.alert("Vent fort")
    factories.alert("Évacuation", level="urgence")
    text = page(client, "/mairies/")
    assert text.count("data-alert-close") == 1
    assert "Fermer l’alerte\u202f: Vent fort" in text


def test_agenda_is_on_the_map_and_in_open_data_once_published(client, territory):
    event = factories.event("Bal", commune=factories.commune("beauval"))
    factories.event("Secret", published=False, commune=factories.commune("beauval"))
    features = client.get("/carte/couches/agenda.geojson").json()["features"]
    assert [one["properties"]["title"] for one in features] == ["Bal"]
    assert features[0]["properties"]["url"] == event.get_absolute_url()
    rows = list(open_data.rows())
    assert [row["titre"] for row in rows] == ["Bal"]
    assert set(rows[0]) == {field.name for field in open_data.AGENDA.fields}
    assert rows[0]["longitude"]
