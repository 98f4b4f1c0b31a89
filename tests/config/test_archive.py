"""What a backup is: an archive that proves itself, and that is refused as soon as one byte differs."""

import io
import tarfile

import pytest

from beffroi.config import archive
from beffroi.config.runtime import Failure

CONTENT = b"vingt-quatre communes " * 1000


@pytest.fixture
def whole(tmp_path):
    writer = archive.Writer(tmp_path / "b.tar")
    writer.add(archive.DUMP, io.BytesIO(CONTENT), len(CONTENT))
    writer.add("files/files/ab/cd", io.BytesIO(b"photo"), 5)
    writer.finish(made_at="2026-11-24T00:00:00+00:00", beffroi="0.1.0", migrations=[])
    return tmp_path / "b.tar"


def test_archive_whole_is_accepted_and_private(whole):
    assert set(archive.verify(whole)["members"]) == {archive.DUMP, "files/files/ab/cd"}
    assert whole.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", [0, 600, 5000, 23000, -11000])
def test_archive_with_one_byte_changed_is_refused(whole, place):
    content = bytearray(whole.read_bytes())
    content[place] ^= 1
    whole.write_bytes(content)
    with pytest.raises(Failure, match="abîmée|empreinte|suspect"):
        archive.verify(whole)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.75])
def test_archive_truncated_is_refused(whole, share):
    content = whole.read_bytes()
    whole.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(archive.Damaged):
        archive.verify(whole)


def test_archive_with_a_member_outside_is_refused(whole):
    with tarfile.open(whole, "a") as tar:
        info = tarfile.TarInfo("../evil")
        tar.addfile(info, io.BytesIO())
    with pytest.raises(archive.Damaged, match="suspect"):
        archive.verify(whole)


def test_archive_with_a_member_twice_is_refused(whole):
    with tarfile.open(whole, "a") as tar:
        info = tarfile.TarInfo("files/files/ab/cd")
        info.size = 5
        tar.addfile(info, io.BytesIO(b"autre"))
    with pytest.raises(archive.Damaged, match="deux fois"):
        archive.verify(whole)


@pytest.mark.parametrize(("name", "sentence"), [("absent.tar", "pas de fichier"), ("", "dossier")])
def test_archive_that_is_not_a_file_is_told(tmp_path, name, sentence):
    with pytest.raises(Failure, match=sentence):
        archive.verify(tmp_path / name)


def test_archive_abandoned_leaves_nothing(tmp_path):
    writer = archive.Writer(tmp_path / "b.tar")
    writer.add(archive.DUMP, io.BytesIO(CONTENT), len(CONTENT))
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


def test_archive_of_a_file_that_shrank_meanwhile_is_refused(tmp_path):
    writer = archive.Writer(tmp_path / "b.tar")
    with pytest.raises(Failure, match="a changé pendant la sauvegarde"):
        writer.add("files/files/ab/cd", io.BytesIO(b"court"), 500)
    writer.abandon()
