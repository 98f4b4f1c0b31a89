"""Open data: the national schemas themselves judge the files, read by frictionless."""

import csv
import io

import pytest
from frictionless import Resource, Schema, system

from beffroi.kernel import modules
from beffroi.kernel.datasets import files, snapshots
from beffroi.shared.assets import datasets
from beffroi.shared.assets.actions import install_usual_kinds, save_asset, set_status
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations.models import Commune
from tests.shared.assets.conftest import OTHER_PLACE, PLACE
from tests.support.norms import norm

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds(db):
    install_usual_kinds(actor=None)
    return {kind.code: kind for kind in AssetKind.objects.all()}


@pytest.fixture
def hall(kinds, doullens):
    asset = Asset(
        kind=kinds["mairie"],
        organisation=doullens,
        name="Hôtel de ville de l’Écluse",
        code="MAI-1",
        location=PLACE,
        address="2 bis rue de l’Œuvre",
        values={"erp_categorie": "5"},
    )
    return save_asset(asset, actor=None)[0]


def aed(kinds, owner, number=1, **values):
    typed = {
        "acc": "Extérieur",
        "acc_lib": "oui",
        "disp_j": "7j/7",
        "disp_h": "24h/24",
        "dermnt": "2026-01-12",
        "courriel": "mairie@example.invalid",
    }
    asset = Asset(
        kind=kinds["defibrillateur"],
        organisation=owner,
        name=f"Défibrillateur {number}",
        code=f"DAE-{number}",
        location=PLACE if owner.code_insee == "80253" else OTHER_PLACE,
        address="12 rue du Bourg",
        brand="Exemplaire",
        model="C2",
        serial=f"S{number}",
        values=typed | values,
    )
    return save_asset(asset, actor=None)[0]


def judged(code: str, schema: str, tmp_path, settings) -> tuple[list[str], list[dict]]:
    """What frictionless says of the published file with the national schema, and the rows."""
    settings.HOME = tmp_path
    dataset = modules.find("datasets", code)
    path = files.file_of(snapshots.current(dataset), "csv")
    descriptor = Schema.from_descriptor(str(norm("schemas", schema)))
    names = next(csv.reader(io.StringIO(path.read_text())))
    for name in [field.name for field in descriptor.fields if field.name not in names]:
        assert not descriptor.get_field(name).required, f"{name} est exigé par le schéma"
        descriptor.remove_field(name)
    copy = tmp_path / f"{code}.csv"
    copy.write_bytes(path.read_bytes())
    system.trusted = True
    report = Resource(path=str(copy), schema=descriptor).validate()
    faults = [error.message for task in report.tasks for error in task.errors]
    return faults, list(csv.DictReader(io.StringIO(copy.read_text())))


def test_facilities_are_valid_under_the_common_base_of_local_data(hall, tmp_path, settings):
    faults, rows = judged("equipements", "scdl_equipements.schema.json", tmp_path, settings)
    assert faults == []
    (row,) = rows
    assert row["EQUIP_UID"] == "80253-01010401-001"
    assert (row["ADR_NUMERO"], row["ADR_NOMVOIE"]) == ("2 bis", "rue de l'OEuvre")
    assert row["COLL_SIRET"].startswith("2180024420001")
    assert row["EQUIP_TEL"] == "+33 322324005"


def test_defibrillators_are_valid_under_the_national_base(kinds, doullens, beauval, tmp_path, settings):
    aed(kinds, doullens, 1, lc_ped="non", dtpr_bat="2028-01-01")
    aed(kinds, beauval, 2, acc="Intérieur", disp_j="non renseigné", disp_h="non renseigné")
    aed(kinds, doullens, 3, dermnt="")  # never maintained: the base would refuse it
    set_status(aed(kinds, doullens, 4), "down", actor=None)
    set_status(aed(kinds, doullens, 5), "removed", actor=None, reason="Volé")
    faults, rows = judged("dae", "dae.schema.json", tmp_path, settings)
    assert faults == []
    working = {row["num_serie"]: row["etat_fonct"] for row in rows}
    assert working == {"S1": "En fonctionnement", "S2": "En fonctionnement", "S4": "Hors service"}
    assert rows[0]["expt_tel1"] == "+33322324005"


def test_schema_refuses_what_we_leave_out(kinds, doullens, tmp_path, settings):
    """The same file with an emptied compulsory cell is refused: the judge does judge."""
    aed(kinds, doullens, 1)
    settings.HOME = tmp_path
    path = files.file_of(snapshots.current(modules.find("datasets", "dae")), "csv")
    spoilt = tmp_path / "faux.csv"
    spoilt.write_text(path.read_text().replace("2026-01-12", "").replace("Extérieur", "Dehors"))
    system.trusted = True
    schema = Schema.from_descriptor(str(norm("schemas", "dae.schema.json")))
    assert not Resource(path=str(spoilt), schema=schema).validate().valid


def test_facility_without_street_or_number_is_left_out(hall, doullens):
    assert len(list(datasets.facilities())) == 1
    hall.address = ""
    save_asset(hall, actor=None)
    assert list(datasets.facilities()) == []


def test_facility_of_a_commune_without_siret_is_left_out(hall, doullens):
    Commune.objects.filter(pk=doullens.pk).update(siret="")
    assert list(datasets.facilities()) == []


@pytest.mark.parametrize(
    ("name", "written"), [("Bois-l’Évêque", "Bois-l-Évêque"), ("Vœuil", "Voeuil"), ("Saint-Léger-lès-Domart",) * 2]
)
def test_name_of_a_commune_is_written_with_the_letters_of_the_schema(name, written):
    assert datasets.town(name) == written
