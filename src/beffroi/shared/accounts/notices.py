"""Who is told of what happens to accounts and roles."""

from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.urls import reverse

from beffroi.kernel import access as rights
from beffroi.kernel.notices import Recipient
from beffroi.shared.accounts import access
from beffroi.shared.accounts.models import AccessRequest, Invitation
from beffroi.shared.organisations.models import Membership


def invited(entry) -> Iterator[Recipient]:
    """The person invited, by the link that only this message holds; nobody if it has been replaced or answered."""
    invitation = Invitation.objects.filter(pk=entry.data["invitation"], version=entry.data["version"]).first()
    if invitation is not None and invitation.state == "pending":
        yield Recipient(email=invitation.email, link=reverse("accounts:invitation", args=[invitation.token]))


def access_requested(entry) -> Iterator[Recipient]:
    """Those who manage the organisation."""
    request = AccessRequest.objects.filter(pk=entry.data["request"], decided_at=None).first()
    if request is None:
        return
    managers = Membership.objects.active().filter(
        organisation_id=entry.target_id, role__in=rights.roles_with(access.MANAGE), user__is_active=True
    )
    link = reverse("accounts:organisation_access", args=[request.organisation.slug, request.pk])
    for user in get_user_model().objects.filter(memberships__in=managers).distinct():
        yield Recipient(user=user, link=link)


def person_concerned(entry) -> Iterator[Recipient]:
    """The person whose role or request it is, unless they did it themselves."""
    user = get_user_model().objects.filter(pk=entry.data.get("user"), is_active=True).first()
    if user is not None and entry.actor_id not in {None, user.pk}:
        yield Recipient(user=user, link=reverse("accounts:home"))


def owner(entry) -> Iterator[Recipient]:
    """The owner of the account itself."""
    if entry.target is not None and entry.target.is_active:
        yield Recipient(user=entry.target, link=reverse("account_login"))
