from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from beffroi.kernel import finding, nightly, search
from tests.sample.actions import create_note
from tests.sample.models import Note


def write(title, text="", **fields):
    return create_note(title=title, text=text, verb="touch", **fields)


def titles(typed, user=None, **options):
    return [
        found.title.replace("<mark>", "").replace("</mark>", "")
        for found in finding.find(typed, user, **options).results
    ]


@pytest.fixture
def notes(db):
    write("Éclairage public en panne", "Le lampadaire de la place de l’église ne s’allume plus depuis mardi.")
    write("Médiathèque de Doullens", "Prêt de livres, horaires d’ouverture et animations pour les enfants.")
    write("Saint-Léger-lès-Domart", "Commune de la Somme, mairie ouverte le jeudi.")
    write("Inscription à la cantine", "Œuvres scolaires : les tarifs dépendent du quotient familial.")
    write("SIG-2026-000123 Nid-de-poule", "Rue du Moulin, à Beauval.")
    search.learn_words()


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("éclairage", "Éclairage public en panne"),
        ("eclairage", "Éclairage public en panne"),
        ("ÉCLAIRAGES PUBLICS", "Éclairage public en panne"),
        ("lampadaires", "Éclairage public en panne"),
        ("éclai", "Éclairage public en panne"),
        ("place lampad", "Éclairage public en panne"),
        ("inscriptio", "Inscription à la cantine"),
        ("l’inscription", "Inscription à la cantine"),
        ("oeuvre", "Inscription à la cantine"),
        ("saint leger", "Saint-Léger-lès-Domart"),
        ("St-Léger domart", "Saint-Léger-lès-Domart"),
        ("SIG-2026-000123", "SIG-2026-000123 Nid-de-poule"),
        ("000123", "SIG-2026-000123 Nid-de-poule"),
        ("nid de poule", "SIG-2026-000123 Nid-de-poule"),
        ("la cantine", "Inscription à la cantine"),
    ],
)
def test_find_words_as_people_write_them(notes, typed, title):
    answer = finding.find(typed)
    assert titles(typed) == [title]
    assert not answer.near


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("eclarage", "Éclairage public en panne"),
        ("lampadère", "Éclairage public en panne"),
        ("mediateque", "Médiathèque de Doullens"),
        ("médiatéque doulens", "Médiathèque de Doullens"),
        ("quotiant familial", "Inscription à la cantine"),
        ("incription", "Inscription à la cantine"),
        ("St-Lergé domard", "Saint-Léger-lès-Domart"),
    ],
)
def test_find_forgives_faults_and_says_so(notes, typed, title):
    answer = finding.find(typed)
    assert answer.near
    assert titles(typed)[0] == title


def test_night_learns_the_words_of_the_day(db, settings, tmp_path):
    settings.HOME = tmp_path
    write("Panne", "Le lampadaire de la place de l’église ne s’allume plus.")
    assert titles("lampadère") == []
    nightly.run_due()
    assert titles("lampadère") == ["Panne"]


@pytest.mark.parametrize(
    "typed", ["xylophone", "zzzz", "&&& | ! ':*", "'; DROP TABLE x; --", "%s %(typed)s {seen}", "\x00"]
)
def test_find_nothing_or_nonsense_is_an_empty_answer(notes, typed):
    answer = finding.find(typed)
    assert (answer.results, answer.total, answer.near) == ([], 0, False)


@pytest.mark.parametrize("typed", ["", "   ", " "])
def test_find_without_a_word_asks_the_database_nothing(db, django_assert_num_queries, typed):
    with django_assert_num_queries(0):
        assert finding.find(typed).total == 0


def test_find_a_word_that_is_only_grammar_still_answers(notes):
    assert "Inscription à la cantine" in titles("les")


def test_find_puts_titles_before_texts_and_the_recent_before_the_old(db):
    today = timezone.localdate()
    write("Voirie", "travaux", day=today - timedelta(days=700))
    write("Travaux de voirie", "", day=today - timedelta(days=700))
    write("Autre chose", "travaux, voirie", day=today)
    write("Travaux de voirie", "récents", day=today)
    assert titles("travaux voirie") == ["Travaux de voirie", "Travaux de voirie", "Voirie", "Autre chose"]
    assert finding.find("travaux voirie").results[0].date == today


def test_find_follows_the_weight(db, declare):
    from dataclasses import replace

    from tests.sample.manifest import document, module

    heavy = replace(
        module.search[0], document=lambda note: replace(document(note), weight=10.0 if "phare" in note.text else 1.0)
    )
    declare(search=[heavy])
    write("Piscine municipale")
    write("Horaires", "phare, piscine")
    assert titles("piscine") == ["Horaires", "Piscine municipale"]


def test_find_respects_rights_in_the_organisation(make_user, make_organisation, give_role, administrator):
    here, there = make_organisation(), make_organisation()
    write("Dossier public")
    write("Dossier ici", public=False, organisation_id=here.pk)
    write("Dossier là", public=False, organisation_id=there.pk)
    write("Dossier partout", public=False)
    owner = make_user()
    write("Dossier mien", public=False, organisation_id=there.pk, owner=owner)
    agent = make_user()
    give_role(agent, "agent", here)
    seen = {
        who: set(titles("dossier", user))
        for who, user in {
            "visitor": AnonymousUser(),
            "nobody": make_user(),
            "owner": owner,
            "agent": agent,
            "admin": administrator,
        }.items()
    }
    assert seen["visitor"] == seen["nobody"] == {"Dossier public"}
    assert seen["owner"] == {"Dossier public", "Dossier mien"}
    assert seen["agent"] == {"Dossier public", "Dossier ici", "Dossier partout"}
    assert len(seen["admin"]) == 5
    assert finding.find("dossier").total == 1
    assert finding.find("dossier", agent).facets[0].count == 3


def test_find_near_words_respects_rights_too(notes):
    write("Zorglubard secret", public=False)
    search.learn_words()
    assert titles("zorglubar") == []
    assert titles("zorglubad") == []


def test_find_by_an_account_closed_sees_the_public_only(agent):
    write("Dossier partout", public=False)
    assert titles("dossier", agent) == ["Dossier partout"]
    agent.is_active = False
    assert titles("dossier", agent) == []


def test_find_escapes_what_people_wrote(db):
    write("<script>alert(1)</script> lampe", "<img src=x onerror=alert(1)> lampe & \ue000b\ue001")
    found = finding.find("lampe").results[0]
    assert "<script" not in found.title
    assert "<img" not in found.text
    assert "<mark>lampe</mark>" in found.title
    assert "<mark>lampe</mark>" in found.text
    assert "<mark>b</mark>" not in found.text


def test_find_pages_do_not_overlap(db):
    for number in range(45):
        write(f"Note {number}")
    pages = [titles("note", page=page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    assert len({title for page in pages for title in page}) == 45
    assert finding.find("note", page=2).total == 45


def test_find_of_one_kind_is_filtered(notes):
    assert len(titles("de", kind="notes")) == len(titles("de"))
    assert titles("éclairage", kind="inconnu") == titles("éclairage")


def test_find_costs_the_same_for_few_and_many(db, django_assert_num_queries):
    write("Note")
    finding.find("note")
    for count in (1, 40):
        for _ in range(count):
            write("Note")
        with django_assert_num_queries(2):
            finding.find("note")
        with django_assert_num_queries(3):
            finding.find("introuvable")


@pytest.mark.parametrize(
    "typed", ["lampadaire", "LAMPADAIRES", "signaler un lampad", "réverbere", "lampadere", "voiries"]
)
def test_services_are_found(db, typed):
    assert [service.code for service in finding.find(typed).services if service.code == "streetlight"]


@pytest.mark.parametrize("typed", ["piscine", "lampadaire piscine", "de", "x"])
def test_services_are_not_found_by_other_words(db, typed):
    assert "streetlight" not in [service.code for service in finding.find(typed).services]


def test_suggest_is_one_query_and_knows_beginnings(notes, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = finding.suggest("écl")
    assert {"label": "Éclairage public en panne", "kind": "Notes"}.items() <= found[-1].items()
    assert finding.suggest("é") == []


def test_suggest_respects_rights(make_user):
    owner = make_user()
    write("Dossier mien", public=False, owner=owner)
    assert finding.suggest("doss") == []
    assert [one["label"] for one in finding.suggest("doss", owner)] == ["Dossier mien"]


def test_search_page_shows_results_services_and_help(client, notes):
    html = client.get("/recherche/", {"q": "lampadaire"}).content.decode()
    assert "Éclairage public en panne" in html
    assert "Signaler un lampadaire en panne" in html
    html = client.get("/recherche/", {"q": "xylophone"}).content.decode()
    assert "Rien ne correspond à ces mots" in html
    assert html.count("<h1") == 1


def test_search_page_shows_near_results_as_such(client, notes):
    assert "Voici ce qui s’en approche" in client.get("/recherche/", {"q": "mediateque"}).content.decode()


@pytest.mark.parametrize(
    ("page", "status"), [("1", 200), ("2", 302), ("abc", 200), ("-4", 200), ("²", 200), ("9" * 40, 302)]
)
def test_search_page_takes_any_page_number(client, notes, page, status):
    response = client.get("/recherche/", {"q": "éclairage", "page": page})
    assert response.status_code == status


def test_search_page_keeps_hostile_words_harmless(client, notes):
    html = client.get("/recherche/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in html


def test_desk_search_is_for_agents(client, agent, make_user):
    assert client.get("/bureau/recherche/").status_code == 302
    client.force_login(make_user())
    assert client.get("/bureau/recherche/").status_code == 403
    client.force_login(agent)
    write("Dossier partout", public=False)
    assert "Dossier partout" in client.get("/bureau/recherche/", {"q": "dossier"}).content.decode().replace(
        "<mark>", ""
    ).replace("</mark>", "")


def test_suggestions_of_visitors_may_be_kept_those_of_people_not(client, make_user, notes):
    response = client.get("/recherche/suggestions", {"q": "médi"})
    assert response.json()["suggestions"][0]["label"] == "Médiathèque de Doullens"
    assert response["Cache-Control"] == "public, max-age=60"
    client.force_login(make_user())
    assert client.get("/recherche/suggestions", {"q": "médi"})["Cache-Control"] == "private, max-age=30"


def test_suggestions_follow_the_journal(client, notes):
    assert client.get("/recherche/suggestions", {"q": "piscine"}).json()["suggestions"] == []
    write("Piscine de Doullens")
    assert len(client.get("/recherche/suggestions", {"q": "piscine"}).json()["suggestions"]) == 1


def test_search_page_costs_few_queries(client, notes, django_assert_max_num_queries):
    # The version of the kept pages, two for the search, and two that every page asks: its territory and its alerts.
    with django_assert_max_num_queries(5):
        client.get("/recherche/", {"q": "médiathèque"})


def test_note_of_another_kind_is_not_indexed(db):
    write("Note")
    assert Note.objects.count() == 1
