"""What the reports show on the page of an asset: those that are about it."""

from beffroi.modules.reports.models import Report

LAST = 6


def context(request, asset) -> dict | None:
    """The last reports about it that this person may read; None without any."""
    found = Report.objects.on_desk_of(request.user).filter(asset=asset).select_related("category")
    reports = list(found.order_by("-created_at")[:LAST])
    return {"reports": reports} if reports else None
