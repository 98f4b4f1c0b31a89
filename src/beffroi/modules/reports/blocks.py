"""The part of reports on the home page and on the page of a commune."""

from beffroi.modules.reports.models import Report
from beffroi.modules.reports.views.public import RELATED

SHOWN = 4


def home(request) -> dict | None:
    """The last public reports, and how many were solved; nothing before the first one."""
    reports = list(Report.objects.public().select_related(*RELATED).order_by("-created_at")[:SHOWN])
    if not reports:
        return None
    return {"reports": reports, "resolved": Report.objects.public().filter(state="resolved").count()}


def commune(request, town) -> dict:
    """The last public reports of a commune; an invitation where there is none."""
    reports = Report.objects.public().filter(commune=town).select_related(*RELATED).order_by("-created_at")
    return {"commune": town, "reports": list(reports[:SHOWN])}
