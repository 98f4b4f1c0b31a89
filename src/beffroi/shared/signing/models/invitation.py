"""Somebody outside is asked to sign: no account, a link and a code sent to an address."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.shared.signing.models.folder import Step


class InvitationQuerySet(models.QuerySet):
    def end(self, outcome: str) -> None:
        """They open nothing any more, and their code is forgotten."""
        self.update(outcome=outcome, ended_at=timezone.now(), code="")


class Invitation(models.Model):
    """A person outside asked to sign a step. Only the digests of the link and of the code are kept. The address is
    erased a year after the end; the name stays, as the proof of who signed."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "En attente"
        SIGNED = "signed", "Signé"
        REFUSED = "refused", "Refusé"
        CANCELLED = "cancelled", "Annulée"

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="invitations")
    name = models.CharField("prénom et nom", max_length=120)
    quality = models.CharField("au nom de", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    code = models.CharField(max_length=64, blank=True, editable=False)
    code_sent_at = models.DateTimeField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("envoyée le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’au")
    outcome = models.CharField("issue", max_length=9, choices=Outcome, default=Outcome.WAITING, editable=False)
    ended_at = models.DateTimeField("terminée le", null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation à signer"
        verbose_name_plural = "invitations à signer"
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["step"], condition=Q(outcome="waiting"), name="invitation_one_waiting"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", ended_at__isnull=True)
                | ~Q(outcome="waiting") & Q(ended_at__isnull=False),
                name="invitation_ended",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.quality}" if self.quality else self.name

    @property
    def is_open(self) -> bool:
        """May it still be answered?"""
        return self.outcome == self.Outcome.WAITING and self.expires_at > timezone.now()
