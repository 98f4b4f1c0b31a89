"""Roles and teams of an organisation."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.accounts import access
from beffroi.shared.accounts.errors import Refused
from beffroi.shared.organisations.actions import concrete
from beffroi.shared.organisations.models import Membership, Organisation, Team


def check_role(organisation: Organisation, role: str, team: Team | None) -> None:
    """Refuse a role that this kind of organisation does not have, or a team of another one."""
    if role not in {offered.code for offered in access.offered_roles(organisation)}:
        raise Refused(f"Le rôle « {access.role_label(role)} » n’existe pas dans cette organisation.")
    if team is not None and (team.organisation_id != organisation.pk or not team.is_active):
        raise Refused("Cette équipe n’est pas une équipe active de l’organisation.")


@transaction.atomic
def give_role(
    user, organisation: Organisation, role: str, *, actor, team: Team | None = None, start=None, end: date | None = None
) -> Membership:
    """Let `user` hold `role` in `organisation`, from `start` (today) to `end` included (None = until it is ended).

    `actor` None is the platform itself (first installation, demonstration). Records "accounts.role_given".
    """
    if actor is not None and not access.can_manage(actor, organisation):
        raise PermissionDenied("organisations.manage")
    check_role(organisation, role, team)
    start = start or timezone.localdate()
    if end is not None and end < start:
        raise Refused("La fin du rôle vient avant son début.")
    organisation = concrete(Organisation.objects.select_for_update().get(pk=organisation.pk))
    same = Membership.objects.filter(user=user, organisation=organisation, role=role, team=team)
    if same.filter(Q(end__isnull=True) | Q(end__gte=start)).exists():
        raise Refused(f"{user} tient déjà ce rôle.")
    membership = Membership.objects.create(
        user=user, organisation_id=organisation.pk, team=team, role=role, start=start, end=end
    )
    data = {"membership": membership.pk, "user": user.pk, "role": role, "team": team and team.pk}
    journal.record("accounts.role_given", organisation, actor=actor, data=data)
    return membership


@transaction.atomic
def end_role(membership: Membership, *, actor, day: date | None = None) -> Membership:
    """End a role on `day` included (yesterday by default: it is over at once). Records "accounts.role_ended".

    The last role that allows managing the organisation is refused to all but the administrator of the installation.
    """
    organisation = concrete(Organisation.objects.select_for_update().get(pk=membership.organisation_id))
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if actor is not None:
        if not access.can_manage(actor, organisation):
            raise PermissionDenied("organisations.manage")
        if not access.can_end(actor, membership):
            raise Refused(
                "C’est le dernier administrateur : donnez d’abord ce rôle à une autre personne, sans date de fin."
            )
    today = timezone.localdate()
    data = {"membership": membership.pk, "user": membership.user_id, "role": membership.role}
    if day is None and membership.start >= today:
        membership.delete()
    else:
        day = day or today - timedelta(days=1)
        if day < membership.start:
            raise Refused("La fin du rôle vient avant son début.")
        membership.end = day
        membership.save(update_fields=["end"])
        data["end"] = day.isoformat()
    journal.record("accounts.role_ended", organisation, actor=actor, data=data)
    return membership


@transaction.atomic
def create_team(organisation: Organisation, *, actor, name: str, email: str = "") -> Team:
    """Open a team. Records "accounts.team_created"."""
    if not access.can_manage(actor, organisation):
        raise PermissionDenied("organisations.manage")
    team = Team.objects.create(organisation_id=organisation.pk, name=name.strip(), email=email)
    journal.record("accounts.team_created", concrete(organisation), actor=actor, data={"team": team.pk})
    return team


@transaction.atomic
def change_team(team: Team, *, actor, **values) -> Team:
    """Rename a team, change its address, close or reopen it (`is_active`). Records "accounts.team_changed"."""
    if not access.can_manage(actor, team.organisation_id):
        raise PermissionDenied("organisations.manage")
    changed = sorted(name for name, value in values.items() if getattr(team, name) != value)
    if not changed:
        return team
    for name in changed:
        setattr(team, name, values[name])
    team.save(update_fields=changed)
    data = {"team": team.pk, "fields": changed, "is_active": team.is_active}
    journal.record("accounts.team_changed", concrete(team.organisation), actor=actor, data=data)
    return team
