"""What is told of a report to the server of the competent body: what it needs to act, nothing about its author."""

from django.conf import settings

from beffroi.modules.reports import wording
from beffroi.modules.reports.models import Report, Sending
from beffroi.shared.organisations import names

HIDDEN = "Le texte de l’auteur n’est pas publié."


def fields_of(sending: Sending, service: str) -> dict[str, str]:
    """The fields of the norm. Neither name nor contact: the author is told here, by us."""
    report, outlet = sending.report, sending.outlet
    longitude, latitude = report.location
    told = {
        "api_key": outlet.key,
        "service_code": service,
        "lat": f"{latitude:.6f}",
        "long": f"{longitude:.6f}",
        "address_string": names.place(_address(report), report.commune.name)[:200],
        "description": description_of(report),
        "client_uuid": str(sending.client_uuid),
        "media_url": _picture(report),
    }
    told |= {f"attribute[{name}]": str(value) for name, value in report.answers.items()}
    return {name: value for name, value in told.items() if value}


def description_of(report: Report) -> str:
    """The author's words where they may leave; then our reference, and where to read on."""
    words = report.description if _may_leave(report, report.description) else HIDDEN
    where = f"{report.reference}, {settings.SITE_URL}{report.public_url()}"
    return f"{words[:3500]}\n\n{where}".strip()


def _may_leave(report: Report, text: str) -> bool:
    """The public reads what the author wrote; or nobody has judged it yet, and it holds nothing to check. The other
    server may show it to everyone."""
    judged = report.checked_at is not None
    return not text or report.text_shown_at is not None or not (judged or wording.warnings(text))


def _address(report: Report) -> str:
    return report.address if report.address_is_known or _may_leave(report, report.address) else ""


def _picture(report: Report) -> str:
    """Its first public photo, by its address."""
    shown = next((file for file in report.photos() if file.public), None)
    return f"{settings.SITE_URL}{shown.url}" if shown else ""
