"""The reminder that leaves by post: a page each, many in one file, the address where the window of the envelope is."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.shared.billing.models import LetterBatch, Reminder
from beffroi.shared.billing.money import words

TEMPLATE = Path(__file__).parent / "letter.typ"


def _page(one: Reminder, day) -> dict:
    invoice = one.invoice
    regie, organisation = invoice.regie, invoice.regie.organisation
    city = f"{organisation.postal_code} {organisation.city}".strip()
    place = f"{organisation.city}, le " if organisation.city else "Le "
    return {
        "body": organisation.name,
        "regie": regie.name,
        "sender": [line for line in (organisation.address, city, regie.phone, regie.email) if line],
        "payer": [invoice.payer_name, *invoice.payer_address.splitlines()],
        "place": place + formats.day(day),
        "object": f"{one.title} : facture {invoice.number}",
        "text": formats.typo(one.text),
        "facts": [
            ["Objet", invoice.label],
            ["Émise le", formats.day(invoice.issued_on)],
            ["À payer avant le", formats.day(invoice.due_on)],
            ["Total", words(invoice.total)],
            ["Reste à payer", words(one.due)],
        ],
        "counter": ", ".join(line for line in (*regie.address.splitlines(), regie.hours) if line),
        "online": f"{settings.SITE_URL}/compte/factures/" if regie.payfip_client else "",
    }


def render(batch: LetterBatch, letters: Sequence[Reminder]) -> bytes:
    """The letters of a batch, in the order given: the same file each time, dated of the day of the batch."""
    day = timezone.localdate(batch.created_at)
    data = {
        "title": f"Relances, {batch.regie.name}",
        "author": batch.regie.organisation.name,
        "pages": [_page(one, day) for one in letters],
        "demo": settings.DEMO,
    }
    return pdf.render(TEMPLATE, data, at=batch.created_at)
