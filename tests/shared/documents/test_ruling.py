"""Rules of filing: they propose, a person confirms."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from beffroi.shared.documents import actions, ruling
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
        organisation=operator, name="Factures", words="FAC-####", senders="papeterie", folder=make_folder("Factures"),
        kind=kind, tags="à mandater, finances",
    )  # fmt: skip
    return save_rule(found, actor=people["manager"])


def test_rule_proposes_and_a_person_confirms(rule, make_document, people):
    document = make_document("FAC-2026.txt", b"Papeterie de l'Authie\nMontant : 12 euros\n")
    job.read(document.current_id)
    document.refresh_from_db()
    assert (document.folder, document.kind, document.tags.count()) == (None, None, 0), "nothing moves by itself"
    proposed = {(one.subject, str(one)): one for one in document.suggestions.all()}
    assert {key for key in proposed if key[0] in ("folder", "kind", "tag")} == {
        ("folder", "Factures"), ("kind", "Facture"), ("tag", "à mandater"), ("tag", "finances"),
    }  # fmt: skip
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
