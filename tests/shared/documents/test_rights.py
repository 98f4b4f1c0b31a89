"""Who sees what: by body, by team, by name, inherited or not; and the page that says why."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from beffroi.shared.documents import actions
from beffroi.shared.documents.models import Document, Fence, Folder

pytestmark = pytest.mark.django_db


def sees(user, document) -> bool:
    return Document.objects.visible_to(user).filter(pk=document.pk).exists()


def test_space_of_the_body_is_read_by_all_and_written_by_agents(make_document, people, resident, make_user, commune):  # noqa: F811
    document = make_document()
    neighbour = make_user("secretary", commune)
    assert [sees(people[name], document) for name in ("manager", "inside", "outside", "elected")] == [True] * 4
    assert not sees(resident, document)
    assert not sees(neighbour, document), "each body is closed to the others"
    make_document("b.txt", b"b", actor=people["outside"])
    with pytest.raises(PermissionDenied):
        make_document("c.txt", b"c", actor=people["elected"])


def test_space_of_a_team_is_hidden_from_the_others(make_document, team_space, people, client):
    document = make_document(where=team_space)
    assert sees(people["inside"], document)
    assert sees(people["manager"], document)
    assert not sees(people["outside"], document)
    client.force_login(people["outside"])
    assert client.get(document.get_absolute_url()).status_code == 404
    assert client.get(team_space.get_absolute_url()).status_code == 404
    assert client.get(document.current.file.url).status_code == 404


def test_folder_shut_from_above_opens_to_those_named(make_folder, make_document, people):
    outer = make_folder("Dehors")
    inner = make_folder("Dedans", parent=outer)
    document = make_document(folder=inner)
    fence = actions.fence_off(outer, actor=people["manager"], inherits=False)
    assert not sees(people["outside"], document)
    grant = actions.give_right(fence, actor=people["manager"], level=1, user=people["outside"])
    assert sees(people["outside"], document)
    assert not sees(people["inside"], document)
    document.refresh_from_db()
    with pytest.raises(PermissionDenied):
        actions.throw_document(document, actor=people["outside"])
    actions.take_right(grant, actor=people["manager"])
    assert not sees(people["outside"], document)
    actions.unfence(outer, actor=people["manager"])
    assert sees(people["inside"], document)
    assert Fence.objects.filter(folder__isnull=False).count() == 0


def test_right_added_to_a_folder_keeps_those_from_above(make_folder, make_document, team_space, people):
    folder = make_folder("Partagé", where=team_space)
    document = make_document(folder=folder)
    other = make_document("autre.txt", b"autre", where=team_space)
    fence = actions.fence_off(folder, actor=people["manager"], inherits=True)
    actions.give_right(fence, actor=people["manager"], level=2, user=people["outside"])
    assert sees(people["outside"], document)
    assert sees(people["inside"], document)
    assert not sees(people["outside"], other)


def test_folder_moved_takes_the_rights_of_its_new_place(make_folder, make_document, team_space, space, people):
    folder = make_folder("Va", where=team_space)
    deep = make_folder("Dessous", parent=folder)
    document = make_document(folder=deep)
    kept = actions.fence_off(deep, actor=people["manager"], inherits=True)
    actions.move_folder(folder, actor=people["manager"], space=space, parent=None)
    assert sees(people["outside"], document)
    kept.refresh_from_db()
    assert kept.space == space
    deep.refresh_from_db()
    assert deep.path == [folder.pk, deep.pk]
    actions.move_folder(folder, actor=people["manager"], space=team_space, parent=None)
    assert not sees(people["outside"], document)


def test_document_alone_may_be_shut(make_document, people):
    document = make_document()
    actions.fence_off(document, actor=people["manager"], inherits=False)
    assert not sees(people["outside"], document)
    assert sees(people["manager"], document)


def test_page_says_who_and_why(make_folder, team_space, people, client):
    folder = make_folder("Partagé", where=team_space)
    fence = actions.fence_off(folder, actor=people["manager"], inherits=True)
    actions.give_right(fence, actor=people["manager"], level=1, user=people["outside"])
    client.force_login(people["inside"])
    page = client.get(reverse("documents:rights", args=["dossiers", folder.pk])).content.decode()
    assert "Dedans" in page
    assert "équipe Accueil" in page
    assert "à son nom" in page
    assert "Élue" not in page
    assert "Donner un droit" not in page


def test_rights_are_given_on_the_page_by_who_manages_only(make_folder, team_space, people, client):
    folder = make_folder("Partagé", where=team_space)
    url = reverse("documents:rights", args=["dossiers", folder.pk])
    client.force_login(people["inside"])
    client.post(url, {"user": people["outside"].pk, "level": 1})
    assert not Folder.objects.visible_to(people["outside"]).exists()
    client.force_login(people["manager"])
    assert "Nommez une personne" in client.post(url, {"level": 1}).content.decode()
    client.post(url, {"user": people["outside"].pk, "level": 1})
    assert Folder.objects.visible_to(people["outside"]).get() == folder
    client.post(reverse("documents:inherit", args=["dossiers", folder.pk]), {"geste": "isoler"})
    assert not Folder.objects.visible_to(people["inside"]).exists()
