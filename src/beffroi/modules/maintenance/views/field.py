"""The field: my orders of the day, and one order with big buttons."""

import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import offline
from beffroi.modules.maintenance.access import can_work
from beffroi.modules.maintenance.forms import LabourForm
from beffroi.modules.maintenance.forms_field import CheckAnswerForm, ClosingForm, NoteForm, ProblemForm, UsedPartForm
from beffroi.modules.maintenance.models import Order
from beffroi.modules.maintenance.views.common import desk, find_order
from beffroi.modules.maintenance.views.order import details

LIMIT = 40


def day_block(request):
    """The part of « ma journée » that holds my orders: late ones and today's first, then the coming ones."""
    orders = Order.objects.for_field(request.user).select_related("commune", "asset", "team")
    today = timezone.localdate()
    found = list(orders.order_by(F("planned_start").asc(nulls_last=True), "-priority", "pk")[:LIMIT])
    if not found:
        return None
    tomorrow = timezone.make_aware(datetime.datetime.combine(today + datetime.timedelta(days=1), datetime.time()))
    now = [o for o in found if o.planned_start and o.planned_start < tomorrow or o.state == "started"]
    return {
        "today": now,
        "next": [o for o in found if o not in now and o.planned_start],
        "free": [o for o in found if o not in now and not o.planned_start],
    }


@desk
@require_safe
def field_order(request, reference):
    """One order, with every gesture on the same page: the device keeps it, and it works without network."""
    order = find_order(request, reference)
    if not can_work(request.user, order):
        raise PermissionDenied("maintenance.work")
    context = details(request, order)
    if not order.is_finished:
        context |= {
            "closing_form": ClosingForm(order=order, auto_id="fin_%s"),
            "note_form": NoteForm(auto_id="note_%s"),
            "problem_form": ProblemForm(auto_id="probleme_%s"),
            "labour_form": LabourForm(order=order, user=request.user, auto_id="temps_%s"),
            "part_form": UsedPartForm(order=order, auto_id="piece_%s"),
            "checks_form": CheckAnswerForm(checks=context["checks"], auto_id="controle_%s"),
        }
    return offline.keep(render(request, "maintenance/field_order.html", context))
