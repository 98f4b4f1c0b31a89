"""Documents: names, versions, one person at a time, the trash."""

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beffroi.kernel import retention as forgetting
from beffroi.shared.documents import actions
from beffroi.shared.documents.actions import trash
from beffroi.shared.documents.models import Document, Folder, Removal, SearchLine, Version
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from tests.shared.documents.conftest import sent

pytestmark = pytest.mark.django_db


def version_of(document, content, actor, **more):
    file = store_upload(sent(document.name, content), actor=actor, kind="document")
    return actions.add_version(document, actor=actor, file=file, read=False, **more)


def test_name_taken_gets_a_number(make_document, make_folder):
    names = [make_document("Note.txt", b"un").name, make_document("note.txt", b"deux").name]
    assert names == ["Note.txt", "note (2).txt"]
    assert make_document("Note.txt", b"trois", folder=make_folder()).name == "Note.txt"


def test_database_refuses_two_names_alike(make_document):
    make_document("a.txt", b"un")
    other = make_document("b.txt", b"deux")
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=other.pk).update(name="A.TXT")
    other.name = "A.txt"
    with pytest.raises(ValidationError) as refusal:
        actions.update_document(other, actor=None)
    assert "name" in refusal.value.error_dict


def test_version_becomes_current_and_the_same_content_is_refused(make_document, people):
    document = make_document(content=b"un")
    version = version_of(document, b"deux", people["outside"], comment="Relu")
    assert (version.number, document.current) == (2, version)
    with pytest.raises(ValidationError):
        version_of(document, b"deux", people["outside"])
    back = actions.bring_back_version(document, 1, actor=people["outside"])
    assert (back.number, back.sha256) == (3, document.versions.get(number=1).sha256)


def test_document_taken_by_one_is_closed_to_the_others(make_document, people):
    document = make_document()
    actions.check_out(document, actor=people["outside"])
    with pytest.raises(ValidationError):
        version_of(document, b"deux", people["inside"])
    with pytest.raises(PermissionDenied):
        actions.check_in(document, actor=people["inside"])
    version_of(document, b"deux", people["outside"])
    actions.check_in(document, actor=people["manager"])
    assert document.checked_out_by is None


def test_final_document_does_not_change(make_document, people):
    document = make_document()
    actions.finalise_document(document, actor=people["outside"])
    with pytest.raises(ValidationError):
        version_of(document, b"deux", people["outside"])
    with pytest.raises(ValidationError):
        actions.throw_document(document, actor=people["manager"])
    with pytest.raises(PermissionDenied):
        actions.revise_document(document, actor=people["outside"])
    actions.revise_document(document, actor=people["manager"])
    assert document.state == "draft"


def test_closed_folder_takes_nothing(make_folder, make_document, people):
    folder = make_folder()
    actions.close_folder(folder, actor=people["manager"])
    with pytest.raises(ValidationError):
        make_document(folder=folder)


def test_folder_goes_to_the_trash_whole_and_comes_back(make_folder, make_document, people):
    outer = make_folder("Dehors")
    inner = make_folder("Dedans", parent=outer)
    document = make_document(folder=inner)
    removal = actions.throw_folder(outer, actor=people["outside"])
    assert not Folder.objects.visible_to(people["manager"]).exists()
    assert not Document.objects.visible_to(people["manager"]).exists()
    assert not SearchLine.objects.exists()
    make_folder("Dehors")
    with pytest.raises(ValidationError):
        actions.restore(removal, actor=people["outside"])
    Folder.objects.alive().get(name="Dehors").delete()
    actions.restore(removal, actor=people["outside"])
    assert Document.objects.visible_to(people["outside"]).get() == document
    assert SearchLine.objects.get().document == document


def test_trash_is_destroyed_after_thirty_days_with_the_contents(make_folder, make_document, people):
    folder = make_folder()
    document = make_document(folder=folder)
    actions.fence_off(folder, actor=people["manager"], inherits=False)
    actions.fence_off(document, actor=people["manager"], inherits=True)
    removal = actions.throw_folder(folder, actor=people["manager"])
    later = timezone.now() + trash.LIFE
    assert list(trash.due(later - datetime.timedelta(hours=1))) == []
    assert list(trash.due(later + datetime.timedelta(hours=1))) == [removal]
    Removal.objects.update(at=timezone.now() - trash.LIFE - datetime.timedelta(days=1))
    runs = {run.rule: run for run in forgetting.apply_all()}
    assert runs["documents.trash"].done == 1
    assert not Document.objects.exists()
    assert not Folder.objects.exists()
    assert not Version.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_share_a_number_nor_a_name(make_document, make_folder, people):
    folder = make_folder()
    document = make_document("base.txt", b"base", folder=folder)
    faults = []

    def work(rank: int) -> None:
        try:
            make_document("même.txt", f"fichier {rank}".encode(), folder=folder)
            version_of(document, f"version {rank}".encode(), people["manager"])
        except Exception as fault:  # noqa: BLE001  told below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(rank,)) for rank in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    numbers = list(document.versions.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 8))
    names = set(Document.objects.filter(folder=folder).values_list("name", flat=True))
    assert names == {"base.txt", "même.txt", *(f"même ({rank}).txt" for rank in range(2, 7))}


@pytest.mark.django_db(transaction=True)
def test_two_take_a_document_at_once_and_one_has_it(make_document, people):
    document = make_document()
    taken, refused = [], []

    def take(name: str) -> None:
        try:
            actions.check_out(Document.objects.get(pk=document.pk), actor=people[name])
            taken.append(name)
        except ValidationError:
            refused.append(name)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(name,)) for name in ("inside", "outside")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), len(refused)) == (1, 1)
    document.refresh_from_db()
    assert document.checked_out_by == people[taken[0]]
