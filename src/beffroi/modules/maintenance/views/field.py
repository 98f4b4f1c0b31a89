"""The field: my orders of the day, and one order with big buttons."""

import datetime
import math

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import offline
from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance.access import WORK, can_work
from beffroi.modules.maintenance.forms import LabourForm, bodies
from beffroi.modules.maintenance.forms_field import CheckAnswerForm, ClosingForm, NoteForm, ProblemForm, UsedPartForm
from beffroi.modules.maintenance.models import Order
from beffroi.modules.maintenance.views.common import desk, find_order
from beffroi.modules.maintenance.views.order import details
from beffroi.shared.assets.models import Asset

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


NEAR = 0.01  # about a kilometre
AROUND = 20


@desk
@require_safe
@permission_required(WORK)
def field_assets(request):
    """An asset by its number or its label, with what is to do on it; or those around."""
    owned = Asset.objects.filter(organisation__in=bodies(request.user, WORK)).exclude(status=Asset.Status.REMOVED)
    owned = owned.select_related("kind", "commune")
    code = request.GET.get("code", "").strip().rstrip("/").rpartition("/")[2]
    asset = owned.filter(Q(code__iexact=code) | Q(tag__iexact=code)).first() if code else None
    place = _place(request) or (asset.location if asset else None)
    orders = Order.objects.visible_to(request.user).unfinished().filter(asset=asset) if asset else ()
    context = {
        "code": code,
        "asset": asset,
        "orders": orders and orders.select_related("commune")[:AROUND],
        "around": _around(owned, place, asset) if place else [],
        "located": place is not None,
    }
    page = render(request, "maintenance/field_assets.html", context)
    return page if request.GET else offline.keep(page)  # answers would push the work of the day out of the device


def _place(request) -> tuple[float, float] | None:
    """(longitude, latitude) of the address, when they are both there and possible."""
    try:
        latitude, longitude = float(request.GET.get("lat", "")), float(request.GET.get("lon", ""))
    except ValueError:
        return None
    return (longitude, latitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _around(owned, place, asset) -> list[Asset]:
    """The nearest first, each with `.metres`."""
    longitude, latitude = place
    wide = NEAR / max(0.1, math.cos(math.radians(latitude)))
    found = owned.in_box((longitude - wide, latitude - NEAR, longitude + wide, latitude + NEAR))
    near = [one for one in found.exclude(pk=asset.pk if asset else 0)[:500] if one.location]
    for one in near:
        east = (one.location[0] - longitude) * math.cos(math.radians(latitude))
        one.metres = round(math.hypot(east, one.location[1] - latitude) * 111_320)
    return sorted(near, key=lambda one: one.metres)[:AROUND]
