"""Finding: words in French, filters, facets, rights; the document page and the common box agree."""

import datetime

import pytest
from django.http import QueryDict
from django.urls import reverse

from beffroi.kernel import finding
from beffroi.shared.documents import actions, searching
from beffroi.shared.documents.models import DocumentType
from beffroi.shared.documents.reading import job

pytestmark = pytest.mark.django_db
LETTER = "Les délibérations du conseil sont exécutoires. La crèche ouvrira à l’automne."


@pytest.fixture
def letter(make_document):
    document = make_document("Lettre au préfet.txt", LETTER.encode(), dated_on=datetime.date(2025, 4, 2))
    job.read(document.current_id)
    return document


def find(user, query="", page=1):
    return searching.find(user, QueryDict(query), page)


def names(answer):
    return [document.name for document, _name, _text in answer.lines]


@pytest.mark.parametrize("typed", ["délibération", "deliberation", "creche automne", "préfet", "lettr", "EXECUTOIRE"])
def test_words_are_found_whatever_their_form(letter, people, typed):
    answer = find(people["outside"], f"q={typed}")
    assert names(answer) == [letter.name]
    assert "<mark>" in str(answer.lines[0][1]) + str(answer.lines[0][2])


def test_passage_is_escaped_and_marked(make_document, people):
    document = make_document("b.txt", "avant la barrière & le pont < suite".encode())
    job.read(document.current_id)
    text = str(find(people["outside"], "q=barriere").lines[0][2])
    assert "<mark>barrière</mark> &amp; le pont &lt; suite" in text


def test_near_names_are_offered_when_nothing_holds_the_words(letter, people):
    answer = find(people["outside"], "q=prefait lettre au")
    assert answer.total == 0
    assert answer.near == [letter]


def test_rights_are_those_of_the_fences(letter, make_document, team_space, people, resident):
    hidden = make_document("caché.txt", LETTER.encode() + b" bis", where=team_space)
    job.read(hidden.current_id)
    assert names(find(people["outside"], "q=creche")) == [letter.name]
    assert set(names(find(people["inside"], "q=creche"))) == {letter.name, hidden.name}
    assert find(resident, "q=creche").total == 0
    assert find(people["outside"], "q=caché").near == []


def test_facets_count_and_filter(make_document, make_folder, make_series, people, operator):  # noqa: F811
    series = make_series(2)
    folder = make_folder(series=series)
    kind = DocumentType.objects.create(organisation=operator, name="Rapport")
    for rank in range(3):
        make_document(
            f"rapport {rank}.txt",
            f"rapport {rank}".encode(),
            folder=folder if rank else None,
            dated_on=datetime.date(2023 + rank, 1, 1),
            kind=kind if rank == 2 else None,
        )
    answer = find(people["outside"], "q=rapport")
    counted = {facet.name: {value.code: value.count for value in facet.values} for facet in answer.facets}
    assert counted["annee"] == {"2023": 1, "2024": 1, "2025": 1}
    assert find(people["outside"], f"q=rapport&serie={series.pk}").total == 2
    assert find(people["outside"], f"dans={folder.pk}").total == 2
    assert find(people["outside"], f"type={kind.pk}").total == 1
    assert find(people["outside"], "q=rapport&du=2024-06-01").total == 1
    assert find(people["outside"], "q=rapport&fichier=pdf").total == 0
    assert names(find(people["outside"], "q=rapport&tri=date"))[0] == "rapport 2.txt"
    assert find(people["outside"], "q=rapport&annee=99999999999").total == 0


def test_tags_stand_one_inside_the_other(make_document, people):
    for rank, names_ in enumerate((["marché/2026"], ["marché"], ["marchés publics"])):
        document = make_document(f"pièce {rank}.txt", f"{rank}".encode())
        actions.update_document(document, actor=people["outside"], tags=names_)
    assert set(names(find(people["outside"], "etiquette=March%C3%A9"))) == {"pièce 0.txt", "pièce 1.txt"}
    assert names(find(people["outside"], "etiquette=march%C3%A9/2026")) == ["pièce 0.txt"]
    counted = {
        facet.name: {v.code: v.count for v in facet.values} for facet in find(people["outside"], "q=piece").facets
    }
    assert counted["etiquette"] == {"marché/2026": 1, "marché": 1, "marchés publics": 1}


def test_pages_follow_each_other(make_document, people):
    for rank in range(searching.A_PAGE + 3):
        make_document(f"note {rank}.txt", f"note {rank}".encode())
    first, second = find(people["outside"], "q=note"), find(people["outside"], "q=note", 2)
    assert (len(first.lines), len(second.lines)) == (searching.A_PAGE, 3)
    assert not set(names(first)) & set(names(second))


def test_common_box_finds_the_same_and_hides_the_same(letter, make_document, team_space, people, space):
    hidden = make_document("caché.txt", b"creche secrete", where=team_space)
    job.read(hidden.current_id)
    assert [one.url for one in finding.find("creche", people["outside"]).results] == [letter.get_absolute_url()]
    assert len(finding.find("creche", people["inside"]).results) == 2
    assert finding.find("creche").results == []
    actions.move_document(hidden, actor=people["manager"], space=space, folder=None)
    assert len(finding.find("creche", people["outside"]).results) == 2


def test_common_box_follows_a_fence(letter, make_folder, people):
    folder = make_folder("Réservé")
    actions.move_document(letter, actor=people["manager"], space=folder.space, folder=folder)
    assert finding.find("creche", people["outside"]).results
    actions.fence_off(folder, actor=people["manager"], inherits=False)
    assert not finding.find("creche", people["outside"]).results
    assert find(people["outside"], "q=creche").total == 0
    actions.unfence(folder, actor=people["manager"])
    assert finding.find("creche", people["outside"]).results


def test_page_of_results(letter, people, client):
    client.force_login(people["outside"])
    page = client.get(reverse("documents:search") + "?q=cr%C3%A8che").content.decode()
    assert "<mark>crèche</mark>" in page
    assert "1\xa0document" in page or "1 document" in page
