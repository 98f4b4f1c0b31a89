"""`/bureau/travaux/<reference>/`: facts left, what is done in the middle, gestures right; and its writing."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import MANAGE, can_work, sees_costs
from beffroi.modules.maintenance.costs import cost_of, lines_of
from beffroi.modules.maintenance.forms import OrderForm
from beffroi.modules.maintenance.history import model_of, said_of, timeline
from beffroi.modules.maintenance.models import Answer, Closing, Note, Order
from beffroi.modules.maintenance.report_blocks import orders_of
from beffroi.modules.maintenance.views.common import (
    attempt,
    checks_of,
    crumbs,
    desk,
    find_order,
    key_of,
    managed,
)
from beffroi.shared.cases.models import Case
from beffroi.shared.files.models import StoredFile


def _reports(request, order: Order) -> list[Case]:
    """The reports that it answers, those that this person may read only."""
    return list(Case.objects.on_desk_of(request.user).filter(orders__order=order).select_related("commune"))


def details(request, order: Order, *, entries: bool = False) -> dict:
    """What the page of the desk and that of the field show of an order: one query for the costs, one for what was said
    (with the journal, if asked), one for the list, one for the photos."""
    lines = lines_of(order) if order.has_lines else []
    said = said_of(order, entries=entries) if order.has_said or entries else {"note": [], "closing": [], "entry": []}
    checks = checks_of(order) if order.has_checks else []
    reports = _reports(request, order) if order.has_reports else []
    me = request.user.pk
    return {
        "order": order,
        "works": can_work(request.user, order),
        "manages": order.can_be_managed_by(request.user),
        "checks": checks,
        "lines": [one for one in lines if one.kind != "reserved"],
        "reserved": [one for one in lines if one.kind == "reserved"],
        "running": next((one for one in lines if one.kind == "labour" and one.end is None and one.who == me), None),
        "closings": said["closing"],
        "notes": said["note"],
        "items": timeline(said["entry"]),
        "reports": reports,
        "photos": _photos(order, reports, [*said["closing"], *said["note"]], checks),
        "cost": cost_of(lines),
        "costs": sees_costs(request.user, order),
    }


def _photos(order: Order, reports, said, checks) -> list[StoredFile]:
    """The photos of the reports and of the order; those of what was said are given to what was said, as `.files`."""
    holders = [(Order, order), *((model_of(one), one) for one in said)]
    holders += [(Answer, answer) for line in checks for answer in line.history]
    kinds = ContentType.objects.get_for_models(Order, Closing, Note, Answer)
    shown = {report.kind_model for report in reports}
    about = Q(target_type__in=ContentType.objects.get_for_models(*shown).values(), kind="photo")
    about &= Q(target_id__in=[report.pk for report in reports])
    for model, kind in kinds.items():
        about |= Q(target_type=kind, target_id__in=[one.pk for holder, one in holders if holder is model])
    found: dict = {}
    for file in StoredFile.objects.filter(about).select_related("blob").order_by("created_at"):
        found.setdefault((file.target_type_id, file.target_id), []).append(file)
    for model, one in holders[1:]:
        one.files = found.get((kinds[model].pk, one.pk), [])
    taken = {(kinds[model].pk, one.pk) for model, one in holders[1:]}
    return [file for key, files in found.items() if key not in taken for file in files]


@desk
@require_safe
def order_page(request, reference):
    order = find_order(request, reference)
    steps = order.workflow.available(order, request.user)
    context = details(request, order, entries=True) | {
        "steps": steps,
        "breadcrumbs": crumbs(order),
    }
    return render(request, "maintenance/order.html", context)


def _report_of(request) -> Case | None:
    """The report from which the order is opened, `?signalement=SIG-2026-000001`: one of a body where this person
    dispatches, since the end of the order will resolve it."""
    reference = request.GET.get("signalement", "").upper()
    found = Case.objects.on_desk_of(request.user).filter(reference=reference).first() if reference else None
    return found if found is not None and access.can(request.user, MANAGE, found.organisation_id) else None


def _asked_by(report: Case) -> dict:
    """What the form says at first of an order that answers this report."""
    specific = report.specific
    asked = {
        "title": report.title[:160],
        "description": getattr(specific, "description", ""),
        "organisation": report.organisation_id,
        "team": report.team_id,
        "commune": report.commune_id,
        "address": getattr(specific, "address", ""),
        "priority": report.priority,
    }
    if place := getattr(specific, "location", None):
        asked["longitude"], asked["latitude"] = place
    asset = getattr(specific, "asset", None)
    if asset is not None and asset.organisation_id == report.organisation_id:
        asked["asset_code"] = asset.code
    return asked


def _already(request, report: Case | None) -> list[Order]:
    """The unfinished orders of a report, except the one that this very form has opened (a second press)."""
    if report is None:
        return []
    key = key_of(request)
    found = orders_of(request.user, report).unfinished().select_related("team")
    return list(found.exclude(client_uuid=key) if key else found)


@desk
@permission_required(MANAGE)
def order_new(request):
    report = _report_of(request)
    open_orders = _already(request, report)
    initial = {"asset_code": request.GET.get("equipement", "")} | (_asked_by(report) if report else {})
    form = OrderForm(
        request.POST or None, request.FILES or None, user=request.user, initial=initial, open_orders=open_orders
    )
    if form.is_valid():
        made: list[Order] = []
        if attempt(form, lambda: made.append(_open(request, form, report))):
            messages.success(request, f"{made[0].reference} est ouvert. Il reste à le planifier.")
            return HttpResponseRedirect(made[0].get_absolute_url())
    context = {"form": form, "report": report, "open_orders": open_orders}
    return render(request, "maintenance/order_form.html", context | {"breadcrumbs": [*crumbs(), ("Nouveau", "")]})


@transaction.atomic
def _open(request, form: OrderForm, report: Case | None) -> Order:
    """The order with its list and its photos."""
    data = form.cleaned_data
    order, created = actions.open_order(
        actor=request.user, reports=[report] if report else [], client_uuid=data["client_uuid"], **form.values()
    )
    if created and data["checklist"]:
        actions.set_checks(order, data["checklist"].lines, actor=request.user)
    if created and data["photos"]:
        actions.add_note(order, actor=request.user, kind=Note.Kind.BEFORE, photos=data["photos"])
    return order


@desk
def order_edit(request, reference):
    order = managed(request, reference)
    form = OrderForm(request.POST or None, user=request.user, instance=order)
    if form.is_valid():
        values = form.values()
        values.pop("organisation")

        def write():
            actions.update_order(order, actor=request.user, version=form.cleaned_data["version"], **values)

        if attempt(form, write):
            messages.success(request, "L’ordre est corrigé.")
            return HttpResponseRedirect(order.get_absolute_url())
    context = {"form": form, "order": order, "breadcrumbs": crumbs(order, "Corriger")}
    return render(request, "maintenance/order_form.html", context)
