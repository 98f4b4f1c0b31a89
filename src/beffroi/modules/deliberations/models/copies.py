"""Certified copies of the acts sent to other bodies (« ampliations »)."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.deliberations.models.act import Act
from beffroi.shared.organisations.models import Organisation


def new_token() -> str:
    """A secret of 128 bits: it opens the copy sent by e-mail."""
    return secrets.token_urlsafe(16)


class CopyFolder(models.Model):
    """Where a body wants the copies that others send it: a folder of its documents. Without a line, by e-mail."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    folder = models.ForeignKey(
        "documents.Folder", verbose_name="dossier qui reçoit", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "dossier des ampliations reçues"
        verbose_name_plural = "dossiers des ampliations reçues"

    def __str__(self):
        return f"{self.organisation_id} → {self.folder_id}"


class CertifiedCopy(models.Model):
    """The copy of an act sent once to a body: how, when, by whom, with which fingerprint, and what proves it.

    `document` = where it was filed; `read_at` = when the link was first opened.
    """

    class Way(models.TextChoices):
        DOCUMENTS = "documents", "Classée dans ses documents"
        EMAIL = "email", "Par courriel"
        PAPER = "paper", "Sur papier"

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="copies")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    way = models.CharField("moyen", max_length=9, choices=Way)
    sha256 = models.CharField("empreinte", max_length=64)
    sent_at = models.DateTimeField("envoyée le", default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField("adresse", blank=True)
    document = models.ForeignKey(
        "documents.Document", null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="document"
    )
    read_at = models.DateTimeField("ouverte le", null=True)
    handed_on = models.DateField("remise le", null=True)
    token = models.CharField("jeton", max_length=30, unique=True, default=new_token)

    class Meta:
        verbose_name = "ampliation"
        verbose_name_plural = "ampliations"
        ordering = ["recipient__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["act", "recipient"], name="copy_once"),
            models.CheckConstraint(condition=~Q(way="email") | ~Q(email=""), name="copy_address"),
        ]

    def __str__(self):
        return f"{self.act} pour {self.recipient.name}"

    def get_absolute_url(self):
        return reverse("deliberations:copy", args=[self.token])
