"""What the calendar says by itself: a step whose day has passed, an action that has become late."""

from datetime import date, timedelta

from django.db import transaction

from beffroi.kernel.models import Entry
from beffroi.modules.roadmap import states
from beffroi.modules.roadmap.actions.common import note_fact
from beffroi.modules.roadmap.models import Action, Step


@transaction.atomic
def tell_late_step(step: Step, *, today: date) -> bool:
    """Record "roadmap.late_step", once for each step and due date; True if recorded."""
    action = Action.objects.select_for_update().get(pk=step.action_id)
    due = step.due.isoformat()
    if _told("late_step", action, step=step.pk, due=due):
        return False
    note_fact("late_step", action, None, step=step.pk, due=due)
    return True


@transaction.atomic
def tell_late_action(action: Action, *, today: date) -> bool:
    """Record "roadmap.late", once for each planned end (or start) that has passed; True if recorded."""
    action = Action.objects.select_for_update().get(pk=action.pk)
    due = action.end if action.end and action.end < today else action.start
    if due is None or _told("late", action, due=due.isoformat()):
        return False
    note_fact("late", action, None, due=due.isoformat())
    return True


def late_steps(today: date):
    """Steps that are late for at most a month, in the actions that run: what is told, not the whole past."""
    return Step.objects.filter(
        done_on__isnull=True,
        due__lt=today,
        due__gte=today - timedelta(days=31),
        action__state__in=states.RUNNING,
        action__same_as__isnull=True,
    ).order_by("pk")


def late_actions(today: date):
    """Actions that have become late within a month."""
    shown = Action.objects.distinct_ones().with_shown_state(today).filter(shown=states.LATE)
    return [action for action in shown if _late_for(action, today) <= 31]


def _late_for(action: Action, today: date) -> int:
    due = action.end if action.end and action.end < today else action.start
    return (today - due).days


def _told(verb: str, action: Action, **data) -> bool:
    lines = Entry.objects.filter(verb=f"roadmap.{verb}", target_id=action.pk, data__contains=data)
    return lines.exists()
