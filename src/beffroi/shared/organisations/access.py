"""Who may change what of an organisation.

Its administrator and, in a town hall, its secretary change its hours and how to reach it; those of the EPCI change
those of its communes too. The directory of the other bodies is read by every agent and kept by the EPCI.
"""

from beffroi.kernel import access
from beffroi.shared.organisations.models import Commune, Organisation

HOURS = "organisations.hours"
CONTACT = "organisations.contact"
READ = "organisations.read"
BODIES = "organisations.bodies"
OWN_KINDS = (Organisation.Kind.EPCI, Organisation.Kind.COMMUNE)


def with_hours_to_edit(user):
    """The organisations that receive the public whose hours `user` may change."""
    return _ours().editable_by(user, HOURS)


def with_contact_to_edit(user):
    """The EPCI and the communes that `user` may say how to reach."""
    return _ours().editable_by(user, CONTACT)


def _ours():
    neighbours = Commune.objects.filter(member=False).values("pk")
    return Organisation.objects.filter(is_active=True, kind__in=OWN_KINDS).exclude(pk__in=neighbours)


def owning(user, permission: str):
    """The bodies that own things and do works (EPCI, communes, syndicats) in which `user` has a permission, by name."""
    allowed = access.organisations_where(user, permission)
    bodies = Organisation.objects.filter(is_active=True, kind__in=("epci", "commune", "syndicat")).order_by("name")
    return bodies if allowed is None else bodies.filter(pk__in=allowed)


def keeps_directory(user) -> bool:
    """May `user` write in the directory of bodies? A right of the EPCI that runs the platform."""
    allowed = access.organisations_where(user, BODIES)
    return allowed is None or Organisation.objects.filter(is_operator=True, pk__in=allowed).exists()


def directory():
    """The bodies of the directory: not the communes, which have pages of their own."""
    return Organisation.objects.exclude(kind=Organisation.Kind.COMMUNE)


def may_edit(user, organisation: Organisation) -> bool:
    """May `user` change the details of this organisation?"""
    if organisation.kind in OWN_KINDS:
        return with_contact_to_edit(user).filter(pk=organisation.pk).exists()
    return keeps_directory(user)
