"""Who may do what with the mail of a body.

- A clerk of the mail (`mail.register`) registers, routes and reads every letter of the registers of the body, except
  those of a register kept for a team that is not theirs.
- An agent (`mail.view`) reads the letters of their teams, those that are given to them, of which they have a copy, or
  on which they are asked an opinion; with `mail.handle` they answer the first two.
- Who sends (`mail.send`) dispatches what is signed. Who manages (`mail.manage`) sets registers, types, rules and models
  of the body, and reads all of its registers.
- A role held in the EPCI gives nothing over the mail of the communes, and the other way round.
"""

from beffroi.kernel import access
from beffroi.shared.organisations.models import Membership, Organisation

VIEW, REGISTER, HANDLE, SEND, MANAGE = (f"mail.{verb}" for verb in ("view", "register", "handle", "send", "manage"))


def teams_of(user) -> set[int]:
    """The teams of the person today; read once for a request, whose `user` object is its own."""
    kept = user.__dict__.get("mail_teams")
    if kept is None:
        held = Membership.objects.active().filter(user=user, team__isnull=False)
        kept = user.__dict__["mail_teams"] = set(held.values_list("team_id", flat=True))
    return kept


def bodies_where(user, permission: str):
    """The bodies in which `user` has this permission, the EPCI first."""
    allowed = access.organisations_where(user, permission)
    bodies = Organisation.objects.filter(is_active=True).order_by("-is_operator", "name")
    return bodies if allowed is None else bodies.filter(pk__in=allowed)


def is_clerk(user, letter) -> bool:
    """Keeps the register of this letter."""
    return access.can(user, REGISTER, letter.organisation_id)


def is_mine(user, letter) -> bool:
    """It is given to this person, or to one of their teams."""
    return letter.assignee_id == user.pk or (letter.team_id is not None and letter.team_id in teams_of(user))


def can_handle(user, letter) -> bool:
    """May work on it: write the answer, ask for pieces, close."""
    return access.can(user, HANDLE, letter.organisation_id) and (is_clerk(user, letter) or is_mine(user, letter))


def can_route(user, letter) -> bool:
    """May say what it is and who handles it: the clerk; then the service that received it, which may give it away."""
    return letter.is_incoming and (is_clerk(user, letter) or can_handle(user, letter))


def can_send(user, letter) -> bool:
    return access.can(user, SEND, letter.organisation_id)


def can_cancel(user, letter) -> bool:
    """The number stays taken: a clerk, or for a project whoever writes it."""
    return is_clerk(user, letter) or (not letter.is_incoming and can_handle(user, letter))
