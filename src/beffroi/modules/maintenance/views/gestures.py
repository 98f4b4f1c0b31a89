"""What is done to an order: each gesture has its address, from the desk or from the field (`?terrain=1`)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.forms import (
    CheckAnswerForm,
    ClosingForm,
    ExpenseForm,
    LabourForm,
    PartForm,
    PlanForm,
    ReasonForm,
)
from beffroi.modules.maintenance.models import Order
from beffroi.modules.maintenance.views.common import attempt, checks_of, crumbs, desk, find_order, managed, worked


def home_of(request, order: Order) -> str:
    """Where one comes back: the field, or the desk."""
    if request.GET.get("terrain"):
        return reverse("maintenance:field_order", args=[order.reference])
    return order.get_absolute_url()


def back(request, order: Order) -> HttpResponseRedirect:
    return HttpResponseRedirect(home_of(request, order))


def _page(request, order, form, title, **more):
    context = {
        "order": order,
        "form": form,
        "title": title,
        "home": home_of(request, order),
        "base": "ui/terrain.html" if request.GET.get("terrain") else "ui/desk.html",
        "breadcrumbs": [] if request.GET.get("terrain") else crumbs(order, title),
        **more,
    }
    return render(request, "maintenance/gesture.html", context)


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
    return _page(request, order, form, transition.label, tone=transition.tone)


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
            messages.success(request, "Le travail est au planning." if start else "Le travail est à planifier.")
            return back(request, order)
    return _page(request, order, form, "Planifier")


@desk
def close(request, reference):
    """End it. What comes after somebody else's end is kept, and told to the dispatcher."""
    order = worked(request, reference)
    form = ClosingForm(request.POST or None, request.FILES or None, order=order, actor=request.user)
    if form.is_valid():
        data = form.cleaned_data
        made = []

        def write():
            made.append(
                actions.close_order(
                    order,
                    actor=request.user,
                    text=data["text"],
                    signatory=data["signatory"],
                    photos=data["photos"],
                    made_at=data["made_at"],
                    seen_version=data["version"],
                    client_uuid=data["client_uuid"],
                )
            )

        if attempt(form, write):
            closing, _created = made[0]
            if closing.conflict:
                messages.warning(
                    request, f"{closing.conflict} Votre compte rendu est gardé : le bureau verra les deux."
                )
            else:
                messages.success(request, f"{order.reference} est terminé.")
            return back(request, order)
    return _page(request, order, form, "Terminer le travail")


@desk
@require_POST
def settle(request, reference):
    order = managed(request, reference)
    actions.settle_order(order, actor=request.user)
    return back(request, order)


@desk
@require_POST
def timer(request, reference):
    """Start or stop my time."""
    order = worked(request, reference)
    running = order.labours.filter(worker=request.user, end__isnull=True).first()
    try:
        if running is None:
            actions.start_timer(order, actor=request.user)
        else:
            actions.stop_timer(running, actor=request.user)
    except (ValidationError, TransitionRefused) as refusal:
        messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
    return back(request, order)


@desk
def checks(request, reference):
    """Answer the checklist: what is right is kept even when a line is wrong."""
    order = worked(request, reference)
    form = CheckAnswerForm(request.POST or None, checks=checks_of(order))
    if form.is_valid():
        opened = []
        for line, value in form.changed():
            answer, _created = actions.answer_check(line, value, actor=request.user)
            if answer is not None and answer.opened_order_id:
                opened.append(answer.opened_order.reference)
        messages.success(request, "Les réponses sont enregistrées.")
        if opened:
            messages.warning(request, f"Une anomalie a ouvert {', '.join(opened)}.")
        return back(request, order)
    return _page(request, order, form, "Liste de contrôle", wide=True)


@desk
def labour(request, reference):
    order = worked(request, reference)
    form = LabourForm(request.POST or None, order=order, user=request.user)
    if form.is_valid():
        start, end = form.moments()
        data = form.cleaned_data

        def write():
            actions.add_labour(
                order,
                actor=request.user,
                worker=data["worker"],
                start=start,
                end=end,
                comment=data["comment"],
                client_uuid=data["client_uuid"],
            )

        if attempt(form, write):
            messages.success(request, "Le temps est noté.")
            return back(request, order)
    return _page(request, order, form, "Noter un temps")


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
    form = ExpenseForm(request.POST or None)
    if form.is_valid():
        data = dict(form.cleaned_data)
        key = data.pop("client_uuid")
        if attempt(form, lambda: actions.add_expense(order, actor=request.user, client_uuid=key, **data)):
            messages.success(request, "La dépense est notée.")
            return back(request, order)
    return _page(request, order, form, "Noter une dépense")


@desk
@require_POST
def expense_remove(request, reference, pk):
    order = managed(request, reference)
    actions.remove_expense(get_object_or_404(order.expenses, pk=pk), actor=request.user)
    messages.success(request, "La dépense est retirée.")
    return back(request, order)


@desk
def part(request, reference):
    """Take parts from the stock for this order."""
    order = worked(request, reference)
    form = PartForm(request.POST or None, order=order)
    if form.is_valid():
        data = form.cleaned_data

        def write():
            actions.use_part(
                order,
                data["part"],
                data["store"],
                data["quantity"],
                actor=request.user,
                client_uuid=data["client_uuid"],
            )

        if attempt(form, write):
            messages.success(request, "La pièce est sortie du stock.")
            return back(request, order)
    return _page(request, order, form, "Sortir une pièce")
