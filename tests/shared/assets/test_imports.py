"""A file on its way in, in the four formats: read, mapped, tried line by line, kept once, gone on with after a stop."""

import io
import json
import subprocess
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beffroi.kernel.models import Entry
from beffroi.shared.assets import actions
from beffroi.shared.assets.importing import mapping, reading, writing
from beffroi.shared.assets.models import Asset, AssetImport
from tests.shared.assets.conftest import OTHER_PLACE, OUTSIDE, PLACE

pytestmark = pytest.mark.django_db
LINES = """ref;numéro;libellé;source;puissance;longitude;latitude;pose le;fait partie de
A1;EP-1;Mât 1;LED;36,5;2.34;50.16;01/03/2024;
A2;EP-2;Mât 2;sodium;mille;2,35;50,16;;
A3;EP-3;Mât 3;;24;2.36;50.16;31/02/2024;
A1;EP-4;Mât 4;LED;24;2.36;50.16;;
;EP-5;Mât 5;LED;24;2.36;50.16;;
A6;EP-6;Mât 6;LED;24;3.06;50.63;;
A7;EP-7;Mât 7;LED;24;;50.16;;
A8;EP-8;Mât 8;LED;24;2.36;50.16;;RES-9

A9;EP-9;Mât 9;LED;24;2.36;50.16;;A1
"""


def content_of(text: str | bytes, name="mats.csv", crs=0):
    data = text.encode() if isinstance(text, str) else text
    return reading.read(SimpleUploadedFile(name, data), name, crs)


@pytest.fixture
def receive(operator, doullens, beauval, lamp, agent):
    def make(text, name="mats.csv", columns=None, crs=0, kind=lamp):
        content = content_of(text, name, crs)
        run = actions.receive_import(content, actor=agent, organisation=operator, kind=kind, name=name, crs=crs)
        actions.check_columns(run, columns or run.mapping, actor=agent)
        writing.check(run.pk)
        run.refresh_from_db()
        return run

    return make


@pytest.fixture
def keep(agent):
    def write(run):
        actions.start_import(run, actor=agent)
        writing.write(run.pk)
        run.refresh_from_db()
        return run

    return write


def test_trial_tells_each_fault_with_its_line_and_field_and_writes_nothing(receive):
    run = receive(LINES)
    told = {(line, label): reason for line, label, reason in run.faults}
    assert (run.status, run.total, run.created, run.faulty) == ("checked", 9, 2, 7)
    assert "attend un nombre" in told[3, "Puissance"]
    assert "obligatoire" in told[4, "Source"]
    assert "attend une date" in told[4, "Pose"]
    assert "déjà à la ligne 2" in told[5, "Référence extérieure"]
    assert "vide" in told[6, "Référence extérieure"]
    assert "hors du territoire" in told[7, "Position"]
    assert "Il manque" in told[8, "Position"]
    assert "n’existe pas" in told[9, "Fait partie de"]
    assert not any(line == 11 for line, _label in told)  # the empty line counts, and A1 stands above
    assert not Asset.objects.exists()


def test_columns_are_recognised_by_their_names(lamp):
    found = mapping.guess(lamp, ["ref", "Numéro d’inventaire", "Libellé", "Puissance", "LON", "lat", "etat", "rien"])
    assert found == {
        "external_ref": "ref",
        "code": "Numéro d’inventaire",
        "name": "Libellé",
        "longitude": "LON",
        "latitude": "lat",
        "status": "etat",
        "v_puissance": "Puissance",
    }


def test_import_keeps_the_right_lines_and_leaves_the_others(receive, keep):
    run = keep(receive(LINES))
    assert (run.status, run.created, run.updated, run.faulty, run.rows) == ("done", 2, 0, 7, None)
    first, ninth = Asset.objects.order_by("code")
    assert (first.external_ref, first.values, first.location) == (
        "A1",
        {"source": "LED", "puissance": 36.5, "pose_le": "2024-03-01"},
        PLACE,
    )
    assert ninth.parent == first
    assert first.commune.name == "Doullens"
    entry = Entry.objects.get(verb="assets.import")
    assert entry.data == {"created": 2, "updated": 0, "faulty": 7}


def test_same_file_again_changes_nothing_but_what_it_says(receive, keep):
    keep(receive(LINES))
    moved = LINES.replace("A1;EP-1;Mât 1;LED;36,5;2.34", "A1;EP-1;Mât un;;40;2.54")
    run = receive(moved)
    assert (run.created, run.updated) == (0, 2)
    keep(run)
    asset = Asset.objects.get(external_ref="A1")
    assert (asset.name, asset.values["source"], asset.values["puissance"]) == ("Mât un", "LED", 40)
    assert (asset.location, asset.commune.name) == (OTHER_PLACE, "Beauval")
    assert Asset.objects.count() == 2


def test_killed_import_goes_on_where_it_was_without_double(receive, keep, agent, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 10)
    lines = "ref;source;longitude;latitude\n" + "".join(f"L{n};LED;2.34;50.16\n" for n in range(35))
    run = receive(lines)
    actions.start_import(run, actor=agent)
    create, calls = writing._create, []

    def dies_in_the_third(*args):
        calls.append(1)
        made = create(*args)
        if len(calls) == 3:
            raise KeyboardInterrupt  # after its rows were written, before its transaction ended
        return made

    monkeypatch.setattr(writing, "_create", dies_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        writing.write(run.pk)
    run.refresh_from_db()
    assert (run.status, run.done, Asset.objects.count()) == ("writing", 20, 20)
    actions.resume_import(run, actor=agent)
    writing.write(run.pk)
    run.refresh_from_db()
    assert (run.status, run.done, run.created, Asset.objects.count()) == ("done", 35, 35, 35)
    writing.write(run.pk)
    assert Asset.objects.count() == 35


def test_double_before_a_stop_is_still_told_after_it(receive, agent, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 2)
    run = receive("ref;source;lon;lat\nA;LED;2.34;50.16\nB;LED;2.34;50.16\nC;LED;2.34;50.16\nA;LED;2.34;50.16\n")
    actions.start_import(run, actor=agent)
    rows, checker = reading.unpacked(run.rows), writing.Checker(AssetImport.objects.get(pk=run.pk))
    writing._batch(run.pk, rows, checker)
    writing.write(run.pk)
    run.refresh_from_db()
    assert (run.created, run.faulty) == (3, 1)


def test_press_twice_on_import_writes_once(receive, agent):
    run = receive(LINES)
    actions.start_import(run, actor=agent)
    actions.start_import(run, actor=agent)
    assert Entry.objects.filter(verb="assets.import_started").count() == 1


def test_import_given_up_keeps_nothing_more(receive, agent):
    run = receive(LINES)
    actions.cancel_import(run, actor=agent)
    writing.write(run.pk)
    assert not Asset.objects.exists()
    run.refresh_from_db()
    assert (run.status, run.rows) == ("cancelled", None)


def test_reference_of_another_kind_is_refused(receive, keep, make_asset, network):
    make_asset("RES-1", kind=network, values={}, external_ref="A1", location=PLACE)
    run = receive(LINES)
    assert [2, "Type", "Cette référence est déjà celle d’un équipement « Réseau »."] in run.faults


def test_number_of_another_asset_is_refused(receive, make_asset):
    make_asset("EP-1", external_ref="Z9")
    run = receive(LINES)
    assert [2, "Numéro d’inventaire", "« EP-1 » est déjà le numéro d’un autre équipement."] in run.faults


def test_status_of_a_file_opens_a_downtime(receive, keep):
    run = keep(receive("ref;source;etat;lon;lat\nA;LED;en panne;2.34;50.16\nB;LED;prévu;2.34;50.16\n"))
    assert run.created == 2
    assert list(Asset.objects.order_by("code").values_list("status", flat=True)) == ["down", "planned"]
    assert Asset.objects.get(external_ref="A").downtimes.count() == 1


@pytest.mark.parametrize("crs", [0, 2154])
def test_lambert_93_is_recognised_or_told(receive, keep, crs):
    run = receive("ref;source;x;y\nA;LED;652853.6;7007000\n", crs=crs)
    assert run.faulty == 0, run.faults
    keep(run)
    assert Asset.objects.get().location == pytest.approx((2.34, 50.16), abs=0.02)


GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"ref": "A1", "source": "LED", "puissance": 36.5, "pose_le": "2024-03-01", "nom": "Été"},
            "geometry": {"type": "Point", "coordinates": [*PLACE, 80]},
        },
        {
            "type": "Feature",
            "properties": {"ref": "A2", "source": "Sodium", "puissance": None, "pose_le": None, "nom": None},
            "geometry": {"type": "LineString", "coordinates": [[2.34, 50.16], [2.36, 50.16]]},
        },
        {
            "type": "Feature",
            "properties": {"ref": "A3", "source": "LED", "puissance": 24, "pose_le": None, "nom": "Nul"},
            "geometry": {"type": "Point", "coordinates": list(OUTSIDE)},
        },
    ],
}


def made_by_gdal(tmp_path, ending: str, *options: str) -> bytes:
    """The same features in another format, written by ogr2ogr."""
    source, target = tmp_path / "source.geojson", tmp_path / f"fichier{ending}"
    source.write_text(json.dumps(GEOJSON))
    subprocess.run(["ogr2ogr", *options, str(target), str(source)], check=True, capture_output=True)
    if ending != ".shp":
        return target.read_bytes()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        for path in sorted(tmp_path.glob("fichier.*")):
            zipped.write(path, f"dossier/{path.name}")
    return archive.getvalue()


@pytest.mark.parametrize(
    ("name", "ending", "options"),
    [
        ("a.geojson", ".geojson", ()),
        ("a.gpkg", ".gpkg", ("-t_srs", "EPSG:2154")),
        ("a.zip", ".shp", ("-t_srs", "EPSG:3950", "-skipfailures", "-where", "ref <> 'A2'")),
    ],
)
def test_geographical_files_written_by_gdal_are_read(receive, keep, tmp_path, name, ending, options):
    run = receive(made_by_gdal(tmp_path, ending, *options), name=name)
    assert run.has_geometry
    assert [(line, label) for line, label, _reason in run.faults] == [(run.total, "Position")]
    keep(run)
    asset = Asset.objects.get(external_ref="A1")
    assert asset.location == pytest.approx(PLACE, abs=1e-5)
    assert asset.values == {"source": "LED", "puissance": 36.5, "pose_le": "2024-03-01"}
    assert asset.name == "Été"
    if ending != ".shp":
        line = Asset.objects.get(external_ref="A2")
        assert line.geometry["type"] == "LineString"
        assert line.location == pytest.approx((2.35, 50.16), abs=1e-4)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.pdf", b"%PDF", "Le format n’est pas reconnu"),
        ("a.csv", b"\x00\x01\x02", "autre chose que du texte"),
        ("a.csv", b"ref;nom\n", "aucune ligne"),
        ("a.geojson", b"{pas du json", "ne s’ouvre pas"),
        ("a.gpkg", b"SQLite format 3\x00rien", "ne s’ouvre pas"),
        ("a.zip", b"PK rien", "L’archive ZIP ne s’ouvre pas"),
    ],
)
def test_file_that_cannot_be_read_is_told_in_one_sentence(db, name, data, told):
    with pytest.raises(reading.Unreadable, match=told):
        content_of(data, name)


def test_archive_without_its_table_or_too_big_is_refused(monkeypatch):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("../../mats.shp", b"x" * 2000)
    with pytest.raises(reading.Unreadable, match="mats.dbf|manque le fichier .dbf"):
        content_of(archive.getvalue(), "a.zip")
    monkeypatch.setattr(reading, "MOST_UNPACKED", 1000)
    with pytest.raises(reading.Unreadable, match="trop grosse"):
        content_of(archive.getvalue(), "a.zip")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_table_of_an_office_suite_is_read_whatever_its_encoding(db, encoding):
    content = content_of("réf\tlibellé\nA\tÉté\n".encode(encoding))
    assert content.columns == ["réf", "libellé"]
    assert content.rows[0][1] == ["A", "Été"]


def test_whole_journey_through_the_pages(desk, operator, doullens, lamp):
    url = reverse("assets:imports")
    upload = SimpleUploadedFile("mats.csv", LINES.encode())
    sent = desk.post(url, {"file": upload, "kind": lamp.pk, "organisation": operator.pk, "crs": "0"})
    run = AssetImport.objects.get()
    assert sent["Location"] == reverse("assets:import_columns", args=[run.pk])
    page = desk.get(sent["Location"]).content.decode()
    assert "ref (A1, A2, A3)" in page
    columns = reverse("assets:import_columns", args=[run.pk])
    none = desk.post(columns, {"name": "libellé"})
    assert "elle évite les doubles" in none.content.decode()
    twice = desk.post(columns, {"external_ref": "ref", "code": "ref"})
    assert "sert déjà pour" in twice.content.decode()
    assert desk.post(columns, run.mapping).status_code == 302
    assert "data-live" in desk.get(run.get_absolute_url()).content.decode()
    writing.check(run.pk)
    page = desk.get(run.get_absolute_url()).content.decode()
    assert "Importer 2\u00a0équipements" in page.replace("&nbsp;", "\u00a0")
    assert "hors du territoire" in page
    faults = desk.get(reverse("assets:import_faults", args=[run.pk])).content.decode("utf-8-sig")
    assert faults.splitlines()[0] == "Ligne;Champ;Raison"
    desk.post(reverse("assets:import_move", args=[run.pk, "confirmer"]))
    writing.write(run.pk)
    page = desk.get(run.get_absolute_url()).content.decode()
    assert "terminé" in page
    assert desk.get("/bureau/equipements/?q=A9").context["page"].paginator.count == 1


def test_upload_without_file_or_of_another_kind_is_told(desk, operator, lamp):
    url = reverse("assets:imports")
    assert "Choisissez un fichier" in desk.post(url, {"kind": lamp.pk}).content.decode()
    wrong = SimpleUploadedFile("a.pdf", b"%PDF")
    assert "n’est pas reconnu" in desk.post(url, {"file": wrong, "kind": lamp.pk, "crs": "0"}).content.decode()


def test_import_of_another_body_does_not_exist(client, receive, make_user, beauval):
    run = receive(LINES)
    client.force_login(make_user("agent", beauval))
    assert client.get(run.get_absolute_url()).status_code == 404
    assert client.post(reverse("assets:import_move", args=[run.pk, "confirmer"])).status_code == 404


def test_unknown_gesture_and_wrong_moment_are_refused(desk, receive, agent):
    run = receive(LINES)
    assert desk.post(reverse("assets:import_move", args=[run.pk, "rien"])).status_code == 404
    actions.cancel_import(run, actor=agent)
    desk.post(reverse("assets:import_move", args=[run.pk, "confirmer"]))
    run.refresh_from_db()
    assert run.status == "cancelled"
