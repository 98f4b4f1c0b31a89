import uuid
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from beffroi.shared.assets.actions import save_asset, set_status
from beffroi.shared.assets.fields import FieldFault, FieldSpec
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations import demo
from beffroi.shared.organisations.models import Commune

LAMP = [
    {"name": "power", "label": "Puissance", "type": "decimal", "unit": "W", "minimum": 0, "maximum": 1000},
    {"name": "lamp", "label": "Source", "type": "choice", "choices": ["LED", "Sodium"], "required": True},
]


@pytest.fixture
def beauval(db):
    demo.load()
    return Commune.objects.get(slug="beauval")


@pytest.fixture
def make(beauval):
    kind = AssetKind.objects.create(code="candelabre", label="Candélabre", group="Éclairage", fields=LAMP)

    def make(code="EP-1", **fields):
        values = fields.pop("values", {"lamp": "led", "power": "36,5"})
        fields = {"kind": kind, "organisation": beauval, "name": "Candélabre", "values": values, **fields}
        key = fields.pop("client_uuid", None)
        return save_asset(Asset(code=code, **fields), actor=None, client_uuid=key)[0]

    return make


def test_asset_values_are_typed_and_its_commune_found(make, beauval):
    asset = make(location=beauval.location)
    assert asset.values == {"lamp": "LED", "power": 36.5}
    assert asset.commune == beauval
    assert len(asset.tag) == 10


@pytest.mark.parametrize(
    ("values", "field"),
    [({"lamp": "bougie"}, "lamp"), ({"lamp": "LED", "power": "mille"}, "power"), ({}, "lamp"), ({"x": 1}, "x")],
)
def test_asset_with_a_wrong_value_says_which(make, values, field):
    with pytest.raises(ValidationError) as refusal:
        make(values=values)
    assert field in refusal.value.message_dict


def test_asset_number_is_unique_in_its_organisation(make):
    make("EP-1")
    with pytest.raises(ValidationError, match="inventaire"):
        make("EP-1")


def test_asset_made_twice_offline_exists_once(make):
    key = uuid.uuid4()
    assert make("EP-1", client_uuid=key) == make("EP-1", client_uuid=key)


def test_asset_cannot_be_part_of_itself(make):
    network = make("R-1")
    pole = make("EP-1", parent=network)
    network.parent = pole
    with pytest.raises(ValidationError, match="lui-même"):
        save_asset(network, actor=None)


def test_asset_out_of_order_then_back_has_one_ended_downtime(make):
    asset = make()
    asset = set_status(asset, Asset.Status.DOWN, actor=None, reason="Lampe", at=datetime(2026, 3, 1, 8, tzinfo=UTC))
    set_status(asset, Asset.Status.DOWN, actor=None)
    set_status(asset, Asset.Status.IN_SERVICE, actor=None, at=datetime(2026, 3, 3, 8, tzinfo=UTC))
    stop = asset.downtimes.get()
    assert (stop.end - stop.start).days == 2


@pytest.mark.parametrize(
    ("spec", "typed", "kept"),
    [
        (FieldSpec(name="a", label="A", type="integer"), "1 200", 1200),
        (FieldSpec(name="a", label="A", type="boolean"), "Oui", True),
        (FieldSpec(name="a", label="A", type="date"), "29/02/2024", "2024-02-29"),
        (FieldSpec(name="a", label="A"), "  ", None),
    ],
)
def test_field_reads_what_people_type(spec, typed, kept):
    assert spec.clean(typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"), [("date", "29/02/2025"), ("integer", "1,5"), ("decimal", "nan"), ("boolean", "peut-être")]
)
def test_field_refuses_what_is_not_of_its_type(kind, typed):
    with pytest.raises(FieldFault):
        FieldSpec(name="a", label="A", type=kind).clean(typed)
