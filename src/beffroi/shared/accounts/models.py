"""Invitations, requests to join a body, warnings before an unused account goes."""

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.shared.organisations.models import Organisation, Team

SALT = "beffroi.accounts.invitation"


class InvitationQuerySet(models.QuerySet):
    def pending(self):
        """Those that can still be accepted."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now())

    def by_token(self, token: str) -> "Invitation | None":
        """The invitation whose link holds `token`, whatever its state; None if the link is not one of ours."""
        try:
            pk, version = signing.loads(token, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return self.filter(pk=pk, version=version).first()


class Invitation(models.Model):
    """A role offered, by e-mail, in an organisation.

    Its link is made of the row's number and `version`, signed with the installation's key: nothing in the database can
    open it. Sending it again makes a new version, and the former link dies.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField("rôle", max_length=40)
    email = models.EmailField("adresse électronique", max_length=254)
    version = models.PositiveSmallIntegerField(default=1)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("envoyée le", auto_now_add=True)
    sent_at = models.DateTimeField("dernier envoi le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations_accepted"
    )
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email", "role", "team"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                nulls_distinct=False,
                name="invitation_pending_unique",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="invitation_organisation"),
            models.Index(fields=["expires_at"], name="invitation_expiry"),
        ]

    def __str__(self):
        return f"{self.role} — {self.organisation}"

    @property
    def token(self) -> str:
        return signing.dumps([self.pk, self.version], salt=SALT)

    @property
    def state(self) -> str:
        """accepted, revoked, expired or pending."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "pending" if self.expires_at > timezone.now() else "expired"


class AccessRequest(models.Model):
    """An agent known through ProConnect asks to join the body of their SIRET; its administrator decides."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="access_requests")
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    granted = models.BooleanField("accordé", null=True, blank=True)

    class Meta:
        verbose_name = "demande d’accès"
        verbose_name_plural = "demandes d’accès"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(decided_at__isnull=True),
                name="access_request_open_unique",
            )
        ]

    def __str__(self):
        return f"{self.organisation}"


class UnusedNotice(models.Model):
    """The person was told that their account, unused, will be erased."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unused_notice")
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)

    class Meta:
        verbose_name = "avis de compte inutilisé"
        verbose_name_plural = "avis de comptes inutilisés"

    def __str__(self):
        return f"{self.sent_at:%Y-%m-%d}"
