"""The invoice as a document: PDF/A-2a and PDF/UA-1, the same each time that it is asked for."""

import io
from collections.abc import Iterable
from datetime import datetime, time
from pathlib import Path

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.shared.billing.models import Invoice, SlipTitle
from beffroi.shared.billing.money import number, words
from beffroi.shared.billing.pes import datamatrix, symbol

TEMPLATE = Path(__file__).parent / "invoice.typ"


def _qr(text: str) -> str:
    """A drawing that telephones read, as SVG. The mask is chosen once: trying all eight takes longer than the page."""
    output = io.BytesIO()
    segno.make(text, error="m", micro=False, mask=3).save(
        output, kind="svg", border=2, xmldecl=False, svgns=True, nl=False
    )
    return output.getvalue().decode()


def data_of(invoice: Invoice) -> dict:
    """What the template reads. What is paid later does not change the document: it is asked on the screen."""
    regie = invoice.regie
    organisation = regie.organisation
    is_credit = invoice.kind == Invoice.Kind.CREDIT
    link = settings.SITE_URL + reverse("billing:my_invoice", args=[invoice.number])
    to_body = invoice.payer_body_id is not None  # it pays as public bodies do, and has no account to open
    online = bool(regie.payfip_client) and not is_credit and invoice.total > 0 and not to_body
    city = f"{organisation.postal_code} {organisation.city}".strip()
    facts = [
        ("Numéro", invoice.number),
        ("Émise le" if not is_credit else "Émis le", formats.day(invoice.issued_on)),
        ("À payer avant le", formats.day(invoice.due_on) if not is_credit else ""),
        (
            "Période",
            f"du {formats.short_day(invoice.period_start)} au {formats.short_day(invoice.period_end)}"
            if invoice.period_start and invoice.period_end
            else "",
        ),
        ("Corrige la facture", invoice.credits.number if invoice.credits_id else ""),
        ("Motif", invoice.reason),
    ]
    return {
        "title": f"{'Avoir' if is_credit else 'Facture'} {invoice.number}",
        "kind": "Avoir" if is_credit else "Facture",
        "label": invoice.label,
        "body": organisation.name,
        "regie": regie.name,
        "sender": [line for line in (organisation.address, city) if line],
        "siret": organisation.siret,
        "contact": [line for line in (regie.phone, regie.email) if line],
        "payer": [invoice.payer_name, *invoice.payer_address.splitlines()],
        "facts": [[label, value] for label, value in facts if value],
        "lines": [
            {
                "subject": line.subject,
                "label": line.label,
                "detail": " — ".join(filter(None, (line.days, line.explanation))),
                "quantity": number(line.quantity),
                "price": words(line.unit_price),
                "amount": words(line.amount),
            }
            for line in invoice.lines.all()
        ],
        "total": words(invoice.total),
        "online": online,
        "link": link,
        "qr": _qr(link) if online else "",
        "counter": [line for line in (*regie.address.splitlines(), regie.hours) if line] if not is_credit else [],
        "transfer": invoice.number if to_body and not is_credit else "",
        "matrix": "",
        "footer": regie.footer,
        "demo": settings.DEMO,
    }


def render(invoice: Invoice) -> bytes:
    """The PDF, dated from the invoice itself."""
    at = timezone.make_aware(datetime.combine(invoice.issued_on, time(12)))
    return pdf.render(TEMPLATE, data_of(invoice), at=at)


def together(invoices: Iterable[Invoice]) -> bytes:
    """The documents of several invoices one after the other, to print; each has an outline entry with its number."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for invoice in invoices:
        writer.append(io.BytesIO(render(invoice)), outline_item=invoice.number)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def notice(title: SlipTitle) -> bytes:
    """The notice of payment (avis des sommes à payer) of a title handed to the trésorerie, with its square code."""
    invoice, slip = title.invoice, title.slip
    regie = slip.regie
    code = datamatrix.content(
        datamatrix.Title(
            establishment=regie.pes_body,
            period=slip.period,
            year=slip.year,
            product=regie.pes_product if regie.pes_product[-2:].isdigit() else regie.pes_key_nature,
            issuer=regie.budget_siret,
            debt=title.debt,
            post=regie.pes_post,
            amount=title.amount,
        )
    )
    facts = [["Numéro de dette", str(title.debt)], ["Bordereau", f"{slip}, titre {title.rank}"]]
    data = data_of(invoice)
    data |= {
        "title": f"Avis {title.debt}",
        "kind": "Avis",
        "label": f"Avis des sommes à payer : {invoice.label}",
        "facts": [*facts, *data["facts"]],
        "total": words(title.amount),
        "online": False,
        "qr": "",
        "counter": [],
        "transfer": "",
        "matrix": symbol.svg(code),
    }
    return pdf.render(TEMPLATE, data, at=slip.created_at)
