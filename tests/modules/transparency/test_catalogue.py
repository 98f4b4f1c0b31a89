"""The catalogue of the open datasets, judged by the national schema."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.kernel import modules
from beffroi.modules.transparency import actions, catalogue
from beffroi.modules.transparency.models import DatasetSheet
from tests.support.norms import norm, table_faults

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path


@pytest.fixture
def listed(operator):
    operator.siret = "21800253300022"
    operator.save(update_fields=["siret"])
    actions.list_datasets(actor=None)
    return operator


def test_every_dataset_but_the_catalogue_gets_a_sheet_once(operator):
    codes = {dataset.code for dataset in modules.collect("datasets")} - {catalogue.CODE}
    assert actions.list_datasets(actor=None) == len(codes)
    assert set(DatasetSheet.objects.values_list("code", flat=True)) == codes
    assert actions.list_datasets(actor=None) == 0


def test_catalogue_follows_the_common_schema(listed, tmp_path):
    lines = list(catalogue.rows())
    assert {line["ID"] for line in lines} == {dataset.code for dataset in modules.collect("datasets")} - {"catalogue"}
    assert [list(line) for line in lines] == [[field.name for field in catalogue.DATASET.fields]] * len(lines)
    assert table_faults(lines, norm("schemas", "scdl_catalogue.schema.json"), tmp_path) == []
    for line in lines:
        assert line["MOTS_CLES"] == line["MOTS_CLES"].lower()
        assert line["MOTS_CLES"].isascii()
        assert len(line["FORMAT_RESSOURCES"].split(";")) == line["NOMBRE_RESSOURCES"]
        assert line["COUV_TEMP_DEBUT"] <= line["COUV_TEMP_FIN"]
        assert line["DATE_PUBL"] <= line["DATE_MAJ"]


def test_nothing_is_listed_for_a_body_without_siret(listed):
    listed.siret = ""
    listed.save(update_fields=["siret"])
    assert list(catalogue.rows()) == []


def test_what_a_person_completes_is_what_the_catalogue_says(client, listed, make_user):
    client.force_login(make_user("admin", listed))
    assert "Délibérations" in client.get("/bureau/donnees/").text
    today = timezone.localdate().isoformat()
    values = {"theme": "Vie démocratique", "scale": "Communale", "starts_on": "2020-01-01", "published_on": today}
    client.post("/bureau/donnees/deliberations/", values)
    (line,) = [line for line in catalogue.rows() if line["ID"] == "deliberations"]
    assert (line["THEME"], line["COUV_SPAT_MAILLE"]) == ("Vie démocratique", "Communale")
    assert line["COUV_TEMP_DEBUT"] == datetime.date(2020, 1, 1)


def test_period_that_ends_before_it_begins_is_refused(listed):
    sheet = DatasetSheet.objects.get(code="deliberations")
    sheet.ends_on = sheet.starts_on - datetime.timedelta(days=1)
    with pytest.raises(ValidationError, match="précède son début"):
        actions.save_sheet(sheet, actor=None)


def test_sheets_are_closed_to_the_communes(client, listed, make_user, commune):
    client.force_login(make_user("admin", commune))
    assert client.get("/bureau/donnees/").status_code == 403
