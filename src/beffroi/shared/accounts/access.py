"""Who may manage whom.

The administrator of an organisation (permission `organisations.manage` there) manages its teams, its people's roles
and its invitations; nobody else's. The administrator of the installation manages all of them.
"""

from beffroi.kernel import access, modules
from beffroi.shared.organisations.models import Membership, Organisation

MANAGE = "organisations.manage"


def manageable(user):
    """The organisations that `user` may manage."""
    query = Organisation.objects.filter(is_active=True)
    allowed = access.organisations_where(user, MANAGE)
    return query if allowed is None else query.filter(pk__in=allowed)


def can_manage(user, organisation) -> bool:
    return access.can(user, MANAGE, organisation)


def offered_roles(organisation) -> list[modules.Role]:
    """The roles that can be held in this kind of organisation."""
    return [role for role in modules.collect("roles") if not role.kinds or organisation.kind in role.kinds]


def role_label(code: str) -> str:
    """The French name of a role; its code when the module that declared it is switched off."""
    role = modules.find("roles", code)
    return role.label if role else code


def last_manager(membership: Membership) -> bool:
    """Would the organisation be left with nobody to manage it, once this role is over?"""
    managing = access.roles_with(MANAGE)
    if membership.role not in managing:
        return False
    others = Membership.objects.active().filter(
        organisation_id=membership.organisation_id, role__in=managing, user__is_active=True, end__isnull=True
    )
    return not others.exclude(pk=membership.pk).exists()


def can_end(user, membership: Membership) -> bool:
    """Its administrator may end a role, except the last role that allows managing (only the installation's may)."""
    return can_manage(user, membership.organisation_id) and (user.is_superuser or not last_manager(membership))


def second_factor_required(user) -> bool:
    """Agents, secretaries, elected members (whoever holds a role) and administrators must have a second factor."""
    return bool(user.is_authenticated and user.is_agent)
