import http.server
import json
import threading
import urllib.parse
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from beffroi.kernel.models import Entry
from beffroi.shared.organisations import demo
from beffroi.shared.organisations.installation import InstallationError, install_territory
from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.organisations.official import Division, SourceMissing

NORD_PICARDIE, LILLE, SUD_CORSE, CINOR, MAYOTTE = "200070951", "200093201", "200040764", "249740119", "200060465"
pytestmark = pytest.mark.django_db
installed = Division.installed()
needs_npm = pytest.mark.skipif(not installed.folder.is_dir(), reason="npm packages are not installed")


class Contours(http.server.BaseHTTPRequestHandler):
    """Answers as geo.api.gouv.fr does for the communes of an EPCI."""

    answer: bytes = b""
    status = 200
    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *args):
        pass


@pytest.fixture
def geo_api(settings):
    """A stand-in for the public service, over a socket."""
    handler = type("Handler", (Contours,), {"asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.GEO_API_URL = f"http://127.0.0.1:{server.server_port}"
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


@needs_npm
def test_install_nord_picardie_with_a_contours_file(tmp_path):
    report = install_territory(NORD_PICARDIE, contours=demo.DATA / "contours.geojson")
    assert (report.communes, report.outlines, report.without_outline) == (65, 65, [])
    assert report.operator.name == "Communauté de communes du Territoire Nord Picardie"
    assert sum(Commune.objects.values_list("population", flat=True)) == 30_685
    assert Organisation.objects.filter(kind="departement").get().name == "Département de la Somme"
    doullens = Commune.objects.get(slug="doullens")
    assert (doullens.postal_codes, doullens.postal_code, doullens.departement) == (["80600"], "80600", "80")


@needs_npm
def test_install_twice_changes_nothing():
    install_territory(NORD_PICARDIE, contours=demo.DATA / "contours.geojson")
    before = Entry.objects.count()
    report = install_territory(NORD_PICARDIE, contours=demo.DATA / "contours.geojson")
    assert (Entry.objects.count(), report.outlines) == (before, 0)


@needs_npm
@pytest.mark.parametrize(
    ("siren", "name", "count", "code", "departement", "body"),
    [
        (LILLE, "Métropole Européenne de Lille", 95, "59350", "59", "Département du Nord"),
        (SUD_CORSE, "Communauté de communes du Sud Corse", 7, "2A247", "2A", "Collectivité de Corse"),
        (
            CINOR,
            "Communauté d’agglomération Intercommunale du Nord de la Réunion (CINOR)",
            3,
            "97411",
            "974",
            "Département de La Réunion",
        ),
    ],
)
def test_install_other_epci_of_france_without_outlines(siren, name, count, code, departement, body):
    report = install_territory(siren, online=False)
    assert (report.operator.name, report.communes) == (name, count)
    commune = Commune.objects.get(code_insee=code)
    assert (commune.departement, commune.parent) == (departement, report.operator)
    assert commune.population
    assert commune.population_year == 2026
    assert commune.postal_code in commune.postal_codes
    assert len(report.without_outline) == count
    assert Organisation.objects.get(kind="departement").name == body


@needs_npm
def test_population_of_mayotte_keeps_its_own_census():
    assert installed.population_date("976") == (2018, "INSEE, recensement de Mayotte de 2017")


@needs_npm
def test_every_epci_of_france_names_known_communes():
    for body in installed.epci.values():
        lines = [installed.communes[member["code"]] for member in body["membres"]]
        assert installed.departement_bodies(lines) or {line["departement"] for line in lines} == {"75"}


@needs_npm
@pytest.mark.parametrize(
    ("siren", "message"),
    [
        ("200070952", "n’est pas un SIREN"),
        ("12", "n’est pas un SIREN"),
        ("732829320", "Aucune intercommunalité à fiscalité propre ne porte le SIREN 732829320"),
        ("Doullens", r"neuf chiffres, pas « Doullens ».*\n  200070951  Communauté de communes du Territoire Nord"),
        ("200057867", "« Plaine Commune » est un établissement public territorial"),
    ],
)
def test_install_wrong_siren_is_refused_in_clear_words(siren, message):
    with pytest.raises(InstallationError, match=message):
        install_territory(siren, online=False)
    assert not Organisation.objects.exists()


@needs_npm
def test_install_over_another_territory_is_refused():
    install_territory(NORD_PICARDIE, online=False)
    with pytest.raises(InstallationError, match="porte déjà « Communauté de communes du Territoire Nord Picardie »"):
        install_territory(CINOR, online=False)
    assert not Commune.objects.filter(departement="974").exists()


@needs_npm
def test_install_keeps_what_was_typed_since():
    report = install_territory(CINOR, online=False)
    commune = Commune.objects.get(code_insee="97411")
    Commune.objects.filter(pk=commune.pk).update(phone="0262000000", postal_code="97490")
    install_territory(CINOR, online=False)
    commune.refresh_from_db()
    assert (commune.phone, commune.postal_code, commune.parent) == ("0262000000", "97490", report.operator)


@needs_npm
def test_install_again_parts_with_communes_that_left():
    report = install_territory(CINOR, online=False)
    gone = Commune.objects.create(
        kind="commune", name="Ancienne", slug="ancienne", code_insee="97499", parent=report.operator
    )
    report = install_territory(CINOR, online=False)
    gone.refresh_from_db()
    assert (report.left, gone.member) == (["Ancienne"], False)


@needs_npm
def test_install_online_asks_for_the_outlines(geo_api):
    geo_api.answer = (demo.DATA / "contours.geojson").read_bytes()
    report = install_territory(NORD_PICARDIE)
    assert (report.outlines, report.warning) == (65, "")
    path, _, query = geo_api.asked[0].partition("?")
    assert path == "/epcis/200070951/communes"
    assert urllib.parse.parse_qs(query) == {"fields": ["code,nom"], "format": ["geojson"], "geometry": ["contour"]}


@needs_npm
@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (503, b"", "par l’erreur 503"),
        (200, b"<html>", "n’est pas du JSON"),
        (200, b'{"type": "Feature"}', "FeatureCollection"),
    ],
)
def test_install_with_a_failing_service_installs_without_outlines(geo_api, status, answer, reason):
    geo_api.status, geo_api.answer = status, answer
    report = install_territory(NORD_PICARDIE)
    assert (report.communes, report.outlines) == (65, 0)
    assert reason in report.warning


@needs_npm
def test_command_without_network_installs_and_says_how_to_add_outlines(settings):
    settings.GEO_API_URL = "http://127.0.0.1:9"
    out = StringIO()
    call_command("init_territory", siren=SUD_CORSE, stdout=out)
    text = out.getvalue()
    assert "Les contours n’ont pas pu être téléchargés : le service n’est pas joignable" in text
    assert f"./beffroi init --siren {SUD_CORSE} --contours FICHIER.geojson" in text
    assert "Licence Ouverte" in text
    assert Commune.objects.filter(departement="2A").count() == 7


@needs_npm
def test_command_searches_by_name_and_by_commune():
    out = StringIO()
    call_command("init_territory", chercher="épécamps", stdout=out)
    assert out.getvalue().startswith("200070951  Communauté de communes du Territoire Nord Picardie")
    with pytest.raises(CommandError, match="Aucune intercommunalité"):
        call_command("init_territory", chercher="nulle part ailleurs")
    with pytest.raises(CommandError, match="Donnez --siren"):
        call_command("init_territory")


@needs_npm
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "n’est pas du GeoJSON"),
        ("[]", "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "aucun code INSEE"),
        (None, "n’existe pas"),
    ],
)
def test_install_with_a_wrong_contours_file_is_refused_before_anything(tmp_path, content, message):
    path = tmp_path / "contours.geojson"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InstallationError, match=message):
        install_territory(NORD_PICARDIE, contours=path)
    assert not Organisation.objects.exists()


@needs_npm
def test_install_skips_one_bad_outline_and_says_so(tmp_path):
    shapes = json.loads((demo.DATA / "contours.geojson").read_text())
    shapes["features"][0]["geometry"] = {"type": "Point", "coordinates": [2, 50]}
    path = tmp_path / "contours.geojson"
    path.write_text(json.dumps(shapes))
    said = []
    report = install_territory(NORD_PICARDIE, contours=path, say=said.append)
    assert (report.outlines, len(report.without_outline)) == (64, 1)
    assert any("ignoré" in line for line in said)


def test_division_without_its_package_says_what_to_do(tmp_path):
    with pytest.raises(SourceMissing, match="npm ci"):
        _ = Division(tmp_path).epci
