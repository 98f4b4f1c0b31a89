import pytest
from stdnum import luhn

from beffroi.shared.organisations import exports, forms
from beffroi.shared.organisations.models import Commune, Organisation

SIRET = "73282932000074"
COMPANY = {"kind": "company", "name": "Menuiserie de l'Authie", "siret": "732 829 320 00074", "city": "Beauval"}


@pytest.fixture(autouse=True)
def _territory(request):
    if "territory" not in request.fixturenames:
        request.getfixturevalue("small_territory")


def test_body_added_by_the_epci_is_found_by_agents(enter):
    assert enter("admin").post("/bureau/organismes/ajouter/", COMPANY).status_code == 302
    made = Organisation.objects.get(siret=SIRET)
    assert (made.name, made.siren, made.slug) == ("Menuiserie de l’Authie", "732829320", "menuiserie-de-l-authie")
    agent = enter("agent")
    for wanted in ("menuiserie", "authie", "beauval", "732 829"):
        assert "Menuiserie de l’Authie" in agent.get("/bureau/organismes/", {"q": wanted}).content.decode()
    assert exports.body_document(made).permission == "organisations.read"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"siret": "73282932000075"}, "n’existe pas"),
        ({"siret": ""}, "SIRET de l’entreprise"),
        ({"kind": "commune"}, "choix valide"),
        ({"kind": "epci"}, "choix valide"),
        ({"postal_code": "8060"}, "cinq chiffres"),
        ({"phone": "12"}, "dix chiffres"),
        ({"latitude": "50.1"}, "aucune des deux"),
        ({"name": ""}, "obligatoire"),
    ],
)
def test_body_with_a_fault_is_refused_in_words(enter, change, words):
    answer = enter("admin").post("/bureau/organismes/ajouter/", {**COMPANY, **change})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Organisation.objects.filter(kind="company").exists()


def test_body_with_the_siret_of_another_is_refused(enter):
    client = enter("admin")
    client.post("/bureau/organismes/ajouter/", COMPANY)
    page = client.post("/bureau/organismes/ajouter/", {**COMPANY, "name": "Autre"}).content.decode()
    assert "déjà celui de «\u202fMenuiserie de l’Authie\u202f»" in page


@pytest.mark.parametrize(
    ("role", "read", "add"),
    [
        ("admin", 200, 200),
        ("operator_admin", 200, 200),
        ("agent", 200, 404),
        ("adviser", 200, 404),
        ("elected", 200, 404),
        ("dpo", 403, 403),
        ("editor", 403, 403),
        ("", 403, 403),
    ],
)
def test_directory_is_read_by_agents_and_kept_by_the_epci(enter, role, read, add):
    client = enter(role)
    assert client.get("/bureau/organismes/").status_code == read
    assert client.get("/bureau/organismes/ajouter/").status_code == add


def test_directory_is_not_kept_by_the_administrator_of_a_town_hall(enter):
    client = enter("admin", Commune.objects.get(code_insee="80253"))
    assert client.get("/bureau/organismes/ajouter/").status_code == 404


def test_town_hall_changes_how_to_reach_it_and_no_other(enter):
    commune = Commune.objects.get(code_insee="80253")
    client = enter("secretary", commune)
    data = {"address": "2 avenue du Maréchal Foch", "postal_code": "80600", "city": "Doullens"}
    data |= {"phone": "+33 3.22.77.00.07", "email": "mairie@example.invalid"}
    data |= {"latitude": "50.1561", "longitude": "2.3419"}
    assert client.post("/bureau/organismes/doullens/modifier/", data).status_code == 302
    commune.refresh_from_db()
    assert (commune.phone, commune.email, commune.location) == (
        "03 22 77 00 07",
        "mairie@example.invalid",
        (2.3419, 50.1561),
    )
    assert client.get("/bureau/organismes/beauval/modifier/").status_code == 404


def test_directory_export_holds_the_list_that_is_filtered(enter):
    client = enter("admin")
    client.post("/bureau/organismes/ajouter/", COMPANY)
    text = client.get("/bureau/organismes/", {"nature": "company", "export": "csv"}).content.decode("utf-8-sig")
    assert text.count("\r\n") == 2
    assert SIRET in text


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("0322778000", "03 22 77 80 00"),
        ("+33322778000", "03 22 77 80 00"),
        ("+33 (0)3 22 77 80 00", "03 22 77 80 00"),
        ("+32 2 123 45 67", "+3221234567"),
        ("3939", "39 39"),
        ("", ""),
    ],
)
def test_french_phone_is_written_one_way(typed, written):
    assert forms.french_phone(typed) == written


def test_layers_and_datasets_tell_every_commune(territory, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        halls = list(exports.town_halls(None, None))
    assert len(halls) == Commune.objects.members().filter(location__isnull=False).count()
    assert len(list(exports.town_halls(None, (2.3, 50.1, 2.4, 50.2)))) < len(halls)
    assert len(list(exports.outlines(None, None))) == 65
    assert [set(row) for row in exports.communes_rows()] == [{field.name for field in exports.COMMUNES}] * 65
    with django_assert_max_num_queries(3):
        assert [set(row) for row in exports.town_halls_rows()] == [{field.name for field in exports.TOWN_HALLS}] * 65


def test_outlines_are_public(territory, client):
    answer = client.get("/carte/contours.geojson")
    assert answer["Content-Type"] == "application/geo+json"
    assert len(answer.json()["features"]) == 65


def test_town_hall_writes_its_own_siret_and_no_other(enter):
    commune = Commune.objects.get(slug="doullens")
    Commune.objects.filter(pk=commune.pk).update(siret="", siren="218002533")
    commune.refresh_from_db()
    number = f"{commune.siren}0001"
    number += luhn.calc_check_digit(number)
    client, page = enter("admin"), f"/bureau/organismes/{commune.slug}/modifier/"
    assert f"SIREN {commune.siren}" in client.post(page, {"siret": SIRET}).content.decode()
    assert client.post(page, {"siret": number}).status_code == 302
    commune.refresh_from_db()
    assert (commune.siret, commune.siren) == (number, number[:9])
