"""Home, communes and directory as a visitor without account or script sees them."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beffroi.shared.organisations import actions
from beffroi.shared.organisations.models import Commune, Organisation

PAGES = ["/", "/?commune=naours", "/communes/", "/communes/doullens/", "/mairies/", "/mairies/?ouvertes=on"]


def queries(client, address):
    caches["pages"].clear()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_light_and_have_one_title(client, territory, address):
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert len(re.findall(r"<h1[\s>]", page)) == 1
    assert len(answer.content) <= 60_000
    assert "<form" not in page or 'method="post"' not in page


@pytest.mark.parametrize("address", ["/", "/communes/doullens/", "/mairies/"])
def test_pages_cost_at_most_twelve_queries_whatever_the_number_of_communes(client, territory, address):
    client.get(address)
    many = queries(client, address)
    keep = ["doullens", "beauval", "naours"]
    for extra in Commune.objects.members().exclude(slug__in=keep):
        Commune.objects.filter(pk=extra.pk).update(member=False)
    few = queries(client, address)
    assert many == few
    assert many <= 12


def test_commune_page_tells_its_town_hall(client, territory):
    page = client.get("/communes/doullens/").content.decode()
    assert 'href="tel:+33322770007"' in page
    assert "INSEE, recensement de 2023" in page
    assert "Horaires d’ouverture" in page


def test_commune_without_hours_or_telephone_says_so(client, territory):
    commune = Commune.objects.get(slug="doullens")
    actions.set_opening_hours(commune, [], actor=None)
    Commune.objects.filter(pk=commune.pk).update(phone="")
    page = client.get("/communes/doullens/").content.decode()
    assert "ne nous ont pas été communiqués" in page
    assert "non communiqué" in page
    assert "tel:" not in page.split("Les mairies autour")[0]


def test_neighbouring_commune_has_no_page(client, territory):
    neighbour = Commune.objects.filter(member=False).first()
    assert client.get(f"/communes/{neighbour.slug}/").status_code == 404


def test_directory_filters_by_name_and_sorts_by_distance(client, territory):
    page = client.get("/mairies/?q=beauval").content.decode()
    assert "/communes/beauval/" in page
    assert "/communes/naours/" not in page
    near = client.get("/mairies/?pres=Naours").content.decode()
    assert near.index("/communes/naours/") < near.index("/communes/doullens/")
    assert "n’a pas été trouvé" in client.get("/mairies/?pres=Bordeaux").content.decode()


def test_picture_of_the_territory_marks_the_commune(client, territory):
    answer = client.get("/communes/territoire.svg?commune=doullens")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.count(b"<path") == 2
    assert client.get("/communes/territoire.svg").content.count(b"<path") == 1


def test_empty_installation_has_pages_that_help(client, db):
    for address in ("/", "/communes/", "/mairies/"):
        page = client.get(address).content.decode()
        assert "dès que le territoire aura été installé" in page


def test_territory_gives_its_name_to_every_page(client, territory):
    page = client.get("/").content.decode()
    assert "<title>Accueil – Territoire Nord Picardie</title>" in page
    assert "65\u00a0communes, un seul guichet" in page
    Organisation.objects.filter(is_operator=True).update(name="Communauté de communes des Deux Vallées")
    caches["pages"].clear()
    assert "– Deux Vallées</title>" in client.get("/").content.decode()


def test_communes_are_found_by_the_search_box(client, territory):
    page = client.get("/recherche/?q=beauval").content.decode()
    assert "/communes/beauval/" in page
