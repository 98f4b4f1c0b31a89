"""The indicators of an action and their values."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from beffroi.kernel.writing import tell
from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.forms.details import IndicatorForm, ValueForm
from beffroi.modules.roadmap.measures import measured
from beffroi.modules.roadmap.views.common import action_crumbs, desk_page, get_action, get_editable_action
from beffroi.modules.roadmap.views.writing import address


def _address(action, indicator) -> str:
    return reverse("roadmap:indicator", args=[action.slug, indicator.pk])


def _form(request, action, form, indicator, heading):
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            kept = actions.save_indicator(
                action, actor=request.user, indicator=indicator, reason=reason, **form.changes
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "L’indicateur est enregistré.")
            return HttpResponseRedirect(_address(action, kept))
    context = {
        "form": form,
        "heading": heading,
        "about": f"{action.reference} {action.title}",
        "back": address(action),
        "breadcrumbs": action_crumbs(action, (heading, "")),
    }
    return render(request, "roadmap/desk/form.html", context)


@desk_page
def new(request, slug):
    action = get_editable_action(request, slug)
    form = IndicatorForm(request.POST or None, initial={"period_days": 30, "public": True})
    return _form(request, action, form, None, "Nouvel indicateur")


@desk_page
def edit(request, slug, pk):
    action = get_editable_action(request, slug)
    indicator = get_object_or_404(action.indicators, pk=pk)
    return _form(
        request, action, IndicatorForm(request.POST or None, instance=indicator), indicator, "Modifier l’indicateur"
    )


@desk_page
def show(request, slug, pk):
    """One indicator: its chart, its values, and a form to add one."""
    action = get_action(request, slug)
    may_edit = action in type(action).objects.editable_by(request.user).filter(pk=action.pk)
    indicator = get_object_or_404(action.indicators, pk=pk)
    form = ValueForm(request.POST or None, initial={"date": timezone.localdate(), "nature": "real"})
    if indicator.is_automatic:
        form.fields["nature"].choices = [("estimate", "Estimée")]
    if request.method == "POST":
        get_editable_action(request, slug)
        if form.is_valid():
            try:
                actions.record_value(indicator, actor=request.user, **form.cleaned_data)
            except ValidationError as error:
                tell(form, error)
            else:
                messages.success(request, "La valeur est notée.")
                return HttpResponseRedirect(_address(action, indicator))
    context = {
        "action": action,
        "measure": measured([indicator])[0],
        "values": indicator.values.order_by("-date", "nature")[:200],
        "form": form if may_edit else None,
        "may_edit": may_edit,
        "breadcrumbs": action_crumbs(action, (indicator.label, "")),
    }
    return render(request, "roadmap/desk/indicator.html", context)


@desk_page
@require_POST
def remove(request, slug, pk):
    action = get_editable_action(request, slug)
    actions.delete_indicator(get_object_or_404(action.indicators, pk=pk), actor=request.user)
    messages.success(request, "L’indicateur et ses valeurs sont effacés.")
    return HttpResponseRedirect(address(action))


@desk_page
@require_POST
def remove_value(request, slug, pk, value):
    action = get_editable_action(request, slug)
    indicator = get_object_or_404(action.indicators, pk=pk)
    try:
        actions.delete_value(get_object_or_404(indicator.values, pk=value), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "La valeur est effacée.")
    return HttpResponseRedirect(_address(action, indicator))
