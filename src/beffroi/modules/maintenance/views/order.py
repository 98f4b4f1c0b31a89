"""`/bureau/travaux/<reference>/`: facts left, what is done in the middle, gestures right; and its writing."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beffroi.kernel import journal
from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import MANAGE, can_work
from beffroi.modules.maintenance.costs import cost_of
from beffroi.modules.maintenance.forms import ExpenseForm, LabourForm, OrderForm, PartForm
from beffroi.modules.maintenance.models import Order
from beffroi.modules.maintenance.views.common import attempt, checks_of, crumbs, desk, find_order, managed
from beffroi.shared.cases.models import Case
from beffroi.shared.files.models import StoredFile


def _reports(request, order: Order) -> list[Case]:
    """The reports that it answers, those that this person may read only."""
    return list(Case.objects.on_desk_of(request.user).filter(orders__order=order).select_related("commune"))


def details(request, order: Order) -> dict:
    """What the page of the desk and that of the field show of an order."""
    labours = list(order.labours.select_related("worker")) if order.has_labours else []
    movements = list(order.movements.select_related("part", "store")) if order.has_movements else []
    expenses = list(order.expenses.all()) if order.has_expenses else []
    closings = list(order.closings.select_related("author")) if order.has_closings else []
    works = can_work(request.user, order)
    return {
        "order": order,
        "works": works,
        "manages": order.can_be_managed_by(request.user),
        "checks": checks_of(order) if order.has_checks else [],
        "labours": labours,
        "running": next((one for one in labours if one.end is None and one.worker_id == request.user.pk), None),
        "movements": movements,
        "expenses": expenses,
        "closings": closings,
        "photos": StoredFile.objects.about(order, *closings),
        "cost": cost_of(order, labours, movements, expenses),
        "labour_form": LabourForm(order=order, user=request.user, auto_id="temps_%s") if works else None,
        "expense_form": ExpenseForm(auto_id="depense_%s") if works else None,
        "part_form": PartForm(order=order, auto_id="piece_%s") if works else None,
    }


@desk
@require_safe
def order_page(request, reference):
    order = find_order(request, reference)
    steps = order.workflow.available(order, request.user)
    items = [
        {"at": entry.at, "title": journal.words(entry.verb), "author": str(entry.actor or "la plateforme")}
        for entry in journal.lines_about(order)
    ]
    context = details(request, order) | {
        "reports": _reports(request, order),
        "steps": steps,
        "items": items,
        "breadcrumbs": crumbs(order),
    }
    return render(request, "maintenance/order.html", context)


def _report_of(request) -> Case | None:
    """The report from which the order is opened, `?signalement=SIG-2026-000001`."""
    reference = request.GET.get("signalement", "").upper()
    return Case.objects.on_desk_of(request.user).filter(reference=reference).first() if reference else None


@desk
@permission_required(MANAGE)
def order_new(request):
    report = _report_of(request)
    initial = {"asset_code": request.GET.get("equipement", "")}
    if report is not None:
        specific = report.specific
        initial |= {
            "title": report.title[:160],
            "description": getattr(specific, "description", ""),
            "organisation": report.organisation_id,
            "team": report.team_id,
            "commune": report.commune_id,
            "address": getattr(specific, "address", ""),
            "priority": report.priority,
        }
    form = OrderForm(request.POST or None, user=request.user, initial=initial)
    if form.is_valid():
        made = []

        def write():
            order, created = actions.open_order(
                actor=request.user,
                reports=[report] if report else [],
                client_uuid=form.cleaned_data["client_uuid"],
                **form.values(),
            )
            made.append(order)
            if created and form.cleaned_data["checklist"]:
                actions.set_checks(order, form.cleaned_data["checklist"].lines, actor=request.user)

        if attempt(form, write):
            messages.success(request, f"{made[0].reference} est ouvert. Il reste à le planifier.")
            return HttpResponseRedirect(made[0].get_absolute_url())
    context = {"form": form, "report": report, "breadcrumbs": [*crumbs(), ("Nouveau", "")]}
    return render(request, "maintenance/order_form.html", context)


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
