"""Boxes of paper handed to the departmental archives: their slip, their discharge, what stops them."""

import datetime
import shutil
import subprocess

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.archives import actions, ledger, paper
from beffroi.modules.archives.models import Box, Loan, PaperTransfer, Piece
from beffroi.shared.files import storage
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from tests.contract import rules
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def kept(make_series):
    return make_series(fate="keep")


@pytest.fixture
def make_box(operator, archivist, kept):
    def make(title="Budgets", *, series=None, **more):
        when = TODAY.year - 13
        box = Box(
            organisation=operator,
            title=title,
            series=series or kept,
            closed_on=datetime.date(when, 12, 31),
            first_on=datetime.date(when, 1, 2),
            last_on=datetime.date(when, 12, 20),
            contents="Liasse 1\nLiasse 2",
            **more,
        )
        return actions.save_box(box, actor=archivist)

    return make


@pytest.fixture
def make_transfer(operator, archivist):
    return lambda *boxes: actions.prepare_paper(operator, actor=archivist, boxes=boxes, title="Budgets")


def receive(made, actor, scan, **more):
    given = {
        "received_on": TODAY,
        "received_name": "Adèle Vimeux",
        "received_quality": "Directrice",
        "shelfmark": "1234 W 1-2",
    }
    return actions.receive_paper(made, actor=actor, scan=scan, **given | more)


def test_boxes_leave_with_the_discharge_and_not_before(make_box, make_transfer, archivist, make_scan):
    boxes = [make_box("Budget un"), make_box("Budget deux")]
    made = make_transfer(*boxes)
    assert made.reference == f"VPA-{TODAY.year}-0001"
    actions.deliver_paper(made, actor=archivist, delivered_on=TODAY)
    assert set(Box.objects.values_list("state", flat=True)) == {"kept"}
    receive(made, archivist, make_scan())
    assert set(Box.objects.values_list("state", flat=True)) == {"transferred"}
    assert (made.state, made.shelfmark) == ("received", "1234 W 1-2")
    scan = StoredFile.objects.about(made).get()
    assert (scan.kind, Piece.objects.get(file=scan).reference) == ("discharge", made.reference)
    events = list(ledger.LedgerLine.objects.filter(reference=made.reference).values_list("event", flat=True))
    assert [one for one in events if one.startswith("paper.")] == ["paper.delivered", "paper.received"]
    assert list(ledger.verify()) == []
    assert not made.lines.filter(is_open=True).exists()
    assert made.lines.count() == 2


def test_slip_names_boxes_contents_dates_and_length(make_box, make_transfer, tmp_path):
    made = make_transfer(make_box("Budget un", metres="0.12"), make_box("Budget deux", metres="0.20"))
    path = tmp_path / "bordereau.pdf"
    path.write_bytes(paper.transfer_slip(made))
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here (apt install poppler-utils)")
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    text = " ".join(done.stdout.replace("\u202f", " ").split())
    for words in (made.reference, "Budget un", "Budget deux", "BTE-", "Liasse 2", "2 boîtes, 0,32 m", "Pris en charge"):
        assert words in text


def test_what_may_not_leave_is_refused_and_takes_nothing(make_box, make_transfer, make_series, archivist, operator):
    held, lent, destroyed = make_box("Gelée"), make_box("Prêtée"), make_box("Factures", series=make_series())
    actions.hold_box(held, actor=None, reason="Recours")
    actions.lend_box(Loan(box=lent, borrower="Nadia", due_on=TODAY + datetime.timedelta(days=9)), actor=archivist)
    for box, told in ((held, "Recours"), (lent, "prêtée"), (destroyed, "plus à verser")):
        with pytest.raises(ValidationError, match=told):
            make_transfer(make_box(), box)
    with pytest.raises(ValidationError, match="au moins une"):
        make_transfer()
    assert not PaperTransfer.objects.exists()


def test_hold_laid_afterwards_stops_the_handing_over_and_the_discharge(make_box, make_transfer, archivist, make_scan):
    box = make_box()
    made = make_transfer(box)
    actions.hold_box(box, actor=None, reason="Recours")
    with pytest.raises(ValidationError, match="Recours"):
        actions.deliver_paper(made, actor=archivist, delivered_on=TODAY)
    actions.hold_box(box, actor=None, reason="")
    actions.deliver_paper(made, actor=archivist, delivered_on=TODAY)
    actions.hold_box(box, actor=None, reason="Recours")
    with pytest.raises(ValidationError, match="Recours"):
        receive(made, archivist, make_scan())
    made.refresh_from_db()
    box.refresh_from_db()
    assert (made.state, box.state) == ("delivered", "kept")


def test_box_in_a_transfer_is_on_no_other_nor_changed(make_box, make_transfer, archivist, client):
    box = make_box()
    made = make_transfer(box)
    with pytest.raises(ValidationError, match="déjà dans un versement"):
        make_transfer(box)
    with pytest.raises(ValidationError, match="ne change plus"):
        actions.save_box(box, actor=archivist)
    actions.keep_paper(made, actor=archivist, reason="Erreur")
    assert make_transfer(box).reference.endswith("0002"), "the number stays taken"


def test_dates_and_steps_keep_their_order(make_box, make_transfer, archivist, make_scan):
    made = make_transfer(make_box())
    with pytest.raises(ValidationError, match="à venir"):
        actions.deliver_paper(made, actor=archivist, delivered_on=TODAY + datetime.timedelta(days=1))
    with pytest.raises(TransitionRefused):
        receive(made, archivist, make_scan())
    actions.deliver_paper(made, actor=archivist, delivered_on=TODAY)
    with pytest.raises(ValidationError, match="Entre le jour"):
        receive(made, archivist, make_scan(), received_on=TODAY - datetime.timedelta(days=1))


def test_discharge_is_a_pdf_or_an_image(make_box, make_transfer, archivist):
    made = make_transfer(make_box())
    actions.deliver_paper(made, actor=archivist, delivered_on=TODAY)
    note = store_upload(SimpleUploadedFile("note.txt", b"Re\xc3\xa7u", "text/plain"), actor=None)
    with pytest.raises(ValidationError, match="PDF ou en image"):
        receive(made, archivist, note)
    assert PaperTransfer.objects.get().state == "delivered"


def test_box_that_was_handed_over_is_not_lent(make_box, make_transfer, archivist):
    box = make_box()
    made = make_transfer(box)
    actions.deliver_paper(made, actor=archivist, delivered_on=TODAY)
    loan = Loan(box=box, borrower="Service technique", lent_on=TODAY, due_on=TODAY)
    with pytest.raises(ValidationError, match="remise au service d’archives"):
        actions.lend_box(loan, actor=archivist)
    actions.keep_paper(made, actor=archivist, reason="Reprise")
    assert actions.lend_box(loan, actor=archivist).pk


def test_database_refuses_a_discharge_without_a_name_and_to_erase_the_slip(make_box, make_transfer):
    made = make_transfer(make_box())
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperTransfer.objects.filter(pk=made.pk).update(state="received")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM archives_papertransfer WHERE id = %s", [made.pk])


@pytest.mark.django_db(transaction=True)
def test_two_slips_at_once_cannot_take_the_same_box(make_box, operator, archivist):
    box = make_box()
    answers = at_once(*[lambda: actions.prepare_paper(operator, actor=archivist, boxes=[box]) for _ in range(4)])
    assert len([one for one in answers if isinstance(one, PaperTransfer)]) == 1
    assert all(isinstance(one, ValidationError) for one in answers if not isinstance(one, PaperTransfer))
    assert list(PaperTransfer.objects.values_list("number", flat=True)) == [1]


def test_pages_from_the_list_to_the_discharge(client, make_box, archivist, make_scan, operator):
    box = make_box("Registre des budgets")
    client.force_login(archivist)
    home = f"{reverse('archives:home')}?pile=verser&nature=papier"
    assert "Préparer un versement" in client.get(home).content.decode()
    sent = client.post(reverse("archives:gesture"), {"choix": box.pk, "nature": "papier", "geste": "verser"})
    made = PaperTransfer.objects.get()
    assert sent["Location"] == made.get_absolute_url()
    assert "Elle est déjà dans un versement" in client.get(home).content.decode()
    for url in (made.get_absolute_url(), reverse("archives:papers"), reverse("archives:edit_paper", args=[made.pk])):
        assert list(rules.page(client.get(url).content.decode())) == []
    assert client.get(reverse("archives:paper_pdf", args=[made.pk])).content.startswith(b"%PDF")
    client.post(reverse("archives:edit_paper", args=[made.pk]), {"title": "Budgets anciens", "note": ""})
    client.post(reverse("archives:paper_step", args=[made.pk, "deliver"]), {"delivered_on": TODAY})
    address = reverse("archives:paper_step", args=[made.pk, "receive"])
    given = {"received_on": TODAY, "received_name": "Adèle Vimeux", "received_quality": "", "shelfmark": "1234 W"}
    refused = client.post(address, given)
    assert refused.status_code == 200
    assert 'value="1234 W"' in refused.content.decode()
    scan = make_scan()
    content = b"".join(storage.contents().read(storage.address(scan.blob.sha256)))
    document = SimpleUploadedFile("signe.pdf", content, "application/pdf")
    done = client.post(address, given | {"scan": document})
    assert done["Location"] == made.get_absolute_url()
    made.refresh_from_db()
    assert (made.title, made.state, made.shelfmark) == ("Budgets anciens", "received", "1234 W")


def test_archives_of_others_are_closed(client, make_box, make_transfer, make_user, commune, operator):
    made = make_transfer(make_box())
    client.force_login(make_user("archivist", commune))
    assert client.get(made.get_absolute_url()).status_code == 404
    agent = make_user("agent", operator)
    with pytest.raises(PermissionDenied):
        actions.prepare_paper(operator, actor=agent, boxes=[make_box()])
