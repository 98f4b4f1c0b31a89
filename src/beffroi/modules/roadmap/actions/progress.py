"""How an action moves from one state to another."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.roadmap.actions.common import account
from beffroi.modules.roadmap.models import Action, Note
from beffroi.modules.roadmap.states import State
from beffroi.modules.roadmap.workflow import action_workflow, route


@transaction.atomic
def move_action(
    action: Action, verb: str, *, actor, reason="", unblock_condition="", done_on=None, public_reason=True, check=True
) -> Action:
    """Take one step of the workflow. Records "roadmap.<verb>".

    `reason` becomes a note, read on the site unless `public_reason` is False. Blocking wants `unblock_condition`: what
    must happen for the action to go on. Finishing keeps `done_on` (today by default, never in the future).
    Raises ValidationError (keyed by field), TransitionRefused (too late) or PermissionDenied.
    """
    if action.same_as_id:
        raise TransitionRefused("Cette ligne répète une autre action : son avancement se note sur celle-là.")
    step = action_workflow.transitions[verb]
    reason, condition = reason.strip(), unblock_condition.strip()
    _require_words(step, reason, condition)
    update = {"updated_at": timezone.now(), "done_on": None, "unblock_condition": ""}
    if step.target == State.DONE:
        update["done_on"] = _checked_day(done_on or timezone.localdate())
    if step.target == State.BLOCKED:
        update["unblock_condition"] = condition
    data = {}
    if reason:
        note = Note.objects.create(
            action=action, author=account(actor), body=reason, public=public_reason, is_reason=True
        )
        data["note"] = note.pk
    action_workflow.fire(verb, action, actor=actor, data=data, update=update, check=check)
    return action


def reach_state(action: Action, target: str, *, actor, check=True, **details) -> None:
    """Go to a state by the shortest way of the workflow, one journal line for each step."""
    for verb in route(action.state, target):
        step = action_workflow.transitions[verb]
        given = {"reason": details.get("reason", "")} if step.reason else {}
        for name, state in (("unblock_condition", State.BLOCKED), ("done_on", State.DONE)):
            if step.target == state and details.get(name):
                given[name] = details[name]
        move_action(action, verb, actor=actor, check=check, public_reason=details.get("public_reason", True), **given)


def _require_words(step, reason: str, condition: str) -> None:
    errors = {}
    if step.reason and not reason:
        errors["reason"] = "Dites pourquoi : ce motif sera gardé avec l’action."
    if step.target == State.BLOCKED and not condition:
        errors["unblock_condition"] = "Dites ce qui doit se produire pour que l’action reprenne."
    if errors:
        raise ValidationError(errors)


def _checked_day(day):
    if day > timezone.localdate():
        raise ValidationError({"done_on": "Cette date est dans l’avenir : une action réalisée l’est déjà."})
    return day
