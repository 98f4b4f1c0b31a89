"""The open dataset of reports: valid for others' readers, and nobody in it."""

import json

import pytest
from frictionless import Package, system

from beffroi.modules.reports import actions, exports
from beffroi.modules.reports.models import Report
from tests.contract import datasets

pytestmark = pytest.mark.django_db


@pytest.fixture
def several(make_report, agent, county, pothole, rule, doullens):
    """Open, ended, refused, elsewhere, approximate, private."""
    make_report(
        contact_name="Jeanne Lefebvre", contact_email="jeanne@example.invalid", description="Chez moi, 12 rue X"
    )
    actions.resolve_report(make_report(), actor=agent, reason="Rebouché par Paul.")
    actions.refuse_report(make_report(), actor=agent, refusal="private", explanation="Voyez M. Dupont.")
    rule(pothole, county, street="D 925", reason="Route départementale.")
    make_report(address="Route d’Abbeville, D 925, Doullens")
    make_report(precision=Report.Precision.COMMUNE, address="chez les Martin")
    make_report(is_private=True)


def test_rows_are_valid_under_their_schema(several, tmp_path):
    assert list(datasets.faults(exports.DATASET, tmp_path)) == []


def test_rows_hold_nobody_and_no_private_report(several):
    rows = list(exports.rows())
    assert len(rows) == 5
    text = json.dumps(rows, ensure_ascii=False)
    for word in ("Jeanne", "jeanne@", "12 rue", "Paul", "Dupont", "Martin"):
        assert word not in text
    assert [row["latitude"] is None for row in rows] == [False] * 4 + [True]
    assert [row["organisme_nature"] for row in rows][3] == "Département"


def test_package_is_valid_for_frictionless(client, several, settings, tmp_path):
    settings.HOME = tmp_path
    folder = tmp_path / "paquet"
    folder.mkdir()
    (folder / "signalements.csv").write_bytes(
        b"".join(client.get("/donnees/signalements/signalements.csv").streaming_content)
    )
    package = client.get("/donnees/signalements/datapackage.json").json()
    (folder / "datapackage.json").write_text(json.dumps(package))
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])
    assert report.tasks[0].stats["rows"] == 5
