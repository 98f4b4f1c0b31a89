"""What leaves: a ZIP that another reader opens; proof that what is kept is what came."""

import csv
import hashlib
import io
import zipfile

import pytest
from django.urls import reverse

from beffroi.config import verification
from beffroi.shared.documents import actions, integrity, packing
from beffroi.shared.documents.models import Fixity
from beffroi.shared.files import storage
from tests.shared.documents.conftest import TEXT

pytestmark = pytest.mark.django_db


def test_zip_holds_the_documents_and_a_manifest_that_proves_them(
    client, people, make_document, make_folder, make_series
):
    outer = make_folder("Marché : lot 1", series=make_series(10))
    inner = make_folder("Offres", parent=outer)
    make_document("note.txt", folder=outer)
    make_document("offre.txt", b"prix", folder=inner)
    hidden = make_document("tu.txt", b"tu", folder=inner)
    actions.fence_off(hidden, actor=people["manager"], inherits=False)
    client.force_login(people["elected"])
    answer = client.get(reverse("documents:pack", args=["dossiers", outer.pk]))
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {"note.txt", "Offres/offre.txt", "manifeste.csv"}
        lines = list(csv.DictReader(io.StringIO(archive.read("manifeste.csv").decode("utf-8-sig")), delimiter=";"))
        for line in lines:
            content = archive.read(line["Chemin"])
            assert hashlib.sha256(content).hexdigest() == line["Empreinte SHA-256"]
    assert {line["Série"] for line in lines} == {str(outer.effective_series)}


def test_name_never_leaves_the_archive(make_document, make_folder, people, space):
    folder = make_folder("../../etc")
    make_document("a.txt", folder=folder)
    content = packing.pack(packing.chosen(people["manager"], space, None), None)
    with content, zipfile.ZipFile(content) as archive:
        assert archive.namelist()[0] == "-..-etc/a.txt"


def test_too_much_is_refused_with_words(client, people, make_document, space, monkeypatch):
    monkeypatch.setattr(packing, "LARGEST", 3)
    make_document()
    client.force_login(people["outside"])
    page = client.get(reverse("documents:pack", args=["espaces", space.pk]), follow=True).content.decode()
    assert "trop pour un seul ZIP" in page


def _path(document) -> str:
    return storage.contents().path(storage.address(document.current.sha256))


def test_sampling_finds_what_is_damaged_and_missing_and_the_check_names_it(make_document):
    sound, damaged, missing = (make_document(f"{rank}.txt", f"contenu {rank}".encode()) for rank in range(3))
    with open(_path(damaged), "r+b") as content:
        content.write(b"X")
    storage.contents().delete(storage.address(missing.current.sha256))
    assert integrity.sample() == 2
    assert Fixity.objects.get(version=sound.current).finding == "sound"
    ok, sentence = integrity.health()
    assert not ok
    assert "1.txt" not in sentence
    said = [finding.sentence for finding in verification._contents() if finding.level == "fault"]
    assert any("abîmé (1.txt)" in one for one in said)
    assert any("absent (2.txt)" in one for one in said)
    assert len(said) == 2


def test_sampling_takes_the_oldest_seen_first(make_document):
    for rank in range(4):
        make_document(f"{rank}.txt", f"contenu {rank}".encode())
    assert integrity.sample(most=2) == 0
    first = set(Fixity.objects.values_list("version", flat=True))
    integrity.sample(most=2)
    assert Fixity.objects.count() == 4
    assert first < set(Fixity.objects.values_list("version", flat=True))
    assert integrity.health()[0]


def test_check_says_all_is_there_and_names_what_nobody_owns(make_document):
    make_document()
    assert [finding.level for finding in verification._contents()] == ["ok"]


def test_content_kept_once_for_two_documents(make_document):
    one, other = make_document("a.txt"), make_document("b.txt")
    assert one.current.sha256 == other.current.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert one.current.file.blob == other.current.file.blob
