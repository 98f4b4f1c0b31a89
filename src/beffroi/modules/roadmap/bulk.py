"""One gesture on the ticked lines of a plan: each action changes whole, or says why it does not."""

from collections.abc import Iterable

from beffroi.kernel.bulk import Line, attempt, numbers
from beffroi.modules.roadmap import access
from beffroi.modules.roadmap.models import Action, Plan

NOT_MINE = "vous ne menez pas cette action"


def chosen(user, plan: Plan, ticked: Iterable[str]) -> list[Action]:
    """The actions ticked, among those of the plan that the person sees, in its order."""
    actions = Action.objects.visible_to(user).filter(axis__plan=plan, pk__in=numbers(list(ticked)))
    return list(access.with_pilotage(actions.for_lists(), user).with_shown_state())


def run(actions: list[Action], user, form) -> list[Line]:
    """What became of each."""
    editable = access.editable_ids(user, actions)
    return [
        attempt(action.reference, lambda action=action: form.perform(action, user))
        if action.pk in editable
        else Line(action.reference, False, NOT_MINE)
        for action in actions
    ]
