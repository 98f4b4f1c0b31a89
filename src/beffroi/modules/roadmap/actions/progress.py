"""How an action moves from one state to another."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel.access import account_of
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.roadmap.models import Action, Note
from beffroi.modules.roadmap.states import State
from beffroi.modules.roadmap.workflow import action_workflow, route


@transaction.atomic
def move_action(
    action: Action, verb: str, *, actor, reason="", unblock_condition="", on=None, public_reason=True, check=True
) -> Action:
    """Take one step of the workflow. Records "roadmap.<verb>".

    `reason` becomes a note, read on the site unless `public_reason` is False. Blocking wants `unblock_condition`: what
    must happen for the action to go on. `on` = the day when it really happened (today by default, never to come).
    Raises ValidationError (keyed by field), TransitionRefused (too late) or PermissionDenied.
    """
    if action.same_as_id:
        raise TransitionRefused("Cette ligne répète une autre action : son avancement se note sur celle-là.")
    step = action_workflow.transitions[verb]
    reason, condition = reason.strip(), unblock_condition.strip()
    day = on or timezone.localdate()
    _check(step, reason, condition, day)
    update = {
        "updated_at": timezone.now(),
        "done_on": day if step.target == State.DONE else None,
        "unblock_condition": condition if step.target == State.BLOCKED else "",
    }
    data = {"on": day.isoformat()}
    if reason:
        note = Note.objects.create(
            action=action, author=account_of(actor), body=reason, public=public_reason, is_reason=True
        )
        data["note"] = note.pk
    action_workflow.fire(verb, action, actor=actor, data=data, update=update, check=check)
    return action


def reach_state(
    action: Action, target: str, *, actor, reason="", unblock_condition="", on=None, public_reason=True, check=True
) -> None:
    """Go to a state by the shortest way of the workflow, one journal line for each step; `on` dates the last one."""
    verbs = route(action.state, target)
    for verb in verbs:
        step = action_workflow.transitions[verb]
        move_action(
            action,
            verb,
            actor=actor,
            check=check,
            public_reason=public_reason,
            reason=reason if step.reason else "",
            unblock_condition=unblock_condition if step.target == State.BLOCKED else "",
            on=on if verb == verbs[-1] else None,
        )


def _check(step, reason: str, condition: str, day) -> None:
    errors = {}
    if step.reason and not reason:
        errors["reason"] = "Dites pourquoi : ce motif sera gardé avec l’action."
    if step.target == State.BLOCKED and not condition:
        errors["unblock_condition"] = "Dites ce qui doit se produire pour que l’action reprenne."
    if day > timezone.localdate():
        errors["on"] = "Cette date est dans l’avenir : notez le changement quand il aura eu lieu."
    if errors:
        raise ValidationError(errors)
