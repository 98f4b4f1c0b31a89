"""Invitations to hold a role, and requests of agents known through ProConnect to join their body."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.accounts import access
from beffroi.shared.accounts.actions.roles import check_role, give_role
from beffroi.shared.accounts.errors import Refused
from beffroi.shared.accounts.models import AccessRequest, Invitation
from beffroi.shared.organisations.actions import concrete
from beffroi.shared.organisations.models import Membership, Organisation, Team

CLOSED = {
    "accepted": "Cette invitation a déjà été acceptée.",
    "revoked": "Cette invitation a été annulée.",
    "expired": "Cette invitation n’est plus valable.",
}


def _require_manager(actor, organisation) -> None:
    if not access.can_manage(actor, organisation):
        raise PermissionDenied("organisations.manage")


def _record(verb: str, invitation: Invitation, *, actor, **more) -> None:
    data = {"invitation": invitation.pk, "role": invitation.role, "version": invitation.version, **more}
    journal.record(f"accounts.{verb}", concrete(invitation.organisation), actor=actor, data=data)


def _renew(invitation: Invitation) -> None:
    invitation.version += 1
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + settings.INVITATION_VALIDITY
    invitation.save(update_fields=["version", "sent_at", "expires_at"])


@transaction.atomic
def invite_person(organisation: Organisation, *, actor, email: str, role: str, team: Team | None = None) -> Invitation:
    """Offer a role to whoever reads `email`. Records "accounts.invited", from which the message leaves.

    An invitation that has expired unanswered is sent again with a new link.
    """
    _require_manager(actor, organisation)
    check_role(organisation, role, team)
    email = email.strip().lower()
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    held = Membership.objects.active().filter(organisation_id=organisation.pk, role=role, team=team)
    if held.filter(user__email__iexact=email).exists():
        raise Refused("Cette personne tient déjà ce rôle.")
    former = Invitation.objects.filter(
        organisation_id=organisation.pk, email=email, role=role, team=team, accepted_at=None, revoked_at=None
    ).first()
    if former is not None:
        if former.state == "pending":
            raise Refused("Cette personne est déjà invitée à ce rôle. Vous pouvez renvoyer l’invitation.")
        _renew(former)
        _record("invited", former, actor=actor)
        return former
    now = timezone.now()
    invitation = Invitation.objects.create(
        organisation_id=organisation.pk,
        team=team,
        role=role,
        email=email,
        invited_by=actor,
        sent_at=now,
        expires_at=now + settings.INVITATION_VALIDITY,
    )
    _record("invited", invitation, actor=actor)
    return invitation


@transaction.atomic
def resend_invitation(invitation: Invitation, *, actor) -> Invitation:
    """Send the message again, with a new link and a new delay; the former link dies. Records "accounts.invited"."""
    _require_manager(actor, invitation.organisation_id)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.state not in {"pending", "expired"}:
        raise Refused(CLOSED[invitation.state])
    _renew(invitation)
    _record("invited", invitation, actor=actor)
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor) -> Invitation:
    """Make the link useless. Records "accounts.invitation_revoked"."""
    _require_manager(actor, invitation.organisation_id)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.state not in {"pending", "expired"}:
        raise Refused(CLOSED[invitation.state])
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    _record("invitation_revoked", invitation, actor=actor)
    return invitation


@transaction.atomic
def accept_invitation(invitation: Invitation, *, user) -> Membership:
    """Give `user`, whose address is the one invited, the role that was offered. Records "accounts.invitation_accepted".

    Raises Refused when the invitation is closed, or is addressed to somebody else.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.state != "pending":
        raise Refused(CLOSED[invitation.state])
    if user.email.lower() != invitation.email:
        raise Refused("Cette invitation est adressée à une autre personne.")
    if not invitation.organisation.is_active:
        raise Refused("Cette organisation n’est plus en activité.")
    team = invitation.team if invitation.team and invitation.team.is_active else None
    held = Membership.objects.active().filter(
        user=user, organisation_id=invitation.organisation_id, role=invitation.role, team=team
    )
    membership = held.first() or give_role(user, invitation.organisation, invitation.role, actor=None, team=team)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _record("invitation_accepted", invitation, actor=user, membership=membership.pk)
    return membership


@transaction.atomic
def request_access(user, organisation: Organisation) -> AccessRequest:
    """Ask an organisation's administrator for a role there. Records "accounts.access_requested"."""
    request, created = AccessRequest.objects.get_or_create(
        user=user, organisation_id=organisation.pk, decided_at=None, defaults={}
    )
    if created:
        data = {"request": request.pk}
        journal.record("accounts.access_requested", concrete(organisation), actor=user, data=data)
    return request


@transaction.atomic
def decide_access(request: AccessRequest, *, actor, role: str = "", team: Team | None = None) -> AccessRequest:
    """Give the role asked for, or, with an empty `role`, refuse. Records "accounts.access_granted" or "…_refused"."""
    _require_manager(actor, request.organisation_id)
    request = AccessRequest.objects.select_for_update().get(pk=request.pk)
    if request.decided_at is not None:
        raise Refused("Cette demande a déjà reçu une réponse.")
    if role:
        give_role(request.user, request.organisation, role, actor=actor, team=team)
    request.decided_at, request.decided_by, request.granted = timezone.now(), actor, bool(role)
    request.save(update_fields=["decided_at", "decided_by", "granted"])
    verb = "access_granted" if role else "access_refused"
    data = {"request": request.pk, "user": request.user_id, "role": role}
    journal.record(f"accounts.{verb}", concrete(request.organisation), actor=actor, data=data)
    return request
