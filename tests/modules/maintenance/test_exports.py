import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from beffroi.config import env
from beffroi.modules.maintenance import actions, exports
from beffroi.shared.organisations.models import Commune

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
        place = {"announced": "VOIRIE", "location": PLACE, "address": "12, rue de l’Église (RD 925)"}
        order = make_order(**place | {"commune": commune} | fields)
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


def test_trench_is_published_as_it_was_written_and_zero_where_there_is_none(works):
    works(title="Conduite", announced="EAU", trench_length="140.50", trench_width="0.80")
    works(title="Enrobé")
    told = {row["titre"]: (row["longueur"], row["largeur"]) for row in exports.rows()}
    assert told == {"Conduite": (140.5, 0.8), "Enrobé": (0.0, 0.0)}


@pytest.mark.parametrize("given", [{"trench_length": "12"}, {"trench_length": "12", "trench_width": "0"}])
def test_trench_without_its_two_sizes_is_refused(works, given):
    with pytest.raises(ValidationError, match="une longueur et une largeur"):
        works(**given)


def test_commune_page_tells_its_works_and_no_other(client, works, commune, operator, dispatcher):
    elsewhere, _quiet = (
        Commune.objects.create(
            kind="commune", name=name, slug=name.lower(), code_insee=code, departement="80", parent=operator
        )
        for name, code in (("Naours", "80584"), ("Vauchelles", "80777"))
    )
    started = works(title="Reprise de l’enrobé")
    actions.move_order(started, "start", actor=dispatcher)
    works(title="Conduite ailleurs", commune=elsewhere)
    done = works(title="Déjà fini")
    actions.close_order(done, actor=dispatcher, text="Fait.")
    works(title="Rien d’annoncé", announced="")
    page = client.get("/communes/beauval/").content.decode()
    assert "Travaux annoncés" in page
    assert "Reprise de l’enrobé" in page
    for hidden in ("Conduite ailleurs", "Déjà fini", "Rien d’annoncé", "Roger", "Caron"):
        assert hidden not in page
    assert "Travaux annoncés" not in client.get("/communes/vauchelles/").content.decode()


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
