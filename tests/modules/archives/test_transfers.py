"""From the package to the purge: sent, acknowledged, answered, the local copy destroyed with a certificate."""

import datetime
import hashlib
import io
import subprocess
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import etree

from beffroi.modules.archives import actions
from beffroi.modules.archives.models import LedgerLine, Piece, Setup, Transfer, setup_of
from beffroi.modules.archives.seda import standin
from beffroi.modules.archives.seda.model import VERSIONS
from beffroi.shared.documents import actions as documents
from beffroi.shared.documents import demo_texts
from beffroi.shared.documents.models import Version
from beffroi.shared.documents.reading import job
from beffroi.shared.files import storage
from beffroi.shared.files.actions import DOCUMENT, store_upload
from beffroi.shared.files.models import StoredFile
from tests.modules.archives.conftest import NOW, content_of
from tests.modules.archives.test_seda import faults, xmllint
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def package_of(made) -> zipfile.ZipFile:
    file = StoredFile.objects.about(made).get(kind="package")
    return zipfile.ZipFile(io.BytesIO(content_of(file)))


@pytest.mark.parametrize("version", VERSIONS)
def test_package_is_whole_valid_and_proves_each_content(make_transfer, version):
    made = make_transfer(to="packed", seda=version)
    with package_of(made) as archive:
        assert archive.namelist()[0] == "manifest.xml"
        manifest = archive.read("manifest.xml")
        assert faults(version, manifest) == []
        root = etree.fromstring(manifest)
        objects = root.findall(".//{*}BinaryDataObject")
        assert len(objects) == 2
        for one in objects:
            content = archive.read(one.findtext("{*}Uri"))
            digest = one.find("{*}MessageDigest")
            assert digest.get("algorithm") == "SHA-512"
            assert digest.text == hashlib.sha512(content).hexdigest()
            assert int(one.findtext("{*}Size")) == len(content)
            assert one.findtext("{*}FormatIdentification/{*}FormatId") == "x-fmt/111"
    assert root.findtext(".//{*}AppraisalRule/{*}FinalAction") == "Keep"
    assert root.findtext(".//{*}AccessRule/{*}Rule") == "L213-1"
    assert root.findtext(".//{*}FileInfo/{*}Filename") == "piece-1.txt"


@pytest.mark.parametrize("version", VERSIONS)
def test_scan_leaves_with_its_searchable_copy_in_the_same_group(
    make_transfer, make_folder, make_series, manager, operator, archivist, version, tmp_path
):
    folder = make_folder("Plans", series=make_series("keep"), contents=("un",), closed=False)
    scan = demo_texts.scanned(
        demo_texts._pdf(
            "Permis",
            ("Le permis est accordé pour la grange de la rue du Fossé.",),
            day=datetime.date(2013, 2, 1),
            sender="Mairie",
            address="80600 Doullens",
        ),
        seed=3,
        dpi=150,
    )
    sent = store_upload(SimpleUploadedFile("permis.pdf", scan), actor=manager, kind=DOCUMENT)
    kept = documents.add_document(
        actor=manager,
        space=folder.space,
        folder=folder,
        read=False,
        name="permis.pdf",
        file=sent,
        source="scan",
        dated_on=datetime.date(2013, 2, 1),
    )
    job.read(kept.current_id)
    documents.close_folder(folder, actor=manager, day=datetime.date(2013, 12, 20))
    with package_of(make_transfer(folder, to="packed", seda=version)) as archive:
        manifest = archive.read("manifest.xml")
        assert faults(version, manifest) == []
        assert xmllint(version, manifest, tmp_path) == ""
        groups = etree.fromstring(manifest).findall(".//{*}DataObjectGroup")
        usages = [[one.text for one in group.iterfind(".//{*}DataObjectVersion")] for group in groups]
        assert sorted(usages) == [["BinaryMaster_1"], ["BinaryMaster_1", "Dissemination_1"]]
        group = next(one for one in groups if len(one) == 2)
        for one in group:
            content = archive.read(one.findtext("{*}Uri"))
            assert hashlib.sha512(content).hexdigest() == one.findtext("{*}MessageDigest")
            assert len(content) == int(one.findtext("{*}Size"))
        assert archive.read(group[0].findtext("{*}Uri")) == scan, "the original is as it was received"
        assert group[1].findtext("{*}FormatIdentification/{*}FormatId") == "fmt/477", "PDF/A-2b"
        assert group[1].findtext("{*}FileInfo/{*}Filename") == "permis (copie cherchable).pdf"
        copy = tmp_path / "copie.pdf"
        copy.write_bytes(archive.read(group[1].findtext("{*}Uri")))
        told = subprocess.run(["pdftotext", str(copy), "-"], capture_output=True, text=True, check=True).stdout
        assert "grange" in told
        references = [one.text for one in etree.fromstring(manifest).iter("{*}DataObjectGroupReferenceId")]
        assert sorted(references) == sorted(one.get("id") for one in groups)
    actions.save_setup(Setup(organisation=operator, agency_identifier="FRAD999", copies=False), actor=manager)
    made = Transfer.objects.get()
    actions.unpack_transfer(made, actor=archivist)
    actions.pack_transfer(made, actor=archivist)
    with package_of(made) as archive:
        assert b"Dissemination" not in archive.read("manifest.xml"), "the archives may not want them"
        assert len(archive.namelist()) == 3


def test_tree_of_the_package_is_that_of_the_files(make_transfer, make_folder, make_series, manager):
    series = make_series("keep")
    outer = make_folder("Marché", series=series, closed=False, contents=("a",))
    make_folder("Offres", series=series, parent=outer, contents=("b", "c"), closed=False)
    documents.close_folder(outer, actor=manager, day=outer.opened_on + datetime.timedelta(days=300))
    with package_of(make_transfer(outer, to="packed")) as archive:
        root = etree.fromstring(archive.read("manifest.xml"))
    top = root.find(".//{*}DescriptiveMetadata/{*}ArchiveUnit")
    titles = [unit.findtext("{*}Content/{*}Title") for unit in top.findall("{*}ArchiveUnit")]
    assert top.findtext("{*}Content/{*}Title") == "Marché"
    assert titles == ["Offres", "piece-1"]
    assert len(top.findall("{*}ArchiveUnit/{*}ArchiveUnit")) == 2


def test_addresses_are_those_of_the_settings(operator, manager, archivist, make_transfer):
    setup = Setup(
        organisation=operator,
        agency_name="Archives d’essai",
        agency_identifier="FRAD999",
        own_identifier="CC-ESSAI",
        agreement="ACCORD-7",
        seda="2.3",
    )
    actions.save_setup(setup, actor=manager)
    with package_of(make_transfer(to="packed", seda="2.3")) as archive:
        root = etree.fromstring(archive.read("manifest.xml"))
    assert root.findtext("{*}ArchivalAgreement") == "ACCORD-7"
    assert root.findtext("{*}ArchivalAgency/{*}Identifier") == "FRAD999"
    assert root.findtext("{*}TransferringAgency/{*}Identifier") == "CC-ESSAI"
    assert root.tag.startswith("{fr:gouv:culture:archivesdefrance:seda:v2.3}")


def test_file_under_a_hold_or_to_destroy_is_not_transferred(operator, archivist, manager, make_folder, make_series):
    with pytest.raises(ValidationError, match="plus à verser"):
        actions.prepare_transfer(operator, actor=archivist, folders=[make_folder("Factures")])
    held = make_folder("Gelé", series=make_series("keep"))
    documents.set_hold(held, actor=manager, reason="Litige")
    with pytest.raises(ValidationError, match="Litige"):
        actions.prepare_transfer(operator, actor=archivist, folders=[held])


@pytest.mark.parametrize("version", VERSIONS)
def test_answers_of_the_stand_in_follow_the_norm(make_transfer, version):
    made = make_transfer(seda=version)
    for code in ("OK", "WARNING", "KO"):
        assert faults(version, standin.transfer_reply(made, at=NOW, code=code)) == []
    assert faults(version, standin.acknowledgement(made, at=NOW)) == []


def test_acknowledgement_then_reply_keep_the_identifiers_given(make_transfer, archivist):
    made = make_transfer()
    actions.take_message(standin.acknowledgement(made, at=NOW), actor=archivist)
    made.refresh_from_db()
    assert made.state == "acknowledged"
    message = actions.take_message(standin.transfer_reply(made, at=NOW, code="WARNING"), actor=archivist)
    made.refresh_from_db()
    assert (made.state, made.grant, message.code) == ("accepted", message.identifier, "WARNING")
    assert made.folders.get().kept_as == f"{made.year}W{made.number}/1"


def test_refusal_leaves_everything_in_place(make_transfer, archivist, operator):
    made = make_transfer()
    actions.take_message(standin.transfer_reply(made, at=NOW, code="KO", text="Empreinte fausse"), actor=archivist)
    made.refresh_from_db()
    assert made.state == "rejected"
    folder = made.folders.get().folder
    assert folder.state == "closed"
    actions.give_up_transfer(made, actor=archivist, reason="Refusé")
    assert actions.prepare_transfer(operator, actor=archivist, folders=[folder]).number == 2


def test_same_reply_read_again_changes_nothing(make_transfer, archivist):
    made = make_transfer()
    content = standin.transfer_reply(made, at=NOW)
    first = actions.take_message(content, actor=archivist)
    count = LedgerLine.objects.count()
    assert actions.take_message(content, actor=archivist) == first
    assert LedgerLine.objects.count() == count
    assert StoredFile.objects.about(made).filter(kind="reply").count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_reply_read_by_two_at_once_is_taken_once(make_transfer, archivist):
    made = make_transfer()
    content = standin.transfer_reply(made, at=NOW)
    answers = at_once(*[lambda: actions.take_message(content, actor=archivist) for _ in range(4)])
    assert len({answer.pk for answer in answers}) == 1
    assert made.messages.count() == 1


def refused(content, actor) -> str:
    with pytest.raises(ValidationError) as refusal:
        actions.take_message(content, actor=actor)
    return " ".join(refusal.value.messages)


def test_wrong_or_foreign_messages_are_refused_in_plain_words(make_transfer, archivist, make_user, commune):
    made = make_transfer()
    other = Transfer(
        seda="2.2", identifier=made.identifier, agency_identifier=made.agency_identifier, own_identifier="x"
    )
    assert "SEDA 2.2 et le versement en SEDA 2.1" in refused(standin.acknowledgement(other, at=NOW), archivist)
    other.seda, other.agency_identifier = "2.1", "FRAD062"
    assert "FRAD062" in refused(standin.acknowledgement(other, at=NOW), archivist)
    other.identifier = "inconnu-1"
    assert "aucun de vos versements" in refused(standin.acknowledgement(other, at=NOW), archivist)
    secretary = make_user("secretary", commune)
    assert "aucun de vos versements" in refused(standin.acknowledgement(made, at=NOW), secretary)
    assert "n’est pas un XML" in refused(b"%PDF", archivist)
    actions.take_message(standin.transfer_reply(made, at=NOW), actor=archivist)
    again = standin.transfer_reply(made, at=NOW, code="KO", identifier="ATR-2")
    assert "déjà été lue" in refused(again, archivist)
    assert made.messages.count() == 1


def test_message_before_the_sending_is_refused(make_transfer, archivist):
    made = make_transfer(to="packed")
    assert "n’attend pas de message" in refused(standin.acknowledgement(made, at=NOW), archivist)


def test_local_copy_goes_only_after_the_reply_and_leaves_a_certificate(make_transfer, archivist):
    made = make_transfer(to="accepted")
    folder = made.folders.get().folder
    digests = list(Version.objects.filter(document__folder=folder).values_list("sha256", flat=True))
    package = StoredFile.objects.about(made).get(kind="package").blob.sha256
    with pytest.raises(ValidationError, match="pour confirmer"):
        actions.purge_transfer(made, actor=archivist, typed="non")
    made.refresh_from_db()
    actions.purge_transfer(made, actor=archivist, typed=made.reference)
    folder.refresh_from_db()
    assert (made.state, folder.state) == ("purged", "transferred")
    assert not any(storage.contents().exists(storage.address(one)) for one in [*digests, package])
    kinds = set(StoredFile.objects.about(made).values_list("kind", flat=True))
    assert kinds == {"reply", "certificate"}
    dropped = Piece.objects.get(label="Paquet SEDA")
    assert dropped.file is None
    assert len(dropped.sha512) == 128
    assert made.grant in dropped.dropped_because


def test_local_copy_is_not_destroyed_before_the_reply(make_transfer, archivist):
    from beffroi.kernel.workflow import TransitionRefused

    made = make_transfer()
    with pytest.raises(TransitionRefused):
        actions.purge_transfer(made, actor=archivist, typed=made.reference)


def test_hold_laid_after_the_reply_keeps_the_local_copy(make_transfer, archivist, manager):
    made = make_transfer(to="accepted")
    folder = made.folders.get().folder
    documents.set_hold(folder, actor=manager, reason="Litige")
    with pytest.raises(ValidationError, match="Litige"):
        actions.purge_transfer(made, actor=archivist, typed=made.reference)
    made.refresh_from_db()
    folder.refresh_from_db()
    assert (made.state, folder.state) == ("accepted", "closed")


def test_missing_content_is_told_and_no_package_is_made(make_transfer, archivist):
    made = make_transfer(to="draft")
    version = Version.objects.filter(document__folder=made.folders.get().folder).first()
    storage.contents().delete(storage.address(version.sha256))
    with pytest.raises(ValidationError, match="manque au magasin"):
        actions.pack_transfer(made, actor=archivist)
    made.refresh_from_db()
    assert made.state == "draft"


def test_message_is_deposited_from_the_page(make_transfer, archivist, client):
    made = make_transfer()
    client.force_login(archivist)
    sent = SimpleUploadedFile("ack.xml", standin.acknowledgement(made, at=NOW), "text/xml")
    answer = client.post("/bureau/archives/versements/message/", {"file": sent})
    assert answer.headers["Location"] == made.get_absolute_url()
    wrong = SimpleUploadedFile("x.xml", b"<a/>", "text/xml")
    page = client.post("/bureau/archives/versements/message/", {"file": wrong}).content.decode()
    assert "pas un message SEDA" in page


@pytest.mark.parametrize(("code", "expected"), [("80", "FRAD080"), ("2A", "FRAD02A"), ("971", "FRAD971"), ("", "")])
def test_archives_of_the_departement_are_proposed_to_a_body_that_has_set_nothing(operator, commune, code, expected):
    type(commune).objects.update(departement=code)
    assert setup_of(operator).agency_identifier == expected
    assert setup_of(commune).agency_identifier == expected
    assert "Somme" not in setup_of(operator).agency_name


def test_nothing_is_prepared_before_one_knows_who_receives_it(operator, archivist, make_folder, make_series):
    folder = make_folder("Budget 2013", series=make_series("keep"))
    with pytest.raises(ValidationError, match="service d’archives"):
        actions.prepare_transfer(operator, actor=archivist, folders=[folder])
