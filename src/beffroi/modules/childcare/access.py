"""Who may do what with the children's files: the rule in plain words.

- A parent (a guardian of one of the child's homes) sees the child, what that home booked, and nothing of the other
  home: neither its address, its contacts, its bookings' price nor its bills.
- An agent of the families' desk (`childcare.register`) sees every file of the body, books and corrects for a family.
- A facilitator (`childcare.attend`) sees the sheets of the day, ticks, and reads the health sheet (`childcare.health`):
  each reading is written in the journal.
- The person in charge (`childcare.manage`) sets activities, groups, capacities and periods.
"""

from beffroi.kernel import access

VIEW = "childcare.view"
ATTEND = "childcare.attend"
REGISTER = "childcare.register"
HEALTH = "childcare.health"
MANAGE = "childcare.manage"


def can_register(user, child) -> bool:
    """May book and write for any family of the body."""
    return user is not None and access.can(user, REGISTER, child.organisation_id)


def can_attend(user, organisation_id: int) -> bool:
    """May tick the children of the body's sites."""
    return user is not None and access.can(user, ATTEND, organisation_id)


def can_read_health(user, child) -> bool:
    """May open the health sheet at the desk; a guardian opens it from their own space."""
    return user is not None and access.can(user, HEALTH, child.organisation_id)
