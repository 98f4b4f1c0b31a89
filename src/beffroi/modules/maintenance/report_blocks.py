"""What the maintenance shows on the page of a report: the orders that answer it."""

from beffroi.modules.maintenance.models import Order

LAST = 6


def orders_of(user, report):
    """The orders that answer a report, those that `user` may read, the newest first."""
    return Order.objects.visible_to(user).filter(report_links__case=report.pk).order_by("-created_at", "-pk")


def context(request, report) -> dict | None:
    """Its last orders with their dates and their teams; None without any."""
    orders = list(orders_of(request.user, report).select_related("team")[: LAST + 1])
    return {"orders": orders[:LAST], "more": len(orders) > LAST} if orders else None
