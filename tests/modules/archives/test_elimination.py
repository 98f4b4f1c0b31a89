"""From the slip to the certificate: signed, visaed (R212-14), destroyed in two steps, never half."""

import datetime
import shutil
import subprocess

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pypdf import PdfReader

from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.archives import actions, ledger
from beffroi.modules.archives.actions import destroying
from beffroi.modules.archives.models import Elimination, Line, Piece
from beffroi.shared.documents import actions as documents
from beffroi.shared.documents.models import Document, Version
from beffroi.shared.files import storage
from beffroi.shared.files.actions import copy_file
from beffroi.shared.files.models import Blob, StoredFile
from beffroi.shared.signing import actions as signing
from tests.modules.archives.conftest import visa
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def text_of(file) -> str:
    with storage.contents().open(storage.address(file.blob.sha256)) as content:
        return " ".join(" ".join(page.extract_text() for page in PdfReader(content).pages).split())


def file_of(record, kind):
    return StoredFile.objects.about(record).get(kind=kind)


def test_slip_bears_what_the_law_asks(make_folder, make_slip):
    slip = make_slip(make_folder("Factures d’eau"), to="signing")
    text = text_of(file_of(slip, "slip"))
    for words in ("Factures d’eau", "Dates extrêmes", "Métrage ou volume", "Observations", "R212-14", slip.reference):
        assert words in text


def test_slip_is_archivable_and_accessible(make_folder, make_slip):
    slip = make_slip(make_folder(), to="signing")
    with storage.contents().open(storage.address(file_of(slip, "slip").blob.sha256)) as content:
        reader = PdfReader(content)
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "pdfaid" in metadata
    assert "pdfuaid" in metadata


def test_numbers_follow_each_other_by_body_and_year(make_folder, make_slip, commune, operator, archivist):
    slips = [make_slip(make_folder(f"Dossier {rank}")) for rank in range(3)]
    year = timezone.localdate().year
    assert [slip.reference for slip in slips] == [f"ELIM-{year}-{rank:04d}" for rank in (1, 2, 3)]
    with pytest.raises(ValidationError), transaction.atomic():
        actions.prepare_elimination(operator, actor=archivist, folders=[slips[0].lines.get().folder])
    assert make_slip(make_folder("Suivant")).number == 4


def test_number_and_slip_are_kept_by_the_database(make_folder, make_slip):
    slip = make_slip(make_folder())
    with pytest.raises(IntegrityError), transaction.atomic():
        Elimination.objects.filter(pk=slip.pk).update(number=9)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM archives_elimination WHERE id = %s", [slip.pk])


def test_nothing_is_destroyed_without_a_visa_even_by_the_database(make_folder, make_slip):
    slip = make_slip(make_folder(), to="signed")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE archives_elimination SET state = 'visaed' WHERE id = %s", [slip.pk])


def test_rejected_by_the_sign_book_it_is_prepared_again(make_folder, make_slip, president):
    slip = make_slip(make_folder(), to="signing")
    from beffroi.shared.signing.models import Folder as SignFolder

    step = SignFolder.objects.about(slip).first().steps.get()
    signing.decide_step(step, actor=president, approve=False, comment="Ajoutez la série.")
    slip.refresh_from_db()
    assert slip.state == "draft"


def test_signed_slip_holds_the_signature(make_folder, make_slip):
    slip = make_slip(make_folder(), to="signed")
    from beffroi.shared.signing import verifying

    with storage.contents().open(storage.address(file_of(slip, "signed").blob.sha256)) as content:
        (found,) = verifying.verify(content.read())
    assert found.is_good


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"visa_on": timezone.localdate() + datetime.timedelta(days=1)}, "visa_on"),
        ({"visa_on": datetime.date(2020, 1, 1)}, "visa_on"),
    ],
)
def test_visa_must_be_possible(make_folder, make_slip, archivist, make_scan, more, field):
    slip = make_slip(make_folder(), to="signed")
    with pytest.raises(ValidationError) as refusal:
        visa(slip, archivist, make_scan(), **more)
    assert field in refusal.value.error_dict


def test_refusal_needs_its_reason(make_folder, make_slip, archivist, make_scan):
    slip = make_slip(make_folder("A"), make_folder("B"), to="signed")
    with pytest.raises(ValidationError, match="motif"):
        visa(slip, archivist, make_scan(), refused=[slip.lines.first()], refusal=" ")


def test_refused_lines_are_free_again_and_the_others_go(make_folder, make_slip):
    kept, gone = make_folder("Gardé"), make_folder("Parti")
    slip = make_slip(kept, gone, to="destroying", refused=("Gardé",))
    actions.resume(slip)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.state, gone.state) == ("closed", "eliminated")
    assert make_slip(kept).lines.count() == 1
    assert "À conserver" in text_of(file_of(slip, "certificate"))


def test_visa_refused_for_all_ends_the_slip(make_folder, make_slip):
    folder = make_folder("Gardé")
    slip = make_slip(folder, to="visaed", refused=("Gardé",))
    assert slip.state == "refused"
    assert make_slip(folder).state == "draft"


def test_destruction_takes_two_steps_and_the_number_written_by_hand(make_folder, make_slip, archivist):
    slip = make_slip(make_folder(), to="visaed")
    with pytest.raises(TransitionRefused):
        actions.start_destruction(slip, actor=archivist, typed=slip.reference)
    actions.confirm_elimination(slip, actor=archivist)
    with pytest.raises(ValidationError, match="pour confirmer"):
        actions.start_destruction(slip, actor=archivist, typed="oui")
    assert Document.objects.filter(state="eliminated").count() == 0
    actions.step_back(slip, actor=archivist)
    assert slip.state == "visaed"


def test_bytes_are_really_gone_and_the_tombstone_stays(make_folder, make_slip):
    folder = make_folder(contents=("secret",))
    version = Version.objects.get(document__folder=folder)
    path = storage.address(version.sha256)
    assert storage.contents().exists(path)
    slip = make_slip(folder, to="destroying")
    assert storage.contents().exists(path)
    actions.resume(slip)
    assert slip.state == "destroyed"
    assert not storage.contents().exists(path)
    assert not Blob.objects.filter(sha256=version.sha256).exists()
    version.refresh_from_db()
    assert version.file is None
    assert len(version.sha256) == 64
    folder.refresh_from_db()
    assert folder.state == "eliminated"
    assert folder.documents.get().name == "piece-1.txt"


def test_bytes_that_somebody_else_keeps_stay(make_folder, make_slip, manager, space):
    folder = make_folder(contents=("partagé",))
    version = Version.objects.get(document__folder=folder)
    copy = copy_file(version.file, actor=manager)
    documents.add_document(actor=manager, space=space, file=copy, name="copie.txt", read=False)
    slip = make_slip(folder, to="destroying")
    actions.resume(slip)
    assert slip.state == "destroyed"
    assert storage.contents().exists(storage.address(version.sha256))


def test_pictures_of_the_pages_go_with_the_content(make_folder, make_slip, manager):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from beffroi.kernel import pdf
    from beffroi.modules.archives.demo import TEMPLATE
    from beffroi.shared.documents.reading import pages as pictures
    from beffroi.shared.files.actions import store_upload

    folder = make_folder(closed=False, contents=())
    content = pdf.render(TEMPLATE, {"title": "Plan", "body": "Essai", "agency": "Essai"})
    file = store_upload(SimpleUploadedFile("a.pdf", content), actor=manager, kind="document")
    day = folder.opened_on
    document = documents.add_document(
        actor=manager, space=folder.space, folder=folder, file=file, read=False, dated_on=day
    )
    documents.close_folder(folder, actor=manager, day=day)
    sha256 = document.current.sha256
    for _portion in pictures.picture(sha256, "application/pdf", 1, "petite"):
        pass
    name = pictures.name_of(sha256, 1, "petite")
    assert storage.contents().exists(name)
    actions.resume(make_slip(folder, to="destroying"))
    assert not storage.contents().exists(name)


def test_certificate_is_sealed_and_kept(make_folder, make_slip):
    slip = make_slip(make_folder("Factures d’eau"), to="destroying")
    actions.resume(slip)
    file = file_of(slip, "certificate")
    text = text_of(file)
    for words in ("Factures d’eau", "80-118", "Adèle Vimeux", "Lucien Dhorne"):
        assert words in text
    assert Piece.objects.get(file=file).sha512
    if shutil.which("pdfsig"):
        path = storage.contents().path(storage.address(file.blob.sha256))
        done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False)
        assert "Signature is Valid" in done.stdout


def test_killed_in_the_middle_it_goes_on_and_ends_whole(make_folder, make_slip, monkeypatch):
    slip = make_slip(*[make_folder(f"Dossier {rank}") for rank in range(4)], to="destroying")
    real, seen = destroying._destroy_line, []

    def dies(pk):
        if len(seen) == 2:
            raise SystemExit("killed")
        seen.append(pk)
        real(pk)

    monkeypatch.setattr(destroying, "_destroy_line", dies)
    with pytest.raises(SystemExit):
        actions.resume(slip)
    done = Line.objects.filter(elimination=slip, destroyed_at__isnull=False)
    assert done.count() == 2
    for line in slip.lines.all():
        states = set(Document.objects.filter(folder=line.folder).values_list("state", flat=True))
        assert states == ({"eliminated"} if line.destroyed_at else {"draft"})
    slip.refresh_from_db()
    assert slip.state == "destroying"
    assert not StoredFile.objects.about(slip).filter(kind="certificate").exists()
    monkeypatch.setattr(destroying, "_destroy_line", real)
    assert actions.resume_all() == 0
    slip.refresh_from_db()
    assert slip.state == "destroyed"
    assert StoredFile.objects.about(slip).filter(kind="certificate").count() == 1


def test_killed_inside_a_line_nothing_of_it_has_changed(make_folder, make_slip, monkeypatch):
    folder = make_folder()
    slip = make_slip(folder, to="destroying")

    def dies(*arguments, **more):
        raise SystemExit("killed")

    monkeypatch.setattr(ledger, "write", dies)
    with pytest.raises(SystemExit):
        actions.resume(slip)
    monkeypatch.undo()
    folder.refresh_from_db()
    assert folder.state == "closed"
    assert all(storage.contents().exists(storage.address(v.sha256)) for v in Version.objects.all())


def test_killed_before_the_bytes_are_removed_they_are_removed_next(make_folder, make_slip, monkeypatch):
    folder = make_folder(contents=("un",))
    sha256 = Version.objects.get(document__folder=folder).sha256
    slip = make_slip(folder, to="destroying")

    def dies(*arguments):
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(destroying, "_purge", dies)
        with pytest.raises(SystemExit):
            actions.resume(slip)
    assert storage.contents().exists(storage.address(sha256))
    actions.resume(slip)
    assert slip.state == "destroyed"
    assert not storage.contents().exists(storage.address(sha256))


def test_run_again_after_the_end_it_changes_nothing(make_folder, make_slip):
    slip = make_slip(make_folder(), to="destroying")
    actions.resume(slip)
    count = ledger.LedgerLine.objects.count()
    actions.resume(slip)
    assert ledger.LedgerLine.objects.count() == count
    assert StoredFile.objects.about(slip).filter(kind="certificate").count() == 1


def test_hold_laid_in_between_blocks_its_line_and_says_so(make_folder, make_slip, manager, archivist):
    held, gone = make_folder("Gelé"), make_folder("Parti")
    slip = make_slip(held, gone, to="confirmed")
    documents.set_hold(held, actor=manager, reason="Litige nouveau")
    actions.start_destruction(slip, actor=archivist, typed=slip.reference)
    actions.resume(slip)
    assert slip.state == "destroying"
    blocked = slip.lines.get(folder=held)
    assert "Litige nouveau" in blocked.blocked_because
    held.refresh_from_db()
    gone.refresh_from_db()
    assert (held.state, gone.state) == ("closed", "eliminated")
    actions.set_aside(blocked, actor=archivist, reason="Gelé depuis le visa")
    actions.resume(slip)
    assert slip.state == "destroyed"
    assert "Gelé depuis le visa" in text_of(file_of(slip, "certificate"))


def test_confirmation_names_what_may_no_longer_go(make_folder, make_slip, manager, archivist):
    folder = make_folder("Gelé")
    slip = make_slip(folder, to="visaed")
    documents.set_hold(folder, actor=manager, reason="Litige nouveau")
    with pytest.raises(ValidationError, match="Litige nouveau"):
        actions.confirm_elimination(slip, actor=archivist)


@pytest.mark.django_db(transaction=True)
def test_hold_and_destruction_at_once_one_of_them_comes_too_late(make_folder, make_slip, manager):
    for rank in range(4):
        folder = make_folder(f"Dossier {rank}")
        slip = make_slip(folder, to="destroying")
        _left, right = at_once(
            lambda slip=slip: actions.resume(slip),
            lambda folder=folder: documents.set_hold(folder, actor=manager, reason="Litige"),
        )
        folder.refresh_from_db()
        slip.refresh_from_db()
        if folder.held:
            assert folder.state == "closed"
            assert slip.state == "destroying"
            assert "gel" in slip.lines.get().blocked_because.lower()
            assert not Document.objects.filter(folder=folder, state="eliminated").exists()
        else:
            assert isinstance(right, ValidationError)
            assert "Trop tard" in right.messages[0]
            assert slip.state == "destroyed"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_destroy_once(make_folder, make_slip):
    slip = make_slip(*[make_folder(f"Dossier {rank}") for rank in range(3)], to="destroying")
    answers = at_once(*[lambda: actions.resume(Elimination.objects.get(pk=slip.pk)) for _ in range(2)])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    slip.refresh_from_db()
    assert slip.state == "destroyed"
    assert ledger.LedgerLine.objects.filter(event="elimination.line").count() == 3
    assert StoredFile.objects.about(slip).filter(kind="certificate").count() == 1
    assert list(ledger.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_two_slips_at_once_cannot_take_the_same_file(make_folder, operator, archivist):
    folder = make_folder()
    answers = at_once(
        *[lambda: actions.prepare_elimination(operator, actor=archivist, folders=[folder]) for _ in range(4)]
    )
    made = [answer for answer in answers if isinstance(answer, Elimination)]
    assert len(made) == 1
    assert all(isinstance(answer, ValidationError) for answer in answers if answer not in made)
    assert sorted(Elimination.objects.values_list("number", flat=True)) == [1]


def test_line_that_was_destroyed_cannot_be_erased(make_folder, make_slip):
    slip = make_slip(make_folder(), to="destroying")
    actions.resume(slip)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM archives_line WHERE elimination_id = %s", [slip.pk])


def test_who_lost_the_role_does_not_stop_what_was_decided(make_folder, make_slip, archivist):
    slip = make_slip(make_folder(), to="destroying")
    archivist.memberships.update(end=timezone.localdate() - datetime.timedelta(days=1))
    slip = Elimination.objects.get(pk=slip.pk)
    actions.resume(slip)
    assert slip.state == "destroyed"


def test_observations_are_on_the_slip(make_folder, make_slip, archivist):
    slip = make_slip(make_folder())
    line = slip.lines.get()
    actions.update_elimination(slip, actor=archivist, title="Objet", note="", observations={line.pk: "Doublons"})
    line.refresh_from_db()
    assert line.observations == "Doublons"


def test_agent_without_the_role_is_refused(make_folder, make_user, operator):
    with pytest.raises(PermissionDenied):
        actions.prepare_elimination(operator, actor=make_user("agent", operator), folders=[make_folder()])
