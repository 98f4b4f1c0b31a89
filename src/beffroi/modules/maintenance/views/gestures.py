"""What is done to an order at the desk: each gesture has its address. See `fieldwork` for what is done outside."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.forms import ExpenseForm, PlanForm, ReasonForm
from beffroi.modules.maintenance.views.common import (
    absent_names,
    attempt,
    back,
    desk,
    find_order,
    gesture_page,
    managed,
    said_in,
    worked,
)


@desk
def step(request, reference, verb):
    """Take one step; a page asks for the reason when there must be one."""
    order = find_order(request, reference)
    transition = order.workflow.transitions.get(verb)
    if transition is None or transition.hidden:
        raise Http404(verb)
    if not transition.who(request.user, order):
        raise PermissionDenied(verb)
    if not transition.reason:
        if request.method == "POST":
            try:
                actions.move_order(order, verb, actor=request.user)
            except TransitionRefused as refusal:
                messages.error(request, str(refusal))
        return back(request, order)
    form = ReasonForm(request.POST or None, order=order)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: actions.move_order(order, verb, actor=request.user, reason=reason)):
            messages.success(request, f"{order.reference} : {order.get_state_display().lower()}.")
            return back(request, order)
    return gesture_page(request, order, form, transition.label, tone=transition.tone)


@desk
def plan(request, reference):
    order = managed(request, reference)
    form = PlanForm(request.POST or None, order=order)
    if form.is_valid():
        start, end = form.window()
        data = form.cleaned_data

        def write():
            actions.plan_order(
                order,
                actor=request.user,
                start=start,
                end=end,
                team=data["team"],
                assignees=data["assignees"],
                version=data["version"],
            )

        if attempt(form, write):
            if names := absent_names(order):
                messages.warning(request, f"Le travail est au planning, mais une absence est prévue : {names}.")
            else:
                messages.success(request, "Le travail est au planning." if start else "Le travail est à planifier.")
            return back(request, order)
    return gesture_page(request, order, form, "Planifier")


@desk
@require_POST
def settle(request, reference):
    """The dispatcher has read the versions; « retenu » = the number of the report that counts."""
    order = managed(request, reference)
    wanted = request.POST.get("retenu", "")
    kept = get_object_or_404(order.closings, pk=int(wanted)) if wanted.isdecimal() else None
    actions.settle_order(order, actor=request.user, keep=kept)
    messages.success(request, "C’est réglé. Les deux versions restent lisibles.")
    return back(request, order)


@desk
@require_POST
def labour_remove(request, reference, pk):
    order = worked(request, reference)
    line = get_object_or_404(order.labours, pk=pk)
    if line.worker_id != request.user.pk and not order.can_be_managed_by(request.user):
        raise PermissionDenied("maintenance.manage")
    actions.remove_labour(line, actor=request.user)
    messages.success(request, "Le temps est retiré.")
    return back(request, order)


@desk
def expense(request, reference):
    order = worked(request, reference)
    said = said_in(request, order)
    initial = {"label": order.title, "supplier": said.author_label, "amount": said.amount} if said else {}
    form = ExpenseForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = dict(form.cleaned_data)
        key = data.pop("client_uuid")
        if attempt(form, lambda: actions.add_expense(order, actor=request.user, client_uuid=key, **data)):
            messages.success(request, "La dépense est notée.")
            return back(request, order)
    return gesture_page(request, order, form, "Noter une dépense")


@desk
@require_POST
def expense_remove(request, reference, pk):
    order = managed(request, reference)
    actions.remove_expense(get_object_or_404(order.expenses, pk=pk), actor=request.user)
    messages.success(request, "La dépense est retirée.")
    return back(request, order)
