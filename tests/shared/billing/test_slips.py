"""Titles: an invoice is in one live slip, what the trésorerie collects settles it once."""

import pytest
from django.core.exceptions import ValidationError
from lxml import etree

from beffroi.shared.billing import actions
from beffroi.shared.billing.models import Payment


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
            ("TypFlux", "01"), ("ModRegl", "05"), ("DteReco", "2026-11-20"), ("IdEncaissement", str(900 + rank)),
            ("MtReco", amount),
        ):  # fmt: skip
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
    assert told == {"received": 2, "known": 0, "unknown": 0, "amount": 4205}
    assert actions.read_return(regie, content, actor=regisseur)["known"] == 2
    invoice.refresh_from_db()
    assert invoice.due == 0
    assert Payment.objects.filter(method="titre").count() == 2


def test_unknown_titles_are_counted_and_left(slip, regie, regisseur):
    content = collected(slip, "1.00").replace(str(slip.titles.first().debt).encode(), b"999").replace(b"ACM-", b"XXX-")
    assert actions.read_return(regie, content, actor=regisseur)["unknown"] == 1
    with pytest.raises(ValidationError, match="pas du XML"):
        actions.read_return(regie, b"bonjour", actor=regisseur)


def test_notice_of_a_title_is_drawn_with_its_square_code(slip):
    from beffroi.shared.billing.documents import invoice as document

    first = document.notice(slip.titles.select_related("slip__regie", "invoice__regie").first())
    assert first.startswith(b"%PDF")
