"""The field: my orders of the day, and one order with big buttons."""

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import access, offline
from beffroi.kernel.access import permission_required
from beffroi.kernel.dated import midnight_after
from beffroi.kernel.ui import formats
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import WORK, can_work
from beffroi.modules.maintenance.around import nearest, of_the_day, with_work, workable
from beffroi.modules.maintenance.forms import LabourForm, bodies
from beffroi.modules.maintenance.forms_field import (
    CheckAnswerForm,
    ClosingForm,
    FieldReadingForm,
    NoteForm,
    ProblemForm,
    UsedPartForm,
)
from beffroi.modules.maintenance.models import Meter, Order
from beffroi.modules.maintenance.views.common import attempt, desk, find_order
from beffroi.modules.maintenance.views.order import details
from beffroi.shared.assets.models import code_read
from beffroi.shared.assets.positions import place_of

LIMIT = 40


def day_block(request):
    """The part of « ma journée » that holds my orders: late ones and today's first, then the coming ones."""
    orders = Order.objects.for_field(request.user).select_related("commune", "asset", "team")
    today = timezone.localdate()
    found = list(orders.order_by(F("planned_start").asc(nulls_last=True), "-priority", "pk")[:LIMIT])
    if not found and not access.can(request.user, WORK):
        return None
    tomorrow = midnight_after(today)
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
            "closing_form": ClosingForm(order=order, checks=context["checks"], auto_id="fin_%s"),
            "note_form": NoteForm(auto_id="note_%s"),
            "problem_form": ProblemForm(auto_id="probleme_%s"),
            "labour_form": LabourForm(order=order, user=request.user, auto_id="temps_%s"),
            "part_form": UsedPartForm(order=order, auto_id="piece_%s"),
            "checks_form": CheckAnswerForm(checks=context["checks"], auto_id="controle_%s"),
        }
    return offline.keep(render(request, "maintenance/field_order.html", context))


AROUND = 20


@desk
@require_safe
@permission_required(WORK)
def field_assets(request):
    """An asset by its number or its label, with what is to do on it; or those around."""
    mine = workable(request.user)
    code = code_read(request.GET.get("code", ""))
    asset = next(iter(with_work(mine.labelled(code)[:1], request.user)), None) if code else None
    place = _place(request) or (place_of(asset) if asset else None)
    others = mine.exclude(pk=asset.pk) if asset else mine
    context = {
        "code": code,
        "asset": asset,
        "around": nearest(others, place, AROUND) if place else [],
        "located": place is not None,
    }
    page = render(request, "maintenance/field_assets.html", context)
    # Answers would push the work of the day out of the device: its script gives them, from `field_kept`.
    return page if request.GET else offline.keep(page, answers=True)


@desk
@require_safe
@permission_required(WORK)
def field_kept(request):
    """What the device keeps of the assets of the day: the same cards, and by what each is found."""
    items = []
    for asset in of_the_day(request.user):
        place = place_of(asset)
        items.append(
            {
                "codes": [code for code in (asset.code, asset.tag, asset.maker_label) if code],
                "title": formats.typo(asset.name),
                "text": f"{asset.code}, {asset.kind}",
                "place": [round(degree, 6) for degree in place] if place else None,
                "html": render_to_string("maintenance/parts/asset_card.html", {"asset": asset, "kept": True}),
            }
        )
    return offline.keep(JsonResponse({"made": timezone.now().isoformat(), "items": items}))


@desk
@permission_required(WORK)
def field_reading(request, pk):
    """Note what a meter says, with or without network: the hour is that at which it was read."""
    meter = get_object_or_404(Meter.objects.filter(asset__organisation__in=bodies(request.user, WORK)), pk=pk)
    back = f"{reverse('maintenance:field_assets')}?code={quote(meter.asset.code)}"
    form = FieldReadingForm(request.POST or None, meter=meter)
    if form.is_valid():
        data, at = form.cleaned_data, offline.made_at(request)

        def write():
            actions.read_meter(meter, data["value"], actor=request.user, at=at, client_uuid=data["client_uuid"])

        if attempt(form, write):
            messages.success(request, f"{meter.name} : le relevé est noté.")
            return HttpResponseRedirect(back)
    return render(request, "maintenance/field_reading.html", {"form": form, "meter": meter, "back": back})


def _place(request) -> tuple[float, float] | None:
    """(longitude, latitude) of the address, when they are both there and possible."""
    try:
        latitude, longitude = float(request.GET.get("lat", "")), float(request.GET.get("lon", ""))
    except ValueError:
        return None
    return (longitude, latitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
