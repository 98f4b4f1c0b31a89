"""What is taken away, read back by GDAL and by an office suite; and brought in again."""

import csv
import io
import json
import subprocess
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from beffroi.shared.assets import actions
from beffroi.shared.assets.importing import reading, writing
from beffroi.shared.assets.models import Asset
from tests.shared.assets.conftest import OTHER_PLACE, PLACE

pytestmark = pytest.mark.django_db
URL = "/bureau/equipements/export."


@pytest.fixture
def some(make_asset, network, playground, beauval):
    whole = make_asset("RES-1", kind=network, values={}, location=None, name="Réseau")
    make_asset("EP-1", parent=whole, external_ref="A1", values={"source": "LED", "puissance": 36.5}, name="=1+1")
    make_asset("EP-2", parent=whole, location=OTHER_PLACE, values={"source": "Sodium", "pose_le": "2024-03-01"})
    ring = [[2.34, 50.16], [2.342, 50.16], [2.342, 50.162], [2.34, 50.16]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    make_asset("JEU-1", kind=playground, values={}, location=(2.341, 50.161), geometry=shape)
    line = {"type": "LineString", "coordinates": [[2.34, 50.16], [2.36, 50.16]]}
    make_asset("TRO-1", kind=network, values={}, location=(2.35, 50.16), geometry=line)


def info(path) -> dict:
    answer = subprocess.run(["ogrinfo", "-json", "-features", str(path)], check=True, capture_output=True)
    return json.loads(answer.stdout)


def layers_of(told: dict) -> dict[str, list[dict]]:
    return {layer["name"]: layer["features"] for layer in told["layers"]}


@pytest.mark.parametrize("kind", ["geojson", "gpkg"])
def test_file_of_one_layer_is_read_back_by_gdal(desk, some, tmp_path, kind):
    path = tmp_path / f"sortie.{kind}"
    path.write_bytes(desk.get(f"{URL}{kind}").content)
    told = info(path)
    features = {one["properties"]["numero"]: one for one in next(iter(layers_of(told).values()))}
    assert set(features) == {"RES-1", "EP-1", "EP-2", "JEU-1", "TRO-1"}
    assert features["EP-1"]["geometry"] == {"type": "Point", "coordinates": list(PLACE)}
    assert features["EP-1"]["properties"]["puissance"] == 36.5
    assert features["EP-1"]["properties"]["ensemble"] == "RES-1"
    assert features["JEU-1"]["geometry"]["type"] == "Polygon"
    assert features["RES-1"]["geometry"] is None
    if kind == "gpkg":
        assert told["layers"][0]["geometryFields"][0]["coordinateSystem"]["projjson"]["id"]["code"] == 4326


def test_shapefile_has_one_layer_for_each_sort_of_shape(desk, some, tmp_path):
    with zipfile.ZipFile(io.BytesIO(desk.get(f"{URL}shp").content)) as archive:
        archive.extractall(tmp_path)
    layers = layers_of(info(tmp_path))
    assert {name: len(found) for name, found in layers.items()} == {
        "equipements_points": 2,
        "equipements_lignes": 1,
        "equipements_surfaces": 1,
        "equipements_sans_position": 1,
    }
    first = next(f for f in layers["equipements_points"] if f["properties"]["numero"] == "EP-1")
    assert first["properties"]["nom"] == "=1+1"
    assert max(len(name) for name in first["properties"]) <= 10


def test_tables_hold_texts_and_never_formulas(desk, some):
    rows = list(csv.reader(io.StringIO(desk.get(f"{URL}csv").content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][2] == "'=1+1"
    book = load_workbook(io.BytesIO(desk.get(f"{URL}xlsx").content))
    names = {row[1].value: row[2] for row in book.active.iter_rows()}
    assert names["EP-1"].value == "=1+1"
    assert names["EP-1"].data_type == "s"
    assert desk.get(f"{URL}ods").content[:2] == b"PK"
    assert desk.get(f"{URL}exe").status_code == 404


def test_filters_hold_for_the_files(desk, some):
    told = json.loads(desk.get(f"{URL}geojson?q=EP-2").content)
    assert [one["properties"]["numero"] for one in told["features"]] == ["EP-2"]
    assert json.loads(desk.get(f"{URL}geojson?q=rien").content)["features"] == []
    assert desk.get(f"{URL}shp?q=rien").status_code == 200


@pytest.mark.parametrize("kind", ["csv", "geojson", "gpkg", "shp"])
def test_what_is_taken_away_comes_back_the_same(desk, some, agent, operator, lamp, kind):
    data = desk.get(f"{URL}{kind}?type=candelabre").content
    before = {one.code: (one.name, one.values, one.location, one.parent_id) for one in Asset.objects.filter(kind=lamp)}
    Asset.objects.filter(kind=lamp).delete()
    name = f"a.{'zip' if kind == 'shp' else kind}"
    content = reading.read(SimpleUploadedFile(name, data), name)
    run = actions.receive_import(content, actor=agent, organisation=operator, kind=lamp, name=name)
    columns = run.mapping | {"external_ref": run.mapping["code"]}
    columns.pop("code")
    actions.check_columns(run, columns, actor=agent)
    writing.check(run.pk)
    run.refresh_from_db()
    assert run.faults == []
    actions.start_import(run, actor=agent)
    writing.write(run.pk)
    after = {one.code: (one.name, one.values, one.location, one.parent_id) for one in Asset.objects.filter(kind=lamp)}
    for code, (name, values, location, parent) in before.items():
        assert (after[code][0], after[code][1], after[code][3]) == (name, values, parent)
        assert after[code][2] == pytest.approx(location, abs=1e-6)
