"""Who may do what with the children's files: the rule in plain words.

- A parent (a guardian of one of the child's homes) sees the child, what that home booked, and nothing of the other
  home: neither its address, its contacts, its bookings' price nor its bills.
- An agent of the families' desk (`childcare.register`) sees every file of the body, books and corrects for a family.
- A facilitator (`childcare.attend`) sees the sheets of the day, ticks, and reads the health sheet (`childcare.health`):
  each reading is written in the journal.
- Who accompanies a transport line (`childcare.escort`) reads its list of the day (the names of the children, their
  stop, who may receive them and how to call them) and ticks; neither file nor health sheet. A line that names who
  accompanies it opens to no other of them.
- A commune or a syndicat that runs its own activities sees the files of the children registered in them, no other.
- The person in charge (`childcare.manage`) sets activities, groups, capacities and periods.
"""

from beffroi.kernel import access

VIEW = "childcare.view"
ATTEND = "childcare.attend"
REGISTER = "childcare.register"
HEALTH = "childcare.health"
MANAGE = "childcare.manage"
ESCORT = "childcare.escort"


def holds(user, permission: str, child) -> bool:
    """Does this agent have `permission` on the file: by the body that keeps it, or by one that receives the child?"""
    if user is None:
        return False
    if access.can(user, permission, child.organisation_id):
        return True
    allowed = access.organisations_where(user, permission)
    if not allowed:
        return False
    return child.enrolments.filter(end=None, activity__organisation__in=allowed).exists()


def can_register(user, child) -> bool:
    """May book and write for any family of the body, and for those whose children it receives."""
    return holds(user, REGISTER, child)


def can_read_health(user, child) -> bool:
    """May open the health sheet at the desk; a guardian opens it from their own space."""
    return holds(user, HEALTH, child)
