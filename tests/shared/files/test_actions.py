import hashlib
import threading

import pytest
from django.core.files.storage import storages
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from beffroi.kernel.models import Entry, User
from beffroi.shared.files import actions, storage
from beffroi.shared.files.models import Blob, StoredFile
from beffroi.shared.files.refusals import Refused
from beffroi.shared.organisations.models import Organisation
from tests.shared.files import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(db):
    return Organisation.objects.create(kind="other", name="Foyer rural", slug="foyer-rural")


def _bytes(file):
    return b"".join(storage.contents().read(storage.address(file.blob.sha256)))


def test_store_document_keeps_its_bytes_under_their_digest(store, user):
    file = actions.store_upload(samples.upload(samples.PDF, "devis.exe"), actor=user)
    digest = hashlib.sha256(samples.PDF).hexdigest()
    assert (file.blob.sha256, file.blob.mime, file.name) == (digest, "application/pdf", "devis.pdf")
    assert _bytes(file) == samples.PDF
    assert store.exists(f"{digest[:2]}/{digest[2:4]}/{digest}")
    assert (file.uploaded_by, file.target, file.public) == (user, None, False)


def test_store_photo_keeps_it_clean_and_tells_its_place_once(store, user):
    file = actions.store_upload(
        samples.upload(samples.jpeg(position=samples.DOULLENS), "a.jpg"), actor=user, kind="photo"
    )
    assert file.position == pytest.approx(samples.DOULLENS, abs=1e-5)
    assert b"AppareilTrace" not in _bytes(file)
    assert (file.blob.width, file.blob.height) == (120, 80)
    assert StoredFile.objects.get().position is None


def test_store_same_content_twice_keeps_one(store, user):
    one = actions.store_upload(samples.upload(samples.PDF, "a.pdf"), actor=user)
    two = actions.store_upload(samples.upload(samples.PDF, "b.pdf"), actor=None)
    assert one.blob == two.blob
    assert Blob.objects.count() == 1
    assert len(list(store.walk())) == 1


def test_store_content_lost_from_the_disk_is_written_again(store, user):
    file = actions.store_upload(samples.upload(samples.PDF), actor=user)
    store.delete(storage.address(file.blob.sha256))
    again = actions.store_upload(samples.upload(samples.PDF), actor=user)
    assert _bytes(again) == samples.PDF


def test_store_document_where_a_photo_is_wanted_is_refused(store, user):
    with pytest.raises(Refused, match="pas une photo"):
        actions.store_upload(samples.upload(samples.PDF), actor=user, kind="photo")
    assert not StoredFile.objects.exists()


def test_store_too_large_file_is_refused(store, user, monkeypatch):
    monkeypatch.setattr(actions, "MAX_SIZE", 1024 * 1024)
    with pytest.raises(Refused, match="dépasse 1 Mo"):
        actions.store_upload(samples.upload(b"a" * (1024 * 1024 + 1)), actor=user)


def test_store_photo_defers_its_thumbnails_with_the_transaction(store, user):
    actions.store_upload(samples.upload(samples.jpeg()), actor=user, kind="photo")
    assert ProcrastinateJob.objects.filter(task_name="files.make_thumbnails").count() == 1


def test_store_rolled_back_leaves_no_line(store, user):
    with transaction.atomic():
        actions.store_upload(samples.upload(samples.PDF), actor=user)
        transaction.set_rollback(True)
    assert not Blob.objects.exists()
    assert not StoredFile.objects.exists()


def test_attach_gives_the_files_to_their_target_once(store, user, target):
    files = [actions.store_upload(samples.upload(samples.PDF, f"{n}.pdf"), actor=user) for n in "ab"]
    assert [f.name for f in actions.attach([files[1].pk, files[0]], target, public=True)] == ["b.pdf", "a.pdf"]
    assert list(StoredFile.objects.about(target)) == files
    assert all(f.public for f in StoredFile.objects.all())
    actions.attach(files, target)
    assert StoredFile.objects.about(target).count() == 2


def test_attach_file_of_another_object_is_refused(store, user, target):
    file = actions.store_upload(samples.upload(samples.PDF), actor=user, target=target)
    other = Organisation.objects.create(kind="other", name="Autre", slug="autre")
    with pytest.raises(Refused, match="autre dossier"):
        actions.attach([file], other)
    assert StoredFile.objects.get().target == target


def test_attach_file_that_is_gone_is_refused(store, user, target):
    file = actions.store_upload(samples.upload(samples.PDF), actor=user)
    StoredFile.objects.all().delete()
    with pytest.raises(Refused, match="choisissez-le de nouveau"):
        actions.attach([file.pk], target)


def test_hide_show_and_remove_are_written_in_the_journal(store, user, target):
    file = actions.store_upload(samples.upload(samples.PDF), actor=user, target=target, public=True)
    actions.set_visibility(file, actor=user, public=False)
    assert not StoredFile.objects.get().public
    actions.set_visibility(file, actor=user, public=True)
    actions.remove_file(file, actor=user)
    verbs = list(Entry.objects.order_by("id").values_list("verb", "actor"))
    assert verbs == [("files.hide", user.pk), ("files.show", user.pk), ("files.remove", user.pk)]
    assert not StoredFile.objects.exists()


def test_remove_files_of_target_leaves_the_others(store, user, target):
    actions.store_upload(samples.upload(samples.PDF), actor=user, target=target)
    other = actions.store_upload(samples.upload(samples.PDF), actor=user)
    assert actions.remove_files_of(target) == 1
    assert StoredFile.objects.get() == other


@pytest.mark.django_db(transaction=True)
def test_store_same_content_at_the_same_time_keeps_one(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "files": {"BACKEND": "beffroi.shared.files.storage.LocalContents", "OPTIONS": {"location": tmp_path}}
    }
    user = User.objects.create_user("ines.lambert@example.invalid")
    start, faults = threading.Barrier(6), []

    def send():
        try:
            start.wait()
            actions.store_upload(samples.upload(samples.PDF), actor=user)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert (Blob.objects.count(), StoredFile.objects.count()) == (1, 6)
    assert len(list(storages["files"].walk())) == 1
