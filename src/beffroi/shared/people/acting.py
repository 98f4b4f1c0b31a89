"""Acting for somebody else: what the other parts ask before they write in a person's name."""

from django.db.models import QuerySet

from beffroi.shared.people.errors import Refused
from beffroi.shared.people.models import Mandate


def mandates_of(user) -> QuerySet[Mandate]:
    """The mandates by which `user` may act today, the person's name first."""
    if not user.is_authenticated:
        return Mandate.objects.none()
    held = Mandate.objects.active().filter(agent=user, person__erased_at=None).select_related("person", "organisation")
    return held.order_by("person__last_name", "person__first_name", "end")


def acting_for(user, reference: str, *, service: str = "") -> Mandate:
    """The mandate of that reference, if `user` may use it now (for that service, by its code).

    The case then bears `person=mandate.person, mandate=mandate, filed_by=user`. Raises Refused: unknown, somebody
    else's, ended, revoked, not agreed to, or for other services.
    """
    mandate = mandates_of(user).filter(reference=reference).first()
    if mandate is None:
        raise Refused("Ce mandat n’est pas, ou n’est plus, valable.")
    if service and mandate.services and service not in mandate.services:
        raise Refused("Ce mandat ne couvre pas cette démarche.")
    return mandate
