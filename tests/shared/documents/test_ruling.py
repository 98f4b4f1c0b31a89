"""Rules of filing: they propose, a person confirms."""

import contextlib
import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from beffroi.kernel.models import Entry
from beffroi.shared.documents import actions, expressions, ruling
from beffroi.shared.documents.actions.proposing import propose
from beffroi.shared.documents.actions.ruling import save_rule
from beffroi.shared.documents.models import Document, DocumentType, FilingRule
from beffroi.shared.documents.reading import job

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "told", "found"),
    [
        ("facture", "Votre FACTURE de mars", True),
        ("facture", "Les factures", False),
        ("factur*", "Les factures", True),
        ("FAC-####", "réf. fac-2026", True),
        ("FAC-####", "réf. fac-26", False),
        ("demande de salle", "Demande  de\nsalle", True),
        ("été", "ETE 2026", True),
        ("route, pont", "le pont", True),
        ("ville", "bidonville", False),
        ("a.c", "abc", False),
        ("", "rien", None),
    ],
)
def test_words_are_found_without_accents_and_whole(words, told, found):
    pattern = ruling.pattern_of(words)
    if found is None:
        assert pattern is None
    else:
        assert bool(pattern.search(ruling.flatten(told))) is found


@given(st.text(max_size=80))
def test_any_words_make_a_pattern_that_reads_any_text(words):
    pattern = ruling.pattern_of(words)
    if pattern is not None:
        pattern.search("a" * 5000)


@pytest.fixture
def rule(operator, people, make_folder):
    kind = DocumentType.objects.create(organisation=operator, name="Facture")
    found = FilingRule(
        organisation=operator,
        name="Factures",
        words="FAC-####",
        senders="papeterie",
        folder=make_folder("Factures"),
        kind=kind,
        tags="à mandater, finances",
    )
    return save_rule(found, actor=people["manager"])


def test_rule_proposes_and_a_person_confirms(rule, make_document, people):
    document = make_document("FAC-2026.txt", b"Papeterie de l'Authie\nMontant : 12 euros\n")
    job.read(document.current_id)
    document.refresh_from_db()
    assert (document.folder, document.kind, document.tags.count()) == (None, None, 0), "nothing moves by itself"
    proposed = {(one.subject, str(one)): one for one in document.suggestions.all()}
    assert {key for key in proposed if key[0] in ("folder", "kind", "tag")} == {
        ("folder", "Factures"),
        ("kind", "Facture"),
        ("tag", "à mandater"),
        ("tag", "finances"),
    }
    assert all("règle « Factures »" in one.why for key, one in proposed.items() if key[0] in ("folder", "kind", "tag"))
    for one in list(document.suggestions.exclude(subject="sender")):
        actions.accept_suggestion(one, actor=people["manager"])
    document.refresh_from_db()
    assert (document.folder.name, document.kind.name) == ("Factures", "Facture")
    assert sorted(tag.name for tag in document.tags.all()) == ["finances", "à mandater"]


def test_first_rule_wins_and_one_that_is_paused_is_not_tried(rule, make_document, people, operator):
    other = FilingRule(organisation=operator, name="Avant", words="FAC-####", tags="première", position=1)
    save_rule(other, actor=people["manager"])
    document = make_document("FAC-2026.txt", b"Papeterie")
    assert ruling.find(document, "Papeterie") == other
    other.is_active = False
    save_rule(other, actor=people["manager"])
    assert ruling.find(document, "Papeterie") == rule
    assert ruling.find(document, "Boulangerie") is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [({"words": "x"}, "propose"), ({"tags": "x"}, "des mots, ou des expéditeurs")],
)
def test_rule_that_says_nothing_is_refused(operator, people, fields, told):
    with pytest.raises(ValidationError, match=told):
        save_rule(FilingRule(organisation=operator, name="Vide", **fields), actor=people["manager"])


def test_pages_are_for_who_manages(client, rule, people, operator):
    client.force_login(people["manager"])
    assert "Factures" in client.get(reverse("documents:rules")).content.decode()
    given = {"name": "Courriers", "position": 5, "words": "salle", "tags": "salles", "is_active": "on"}
    client.post(reverse("documents:new_rule", args=[operator.slug]), given)
    made = FilingRule.objects.get(name="Courriers")
    client.post(reverse("documents:drop_rule", args=[operator.slug, made.pk]))
    assert not FilingRule.objects.filter(name="Courriers").exists()
    client.force_login(people["inside"])
    assert client.get(reverse("documents:rules")).status_code == 403
    with pytest.raises(PermissionDenied):
        save_rule(rule, actor=people["inside"])
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    ("pattern", "told", "found"),
    [
        (r"\bFAC-\d{4}\b", "réf. fac-2026.", True),
        (r"\bFAC-\d{4}\b", "XFAC-2026", False),
        (r"\bFAC-\d{4}\b", "FAC-20267", False),
        (r"(facture|avoir)\s+n°\s*\d+", "Avoir  n° 12", True),
        (r"\Bville\b", "bidonville", True),
        (r"\Bville\b", "la ville", False),
        (r"ÉTÉ", "été 2026", True),
        (r"^objet : .*salle", "Bonjour\nObjet : prêt de la salle", False),
        (r"(?n)^objet : .*salle", "Bonjour\nObjet : prêt de la salle", True),
        (r"a\\b", r"a\b", True),
        (r"montant(?= :)", "Montant : 12", True),
        (r"100 %", "taux de 100 %", True),
    ],
)
def test_expression_is_looked_for_as_it_is_written(pattern, told, found):
    assert expressions.search(pattern, told) is found
    expressions.check(pattern)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(facture", "parenthèse"),
        ("[facture", "crochet"),
        ("*facture", "ne suit rien"),
        ("a{3,1}", "répétitions"),
        ("[z-a]", "intervalle"),
        ("[[:lettre:]]", "classe"),
        (r"(a)\2", "renvoi"),
        (".*", "convient à tout"),
        ("a|", "convient à tout"),
        ("a\x00b", "interdit"),
        ("a" * 301, "300 signes"),
    ],
)
def test_expression_that_means_nothing_or_everything_is_refused_in_french(pattern, words):
    with pytest.raises(expressions.Unusable, match=words):
        expressions.check(pattern)


@given(st.text(max_size=40))
def test_any_expression_is_kept_or_refused_in_a_sentence(pattern):
    said = "."
    try:
        expressions.check(pattern)
    except expressions.Unusable as refused:
        said = str(refused)
    assert said.endswith(".")


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"(x+x+)+y", r"^(\w+\s?)*$x", r"(.*)*b$"])
def test_expressions_that_hold_other_engines_for_hours_are_read_at_once_or_stopped(pattern):
    start = time.monotonic()
    with contextlib.suppress(expressions.TooSlow):
        expressions.search(pattern, "a" * 20_000 + "!", milliseconds=1000)
    assert time.monotonic() - start < 5


def test_search_that_lasts_is_stopped_and_the_limit_is_put_back():
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            return cursor.fetchone()[0]

    before = limit()
    with pytest.raises(expressions.TooSlow), expressions.bounded(50) as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    assert limit() == before
    with expressions.bounded(50):
        assert limit() == "50ms"
    assert limit() == before
    assert DocumentType.objects.count() == 0, "the transaction goes on"


def test_rule_with_an_expression_proposes(operator, people, make_document):
    rule = FilingRule(organisation=operator, name="Marchés", pattern=r"\bmarché n° ?20\d\d-\d+\b", tags="marché")
    save_rule(rule, actor=people["manager"])
    document = make_document("lettre.txt", "Objet : marché n° 2026-014".encode())
    assert ruling.find(document, "Objet : marché n° 2026-014") == rule
    assert ruling.find(document, "Objet : le marché du samedi") is None
    named = make_document("Marché n°2026-3.pdf.txt", b"rien")
    assert ruling.find(named, "rien") == rule, "its name counts too"
    rule.senders = "sous-préfecture"
    save_rule(rule, actor=people["manager"])
    assert ruling.find(named, "rien") is None, "all that is asked must fit"


def test_rule_that_takes_too_long_is_passed_over_and_told(operator, people, make_document, monkeypatch, client):
    slow = save_rule(
        FilingRule(organisation=operator, name="Lente", pattern="lente", tags="lente", position=1),
        actor=people["manager"],
    )
    quick = save_rule(
        FilingRule(organisation=operator, name="Vive", words="note", tags="vive"), actor=people["manager"]
    )

    def never(pattern, text, **more):
        raise expressions.TooSlow

    monkeypatch.setattr(expressions, "search", never)
    document = make_document("note.txt", b"une note lente")
    for _twice in range(2):
        proposed = propose(document, "une note lente")
        assert [one.value for one in proposed if one.subject == "tag"] == ["vive"]
    slow.refresh_from_db()
    quick.refresh_from_db()
    assert slow.slow_at is not None
    assert quick.slow_at is None
    assert Entry.objects.filter(verb="documents.rule_slow").count() == 1
    client.force_login(people["manager"])
    assert "trop longue à chercher le" in client.get(reverse("documents:rules")).content.decode()
    monkeypatch.undo()
    slow.pattern = "vif"
    save_rule(slow, actor=people["manager"])
    assert slow.slow_at is None


def test_past_shows_what_a_rule_would_have_caught_and_keeps_nothing(
    client, operator, people, make_document, make_folder
):
    place = make_folder("Factures")
    for name, folder in (("FAC-2024.txt", place), ("FAC-2025.txt", None), ("lettre.txt", None)):
        document = make_document(name, f"Papeterie de l'Authie, {name}".encode(), folder=folder)
        job.read(document.current_id)
    client.force_login(people["manager"])
    given = {"name": "Essai", "position": 5, "pattern": r"\bFAC-\d{4}\b", "folder": place.pk, "is_active": "on"}
    page = client.post(reverse("documents:new_rule", args=[operator.slug]), given | {"essai": "oui"})
    text = page.content.decode()
    past = page.context["past"]
    assert (past.looked, past.caught, past.there) == (3, 2, 1)
    assert "FAC-2024" in text
    assert "FAC-2025" in text
    assert not FilingRule.objects.exists()
    assert r"\bFAC-\d{4}\b" in text, "nothing typed is lost"
    wrong = client.post(reverse("documents:new_rule", args=[operator.slug]), given | {"essai": "oui", "pattern": "(a"})
    assert wrong.context["past"] is None
    assert "parenthèse" in wrong.content.decode()


def test_past_looks_at_what_the_person_sees_only(operator, people, team_space, make_document):
    make_document("FAC-2024.txt", b"x", where=team_space)
    rule = FilingRule(organisation=operator, words="FAC-####", tags="x")
    assert ruling.past(rule, people["outside"]).looked == 0
    assert ruling.past(rule, people["manager"]).caught == 1


def test_words_and_senders_count_in_the_past_as_for_what_comes(operator, people, make_document):
    document = make_document("FAC-2024.txt", b"Papeterie de l'Authie")
    job.read(document.current_id)
    for rule, caught in (
        (FilingRule(organisation=operator, words="FAC-####", senders="papeterie", tags="x"), 1),
        (FilingRule(organisation=operator, words="FAC-####", senders="boulangerie", tags="x"), 0),
        (FilingRule(organisation=operator, words="FAC-####", pattern="papet[eé]rie", tags="x"), 1),
        (FilingRule(organisation=operator, words="FAC-####", pattern="boulang", tags="x"), 0),
    ):
        assert ruling.past(rule, people["manager"]).caught == caught
