"""Who may do what with the archives of a body.

- Who reads the archives (`archives.view`) sees the lists, the slips, the boxes and the ledger of the body.
- Who keeps them (`archives.prepare`) prepares slips, sorts, describes boxes and lends them.
- Who eliminates (`archives.eliminate`) records the visa, confirms and starts the destruction.
- Who transfers (`archives.transfer`) makes SEDA packages, reads the replies, hands files over.
- Who sets them (`archives.manage`) says to whom the body transfers, by which agreement.
- A role held in the EPCI gives nothing over the archives of the communes, and the other way round.
"""

from beffroi.kernel import access
from beffroi.shared.organisations.models import Organisation

VIEW, PREPARE, ELIMINATE, TRANSFER, MANAGE = (
    f"archives.{verb}" for verb in ("view", "prepare", "eliminate", "transfer", "manage")
)
ALL = (VIEW, PREPARE, ELIMINATE, TRANSFER, MANAGE)


def bodies_where(user, permission: str):
    """The bodies in which `user` has this permission, the EPCI first."""
    allowed = access.organisations_where(user, permission)
    bodies = Organisation.objects.filter(is_active=True).order_by("-is_operator", "name")
    return bodies if allowed is None else bodies.filter(pk__in=allowed)


def of_bodies(queryset, user, permission: str = VIEW, path: str = "organisation"):
    """The rows of the bodies in which `user` has the permission."""
    allowed = access.organisations_where(user, permission)
    return queryset if allowed is None else queryset.filter(**{f"{path}__in": allowed})


def can_prepare(user, thing) -> bool:
    return access.can(user, PREPARE, thing.organisation_id)


def can_eliminate(user, thing) -> bool:
    return access.can(user, ELIMINATE, thing.organisation_id)


def can_transfer(user, thing) -> bool:
    return access.can(user, TRANSFER, thing.organisation_id)


def require(actor, permission: str, organisation) -> None:
    """Raise PermissionDenied unless `actor` has the permission in that body; None = the platform itself."""
    if actor is not None:
        access.require(actor, permission, organisation)
