"""Each rule of the contract is seen to fail on an injected fault, and to accept what is in order."""

import datetime

import pytest
from django.apps import apps
from django.urls import path

from beffroi.kernel import modules
from beffroi.kernel.modules import Dataset, DatasetField, Page
from tests.contract import datasets, rules, visit
from tests.sample import views

GOOD = """<!doctype html><html lang="fr"><head><title>Notes</title></head><body>
<main><h1>Notes</h1>
<a href="#fin">Fin</a><form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x">
<label for="a">Nom</label><input id="a" name="a"><button>Envoyer</button></form>
<p id="fin">Fin</p></main></body></html>"""

PAGE_FAULTS = {
    "langue": ('lang="fr"', ""),
    "pas de titre": ("<title>Notes</title>", ""),
    "2 titres <h1>": ("<h1>Notes</h1>", "<h1>Notes</h1><h1>Encore</h1>"),
    "0 titres <h1>": ("<h1>Notes</h1>", ""),
    "le titre <h1> est vide": ("<h1>Notes</h1>", "<h1> </h1>"),
    "champ sans étiquette": ('for="a"', 'for="b"'),
    "bouton ou lien sans nom": ("<button>Envoyer</button>", "<button></button>"),
    "image sans alternative": ("<h1>", '<img src="/x.png"><h1>'),
    "script écrit": ("<h1>", "<script>alert(1)</script><h1>"),
    "style écrit": ("<h1>", "<style>p{}</style><h1>"),
    "attribut style": ("<h1>", '<h1 style="color:red">'),
    "attribut onclick": ("<h1>", '<h1 onclick="x()">'),
    "lien javascript": ("<h1>", '<a href="javascript:x()">x</a><h1>'),
    "identifiant en double": ('<p id="fin">', '<p id="fin"></p><p id="fin">'),
    "partie absente": ('href="#fin"', 'href="#debut"'),
    "CSRF": ('name="csrfmiddlewaretoken"', 'name="autre"'),
    "parties <main>": ("main>", "div>"),
    "Territory(name=": ("<h1>Notes", "<h1>Notes Territory(name='x')"),
    "écriture de Python : None": ("<h1>Notes", "<h1>Notes None"),
    "écriture de Python : 7,0000": ("<h1>Notes", "<h1>Notes, 7,0000 kg"),
    "octets de HTML": ("<p ", "<p>" + "long " * 13_000 + "</p><p "),
}


def test_page_in_order_has_no_fault():
    assert list(rules.page(GOOD)) == []


@pytest.mark.parametrize("text", ["12,50 €", "à 10.30", "version 3.11.7", "7,5 kg", "le 01.10.2026", "Nonette"])
def test_sentence_of_a_person_is_no_value_of_python(text):
    assert list(rules.representations(text)) == []


@pytest.mark.parametrize("fault", PAGE_FAULTS)
def test_page_fault_is_named(fault):
    before, after = PAGE_FAULTS[fault]
    assert before in GOOD
    found = list(rules.page(GOOD.replace(before, after)))
    assert any(fault in one for one in found), found


def test_too_many_queries_are_named():
    few = [f"SELECT {letter}" for letter in "abcdefghijkl"]
    assert len(few) == rules.QUERY_LIMIT
    assert list(rules.queries(few)) == []
    assert "13 requêtes" in next(rules.queries([*few, "SELECT m"]))
    repeated = [f"SELECT a FROM b WHERE c = {number} AND d = 'mot{number}'" for number in range(4)]
    assert "répétée 4 fois" in next(rules.queries(repeated))


def test_growth_with_the_rows_is_named():
    assert list(rules.growth(5, 5)) == []
    assert list(rules.growth(5, 32)) != []


ACCESS = [
    # permission, signed in, holder, status, led to sign in, in order
    ("", False, False, 200, False, True),
    ("", False, False, 404, False, False),
    ("", False, False, 302, True, False),
    ("", True, False, 500, False, False),
    ("login", False, False, 302, True, True),
    ("login", False, False, 200, False, False),
    ("login", True, False, 200, False, True),
    ("login", True, False, 403, False, False),
    ("x.read", False, False, 302, True, True),
    ("x.read", False, False, 200, False, False),
    ("x.read", True, False, 403, False, True),
    ("x.read", True, False, 404, False, True),
    ("x.read", True, False, 200, False, False),
    ("x.read", True, True, 200, False, True),
    ("x.read", True, True, 302, True, False),
    ("x.read", True, True, 500, False, False),
]


@pytest.mark.parametrize(("permission", "signed_in", "holder", "status", "login", "fine"), ACCESS)
def test_access_fault_is_named(permission, signed_in, holder, status, login, fine):
    assert (list(rules.access(permission, signed_in, holder, status, login)) == []) is fine


def test_verb_without_words_is_named():
    source = 'journal.record("a.told", x, actor=y)\nrecord("a.untold" if z else "a.told", x, actor=y)\nother("a.b")'
    assert list(rules.untold(rules.recorded_verbs(source), {"a.told": "Dit"})) == [
        "verbe sans mots dans le manifeste : a.untold"
    ]


def test_personal_model_without_rule_is_named():
    note = apps.get_model("sample.Note")
    assert "sample.Note garde email" in next(rules.unkept([note], set(), {}))
    assert list(rules.unkept([note], {"sample.Note"}, {})) == []
    assert list(rules.unkept([note], set(), {"sample.Note": "parce que"})) == []


def test_row_added_by_a_second_load_is_named():
    assert list(rules.differences({"a": 1, "b": 2}, {"a": 1, "b": 2})) == []
    assert list(rules.differences({"a": 1}, {"a": 2, "c": 1})) == ["a : 1 lignes, puis 2", "c : 0 lignes, puis 1"]


@pytest.mark.parametrize(
    ("subject", "body", "fault"),
    [
        ("", "texte", "objet vide"),
        ("a\nb", "texte", "plusieurs lignes"),
        ("a" * 151, "texte", "151 signes"),
        ("objet", " ", "texte vide"),
        ("objet", "Bonjour {{ name }}", "reste de gabarit"),
        ("objet", "L&#x27;avis", "reste de gabarit"),
        ("objet", "Bonjour,\n\nTerritory(name='x', url='')", "écriture de Python"),
        ("objet", "Il reste 54,500000 litres.", "54,500000"),
        ("a@b.fr", "texte", "adresse personnelle"),
    ],
)
def test_message_fault_is_named(subject, body, fault):
    assert any(fault in one for one in rules.message(subject, body))


def test_message_in_order_has_no_fault():
    assert list(rules.message("Votre demande avance\n", "Bonjour,\n\nVotre demande avance.")) == []


def dataset(rows, **more):
    fields = (
        DatasetField(name="id", type="integer", description="Numéro", required=True),
        DatasetField(name="jour", type="date", description="Jour"),
    )
    return Dataset(code="x", title="X", description="Un jeu.", fields=fields, rows=lambda: rows, **more)


def test_dataset_in_order_has_no_fault(tmp_path):
    assert list(datasets.faults(dataset([{"id": 1, "jour": datetime.date(2026, 1, 1)}, {"id": 2}]), tmp_path)) == []


@pytest.mark.parametrize(
    ("rows", "more", "fault"),
    [
        ([{"id": "un"}], {}, "type-error"),
        ([{"jour": datetime.date(2026, 1, 1)}], {}, "constraint-error"),
        ([{"id": 1, "jour": "hier"}], {}, "type-error"),
        ([{"id": 1, "autre": 2}], {}, "absentes du schéma"),
        ([{"id": 1}], {"longitude": "lon"}, "colonne de position"),
    ],
)
def test_dataset_fault_is_named(rows, more, fault, tmp_path):
    assert any(fault in one for one in datasets.faults(dataset(rows, **more), tmp_path))


urlpatterns = [
    path("fautif/ouvert/", views.faulty, name="faulty_open"),
    path("fautif/casse/", views.broken, name="faulty_broken"),
    path("fautif/lent/", views.slow, name="faulty_slow"),
]


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (Page(url_name="faulty_open", permission="sample.handle"), "sans la permission"),
        (Page(url_name="faulty_open"), "champ sans étiquette"),
        (Page(url_name="faulty_open"), "script écrit dans la page"),
        (Page(url_name="faulty_broken"), "ValueError : cassée"),
        (Page(url_name="faulty_slow"), "requête répétée 5 fois"),
        (Page(url_name="faulty_open", args=lambda: None), "rien à montrer"),
    ],
)
def test_faulty_page_of_a_module_is_named(page, fault, visitors, settings):
    """The whole visit, on a module that does everything wrong."""
    settings.ROOT_URLCONF = __name__
    found = list(visit.faults(page, visitors[:3]))
    assert any(fault in one for one in found), found


def test_page_in_order_of_a_module_has_no_fault(visitors):
    page = next(page for page in modules.collect("pages") if page.url_name == "account_request_login_code")
    assert list(visit.faults(page, visitors[:1])) == []
