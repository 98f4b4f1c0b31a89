"""The map: by box, gathered by the database where there are many, for those who may see."""

import time

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beffroi.shared.assets.models import Asset
from beffroi.shared.organisations.squares import side_of
from tests.shared.assets.conftest import OTHER_PLACE

pytestmark = pytest.mark.django_db
PUBLIC = "/carte/couches/equipements.geojson"
DESK = "/carte/couches/equipements-bureau.geojson"


def many(asset: Asset, count: int) -> None:
    """Copies of an asset all over the commune."""
    with connection.cursor() as cursor:
        columns = [field.column for field in Asset._meta.concrete_fields if field.column != "id"]
        given = {
            "code": "'N-' || n",
            "tag": "'T' || n",
            "location": "point(2.30 + (n %% 1000) / 10000.0, 50.10 + (n %% 977) / 9770.0)",
        }
        told = ", ".join(given.get(column, f'"{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(
            f"INSERT INTO assets_asset ({names}) SELECT {told} FROM assets_asset, generate_series(1, %s) AS n"
            " WHERE assets_asset.id = %s",
            [count, asset.pk],
        )
        cursor.execute("ANALYZE assets_asset")


def test_public_layer_shows_published_kinds_only(client, make_asset, network, doullens):
    shown = make_asset(name="Mât 12")
    make_asset("X", kind=network, values={}, location=(2.33, 50.15), name="Secret")
    found = client.get(PUBLIC).json()["features"]
    assert [one["properties"]["title"] for one in found] == ["Mât 12"]
    assert found[0]["properties"]["url"] == shown.public_url()
    assert found[0]["properties"]["tone"] == "done"


def test_layer_gives_what_is_in_the_box(client, make_asset, beauval):
    make_asset("A")
    make_asset("B", location=OTHER_PLACE)
    found = client.get(f"{PUBLIC}?bbox=2.5,50.1,2.6,50.2").json()["features"]
    assert [one["properties"]["text"] for one in found] == ["B"]


def test_drawing_comes_with_its_mark(client, make_asset, playground):
    ring = [[2.34, 50.16], [2.342, 50.16], [2.342, 50.162], [2.34, 50.16]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    make_asset("J", kind=playground, values={}, location=(2.341, 50.161), geometry=shape)
    assert [one["geometry"]["type"] for one in client.get(PUBLIC).json()["features"]] == ["Point", "Polygon"]


def test_desk_layer_is_for_those_who_see_assets_and_follows_the_filters(client, desk, make_asset):
    make_asset("A", criticality=4)
    make_asset("B")
    assert len(desk.get(DESK).json()["features"]) == 2
    assert len(desk.get(f"{DESK}?importance=4").json()["features"]) == 1
    client.logout()
    assert client.get(DESK).status_code == 404


def test_fifty_thousand_lights_are_counted_by_square_and_shown_close(client, desk, make_asset):
    asset = make_asset()
    many(asset, 50_000)
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(PUBLIC)
    features = answer.json()["features"]
    assert len(features) < 2000
    assert sum(one["properties"]["count"] for one in features) == 50_001
    assert len(answer.content) < 400_000
    assert len(captured) <= 6
    close = client.get(f"{PUBLIC}?bbox=2.34,50.15,2.345,50.155").json()["features"]
    assert 0 < len(close) <= 2000
    assert all("count" not in one["properties"] for one in close)
    started = time.perf_counter()
    assert desk.get("/bureau/equipements/?q=N-12345").context["page"].paginator.count == 1
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("width", [0.001, 0.03, 1, 12, 359])
def test_squares_are_about_a_twenty_fourth_of_the_view(width):
    assert width / 48 <= side_of(width) <= max(width / 24, 1 / 2**20) or width > 24
