"""Whose a road is: its number in every writing, its class, and the nearest road for a point of the map."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beffroi.kernel.models import Entry
from beffroi.modules.reports.models import RoadLine
from beffroi.modules.reports.roads import class_of, key_of, read_roads
from beffroi.modules.reports.routing import route
from tests.modules.reports.conftest import PLACE

pytestmark = pytest.mark.django_db
METRE = 1 / 111_320  # in degrees of latitude


@pytest.fixture
def administrator(make_user, operator):
    return make_user("operator_admin", operator)


@pytest.fixture
def county_road(db):
    """A road of the Département that passes five metres north of the place, from west to east."""
    north = PLACE[1] + 5 * METRE
    points = [(PLACE[0] - 0.02, north), (PLACE[0] + 0.02, north)]
    road = RoadLine(number="D 925", name="Rue du Bourg", road_class="departmental").along(points)
    road.save()
    return road


@pytest.mark.parametrize(
    "written",
    [
        "D925",
        "D 925",
        "d925",
        "D-925",
        "RD925",
        "RD 925",
        "R.D. 925".replace(".", ""),
        "D 0925",
        "CD 925",
        "route départementale 925",
        "Route départementale n° 925",
        "départementale 925",
        "12, RD 925 à Doullens",
        "Lieu-dit " + "Les Longues Haies du Moulin de la Vallée, " * 2 + "D\u00a0925",
    ],
)
def test_number_of_a_road_is_read_in_every_writing(written):
    assert "-d-925-" in f"-{key_of(written)}-"
    assert class_of(written) == "departmental"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("RN 25", "national"),
        ("N25", "national"),
        ("route nationale 25", "national"),
        ("A 29", "national"),
        ("12 rue du Bourg", ""),
        ("N° 12 rue du Bourg", ""),
        ("3 D rue de la Gare", ""),
        ("Nord 25", ""),
        ("", ""),
    ],
)
def test_class_is_told_by_the_number_and_by_nothing_else(written, expected):
    assert class_of(written) == expected


@pytest.mark.parametrize("rule_says", ["D 925", "D925", "RD 925", "Route départementale 925"])
@pytest.mark.parametrize("address", ["D925, Doullens", "RD 925", "12 route départementale 925, Doullens"])
def test_rule_and_address_may_write_the_road_otherwise(pothole, doullens, county, rule, rule_says, address):
    rule(pothole, county, street=rule_says)
    assert route(pothole, commune=doullens, address=address).competent.pk == county.pk
    assert route(pothole, commune=doullens, address="D 9250, Doullens").competent.pk == doullens.pk


def test_point_on_a_road_of_the_departement_goes_to_it_without_address(pothole, doullens, county, rule, county_road):
    rule(pothole, county, road_class="departmental")
    assert route(pothole, commune=doullens, point=PLACE).competent.pk == county.pk
    far = (PLACE[0], PLACE[1] - 20 * METRE)
    assert route(pothole, commune=doullens, point=far).competent.pk == doullens.pk
    assert route(pothole, commune=doullens).competent.pk == doullens.pk


def test_point_on_a_road_follows_the_rule_of_its_number(pothole, doullens, county, rule, county_road):
    rule(pothole, county, street="RD 925")
    assert route(pothole, commune=doullens, point=PLACE, address="3 rue du Bourg").competent.pk == county.pk


def test_the_nearest_road_counts_and_the_number_that_is_written_before_it(pothole, doullens, county, rule, county_road):
    rule(pothole, county, road_class="departmental")
    nearer = RoadLine(name="Chemin vert", road_class="communal")
    nearer.along([(PLACE[0] - 0.01, PLACE[1] + METRE), (PLACE[0] + 0.01, PLACE[1] + METRE)]).save()
    assert route(pothole, commune=doullens, point=PLACE).competent.pk == doullens.pk
    assert route(pothole, commune=doullens, point=PLACE, address="Carrefour de la D 925").competent.pk == county.pk


def test_a_street_is_more_precise_than_a_class_and_a_class_than_a_commune(
    pothole, doullens, county, operator, agent, secretary, rule, county_road
):
    rule(pothole, None, commune=doullens)
    rule(pothole, county, road_class="departmental")
    assert route(pothole, commune=doullens, point=PLACE).competent.pk == county.pk
    rule(pothole, operator, street="D 925")
    assert route(pothole, commune=doullens, point=PLACE).competent.pk == operator.pk


def test_what_is_said_under_the_map_is_what_is_sent(client, pothole, doullens, county, rule, county_road):
    rule(pothole, county, street="D 938")
    client.post(reverse("reports:new"), {"category": pothole.code})
    point = {"lat": str(PLACE[1]), "lon": str(PLACE[0])}
    where = reverse("reports:new_where")
    assert "Doullens" in client.get(where, point).json()["text"].rpartition(":")[2]
    assert county.name in client.get(where, point | {"adresse": "Route de Doullens, D938"}).json()["text"]
    other = client.get(where, point | {"adresse": "D938", "categorie": ""}).json()["text"]
    assert "compétent" not in other
    named = client.get(where, point | {"adresse": "D938", "categorie": str(pothole.pk)}).json()["text"]
    assert county.name in named


def test_place_corrected_at_the_desk_is_told_for_the_category_of_the_report_not_for_that_of_a_draft(
    client, pothole, sign, doullens, county, operator, rule, make_report, agent, secretary
):
    rule(sign, operator)
    report = make_report(category=sign)
    rule(pothole, county)
    client.force_login(agent)
    client.post(reverse("reports:new"), {"category": pothole.code})  # a report that this agent began to write
    page = client.get(reverse("reports:desk_place", args=[report.reference])).content.decode()
    url = reverse("reports:desk_where", args=[report.reference])
    assert f'data-place-url="{url}"' in page
    told = client.get(url, {"lat": str(PLACE[1]), "lon": str(PLACE[0]), "adresse": "Rue du Bourg"}).json()
    assert operator.name in told["text"]
    assert county.name not in told["text"]
    client.force_login(secretary)
    assert client.get(url, {"lat": "50.1", "lon": "2.3"}).status_code in (403, 404)


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def feature(line, **properties):
    kind = "MultiLineString" if isinstance(line[0][0], list) else "LineString"
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": line}}


LINE = [[2.3, 50.1, 80.0], [2.31, 50.11, 81.0]]


def test_roads_are_read_in_the_columns_of_the_usual_files():
    roads, left = read_roads(
        collection(
            feature(LINE, cpx_numero="D925", cpx_classement_administratif="Départementale"),
            feature([LINE, LINE], ref="N 25"),
            feature(LINE, nom="Rue du Moulin", classe="Voie communale"),
            feature(LINE, nom="Rue sans classe"),
            {
                "type": "Feature",
                "properties": {"classe": "communal"},
                "geometry": {"type": "Point", "coordinates": [2, 50]},
            },
        )
    )
    told = [(road.number, road.name, road.road_class) for road in roads]
    assert told == [
        ("D925", "", "departmental"),
        ("N 25", "", "national"),
        ("N 25", "", "national"),
        ("", "Rue du Moulin", "communal"),
    ]
    assert left == 2


def test_administrator_imports_the_roads_and_a_new_file_replaces_them(client, administrator, county_road):
    client.force_login(administrator)
    url = reverse("reports:roads")

    def send(content):
        return client.post(url, {"file": SimpleUploadedFile("voies.geojson", content)})

    assert "pas un fichier GeoJSON" in send(b"[1, 2").content.decode()
    assert "Aucune voie" in send(json.dumps(collection(feature(LINE, nom="Rue"))).encode()).content.decode()
    assert RoadLine.objects.get() == county_road
    sent = send(json.dumps(collection(feature(LINE, ref="D 31"), feature(LINE, nom="Rue"))).encode())
    assert sent.url == url
    assert RoadLine.objects.get().number == "D 31"
    page = client.get(url).content.decode()
    assert "Départementale" in page
    assert Entry.objects.filter(verb="reports.roads").last().data == {"count": 1}


def test_roads_are_brought_by_administrators_only(client, agent, doullens):
    client.force_login(agent)
    assert client.get(reverse("reports:roads")).status_code == 403
