"""Titles: an invoice is in one live slip, what the trésorerie collects settles it once."""

import base64
import gzip
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from lxml import etree

from beffroi.kernel.models import Entry
from beffroi.shared.billing import actions
from beffroi.shared.billing.documents import invoice as document
from beffroi.shared.billing.models import Payment, SlipFault
from tests.shared.billing.test_pes import REFUSED, TAKEN, acquit_file


@pytest.fixture
def slip(regie, make_invoice, regisseur):
    return actions.write_slip(
        regie, [make_invoice(4205), make_invoice(99)], period=10, label="Octobre", actor=regisseur
    )


def collected(slip, *amounts):
    """The file that the trésorerie sends back: the first title, collected in parts."""
    root = etree.fromstring(slip.content.encode("latin-1"))
    line = next(root.iter("LigneDePiece"))
    for rank, amount in enumerate(amounts):
        block = etree.SubElement(line, "Recouvrement")
        for name, value in (
            ("TypFlux", "01"),
            ("ModRegl", "05"),
            ("DteReco", "2026-11-20"),
            ("IdEncaissement", str(900 + rank)),
            ("MtReco", amount),
        ):
            etree.SubElement(block, name, V=value)
    return etree.tostring(root, encoding="ISO-8859-1", xml_declaration=True)


def test_slip_holds_what_is_due_and_takes_it_once(slip, regie, make_invoice):
    assert (slip.number, slip.count, slip.amount, slip.status) == (1, 2, 4304, "ready")
    assert "<MtBordHt" in slip.content
    assert 'V="43.04"' in slip.content
    assert not actions.to_hand_over(regie).exists()
    with pytest.raises(ValidationError, match="aucun titre"):
        actions.write_slip(regie, [slip.titles.first().invoice], period=10, label="", actor=None)


def test_incomplete_settings_are_said(regie, make_invoice, regisseur):
    invoice = make_invoice()
    regie.pes_post = ""
    regie.save()
    with pytest.raises(ValidationError, match="poste comptable"):
        actions.write_slip(regie, [invoice], period=10, label="", actor=regisseur)


def test_rejected_slip_frees_its_invoices(slip, regie, regisseur):
    with pytest.raises(ValidationError, match="À transmettre"):
        actions.move_slip(slip, "accepted", actor=regisseur)
    actions.move_slip(slip, "sent", actor=regisseur)
    with pytest.raises(ValidationError, match="motif"):
        actions.move_slip(slip, "rejected", actor=regisseur)
    actions.move_slip(slip, "rejected", actor=regisseur, reason="Codique inconnu")
    assert actions.to_hand_over(regie).count() == 2


def test_title_is_no_longer_paid_online(slip, payer):
    with pytest.raises(ValidationError, match="trésorerie"):
        actions.start_checkout([slip.titles.first().invoice], payer=payer)


def test_collections_settle_the_title_once(slip, regie, regisseur):
    invoice = slip.titles.first().invoice
    content = collected(slip, "40.00", "2.05")
    told = actions.read_return(regie, content, actor=regisseur)
    assert [(line.number, line.amount, line.outcome) for line in told] == [
        (invoice.number, 4000, "received"),
        (invoice.number, 205, "received"),
    ]
    assert [line.outcome for line in actions.read_return(regie, content, actor=regisseur)] == ["known", "known"]
    entry = Entry.objects.filter(verb="billing.slip_return").earliest("pk")
    assert entry.data == {"received": 2, "known": 0, "unknown": 0, "amount": 4205}
    invoice.refresh_from_db()
    assert invoice.due == 0
    assert Payment.objects.filter(method="titre").count() == 2


def test_unknown_titles_are_counted_and_left(slip, regie, regisseur):
    content = collected(slip, "1.00").replace(str(slip.titles.first().debt).encode(), b"999").replace(b"ACM-", b"XXX-")
    assert [line.outcome for line in actions.read_return(regie, content, actor=regisseur)] == ["unknown"]
    with pytest.raises(ValidationError, match="pas du XML"):
        actions.read_return(regie, b"bonjour", actor=regisseur)


def test_notice_of_a_title_is_drawn_with_its_square_code(slip):
    first = document.notice(slip.titles.select_related("slip__regie", "invoice__regie").first())
    assert first.startswith(b"%PDF")


def answer(slip, *elements, version=2):
    """The answer of the trésorerie about a slip."""
    said = [one.replace('Bord V="1"', f'Bord V="{slip.number}"').replace("2026", str(slip.year)) for one in elements]
    return acquit_file(version, *said)


def test_a_slip_that_is_taken_is_accepted_once(slip, regie, regisseur):
    content = answer(slip, TAKEN[1])
    actions.read_answer(regie, content, actor=regisseur)
    actions.read_answer(regie, content, actor=regisseur)
    slip.refresh_from_db()
    assert slip.status == "accepted"
    assert slip.answers.count() == 1
    moves = Entry.objects.filter(verb="billing.slip_move").order_by("pk")
    assert [one.data["status"] for one in moves] == ["sent", "accepted"]


@pytest.mark.parametrize("version", [1, 2])
def test_a_refused_slip_says_which_title_and_frees_its_invoices(slip, regie, regisseur, version):
    actions.read_answer(regie, answer(slip, REFUSED[version - 1], version=version), actor=regisseur)
    slip.refresh_from_db()
    assert (slip.status, slip.reason) == ("rejected", "Piece deja recue")
    (fault,) = SlipFault.objects.all()
    assert fault.title.rank == 2
    assert actions.to_hand_over(regie).count() == 2


def test_a_refused_attachment_does_not_reject_its_slip(slip, regie, regisseur):
    unique = f"BF{regie.budget_siret}B{slip.year}{slip.number:05d}D{slip.titles.first().debt}"
    refused = (
        f'<ElementACQUIT><DomaineAck V="4"/><EtatAck V="0"/><IdUnique V="{unique}"/><Erreur>'
        '<NumAnoAck V="ERREUR_PJ"/><LibelleAnoAck V="PJ illisible"/></Erreur></ElementACQUIT>'
    )
    actions.read_answer(regie, answer(slip, TAKEN[1], refused), actor=regisseur)
    slip.refresh_from_db()
    assert slip.status == "accepted"
    assert slip.answers.filter(accepted=False, attachment=unique).count() == 1


def test_an_answer_about_another_slip_is_not_ours(slip, regie, regisseur):
    with pytest.raises(ValidationError, match="aucun bordereau"):
        actions.read_answer(regie, acquit_file(2, TAKEN[1].replace('V="1"/><Ex', 'V="77"/><Ex')), actor=regisseur)
    with pytest.raises(ValidationError, match="pas du XML"):
        actions.read_answer(regie, b"bonjour", actor=regisseur)


def test_attachments_are_drawn_by_a_job_and_the_file_waits_for_them(regie, make_invoice, regisseur, client):
    invoice = make_invoice(4205)
    slip = actions.write_slip(regie, [invoice], period=10, label="Octobre", actor=regisseur, documents=True)
    client.force_login(regisseur)
    address = f"/bureau/regie/bordereaux/{slip.pk}/"
    assert "se préparent" in client.get(address).content.decode()
    assert client.get(address + "fichier.xml").status_code == 302
    with pytest.raises(ValidationError, match="préparent"):
        actions.move_slip(slip, "sent", actor=regisseur)
    assert actions.unfinished(now=timezone.now() + timedelta(hours=1)) == [slip]
    actions.attach(slip)
    content = client.get(address + "fichier.xml").content
    assert actions.attach(slip).content.encode("latin-1") == content
    file = next(etree.fromstring(content).iter("Fichier"))
    assert gzip.decompress(base64.b64decode(file.text)) == document.render(invoice)
    assert actions.unfinished(now=timezone.now() + timedelta(hours=1)) == []


def test_when_the_dgfip_prints_each_title_has_its_notice(regie, make_invoice, regisseur):
    regie.pes_printed = True
    regie.save()
    slip = actions.attach(actions.write_slip(regie, [make_invoice()], period=10, label="x", actor=regisseur))
    root = etree.fromstring(slip.content.encode("latin-1"))
    assert [one.get("V") for one in root.iter("TypePJ")] == ["010", "010"]
    assert next(root.iter("Edition")).get("V") == "06"


def test_the_page_reads_both_files_and_tells_each_line(slip, regie, regisseur, client):
    client.force_login(regisseur)
    address = f"/bureau/regie/bordereaux/{regie.code}/retour/"

    def send(content):
        return client.post(address, {"file": SimpleUploadedFile("retour.xml", content)}).content.decode()

    page = send(collected(slip, "40.00"))
    assert "Reçu" in page
    assert slip.titles.first().invoice.number in page
    assert "Déjà connu" in send(collected(slip, "40.00"))
    assert "refusé" in send(answer(slip, REFUSED[1]))
    page = client.get(f"/bureau/regie/bordereaux/{slip.pk}/").content.decode()
    assert "Piece deja recue" in page
    assert "Rejeté avec le bordereau" in page
