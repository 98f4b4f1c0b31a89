"""The reports that an order answers: those around may be added, one that was added by mistake taken off."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from beffroi.kernel import access
from beffroi.kernel.writing import posted
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import MANAGE
from beffroi.modules.maintenance.forms_links import LinkForm
from beffroi.modules.maintenance.models import Order
from beffroi.modules.maintenance.views.common import attempt, back, desk, gesture_page, managed
from beffroi.modules.reports.models import Report

AROUND = 300  # metres
PROPOSED = 8


def _free(user, order: Order):
    """The open reports of the bodies where this person dispatches, that the order does not answer yet."""
    bodies = access.organisations_where(user, MANAGE)
    mine = Report.objects.open().exclude(orders__order=order)
    mine = mine if bodies is None else mine.filter(organisation_id__in=bodies)
    return mine.select_related("category", "commune")


@desk
def link(request, reference):
    """Add reports: those around the order are proposed, any other by its reference."""
    order = managed(request, reference)
    free = _free(request.user, order)
    around = list(free.around(order.location, AROUND)[:PROPOSED]) if order.location else []
    form = LinkForm(*posted(request), free=free, around=around)
    if form.is_valid() and attempt(form, lambda: actions.link_reports(order, form.found, actor=request.user)):
        told = ", ".join(report.reference for report in form.found)
        messages.success(request, f"{order.reference} répond aussi à\u202f: {told}.")
        return back(request, order)
    return gesture_page(request, order, form, "Ajouter des signalements")


@desk
@require_POST
def unlink(request, reference, case):
    order = managed(request, reference)
    report = get_object_or_404(Report.objects.on_desk_of(request.user).filter(orders__order=order), reference=case)
    try:
        actions.unlink_report(order, report, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{report.reference} n’est plus traité par {order.reference}.")
    return back(request, order)
