"""The part of reports on the home page and on the page of a commune."""

from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce

from beffroi.modules.reports.models import Report
from beffroi.modules.reports.views.public import RELATED

SHOWN = 4


def home(request) -> dict | None:
    """The last public reports, and how many were solved; nothing before the first one."""
    solved = Report.objects.public().filter(state="resolved").order_by().values("state")
    solved = Coalesce(Subquery(solved.annotate(total=Count("pk")).values("total")), 0)
    rows = Report.objects.public().select_related(*RELATED).annotate(solved=solved)
    reports = list(rows.order_by("-created_at")[:SHOWN])
    return {"reports": reports, "resolved": reports[0].solved} if reports else None


def commune(request, town) -> dict:
    """The last public reports of a commune; an invitation where there is none."""
    reports = Report.objects.public().filter(commune=town).select_related(*RELATED).order_by("-created_at")
    return {"commune": town, "reports": list(reports[:SHOWN])}
