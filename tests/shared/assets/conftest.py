import datetime
import io
import itertools

import pytest
from django.core.files.storage import storages
from PIL import Image
from stdnum import luhn

from beffroi.kernel.models import User
from beffroi.shared.assets.actions import save_asset, save_kind
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations import actions as territory
from beffroi.shared.organisations.models import Commune, Membership, Organisation

_numbers = itertools.count(1)
PLACE = (2.34, 50.16)
OTHER_PLACE = (2.54, 50.16)
OUTSIDE = (3.06, 50.63)
LAMP = [
    {"name": "source", "label": "Source", "type": "choice", "choices": ["LED", "Sodium"], "required": True},
    {"name": "puissance", "label": "Puissance", "type": "decimal", "unit": "W", "minimum": 0, "maximum": 1000},
    {"name": "pose_le", "label": "Pose", "type": "date"},
]


def square(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    files = {"BACKEND": "beffroi.shared.files.storage.LocalContents", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = settings.STORAGES | {"files": files}
    return storages["files"]


@pytest.fixture
def operator(db):
    return Organisation.objects.create(
        kind="epci",
        name="Communauté de communes d’Essai",
        slug="cc-essai",
        is_operator=True,
        postal_code="80600",
        phone="03 22 77 80 00",
        siren="200070951",
    )


def make_commune(operator, name, code, outline, siren=""):
    siret = f"{siren}0001" + luhn.calc_check_digit(f"{siren}0001") if siren else ""
    commune = territory.put_commune(
        actor=None,
        code_insee=code,
        name=name,
        parent=operator,
        siren=siren,
        siret=siret,
        postal_codes=["80600"],
        postal_code="80600",
        phone="03 22 32 40 05",
    )
    territory.draw_outline(commune, outline, actor=None)
    return Commune.objects.get(pk=commune.pk)


@pytest.fixture
def doullens(operator):
    """Holds PLACE."""
    return make_commune(operator, "Doullens", "80253", square(2.30, 50.10, 2.40, 50.20), "218002442")


@pytest.fixture
def beauval(operator):
    """Holds OTHER_PLACE."""
    return make_commune(operator, "Beauval", "80071", square(2.50, 50.10, 2.60, 50.20), "218000685")


@pytest.fixture
def lamp(db):
    return save_kind(
        AssetKind(
            code="candelabre",
            label="Point lumineux",
            group="Éclairage",
            icon="lightbulb",
            fields=LAMP,
            published=True,
            report_category="lampadaire-eteint",
        ),
        actor=None,
    )


@pytest.fixture
def network(db):
    return save_kind(AssetKind(code="reseau", label="Réseau", group="Éclairage", shape="none"), actor=None)


@pytest.fixture
def playground(db):
    return save_kind(
        AssetKind(code="aire-de-jeux", label="Aire de jeux", group="Espaces", shape="area", published=True), actor=None
    )


@pytest.fixture
def make_asset(operator, doullens, lamp):
    def make(code="EP-1", **fields):
        key, actor = fields.pop("client_uuid", None), fields.pop("actor", None)
        fields.setdefault("kind", lamp)
        fields.setdefault("organisation", operator)
        fields.setdefault("name", f"Mât {code}")
        if fields["kind"] == lamp:
            fields.setdefault("values", {"source": "LED", "puissance": "36,5"})
            fields.setdefault("location", PLACE)
        return save_asset(Asset(code=code, **fields), actor=actor, client_uuid=key)[0]

    return make


@pytest.fixture
def make_user(db):
    def make(role="", organisation=None, **fields):
        number = next(_numbers)
        fields.setdefault("email", f"personne{number}@example.invalid")
        fields.setdefault("first_name", f"Prénom{number}")
        fields.setdefault("last_name", f"Nom{number}")
        user = User.objects.create_user(**fields)
        if role:
            body = Organisation.objects.get(pk=organisation.pk)
            Membership.objects.create(user=user, role=role, organisation=body, start=datetime.date(2020, 1, 1))
        return user

    return make


@pytest.fixture
def agent(make_user, operator):
    return make_user("agent", operator, first_name="Paul", last_name="Caron")


@pytest.fixture
def desk(client, agent):
    """A browser in which the agent of the operator is signed in."""
    client.force_login(agent)
    return client


def photo(name="photo.jpg"):
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "#8e2f20").save(content, "JPEG")
    content.seek(0)
    content.name = name
    return content
