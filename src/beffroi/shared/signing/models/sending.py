"""The documents of a folder sent to somebody outside, who says that they received them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.shared.documents.models import OutsideLink
from beffroi.shared.signing.models.folder import Step


class Sending(models.Model):
    """One person to whom a step sent the documents, by a `link` of their own. `read_at` = when they said that they
    received them. The address is erased a year after; the name stays, as the proof of who received."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="sendings")
    name = models.CharField("destinataire", max_length=120)
    email = models.EmailField("adresse électronique", blank=True)
    link = models.OneToOneField(OutsideLink, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)
    expires_at = models.DateTimeField("lisible jusqu’au")
    read_at = models.DateTimeField("lu le", null=True, editable=False)
    cancelled_at = models.DateTimeField("retiré le", null=True, editable=False)

    class Meta:
        verbose_name = "envoi par mail sécurisé"
        verbose_name_plural = "envois par mail sécurisé"
        ordering = ["step", "sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "email"],
                condition=Q(cancelled_at__isnull=True) & ~Q(email=""),
                name="sending_once",
                violation_error_message="Cette adresse a déjà reçu le dossier.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("signing:folder", args=[self.step.folder_id])

    @property
    def told(self) -> str:
        """Where it is, in a word."""
        if self.read_at is not None:
            return "Lu"
        if self.cancelled_at is not None:
            return "Retiré"
        return "Délai passé" if self.expires_at <= timezone.now() else "Pas encore lu"

    @property
    def tone(self) -> str:
        """Of that word."""
        return {"Lu": "done", "Pas encore lu": "waiting", "Délai passé": "late"}.get(self.told, "neutral")

    @property
    def is_waiting(self) -> bool:
        """Is it still to be read?"""
        return self.read_at is None and self.cancelled_at is None
