"""Changing the state of an action, with its reason."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from beffroi.kernel.workflow import TransitionRefused
from beffroi.kernel.writing import tell
from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.board import moves_of
from beffroi.modules.roadmap.forms.moves import MoveForm
from beffroi.modules.roadmap.views.common import action_crumbs, desk_page, get_editable_action


@desk_page
def move(request, slug):
    """Take one step of the workflow; `?geste=block` has it chosen beforehand."""
    action = get_editable_action(request, slug)
    moves = moves_of(action) if action.same_as_id is None else []
    back = reverse("roadmap:action", args=[action.slug])
    data = request.POST if request.method == "POST" else None
    form = MoveForm(
        data, moves=moves, initial={"verb": request.GET.get("geste", ""), "public_reason": action.is_public}
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            actions.move_action(action, values.pop("verb"), actor=request.user, **values)
        except ValidationError as error:
            tell(form, error)
        except TransitionRefused as error:
            form.add_error("verb", str(error))
        else:
            messages.success(request, f"« {action.title} » : {action.shown_state.label.lower()}.")
            board = reverse("roadmap:board", args=[action.axis.plan.slug])
            return HttpResponseRedirect(board if "board" in request.POST else back)
    crumbs = action_crumbs(action, ("Changer l’état", ""))
    context = {"action": action, "form": form, "moves": moves, "back": back, "breadcrumbs": crumbs}
    return render(request, "roadmap/desk/move.html", context)
