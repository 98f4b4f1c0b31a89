"""The body in which somebody works, from the SIRET that ProConnect gives. It proposes; it never gives a role."""

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount

from beffroi.shared.accounts.models import AccessRequest
from beffroi.shared.organisations.models import Organisation


@dataclass(frozen=True)
class Proposal:
    """`asked` = a request already waits for an answer."""

    organisation: Organisation
    asked: bool


def organisation_of(siret: str) -> Organisation | None:
    """The body with this SIRET, else the one with its SIREN (a town hall declared by its legal number only)."""
    if not siret.isdecimal() or len(siret) != 14:
        return None
    bodies = Organisation.objects.filter(is_active=True)
    return bodies.filter(siret=siret).first() or bodies.filter(siren=siret[:9]).order_by("pk").first()


def proposal(user) -> Proposal | None:
    """What to propose to this person: None if they did not come by ProConnect, or already hold a role there."""
    account = SocialAccount.objects.filter(user=user, provider="proconnect").order_by("-last_login").first()
    organisation = organisation_of(str(account.extra_data.get("siret", ""))) if account else None
    if organisation is None or organisation.pk in user.roles_by_organisation:
        return None
    asked = AccessRequest.objects.filter(user=user, organisation=organisation, decided_at=None).exists()
    return Proposal(organisation=organisation, asked=asked)
