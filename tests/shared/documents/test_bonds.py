"""Favourites, saved searches, links, types, one gesture on many documents."""

import pytest
from django.urls import reverse

from beffroi.shared.documents import actions
from beffroi.shared.documents.models import Document, DocumentType, Favourite, Link, SavedSearch
from tests.shared.documents.test_pages import _text

pytestmark = pytest.mark.django_db


def test_favourite_is_shown_until_it_is_hidden(client, people, make_document, make_folder):
    document, folder = make_document(), make_folder()
    client.force_login(people["outside"])
    home = reverse("documents:home")
    client.post(reverse("documents:favourite", args=["documents", document.pk]))
    client.post(reverse("documents:favourite", args=["dossiers", folder.pk]))
    assert "Favoris" in _text(client.get(home))
    actions.fence_off(document, actor=people["manager"], inherits=False)
    client.post(reverse("documents:favourite", args=["dossiers", folder.pk]))
    assert Favourite.objects.count() == 1
    assert "Favoris" not in _text(client.get(home)), "hidden since, and taken out"


def test_search_is_kept_and_forgotten(client, people):
    client.force_login(people["outside"])
    client.post(reverse("documents:keep_search"), {"name": "Mes factures", "query": "q=facture&annee=2025"})
    page = client.get(reverse("documents:home"))
    assert "rechercher/?q=facture&amp;annee=2025" in page.content.decode()
    saved = SavedSearch.objects.get()
    client.force_login(people["inside"])
    assert client.post(reverse("documents:forget_search", args=[saved.pk])).status_code == 404
    client.force_login(people["outside"])
    client.post(reverse("documents:forget_search", args=[saved.pk]))
    assert not SavedSearch.objects.exists()


def test_documents_are_tied_and_only_shown_to_who_sees_both(client, people, make_document, team_space):
    one, other = make_document("réponse.txt", b"1"), make_document("lettre.txt", b"2", where=team_space)
    client.force_login(people["manager"])
    url = reverse("documents:link", args=[one.pk])
    assert "Ce document n’existe pas" in _text(client.post(url, {"kind": "answers", "other": "99999"}))
    client.post(url, {"kind": "answers", "other": f"http://testserver{other.get_absolute_url()}"})
    assert "Répond à lettre.txt" in _text(client.get(one.get_absolute_url()))
    assert "A pour réponse réponse.txt" in _text(client.get(other.get_absolute_url()))
    assert "déjà liés" in _text(client.post(url, {"kind": "related", "other": str(other.pk)}))
    client.force_login(people["outside"])
    assert "lettre.txt" not in _text(client.get(one.get_absolute_url()))
    client.force_login(people["manager"])
    client.post(reverse("documents:unlink", args=[other.pk, Link.objects.get().pk]))
    assert not Link.objects.exists()


def test_type_gives_fields_that_are_checked(client, people, operator, make_document):
    client.force_login(people["manager"])
    fields = {
        "name": "Facture",
        "is_active": "on",
        "champ-TOTAL_FORMS": 3,
        "champ-INITIAL_FORMS": 0,
        "champ-0-label": "Numéro",
        "champ-0-type": "text",
        "champ-0-required": "on",
        "champ-1-label": "Montant",
        "champ-1-type": "number",
        "champ-2-label": "Service",
        "champ-2-type": "choice",
        "champ-2-choices": "",
    }
    url = reverse("documents:new_type", args=[operator.slug])
    assert "donnez les choix" in _text(client.post(url, fields))
    client.post(url, {**fields, "champ-2-choices": "Voirie, Écoles"})
    kind = DocumentType.objects.get()
    assert [spec["name"] for spec in kind.fields] == ["numero", "montant", "service"]
    document = make_document(kind=kind)
    edit = reverse("documents:edit", args=[document.pk])
    sent = {"name": document.name, "kind": kind.pk, "v_montant": "12,5", "v_service": "Écoles", "tags_text": ""}
    assert "obligatoire" in _text(client.post(edit, sent))
    client.post(edit, {**sent, "v_numero": "F-12"})
    document.refresh_from_db()
    assert document.values == {"numero": "F-12", "montant": "12.5", "service": "Écoles"}
    assert "F-12" in _text(client.get(document.get_absolute_url()))


def test_many_documents_are_changed_and_each_refusal_is_told(client, people, make_document, make_folder, make_series):
    series, folder = make_series(2), make_folder("Là")
    first, second, final = (make_document(f"{rank}.txt", f"{rank}".encode()) for rank in range(3))
    actions.finalise_document(final, actor=people["manager"])
    client.force_login(people["outside"])
    url, ticked = reverse("documents:many"), [first.pk, second.pk, final.pk]
    assert "2 documents" in _text(client.post(url, {"choix": ticked[:2], "geste": "modifier"}))
    nothing = client.post(url, {"choix": ticked, "valider": "1"})
    assert "Choisissez au moins un changement" in _text(nothing)
    sent = {"choix": ticked, "valider": "1", "series": series.pk, "tags": "à revoir", "place": f"d{folder.pk}"}
    page = _text(client.post(url, sent))
    assert "2.txt Refusé" in page
    assert page.count("Fait") == 2
    moved = Document.objects.filter(folder=folder)
    assert {one.series for one in moved} == {series}
    assert {tag.name for one in moved for tag in one.tags.all()} == {"à revoir"}
    page = _text(client.post(url, {"choix": ticked, "geste": "jeter"}))
    assert page.count("à la corbeille") >= 2
    assert Document.objects.alive().get() == final
