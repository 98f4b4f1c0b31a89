"""Writing an action: its text, its people, whether it repeats another, who may read it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from beffroi.kernel.writing import tell, write
from beffroi.modules.roadmap import access, actions
from beffroi.modules.roadmap.forms.actions import ActionForm, PeopleForm, SameForm
from beffroi.modules.roadmap.views.common import (
    action_crumbs,
    desk_page,
    get_action,
    get_editable_action,
    get_editable_plan,
    plan_crumbs,
)


def address(action) -> str:
    return reverse("roadmap:action", args=[action.slug])


def get_whole_action(request, slug):
    """The action, for those who edit its whole plan."""
    action = get_action(request, slug)
    if not access.can_edit_plan(request.user, action.axis.plan):
        raise PermissionDenied("roadmap.edit")
    return action


@desk_page
def new(request, slug):
    """Write an action in an axis of the plan."""
    plan = get_editable_plan(request, slug)
    chosen = plan.axes.filter(code=request.GET.get("axe", "")).first()
    form = ActionForm(request.POST or None, plan=plan, initial={"axis": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            changes = form.changes
            action = actions.create_action(changes.pop("axis"), actor=request.user, **changes)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "L’action est inscrite au plan. Ajoutez ses pilotes, ses étapes et son budget.")
            return HttpResponseRedirect(address(action))
    context = {
        "form": form,
        "heading": "Nouvelle action",
        "about": plan.title,
        "back": reverse("roadmap:axes", args=[plan.slug]),
        "draft": f"roadmap:new:{plan.slug}",
        "no_axis": not plan.axes.exists(),
        "new_axis": reverse("roadmap:new_axis", args=[plan.slug]),
        "breadcrumbs": plan_crumbs(plan, ("Nouvelle action", "")),
    }
    return render(request, "roadmap/desk/form.html", context)


def _write(request, action, form, heading: str, gesture, said: str):
    """Show `form`; when it is right, run `gesture` and go back to the action."""
    return write(
        request,
        form,
        gesture,
        done=said,
        to=lambda: address(action),
        template="roadmap/desk/form.html",
        heading=heading,
        about=f"{action.reference} {action.title}",
        back=address(action),
        breadcrumbs=action_crumbs(action, (heading, "")),
    )


@desk_page
def edit(request, slug):
    action = get_editable_action(request, slug)
    form = ActionForm(request.POST or None, plan=action.axis.plan, instance=action)
    if not access.can_edit_plan(request.user, action.axis.plan):
        for name in ("axis", "number"):
            form.fields[name].disabled = True

    def gesture():
        actions.edit_action(action, actor=request.user, reason=form.cleaned_data["reason"], **form.changes)

    return _write(request, action, form, "Modifier l’action", gesture, "L’action est modifiée.")


@desk_page
def people(request, slug):
    action = get_editable_action(request, slug)
    form = PeopleForm(request.POST or None, action=action)

    def gesture():
        actions.edit_action(action, actor=request.user, reason=form.cleaned_data["reason"], **form.changes)

    return _write(request, action, form, "Pilotes, élu et partenaires", gesture, "Les personnes sont mises à jour.")


@desk_page
def same(request, slug):
    action = get_whole_action(request, slug)
    form = SameForm(request.POST or None, action=action, user=request.user)

    def gesture():
        values = form.cleaned_data
        actions.mark_same(action, values["same_as"], actor=request.user, reason=values["reason"])

    return _write(request, action, form, "Ligne répétée", gesture, "C’est noté.")


GESTURES = {"publier", "restreindre", "copier", "effacer"}


@desk_page
@require_POST
def gesture(request, slug, name):
    """The gestures of one press, for those who edit the plan."""
    action = get_whole_action(request, slug)
    plan = action.axis.plan
    if name not in GESTURES:
        raise Http404
    try:
        if name == "copier":
            copy = actions.copy_action(action, actor=request.user)
            messages.success(request, "La copie est restreinte : publiez-la quand elle est prête.")
            return HttpResponseRedirect(address(copy))
        if name == "effacer":
            actions.delete_action(action, actor=request.user)
            messages.success(request, "L’action est effacée du plan.")
            return HttpResponseRedirect(reverse("roadmap:axes", args=[plan.slug]))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(address(action))
    if name == "publier":
        actions.publish_action(action, actor=request.user)
        messages.success(request, "L’action est publiée." if plan.is_public else "L’action sera publiée avec son plan.")
    else:
        actions.restrict_action(action, actor=request.user)
        messages.success(request, "L’action est restreinte : elle n’est plus sur le site.")
    return HttpResponseRedirect(address(action))
