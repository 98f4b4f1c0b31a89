"""Open data: files that others can read (frictionless, openpyxl, odfdo, rdflib), made once, kept until rows change."""

import csv
import datetime
import io
import json
from decimal import Decimal

import odfdo
import openpyxl
import pytest
import rdflib
from django.utils import timezone
from frictionless import Package, system

from beffroi.kernel.datasets import snapshots
from beffroi.kernel.modules import Dataset, DatasetField
from tests.sample.actions import create_note
from tests.sample.models import Note

pytestmark = [
    pytest.mark.django_db,
    # rdflib reads JSON-LD by a class that it deprecates itself.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
FOAF = rdflib.Namespace("http://xmlns.com/foaf/0.1/")


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def notes():
    create_note(
        title='Banc, « vert »\n"cassé"',
        day=datetime.date(2026, 11, 24),
        price=Decimal("12.50"),
        longitude=2.35,
        latitude=50.1,
    )
    create_note(title="=HYPERLINK(1)", public=False)
    create_note(title="+33 3 22 00 00 00")


def whole(answer):
    """The content of an answer that is sent as it is read; the file is closed."""
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def fetch(client, kind):
    return whole(client.get(f"/donnees/notes/notes.{kind}"))


def test_csv_follows_the_rfc_and_runs_no_formula(client, notes):
    content = fetch(client, "csv")
    assert content.startswith(b"id,titre,jour,prix,publique,longitude,latitude\r\n")
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert rows[0]["titre"] == 'Banc, « vert »\n"cassé"'
    assert (rows[0]["jour"], rows[0]["prix"], rows[0]["publique"]) == ("2026-11-24", "12.5", "true")
    assert rows[1]["titre"] == "'=HYPERLINK(1)"
    assert (rows[1]["jour"], rows[1]["longitude"]) == ("", "")
    assert rows[2]["titre"] == "+33 3 22 00 00 00"


def test_package_is_valid_for_frictionless(client, notes, tmp_path):
    folder = tmp_path / "paquet"
    folder.mkdir()
    (folder / "notes.csv").write_bytes(fetch(client, "csv"))
    package = client.get("/donnees/notes/datapackage.json").json()
    (folder / "datapackage.json").write_text(json.dumps(package))
    assert package["resources"][0]["schema"] == client.get("/donnees/notes/schema.json").json()
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])
    assert report.tasks[0].stats["rows"] == 3


def test_package_finds_a_file_that_was_altered(client, notes, tmp_path):
    (tmp_path / "notes.csv").write_bytes(fetch(client, "csv").replace(b"12.5", b"12.x"))
    (tmp_path / "datapackage.json").write_text(json.dumps(client.get("/donnees/notes/datapackage.json").json()))
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "datapackage.json")).validate()
    assert not report.valid


def test_json_and_geojson_say_the_same(client, notes):
    rows = json.loads(fetch(client, "json"))
    features = json.loads(fetch(client, "geojson"))["features"]
    assert [row["titre"] for row in rows] == [feature["properties"]["titre"] for feature in features]
    assert rows[0]["prix"] == 12.5
    assert rows[1]["publique"] is False
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [2.35, 50.1]}
    assert features[1]["geometry"] is None


def test_workbooks_open_and_hold_texts_never_formulas(client, notes):
    page = openpyxl.load_workbook(io.BytesIO(fetch(client, "xlsx"))).active
    assert [cell.value for cell in page[1]][:3] == ["id", "titre", "jour"]
    assert page["C2"].value.date() == datetime.date(2026, 11, 24)
    assert (page["B3"].value, page["B3"].data_type) == ("=HYPERLINK(1)", "s")
    table = odfdo.Document(io.BytesIO(fetch(client, "ods"))).body.tables[0]
    assert table.get_value("B3") == "=HYPERLINK(1)"


def test_rows_are_read_once_until_something_happens(client, notes, declare, monkeypatch):
    read = []
    rows = snapshots.modules.find("datasets", "notes").rows

    def counted():
        read.append(1)
        return rows()

    dataset = snapshots.modules.find("datasets", "notes")
    declare(datasets=[Dataset(**{**vars(dataset), "rows": counted})])
    for kind in ("csv", "json", "csv", "xlsx"):
        fetch(client, kind)
    assert len(read) == 1
    create_note(title="Nouvelle")
    assert b"Nouvelle" in fetch(client, "csv")
    assert len(read) == 2


def test_rows_that_stay_the_same_keep_their_date_and_files(client, notes, home):
    fetch(client, "csv")
    before = snapshots.kept(snapshots.modules.find("datasets", "notes"))
    note = Note.objects.first()
    with snapshots.journal.transaction.atomic():
        snapshots.journal.record("sample.seen", note, actor=None)
    fetch(client, "csv")
    after = snapshots.kept(before.dataset)
    assert after.version != before.version
    assert (after.digest, after.changed_at) == (before.digest, before.changed_at)


def test_file_unchanged_is_not_sent_again(client, notes):
    first = client.get("/donnees/notes/notes.csv")
    assert whole(first)
    again = client.get("/donnees/notes/notes.csv", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "attachment" in first["Content-Disposition"]


@pytest.mark.parametrize("path", ["rien/", "notes/notes.exe", "notes/autre.csv", "rien/rien.csv", "rien/schema.json"])
def test_what_is_not_published_does_not_exist(client, path):
    assert client.get(f"/donnees/{path}").status_code == 404


def test_dataset_page_shows_rows_fields_and_files(client, notes):
    page = client.get("/donnees/notes/").content.decode()
    for expected in ("Notes du territoire", "3</dd>", "Prix en euros", "/donnees/notes/notes.ods", "Licence Ouverte"):
        assert expected in page


def test_catalogue_is_searched_without_accents(client, notes):
    assert "Notes du territoire" in client.get("/donnees/?q=DÛ territoire essai").content.decode()
    assert "Notes du territoire" not in client.get("/donnees/?q=piscine").content.decode()


@pytest.mark.parametrize(("syntax", "parser"), [("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")])
def test_catalogue_is_dcat_ap_in_every_syntax(client, notes, syntax, parser):
    answer = client.get(f"/donnees/catalogue.{syntax}")
    graph = rdflib.Graph().parse(data=answer.content, format=parser)
    [catalogue] = graph.subjects(rdflib.RDF.type, DCAT.Catalog)
    for needed in (DCT.title, DCT.description, DCT.publisher):
        assert graph.value(catalogue, needed) is not None
    assert (graph.value(catalogue, DCT.publisher), rdflib.RDF.type, FOAF.Agent) in graph
    datasets = {str(graph.value(one, DCT.identifier)): one for one in graph.objects(catalogue, DCAT.dataset)}
    notes = datasets["notes"]
    assert str(graph.value(notes, DCT.title)) == "Notes du territoire"
    assert graph.value(notes, DCT.modified).toPython().tzinfo is not None
    distributions = list(graph.objects(notes, DCAT.distribution))
    assert len(distributions) == 5
    for one in distributions:
        assert (one, rdflib.RDF.type, DCAT.Distribution) in graph
        address = str(graph.value(one, DCAT.accessURL))
        assert whole(client.get(address.partition("8000")[2]))
        assert "licence" in str(graph.value(one, DCT.license))


def test_catalogue_syntaxes_hold_the_same_triples(client, notes):
    graphs = [
        rdflib.Graph().parse(data=client.get(f"/donnees/catalogue.{syntax}").content, format=parser)
        for syntax, parser in (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml"))
    ]
    assert set(graphs[0]) == set(graphs[1]) == set(graphs[2])


def test_row_of_the_wrong_type_is_told_by_its_name(declare):
    wrong = Dataset(
        code="faux",
        title="Faux",
        description="Faux",
        fields=(DatasetField(name="nombre", type="integer", description="Nombre"),),
        rows=lambda: [{"nombre": "douze"}],
    )
    declare(datasets=[wrong])
    with pytest.raises(snapshots.BadRow, match=r"faux\.nombre"):
        snapshots.current(wrong)
    assert snapshots.refresh_all() == {"faux": "BadRow"}


def test_rows_last_read_are_served_when_their_module_breaks(client, notes, declare):
    before = fetch(client, "csv")
    dataset = snapshots.modules.find("datasets", "notes")

    def broken():
        raise ValueError("cannot")

    declare(datasets=[Dataset(**{**vars(dataset), "rows": broken})])
    create_note(title="Nouvelle")
    assert fetch(client, "csv") == before


def test_dates_written_as_text_are_read(declare):
    fields = (
        DatasetField(name="jour", type="date", description="Jour"),
        DatasetField(name="le", type="datetime", description="Date"),
    )
    rows = [{"jour": "2026-11-24", "le": "2026-11-24T10:00:00+01:00"}]
    texts = Dataset(code="notes", title="T", description="T", fields=fields, rows=lambda: rows)
    declare(datasets=[texts])
    [row] = snapshots.current(texts).rows()
    assert row["jour"] == datetime.date(2026, 11, 24)
    assert row["le"] == datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)


def test_many_rows_are_written_in_little_memory_and_time(declare, client):
    moment = timezone.now()
    fields = (
        DatasetField(name="n", type="integer", description="Rang"),
        DatasetField(name="le", type="datetime", description="Date"),
        DatasetField(name="lieu", type="geopoint", description="Lieu"),
    )
    many = Dataset(
        code="notes",
        title="Beaucoup",
        description="Beaucoup",
        fields=fields,
        rows=lambda: ({"n": n, "le": moment, "lieu": (2.1, 50.2)} for n in range(20_000)),
    )
    declare(datasets=[many])
    assert fetch(client, "csv").count(b"\r\n") == 20_001
    assert len(json.loads(fetch(client, "json"))) == 20_000


def test_datasets_that_nobody_declares_any_more_are_removed(client, notes, declare, home):
    fetch(client, "csv")
    assert (home / "donnees" / "notes").is_dir()
    declare(datasets=[])
    snapshots.refresh_all()
    assert not (home / "donnees" / "notes").exists()
