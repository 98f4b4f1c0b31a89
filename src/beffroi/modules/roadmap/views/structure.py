"""The plan itself: its settings, its axes, the elected referents."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import write
from beffroi.modules.roadmap import access, actions
from beffroi.modules.roadmap.forms.actions import AxisForm, NewPlanForm, PlanForm, ReferentForm
from beffroi.modules.roadmap.models import Referent
from beffroi.modules.roadmap.views.common import DESK, desk_page, get_editable_plan, plan_crumbs


def _write(request, plan, form, heading: str, back: str, gesture, said: str, **more):
    return write(
        request,
        form,
        lambda: gesture(form.cleaned_data),
        done=said,
        to=lambda: back,
        template="roadmap/desk/form.html",
        heading=heading,
        about=plan.title,
        back=back,
        breadcrumbs=plan_crumbs(plan, (heading, "")),
        **more,
    )


def _axes(plan) -> str:
    return reverse("roadmap:axes", args=[plan.slug])


@permission_required("roadmap.edit")
def new_plan(request):
    """The first page of a plan, on which its axes then its actions are added."""
    bodies = access.bodies_for_plans(request.user)
    first = getattr(request.user, "acting_for", None) or bodies.values_list("pk", flat=True).first()
    form = NewPlanForm(request.POST or None, bodies=bodies, initial={"organisation": first})
    made = []
    return write(
        request,
        form,
        lambda: made.append(actions.create_plan(actor=request.user, **form.cleaned_data)),
        done="Le plan est ouvert. Ajoutez maintenant ses axes : ils porteront les actions.",
        to=lambda: _axes(made[0]),
        template="roadmap/desk/form.html",
        heading="Nouveau plan",
        about="Une feuille de route, un projet de territoire ou tout autre plan d’actions",
        back=reverse("roadmap:desk"),
        button="Ouvrir le plan",
        breadcrumbs=[("Bureau", "/bureau/"), DESK, ("Nouveau plan", "")],
    )


@desk_page
def edit_plan(request, slug):
    plan = get_editable_plan(request, slug)
    form = PlanForm(request.POST or None, instance=plan)
    return _write(
        request,
        plan,
        form,
        "Régler le plan",
        _axes(plan),
        lambda values: actions.edit_plan(plan, actor=request.user, **values),
        "Le plan est réglé.",
    )


@desk_page
def new_axis(request, slug):
    plan = get_editable_plan(request, slug)
    form = AxisForm(request.POST or None, plan=plan, initial={"position": plan.axes.count() + 1})
    return _write(
        request,
        plan,
        form,
        "Nouvel axe",
        _axes(plan),
        lambda values: actions.create_axis(plan, actor=request.user, **values),
        "L’axe est ajouté.",
    )


@desk_page
def edit_axis(request, slug, pk):
    plan = get_editable_plan(request, slug)
    axis = get_object_or_404(plan.axes, pk=pk)
    form = AxisForm(request.POST or None, plan=plan, instance=axis)
    return _write(
        request,
        plan,
        form,
        "Modifier l’axe",
        _axes(plan),
        lambda values: actions.edit_axis(axis, actor=request.user, **values),
        "L’axe est modifié.",
        removal=reverse("roadmap:delete_axis", args=[plan.slug, axis.pk]),
    )


@desk_page
@require_POST
def delete_axis(request, slug, pk):
    plan = get_editable_plan(request, slug)
    try:
        actions.delete_axis(get_object_or_404(plan.axes, pk=pk), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "L’axe est retiré du plan.")
    return HttpResponseRedirect(_axes(plan))


@desk_page
def new_referent(request, slug):
    plan = get_editable_plan(request, slug)
    back = reverse("roadmap:referents", args=[plan.slug])
    return _write(
        request,
        plan,
        ReferentForm(request.POST or None, plan=plan),
        "Ajouter un élu référent",
        back,
        lambda values: actions.create_referent(actor=request.user, organisation=plan.organisation, **values),
        "L’élu référent est ajouté.",
    )


@desk_page
def edit_referent(request, slug, pk):
    plan = get_editable_plan(request, slug)
    referent = get_object_or_404(Referent, organisation=plan.organisation, pk=pk)
    back = reverse("roadmap:referents", args=[plan.slug])
    return _write(
        request,
        plan,
        ReferentForm(request.POST or None, plan=plan, instance=referent),
        "Modifier l’élu référent",
        back,
        lambda values: actions.edit_referent(referent, actor=request.user, **values),
        "L’élu référent est modifié.",
    )
