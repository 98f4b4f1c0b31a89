import io
import os
import time
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone
from moto.server import ThreadedMotoServer

from beffroi.shared.files import actions, storage, thumbnails, upkeep
from tests.shared.files import samples

DIGEST = "ab" * 32
NAME = storage.address(DIGEST)


@pytest.fixture(scope="module")
def s3_server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server, settings):
    settings.STORAGES = settings.STORAGES | {
        "files": {
            "BACKEND": "beffroi.shared.files.s3.S3Contents",
            "OPTIONS": {
                "bucket_name": "beffroi-essai",
                "endpoint_url": s3_server,
                "region_name": "eu-west-3",
                "access_key": "essai",
                "secret_key": "essai",
                "location": "fichiers",
                "default_acl": None,
            },
        }
    }
    kept = storages["files"]
    kept.connection.create_bucket(Bucket="beffroi-essai", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    yield kept
    kept.bucket.objects.all().delete()
    kept.bucket.delete()


@pytest.fixture(params=["local", "s3"])
def kept(request):
    return request.getfixturevalue("store" if request.param == "local" else "bucket")


def test_put_then_read_gives_the_whole_or_a_part(kept):
    kept.put(NAME, io.BytesIO(b"0123456789"))
    assert b"".join(kept.read(NAME)) == b"0123456789"
    assert b"".join(kept.read(NAME, 3, 4)) == b"3456"
    assert b"".join(kept.read(NAME, 8)) == b"89"
    assert b"".join(kept.read(NAME, 3, 0)) == b""
    assert (kept.exists(NAME), kept.size(NAME)) == (True, 10)
    with kept.open(NAME) as content:
        assert content.read() == b"0123456789"


def test_read_absent_content_fails_before_the_first_byte(kept):
    with pytest.raises(FileNotFoundError):
        kept.read(NAME)
    assert not kept.exists(NAME)


def test_walk_names_what_is_kept_until_deleted(kept):
    kept.put(NAME, io.BytesIO(b"0123456789"))
    found = list(kept.walk())
    assert [(item.name, item.size) for item in found] == [(NAME, 10)]
    assert timezone.now() - found[0].written < timedelta(minutes=5)
    kept.delete(NAME)
    assert list(kept.walk()) == []


@pytest.mark.django_db
def test_files_live_whole_lives_in_either_storage(kept, user):
    file = actions.store_upload(samples.upload(samples.jpeg(size=(900, 600))), actor=user, kind="photo")
    assert b"".join(kept.read(storage.address(file.blob.sha256)))[:2] == b"\xff\xd8"
    assert b"".join(thumbnails.read(file.blob, "petite"))[8:12] == b"WEBP"
    assert upkeep.check().is_sound
    file.delete()
    later = timezone.now() + timedelta(days=2)
    assert upkeep.collect(later).blobs == 1
    assert list(kept.walk()) == []


def test_put_interrupted_leaves_nothing_at_the_address(store):
    class Failing(io.BytesIO):
        def read(self, *args):
            if self.tell() > 0:
                raise OSError("disque débranché")
            return super().read(4)

    with pytest.raises(OSError, match="débranché"):
        store.put(NAME, Failing(b"0123456789"))
    assert not store.exists(NAME)
    assert os.listdir(store.path(storage.DRAFTS)) == []


def test_clear_drafts_removes_only_the_old_ones(store):
    store.put(NAME, io.BytesIO(b"x"))
    for name, age in (("vieux", 3 * 86400), ("neuf", 60)):
        path = store.path(f"{storage.DRAFTS}/{name}")
        with open(path, "wb") as draft:
            draft.write(b"y")
        os.utime(path, (time.time() - age,) * 2)
    assert store.clear_drafts() == 1
    assert os.listdir(store.path(storage.DRAFTS)) == ["neuf"]
    assert [item.name for item in store.walk()] == [NAME]


def test_pictures_of_pages_in_a_bucket_are_read_through_the_site(bucket, settings):
    options = settings.STORAGES["files"]["OPTIONS"] | {"location": "fichiers-pages", "file_overwrite": False}
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "beffroi.shared.files.s3.S3Pictures", "OPTIONS": options}
    }
    pictures = storages["default"]
    name = pictures.save("images/place du marché.png", io.BytesIO(b"image"))
    assert pictures.url(name) == "/media/images/place%20du%20march%C3%A9.png"
    with pictures.open(name) as content:
        assert content.read() == b"image"
    assert pictures.save("images/place du marché.png", io.BytesIO(b"autre")) != name
    assert [kept.name for kept in bucket.walk()] == []
