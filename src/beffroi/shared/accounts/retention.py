"""How the personal data of accounts die.

Three years without use is what the CNIL recommends for an inactive contact (délibération 2005-213, « données des
prospects »); the notice comes a month before.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from beffroi.kernel.modules import RetentionRule
from beffroi.shared.accounts import actions
from beffroi.shared.accounts.models import Invitation, UnusedNotice
from beffroi.shared.organisations.models import Membership

UNUSED = timedelta(days=3 * 365)
NOTICE = timedelta(days=30)
NEVER_VERIFIED = timedelta(days=7)
INVITATION = timedelta(days=182)


def _without_role():
    """Accounts that hold no role today, neither erased nor administrator."""
    held = Membership.objects.active().filter(user=OuterRef("pk"))
    users = get_user_model().objects.filter(erased_at=None, is_superuser=False).exclude(Exists(held))
    return users.annotate(used_at=Coalesce("last_login", "date_joined"))


def to_warn(now):
    """Accounts unused for almost three years whose owner has not been told since they last came."""
    told = UnusedNotice.objects.filter(user=OuterRef("pk"), sent_at__gt=OuterRef("used_at"))
    return _without_role().filter(is_active=True, used_at__lte=now - UNUSED + NOTICE).exclude(Exists(told))


def unused(now):
    """Accounts unused for three years whose owner was told at least a month ago, and did not come back."""
    told_at = Subquery(UnusedNotice.objects.filter(user=OuterRef("pk")).values("sent_at")[:1])
    return (
        _without_role()
        .annotate(told_at=told_at)
        .filter(used_at__lte=now - UNUSED, told_at__gt=F("used_at"), told_at__lte=now - NOTICE)
    )


def never_verified(now):
    """Accounts whose address was never proved: somebody began, or gave the address of somebody else."""
    proved = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return (
        _without_role()
        .filter(last_login=None, date_joined__lte=now - NEVER_VERIFIED)
        .exclude(Exists(proved))
        .exclude(Exists(UnusedNotice.objects.filter(user=OuterRef("pk"))))
    )


def old_invitations(now):
    """Invitations closed or expired for six months: the address goes."""
    old = now - INVITATION
    return Invitation.objects.filter(Q(expires_at__lte=old) | Q(accepted_at__lte=old) | Q(revoked_at__lte=old))


def ended_sessions(now):
    """What we kept of sessions that no longer exist: device and network address."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    return UserSession.objects.exclude(session_key__in=alive)


RULES = [
    RetentionRule(
        code="accounts.unused",
        model="kernel.User",
        label="Comptes inutilisés pendant trois ans, après un avis d’un mois",
        basis="RGPD, art. 5.1.e ; recommandation de la CNIL sur les comptes inactifs",
        keep=UNUSED,
        due=unused,
        apply=lambda user: actions.anonymise_account(user),
    ),
    RetentionRule(
        code="accounts.never_verified",
        model="kernel.User",
        label="Comptes dont l’adresse n’a jamais été vérifiée",
        basis="RGPD, art. 5.1.c",
        keep=NEVER_VERIFIED,
        due=never_verified,
        apply=lambda user: actions.anonymise_account(user),
    ),
    RetentionRule(
        code="accounts.invitations",
        model="accounts.Invitation",
        label="Invitations closes depuis six mois",
        basis="RGPD, art. 5.1.e",
        keep=INVITATION,
        due=old_invitations,
        apply=lambda invitation: invitation.delete(),
        action="delete",
    ),
    RetentionRule(
        code="accounts.sessions",
        model="usersessions.UserSession",
        label="Traces des sessions terminées",
        basis="RGPD, art. 5.1.e",
        keep=timedelta(days=14),
        due=ended_sessions,
        apply=lambda session: session.delete(),
        action="delete",
    ),
]
