"""The receipt of a request: what was asked, when, of whom, and where to follow it."""

from pathlib import Path

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.shared.cases.models import Case

TEMPLATE = Path(__file__).parent / "receipt.typ"


def render(case: Case, link: str) -> bytes:
    """The PDF, dated from the request itself: the same each time that it is asked for. `link` is absolute."""
    facts = [
        ("Référence", case.reference),
        ("Nature", case.kind_label.capitalize()),
        ("Objet", case.title),
        ("Reçue le", formats.moment(case.created_at)),
        ("Par", f"{case.get_channel_display().lower()}"),
        ("Organisme", str(case.organisation)),
        ("Commune", str(case.commune or "")),
        ("Pour", case.for_whom),
        ("Délai prévu", f"avant le {formats.day(case.due_at)}" if case.due_at and case.is_open else ""),
    ]
    data = {
        "title": f"Récépissé de la demande {case.reference}",
        "service": str(case.organisation),
        "address": [line for line in (case.organisation.address, _city(case.organisation)) if line],
        "phone": case.organisation.phone,
        "facts": [[label, value] for label, value in facts if value],
        "link": link,
    }
    return pdf.render(TEMPLATE, data, at=case.created_at)


def _city(organisation) -> str:
    return f"{organisation.postal_code} {organisation.city}".strip()
