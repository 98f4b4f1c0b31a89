"""Who may do what: a role is held in an organisation, and gives permissions there only.

Roles and permissions are declared by manifests; the holders are `organisations.Membership`. The administrator of the
installation (`is_superuser`) may do everything everywhere.
"""

from functools import wraps

from django.core.exceptions import PermissionDenied

from beffroi.kernel import modules


@modules.derived
def _granted() -> dict[str, frozenset[str]]:
    granted: dict[str, set[str]] = {}
    for _config, module in modules.installed():
        for role, permissions in module.grants.items():
            granted.setdefault(role, set()).update(permissions)
    return {role: frozenset(permissions) for role, permissions in granted.items()}


def permissions_of(role: str) -> frozenset[str]:
    """What a role allows in the organisation where it is held."""
    return _granted().get(role, frozenset())


def roles_with(permission: str) -> list[str]:
    """The roles that give a permission."""
    return [role for role, permissions in _granted().items() if permission in permissions]


def can(user, permission: str, organisation=None) -> bool:
    """May `user` do this in `organisation` (an object or its id), or, when None, in at least one organisation?"""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser:
        return True
    roles = user.roles_by_organisation
    if organisation is None:
        return any(permission in permissions_of(role) for held in roles.values() for role in held)
    pk = getattr(organisation, "pk", organisation)
    return any(permission in permissions_of(role) for role in roles.get(pk, ()))


def organisations_where(user, permission: str) -> set[int] | None:
    """The ids of the organisations in which `user` has this permission; None = all of them."""
    if not user.is_authenticated or not user.is_active:
        return set()
    if user.is_superuser:
        return None
    return {
        pk
        for pk, held in user.roles_by_organisation.items()
        if any(permission in permissions_of(role) for role in held)
    }


def account_of(actor):
    """The actor as an account to keep as author, or None for a visitor and for the platform itself."""
    return actor if actor is not None and actor.is_authenticated else None


def require(user, permission: str, organisation=None) -> None:
    """Raise PermissionDenied unless `can`."""
    if not can(user, permission, organisation):
        raise PermissionDenied(permission)


def permission_required(permission: str):
    """A view for those who hold `permission` somewhere; others get 403, visitors the sign-in page."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            require(request.user, permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def is_agent(user) -> bool:
    """May open the desk at all."""
    return bool(user.is_authenticated and user.is_agent)


def agent_required(view):
    """A view of the desk: any agent, secretary or elected member."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not is_agent(request.user):
            raise PermissionDenied("bureau")
        return view(request, *args, **kwargs)

    return guarded
