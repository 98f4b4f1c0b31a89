import hashlib
import io
import os
import threading
import time
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from beffroi.kernel.models import User
from beffroi.shared.files import actions, storage, thumbnails, upkeep
from beffroi.shared.files.models import Blob, StoredFile
from beffroi.shared.organisations.models import Organisation
from tests.shared.files import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(db):
    return Organisation.objects.create(kind="other", name="Foyer rural", slug="foyer-rural")


def _later():
    return timezone.now() + timedelta(days=1, minutes=1)


def _path(store, file):
    return store.path(storage.address(file.blob.sha256))


def test_collect_keeps_what_is_attached_and_what_is_recent(store, user, target):
    actions.store_upload(samples.upload(samples.PDF), actor=user, target=target)
    actions.store_upload(samples.upload(samples.odt()), actor=user)
    assert upkeep.collect() == upkeep.Collected()
    assert upkeep.collect(_later()).blobs == 1
    assert [file.target for file in StoredFile.objects.all()] == [target]
    assert len(list(store.walk())) == 1


def test_collect_removes_files_whose_object_is_gone(store, user, target):
    actions.store_upload(samples.upload(samples.jpeg(), "a.jpg"), actor=user, target=target)
    thumbnails.prepare(Blob.objects.get())
    Organisation.objects.filter(pk=target.pk).delete()
    assert upkeep.collect(_later()).dangling == 1
    assert list(store.walk()) == []


def test_collect_removes_contents_unknown_to_the_database(store, user, target):
    kept = actions.store_upload(samples.upload(samples.PDF), actor=user, target=target)
    store.put(storage.address("cd" * 32), io.BytesIO(b"perdu"))
    report = upkeep.collect(_later())
    assert (report.strays, report.octets) == (1, 5)
    assert [item.name for item in store.walk()] == [storage.address(kept.blob.sha256)]


def test_collect_dry_run_only_says(store, user):
    actions.store_upload(samples.upload(samples.PDF), actor=user)
    report = upkeep.collect(_later(), dry_run=True)
    assert report.loose == 1
    assert StoredFile.objects.count() == 1
    assert len(list(store.walk())) == 1


def test_collect_content_shared_by_two_files_lives_with_the_last(store, user, target):
    for name in "ab":
        actions.store_upload(samples.upload(samples.PDF, name), actor=user, target=target)
    StoredFile.objects.first().delete()
    assert upkeep.collect(_later()).blobs == 0
    StoredFile.objects.first().delete()
    assert upkeep.collect(_later()).blobs == 1


@pytest.mark.django_db(transaction=True)
def test_collect_never_takes_a_content_that_is_being_sent_again(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "files": {"BACKEND": "beffroi.shared.files.storage.LocalContents", "OPTIONS": {"location": tmp_path}}
    }
    user = User.objects.create_user("ines.lambert@example.invalid")
    for _round in range(8):
        old = actions.store_upload(samples.upload(samples.PDF), actor=user)
        StoredFile.objects.all().delete()
        Blob.objects.update(created_at=timezone.now() - timedelta(days=2))
        os.utime(tmp_path / storage.address(old.blob.sha256), (time.time() - 2 * 86400,) * 2)

        def send():
            actions.store_upload(samples.upload(samples.PDF), actor=user)
            connection.close()

        thread = threading.Thread(target=send)
        thread.start()
        upkeep.collect()
        thread.join()
        file = StoredFile.objects.filter().first()
        if file is not None:
            kept = storages["files"]
            assert b"".join(kept.read(storage.address(file.blob.sha256))) == samples.PDF


def test_content_that_nothing_knew_is_kept_when_it_is_sent_between_being_seen_and_removed(store, user, monkeypatch):
    address = storage.address(hashlib.sha256(samples.PDF).hexdigest())
    store.put(address, io.BytesIO(samples.PDF))
    seen = upkeep.strays

    def then_sent(now):
        for stray in list(seen(now)):
            actions.store_upload(samples.upload(samples.PDF), actor=user)
            yield stray

    monkeypatch.setattr(upkeep, "strays", then_sent)
    assert upkeep.collect(_later()).strays == 0
    assert b"".join(store.read(address)) == samples.PDF


def test_check_names_what_is_missing_damaged_and_unknown(store, user, target, capsys):
    sound = actions.store_upload(samples.upload(samples.PDF), actor=user, target=target)
    missing = actions.store_upload(samples.upload(samples.odt()), actor=user, target=target)
    damaged = actions.store_upload(samples.upload(samples.xlsx()), actor=user, target=target)
    os.unlink(_path(store, missing))
    with open(_path(store, damaged), "r+b") as content:
        content.seek(40)
        content.write(b"!")
    stray = storage.address("ef" * 32)
    store.put(stray, io.BytesIO(b"perdu"))
    os.utime(store.path(stray), (time.time() - 3 * 86400,) * 2)
    with pytest.raises(CommandError, match="1 contenus manquent et 1 sont abîmés"):
        call_command("files_check")
    said = capsys.readouterr().out
    assert f"manquant\u202f: {missing.blob.sha256}" in said
    assert f"abîmé\u202f: {damaged.blob.sha256}" in said
    assert f"inconnu\u202f: {stray}" in said
    assert sound.blob.sha256 not in said


def test_check_quick_sees_a_wrong_size(store, user, target):
    file = actions.store_upload(samples.upload(samples.PDF), actor=user, target=target)
    with open(_path(store, file), "ab") as content:
        content.write(b"!")
    assert upkeep.check(quick=True).damaged == [file.blob.sha256]


def test_commands_say_what_they_did(store, user, capsys):
    actions.store_upload(samples.upload(samples.PDF), actor=user)
    call_command("files_collect", dry_run=True)
    call_command("files_check")
    assert "1 contenus vérifiés" in capsys.readouterr().out
