"""Who may do what in the sign-book.

- An agent prepares folders for a body where they may (`signing.create`), and follows those that they prepared.
- Whoever holds a desk, or stands in for its holder on that day, decides its steps: the right comes from the desk.
- Whoever manages the sign-book of a body (`signing.manage`) sets its desks, circuits and delegations, and sees its
  folders.
"""

from beffroi.kernel import access
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.signing.models.folder import desks_of

CREATE, MANAGE = "signing.create", "signing.manage"


def bodies_where(user, permission: str):
    """The bodies in which `user` has this permission, the EPCI first."""
    allowed = access.organisations_where(user, permission)
    bodies = Organisation.objects.filter(is_active=True).order_by("-is_operator", "name")
    return bodies if allowed is None else bodies.filter(pk__in=allowed)


def may_open(user) -> bool:
    """Has the person anything to do with the sign-book?"""
    return access.can(user, CREATE) or access.can(user, MANAGE) or bool(desks_of(user))
