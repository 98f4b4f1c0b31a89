"""Who may do what with the documents.

- An agent, a secretary, an elected member enters the documents (`documents.read`) and sees there what the rights of
  each place open to them: by name, by team, or because they have a role in the body.
- To add and change, the right of the place must be « lire et modifier »; given to a whole body, it is worth it for
  those who hold `documents.write` there.
- Whoever manages the documents of a body (`documents.manage`) keeps its spaces, its plan and its rights, lays holds,
  and enters everywhere in its spaces: the page of the rights says so.
"""

from django.core.exceptions import PermissionDenied

from beffroi.kernel import access
from beffroi.shared.documents.models import Fence, Level
from beffroi.shared.organisations.models import Organisation

READ, WRITE, MANAGE = "documents.read", "documents.write", "documents.manage"


def can_write(user, thing) -> bool:
    """May add to, or change, this space, folder or document?"""
    return may_write_in(user, fence_of(thing))


def may_write_in(user, fence_id: int) -> bool:
    """May change what is inside this fence?"""
    return Fence.objects.open_to(user, Level.WRITE).filter(pk=fence_id).exists()


def fence_of(thing) -> int:
    """The number of the fence around a space, a folder or a document."""
    if hasattr(thing, "fence_id"):
        return thing.fence_id
    return thing.fences.get(folder__isnull=True, document__isnull=True).pk


def can_manage(user, thing) -> bool:
    """May manage the documents of the body of this space, folder or document?"""
    return access.can(user, MANAGE, getattr(thing, "space", thing).organisation_id)


def require_write(actor, thing) -> None:
    """Raise PermissionDenied unless `actor` may change the thing; None = the platform itself."""
    if actor is not None and not can_write(actor, thing):
        raise PermissionDenied(WRITE)


def require_manage(actor, thing) -> None:
    """Raise PermissionDenied unless `actor` manages the documents of its body; None = the platform itself."""
    if actor is not None and not can_manage(actor, thing):
        raise PermissionDenied(MANAGE)


def bodies_where(user, permission: str):
    """The bodies in which `user` has this permission, the EPCI first."""
    allowed = access.organisations_where(user, permission)
    bodies = Organisation.objects.filter(is_active=True).order_by("-is_operator", "name")
    return bodies if allowed is None else bodies.filter(pk__in=allowed)


def require_manage_body(actor, organisation_id: int) -> None:
    """The same, for a body."""
    access.require(actor, MANAGE, organisation_id)
