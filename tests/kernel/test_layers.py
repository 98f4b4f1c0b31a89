"""The layers of the map: rights, frames, gathering, and the page with its list."""

import pytest

from beffroi.kernel import layers
from tests.sample.models import Note

pytestmark = pytest.mark.django_db


@pytest.fixture
def notes():
    inside = Note.objects.create(title="Banc", longitude=2.3, latitude=50.1)
    outside = Note.objects.create(title="Phare", longitude=-4.5, latitude=48.4)
    return inside, outside


def titles(answer):
    return [feature["properties"]["title"] for feature in answer.json()["features"]]


def test_layer_is_geojson_that_other_sites_may_read(client, notes):
    answer = client.get("/carte/couches/notes.geojson")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/geo+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert titles(answer) == ["Banc", "Phare"]


def test_layer_frame_gives_what_is_inside(client, notes):
    assert titles(client.get("/carte/couches/notes.geojson?bbox=2,50,3,51")) == ["Banc"]


@pytest.mark.parametrize(
    "bbox", ["1,2,3", "a,b,c,d", "3,50,2,51", "2,51,3,50", "nan,50,3,51", "-181,0,0,1", "1,2,3,4,5"]
)
def test_layer_frame_that_is_not_one_is_refused(client, bbox):
    answer = client.get(f"/carte/couches/notes.geojson?bbox={bbox}")
    assert answer.status_code == 400
    assert "bbox" in answer.json()["error"]


def test_layer_unknown_does_not_exist(client):
    assert client.get("/carte/couches/rien.geojson").status_code == 404


def test_layer_of_agents_exists_for_them_only(client, notes, agent, make_user):
    address = "/carte/couches/notes-agents.geojson"
    assert client.get(address).status_code == 404
    client.force_login(make_user())
    assert client.get(address).status_code == 404
    client.force_login(agent)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
    assert not answer.has_header("Access-Control-Allow-Origin")


def test_layer_unchanged_is_not_sent_again(client, notes, agent):
    for login in (False, True):
        if login:
            client.force_login(agent)
        first = client.get("/carte/couches/notes.geojson")
        again = client.get("/carte/couches/notes.geojson", headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_layer_too_large_is_gathered_without_losing_a_point(client, monkeypatch):
    monkeypatch.setattr(layers, "MOST", 10)
    Note.objects.bulk_create(
        Note(title=str(n), longitude=2 + (n % 20) * 0.05, latitude=50 + n // 20 * 0.05) for n in range(200)
    )
    content = client.get("/carte/couches/notes.geojson").json()
    assert content["gathered"] is True
    assert len(content["features"]) <= 10
    assert sum(feature["properties"].get("count", 1) for feature in content["features"]) == 200
    part = client.get("/carte/couches/notes.geojson?bbox=2,50,2.06,50.06").json()
    assert "gathered" not in part
    assert len(part["features"]) == 4


def test_map_page_lists_the_chosen_layers_only(client, notes, agent):
    page = client.get("/carte/?couche=notes").content.decode()
    assert "Banc" in page
    assert "Notes des agents" not in page
    client.force_login(agent)
    assert "Notes des agents" in client.get("/carte/").content.decode()


def test_map_page_finds_a_place_by_its_name(client, notes):
    page = client.get("/carte/?couche=notes&q=pha").content.decode()
    assert "Phare" in page
    assert "Banc" not in page
