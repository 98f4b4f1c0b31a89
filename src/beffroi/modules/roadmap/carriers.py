"""The accounts of those who carry an action: pilots by name or team, elected referent, editors of a pilot body."""

from django.db.models import Q

from beffroi.kernel import access
from beffroi.modules.roadmap.models import Action
from beffroi.shared.organisations.models import Membership


def of_action(action: Action) -> set[int]:
    """Their numbers. A body that is a pilot is told through those who edit its plans: not every agent of it."""
    pilots = list(action.pilots.all())
    users = {pilot.user_id for pilot in pilots if pilot.user_id}
    teams = [pilot.team_id for pilot in pilots if pilot.team_id]
    bodies = [pilot.organisation_id for pilot in pilots if pilot.organisation_id]
    if teams or bodies:
        rule = Q(team__in=teams, role__in=access.roles_with("roadmap.pilot"))
        rule |= Q(organisation__in=bodies, role__in=access.roles_with("roadmap.edit"))
        users |= set(Membership.objects.active().filter(rule).values_list("user_id", flat=True))
    if action.referent is not None and action.referent.user_id:
        users.add(action.referent.user_id)
    return users
