"""Who may do what with the budgets and the grants.

- Everyone reads what is published.
- The agents of a body read all its budgets and grants at the desk (`transparency.view`), give files and type grants
  (`transparency.edit`), publish and withdraw them (`transparency.publish`).
- A role held in the EPCI gives nothing over the money of the communes: each publishes its own.
- The sheets of the catalogue and the charts of accounts are those of the whole platform: `transparency.configure`,
  held in the EPCI.
"""

from django.db.models import QuerySet

from beffroi.kernel import access
from beffroi.shared.organisations.models import Organisation

VIEW, EDIT, PUBLISH = "transparency.view", "transparency.edit", "transparency.publish"
CONFIGURE = "transparency.configure"


def publishers() -> QuerySet[Organisation]:
    """The bodies that may publish here: the EPCI that runs the platform and its member communes, the EPCI first."""
    mine = Organisation.objects.filter(is_active=True)
    return (mine.filter(is_operator=True) | mine.filter(commune__member=True)).order_by("-is_operator", "name")


def bodies_where(user, permission: str) -> QuerySet[Organisation]:
    """The bodies that publish here in which `user` has this permission."""
    allowed = access.organisations_where(user, permission)
    return publishers() if allowed is None else publishers().filter(pk__in=allowed)


def of_bodies(rows, user, permission: str = VIEW):
    """The rows of the bodies in which `user` has this permission."""
    allowed = access.organisations_where(user, permission)
    return rows if allowed is None else rows.filter(organisation__in=allowed)


def can_publish(user, thing) -> bool:
    """May publish or withdraw this budget or this grant."""
    return access.can(user, PUBLISH, thing.organisation_id)


def can_configure(user) -> bool:
    """May write the sheets of the catalogue and give the charts of accounts."""
    operator = Organisation.objects.filter(is_operator=True).first()
    return operator is not None and access.can(user, CONFIGURE, operator)
