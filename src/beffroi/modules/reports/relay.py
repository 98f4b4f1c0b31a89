"""The link by which a competent body without desk reads a report and answers: signed, good while the report is open."""

from django.core import signing
from django.urls import reverse

from beffroi.modules.reports.models import Report

SALT = "beffroi.reports.relay"


def relay_url(report: Report) -> str:
    """The address of the page for the competent body; it stops opening when the report is given to another one."""
    token = signing.dumps([report.pk, report.external_id], salt=SALT)
    return reverse("reports:relay", args=[token])


def report_of(token: str) -> Report | None:
    """The report that a link opens, or None."""
    try:
        pk, external = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    reports = Report.objects.select_related("category", "commune", "organisation", "external")
    return reports.filter(pk=pk, external_id=external).first()
