"""Who may do what with the acts.

- Everyone reads what is published online.
- The agents of a body read all its acts at the desk (`deliberations.view`), prepare them (`deliberations.edit`),
  publish and withdraw them (`deliberations.publish`), choose its way of publishing (`deliberations.configure`).
- A role held in the EPCI gives nothing over the acts of the communes: each publishes its own.
"""

from beffroi.kernel import access
from beffroi.modules.deliberations.listing import publishers
from beffroi.modules.deliberations.models import Act, Meeting

VIEW, EDIT, PUBLISH = "deliberations.view", "deliberations.edit", "deliberations.publish"
CONFIGURE = "deliberations.configure"


def bodies_where(user, permission: str):
    """The bodies that publish here in which `user` has this permission."""
    allowed = access.organisations_where(user, permission)
    return publishers() if allowed is None else publishers().filter(pk__in=allowed)


def can_edit(user, thing: Act | Meeting) -> bool:
    """May change this act, as long as it is not published, or this meeting."""
    return access.can(user, EDIT, thing.organisation_id)


def can_publish(user, act: Act) -> bool:
    """May publish, withdraw, anonymise this act."""
    return access.can(user, PUBLISH, act.organisation_id)
