"""The certificate of childcare expenses for the tax return: one page a payer and a régie, many in one file."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.shared.billing.actions.invoices import address_of
from beffroi.shared.billing.certificates import Certificate
from beffroi.shared.billing.money import words

TEMPLATE = Path(__file__).parent / "care.typ"


def _page(one: Certificate, now: datetime) -> dict:
    organisation = one.regie.organisation
    city = f"{organisation.postal_code} {organisation.city}".strip()
    under_way = one.year >= now.year
    return {
        "body": organisation.name,
        "regie": one.regie.name,
        "siret": organisation.siret,
        "sender": [line for line in (organisation.address, city) if line],
        "payer": [str(one.payer), *address_of(one.payer).splitlines()],
        "year": str(one.year),
        "until": f"{now:%d/%m/%Y}" if under_way else f"31/12/{one.year}",
        "under_way": under_way,
        "city": organisation.city,
        "made_on": f"{now:%d/%m/%Y}",
        "rows": [
            [child.name, f"{child.born:%d/%m/%Y}", words(child.paid), words(child.vouchers)] for child in one.children
        ],
        "total": words(one.paid),
        "vouchers": words(one.vouchers) if one.vouchers else "",
    }


def render(found: Sequence[Certificate]) -> bytes:
    """The certificates in one document, each on its own page. Its date is that of the request."""
    now = timezone.localtime()
    data = {
        "title": f"Attestation de frais de garde {found[0].year}",
        "author": found[0].regie.organisation.name,
        "pages": [_page(one, now) for one in found],
        "demo": settings.DEMO,
    }
    return pdf.render(TEMPLATE, data, at=now)
