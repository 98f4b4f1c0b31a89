import csv
import gzip
import http.server
import json
import threading
import time

import pytest
from django.core.management import CommandError, call_command

from beffroi.kernel.models import Entry
from beffroi.shared.organisations import addresses
from beffroi.shared.organisations.addresses import reading
from beffroi.shared.organisations.models import Address, Commune, Street

HEADER = [
    *("id", "id_fantoir", "numero", "rep", "nom_voie", "code_postal", "code_insee", "nom_commune"),
    *("code_insee_ancienne_commune", "nom_ancienne_commune", "x", "y", "lon", "lat", "type_position", "alias"),
    *("nom_ld", "libelle_acheminement", "nom_afnor", "source_position", "source_nom_voie", "certification_commune"),
    "cad_parcelles",
]


def line(ban_id, number, street, *, rep="", code="80253", postal="80600", city="Doullens", lon="2.34", lat="50.15"):
    values = {"id": ban_id, "numero": number, "rep": rep, "nom_voie": street, "code_postal": postal}
    return {**values, "code_insee": code, "nom_commune": city, "lon": lon, "lat": lat}


LINES = [
    line("80253_0120_00001", "1", "Rue du Bourg", lon="2.3400"),
    line("80253_0120_00012", "12", "Rue du Bourg", lon="2.3410"),
    line("80253_0120_00012_bis", "12", "Rue du Bourg", rep="bis", lon="2.3411"),
    line("80253_0120_00120", "120", "Rue du Bourg", lon="2.3500"),
    line("80253_0200_00003", "3", "Rue de l'Église"),
    line("80253_0300_00008", "8", "Avenue du Maréchal Foch"),
    line("80253_0400_99999", "99999", "Hameau de Haute-Visée"),
    line("80493_0010_00005", "5", "Rue de l'Église", code="80493", postal="80630", city="Beauval"),
    line("80021_0010_00005", "5", "Rue du Bourg", code="80021", postal="80000", city="Amiens"),
]


def write(path, lines, header=HEADER, delimiter=";", opener=open):
    with opener(path, "wt", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, header, delimiter=delimiter, restval="")
        writer.writeheader()
        writer.writerows(lines)
    return path


@pytest.fixture
def communes(small_territory):
    """Doullens and Beauval."""
    return {c.name: c for c in Commune.objects.members()}


@pytest.fixture
def imported(communes, tmp_path):
    lines = [
        {**one, "code_insee": communes["Beauval"].code_insee} if one["nom_commune"] == "Beauval" else one
        for one in LINES
    ]
    path = write(tmp_path / "adresses-80.csv", lines)
    return path, addresses.import_addresses(path)


def labels(*args, **options):
    return [one.label for one in addresses.suggest(*args, **options)]


def test_import_keeps_only_the_communes_of_the_territory(imported):
    _path, made = imported
    assert (made.streets, made.addresses, made.communes) == (5, 7, 2)
    assert Address.objects.count() == 7
    assert not Street.objects.filter(postal_code="80000").exists()


def test_import_replayed_changes_nothing(imported):
    path, _made = imported
    held = list(Address.objects.order_by("pk").values_list("pk", "ban_id")), Entry.objects.count()
    assert addresses.import_addresses(path).changed == 0
    assert (list(Address.objects.order_by("pk").values_list("pk", "ban_id")), Entry.objects.count()) == held


def test_import_of_a_newer_file_updates_and_removes(imported, tmp_path):
    newer = [dict(one) for one in LINES[1:4]]
    newer[0]["lon"] = "2.3999"
    made = addresses.import_addresses(write(tmp_path / "neuf.csv.gz", newer, opener=gzip.open))
    assert made.changed > 0
    assert Address.objects.get(ban_id="80253_0120_00012").location == (2.3999, 50.15)
    assert not Address.objects.filter(ban_id="80253_0120_00001").exists()
    assert not Street.objects.filter(commune__name="Doullens").exclude(name="Rue du Bourg").exists()
    assert Street.objects.filter(commune__name="Beauval").exists(), "a commune that the file does not name is kept"


def test_import_of_place_names_leaves_the_streets(imported, tmp_path):
    header = ["id", "nom_lieu_dit", "code_postal", "code_insee", "nom_commune", "lon", "lat"]
    values = ["80253_b001", "La Citadelle", "80600", "80253", "Doullens", "2.333", "50.152"]
    path = write(tmp_path / "lieux-dits-80.csv", [dict(zip(header, values, strict=True))], header)
    addresses.import_addresses(path)
    assert addresses.suggest("citadelle")[0].kind == "place"
    assert Street.objects.filter(is_place=False).count() == 5


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a;b;c\n1;2;3\n", "format national"),
        (b"", "format national"),
        (b"\x1f\x8b\x08\x00broken", "abîmé"),
        (b"id;numero;nom_voie;code_insee;lon;lat\n1;2;Rue de l'\xe9t\xe9;80253;2;50\n", "UTF-8"),
        (b"id;numero;nom_voie;code_insee;lon;lat\n80001_1_1;2;Rue;75056;2;50\n", "aucune adresse"),
    ],
)
def test_import_of_an_unusable_file_is_refused_in_words(imported, tmp_path, content, words):
    if words == "aucune":
        content = content.replace(b"80253", b"99999")
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    with pytest.raises(reading.ImportFault, match=words):
        addresses.import_addresses(bad)
    assert Address.objects.count() == 7


def test_import_leaves_out_lines_without_position(communes, tmp_path):
    lines = [LINES[0], line("80253_9_1", "1", "Rue Perdue", lon=""), line("80253_9_2", "2", "Rue Folle", lat="nan")]
    assert addresses.import_addresses(write(tmp_path / "a.csv", lines, delimiter=",")).streets == 1


def test_import_command_tells_what_it_did_and_fails_in_words(communes, tmp_path, capsys):
    call_command("import_addresses", str(write(tmp_path / "a.csv", LINES[:4])))
    assert "4\u00a0adresses dans 1\u00a0commune" in capsys.readouterr().out
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("import_addresses", str(tmp_path / "absent.csv"))


def test_suggest_gives_the_street_then_its_numbers(imported):
    assert labels("rue du bourg doullens") == [
        "Rue du Bourg, 80600 Doullens",
        "1 Rue du Bourg, 80600 Doullens",
        "12 Rue du Bourg, 80600 Doullens",
        "12 bis Rue du Bourg, 80600 Doullens",
        "120 Rue du Bourg, 80600 Doullens",
    ]


@pytest.mark.parametrize("typed", ["eglise", "église", "EGLISE", "rue de leglise", "ru de l'eglisse", "r de l’église"])
def test_suggest_forgives_accents_and_faults(imported, typed):
    assert {one.street for one in addresses.suggest(typed)} >= {"Rue de l’Église"}


@pytest.mark.parametrize("typed", ["av marechal foch", "avenue foch", "av. du mar. foch", "marechall foch doulens"])
def test_suggest_understands_abbreviations(imported, typed):
    assert addresses.suggest(typed)[0].street == "Avenue du Maréchal Foch"


def test_suggest_with_a_number_gives_that_number_first(imported):
    assert labels("12 bis rue du borg, doulens")[0] == "12 bis Rue du Bourg, 80600 Doullens"
    assert labels("12 rue du bourg")[:2] == ["12 Rue du Bourg, 80600 Doullens", "12 bis Rue du Bourg, 80600 Doullens"]
    unknown = addresses.suggest("77 rue du bourg")[0]
    assert (unknown.kind, unknown.label) == ("street", "Rue du Bourg, 80600 Doullens")


def test_suggest_prefers_the_town_that_is_typed(imported):
    assert labels("5 rue de l'eglise beauval")[0] == "5 Rue de l’Église, 80630 Beauval"
    assert labels("rue de l'eglise 80600")[0] == "Rue de l’Église, 80600 Doullens"


def test_suggest_within_a_commune_leaves_the_others(imported, communes):
    assert {one.city for one in addresses.suggest("rue de l'eglise", commune=communes["Beauval"])} == {"Beauval"}


@pytest.mark.parametrize("typed", ["", "a", "12", "%%%", "' OR 1=1 --", "\x00", "_______", "\\", "🐄🐄🐄", "xyzzyx"])
def test_suggest_for_what_is_no_address_is_empty(imported, typed):
    assert addresses.suggest(typed) == []


def test_suggest_reads_a_long_text_and_the_limit(imported):
    assert len(addresses.suggest("rue " * 5000, limit=2)) <= 2


def test_suggest_costs_two_queries_however_many_streets(imported, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        addresses.suggest("12 rue de l'eglise")


def test_suggestions_page_answers_json_to_a_visitor(imported, client):
    answer = client.get("/adresses/suggestions", {"q": "12 rue du bourg"})
    first = answer.json()["suggestions"][0]
    assert first == {
        "label": "12 Rue du Bourg, 80600 Doullens",
        "kind": "adresse",
        "type": "number",
        "lon": 2.341,
        "lat": 50.15,
        "code_insee": "80253",
        "city": "Doullens",
        "postal_code": "80600",
        "street": "12 Rue du Bourg",
    }


def test_suggestions_page_limits_each_visitor(imported, client, monkeypatch):
    monkeypatch.setattr("beffroi.shared.organisations.views.addresses.MOST", 2)
    answers = [client.get("/adresses/suggestions", {"q": "bourg"}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_suggestions_page_keeps_to_a_commune(imported, client):
    answer = client.get("/adresses/suggestions", {"q": "eglise", "commune": "beauval"}).json()
    assert {one["city"] for one in answer["suggestions"]} == {"Beauval"}
    assert client.get("/adresses/suggestions", {"q": "eglise", "commune": "\x00"}).json() == {"suggestions": []}


class NationalService(http.server.BaseHTTPRequestHandler):
    """Answers as https://data.geopf.fr/geocodage/search does."""

    asked: list[str] = []
    answer = b""
    wait = 0.0

    def do_GET(self):
        self.asked.append(self.path)
        time.sleep(self.wait)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *args):
        pass


@pytest.fixture
def national_service(settings):
    """A stand-in for the national address service, over a socket."""
    handler = type("Handler", (NationalService,), {"asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.BAN_URL = f"http://127.0.0.1:{server.server_port}/geocodage"
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


def feature(code, name, number="4"):
    properties = {"citycode": code, "street": name, "housenumber": number, "postcode": "80600", "type": "housenumber"}
    return {"geometry": {"type": "Point", "coordinates": [2.35, 50.16]}, "properties": properties}


def test_national_service_completes_what_is_not_imported(imported, national_service):
    features = [feature("80253", "Rue des Lilas"), feature("75056", "Rue des Lilas")]
    national_service.answer = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    (found,) = addresses.suggest("4 rue des lilas")
    assert (found.label, found.city, found.longitude) == ("4 Rue des Lilas, 80600 Doullens", "Doullens", 2.35)
    assert national_service.asked[0].startswith("/geocodage/search?q=4+rue+des+lilas&")


@pytest.mark.parametrize("answer", [b"", b"[]", b"null", b'{"features": [{}]}', b'{"features": 3}'])
def test_national_service_that_fails_leaves_our_own_addresses(imported, national_service, answer):
    national_service.answer = answer
    assert labels("rue du bourg")[0] == "Rue du Bourg, 80600 Doullens"


def test_national_service_is_asked_nothing_unless_named(imported, settings):
    settings.BAN_URL = ""
    assert addresses.suggest("4 rue des lilas") == []
