import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from django.urls import reverse
from django.utils import timezone
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from beffroi.config import env
from beffroi.modules.maintenance import actions, exports

SCHEMA = Path("data/schemas/infos-travaux.jsonschema.json")
GEOJSON = "http://geojson.org/schema/{}.json"
PLACE = (2.3412, 50.1567)


def find_schema() -> Path:
    for parent in env.PROJECT.parents:
        if (parent / "shared" / SCHEMA).is_file():
            return parent / "shared" / SCHEMA
    pytest.skip("the national schemas are not beside the project (../shared)")


def point_schema(kind: str) -> dict:
    """The geometries of RFC 7946, as the schema names them by their address."""
    return {"type": "object", "required": ["type", "coordinates"], "properties": {"type": {"const": kind}}}


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path  # the files of the datasets


@pytest.fixture
def operator(operator):
    operator.siret, operator.email, operator.phone = "20007099900018", "travaux@example.invalid", "03 22 77 00 00"
    operator.save()
    return operator


@pytest.fixture
def works(make_order, dispatcher, team, commune):
    start = timezone.now() + timedelta(days=2)

    def make(**fields):
        fields = {"announced": "VOIRIE", "location": PLACE, "address": "12, rue de l’Église (RD 925)"} | fields
        order = make_order(commune=commune, **fields)
        return actions.plan_order(order, actor=dispatcher, start=start, end=start + timedelta(days=3), team=team)

    return make


def test_announced_works_hold_under_the_national_schema(client, works):
    works(title="Reprise de l’enrobé " * 4)
    works(title="Branchement", announced="EAU", nature="improvement")
    answer = client.get("/donnees/travaux/travaux.geojson")
    collection = json.loads(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    assert len(collection["features"]) == 2
    schema = json.loads(find_schema().read_text("utf-8"))
    kinds = ("Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
    resources = [
        (GEOJSON.format(kind), Resource.from_contents(point_schema(kind), default_specification=DRAFT7))
        for kind in kinds
    ]
    validator = jsonschema.Draft7Validator(schema, registry=Registry().with_resources(resources))
    assert [error.message for error in validator.iter_errors(collection)] == []


def test_works_that_are_not_announced_placed_or_planned_are_not_published(works, make_order, worker, dispatcher):
    works(announced="")
    works(location=None, address="", title="Sans lieu")
    make_order(announced="EAU", location=PLACE)
    cancelled = works(title="Annulé")
    actions.move_order(cancelled, "cancel", actor=dispatcher, reason="Reporté")
    assert list(exports.rows()) == []


def test_no_person_is_named_in_what_is_published(works, worker, dispatcher):
    order = works()
    actions.plan_order(
        order, actor=dispatcher, start=order.planned_start, end=order.planned_end, team=order.team, assignees=[worker]
    )
    told = json.dumps(list(exports.rows()), ensure_ascii=False)
    assert "Caron" not in told
    assert "Roger" not in told


def test_announced_works_are_on_the_public_map(client, works):
    works(title="Reprise de l’enrobé")
    answer = client.get(reverse("kernel:layer", args=["travaux"]), {"bbox": "2,50,3,51"})
    assert [one["properties"]["title"] for one in answer.json()["features"]] == ["Reprise de l’enrobé"]
    assert client.get(reverse("kernel:layer", args=["travaux"]), {"bbox": "3,50,4,51"}).json()["features"] == []
