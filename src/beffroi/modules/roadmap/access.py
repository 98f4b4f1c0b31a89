"""Who may do what with the plans: the rule in plain words.

- Everyone reads the unrestricted actions of the published plans.
- The people of the body that steers the plan consult it at the desk; elected members and administrators also read the
  restricted actions (`roadmap.view_restricted`).
- A pilot (by name, by their team, or by their body) updates the actions that they pilot, and reads them even when
  restricted.
- Those who hold `roadmap.edit` in the body that steers the plan change everything: structure, visibility, revisions.
"""

from django.db.models import Exists, OuterRef, QuerySet

from beffroi.kernel import access
from beffroi.modules.roadmap.models import Action, Plan
from beffroi.shared.organisations.models import Organisation


def can_edit_plan(user, plan: Plan) -> bool:
    """May change the whole plan: axes, actions, visibility, imports, revisions."""
    return access.can(user, "roadmap.edit", plan.organisation_id)


def may_open_plans(user) -> bool:
    """May open a new plan, for one body at least."""
    return access.can(user, "roadmap.edit")


def bodies_for_plans(user) -> QuerySet:
    """The bodies for which `user` may open a plan, the one that runs the platform first."""
    allowed = access.organisations_where(user, "roadmap.edit")
    bodies = Organisation.objects.filter(is_active=True).order_by("-is_operator", "name", "pk")
    return bodies if allowed is None else bodies.filter(pk__in=allowed)


def can_read_restricted(user, plan: Plan) -> bool:
    """Reads every action of the plan, restricted ones included."""
    return access.can(user, "roadmap.view_restricted", plan.organisation_id)


def with_pilotage(actions: QuerySet, user) -> QuerySet:
    """Adds `is_mine`: `user` is a pilot of the action."""
    return actions.annotate(is_mine=Exists(Action.objects.piloted_by(user).filter(pk=OuterRef("pk"))))


def is_pilot(user, action: Action) -> bool:
    """Carries this action, by name, team or body (`with_pilotage` said it already for the user of the page)."""
    known = getattr(action, "is_mine", None)
    if known is not None:
        return known
    return Action.objects.piloted_by(user).filter(pk=action.pk).exists()


def can_edit_action(user, action: Action) -> bool:
    """May update this action and move its state."""
    return can_edit_plan(user, action.axis.plan) or is_pilot(user, action)


def editable_ids(user, actions) -> set[int]:
    """Among `actions`, the ids of those that `user` may change: one query for a whole list."""
    ids = [action.pk for action in actions]
    return set(Action.objects.editable_by(user).filter(pk__in=ids).values_list("pk", flat=True))
