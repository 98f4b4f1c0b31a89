"""The quotient familial of a home, month by month, and the consent to ask the CAF or the MSA for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel.encryption import EncryptedJSONField


class QuotientConsent(models.Model):
    """A person lets the service ask for the quotient of their home, until they say no (`revoked_at`).

    `identity` is what the administration needs to find the file; it is kept only while the consent holds.
    """

    household = models.ForeignKey("people.Household", on_delete=models.CASCADE, related_name="quotient_consents")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="quotient_consents")
    given_at = models.DateTimeField("donné le", default=timezone.now)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)
    identity = EncryptedJSONField("identité", default=dict)

    class Meta:
        verbose_name = "accord pour le quotient familial"
        verbose_name_plural = "accords pour le quotient familial"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "person"], condition=Q(revoked_at=None), name="quotient_consent_once"
            )
        ]

    def __str__(self):
        return f"accord {self.pk}"


class Quotient(models.Model):
    """The quotient familial (in euros a month) of a home, good from `month` on, until a later line."""

    class Source(models.TextChoices):
        API = "api", "API Particulier"
        PROOF = "proof", "Justificatif"

    household = models.ForeignKey("people.Household", on_delete=models.CASCADE, related_name="quotients")
    month = models.DateField("à partir du mois de")
    value = models.PositiveIntegerField("quotient familial")
    source = models.CharField("origine", max_length=5, choices=Source)
    provider = models.CharField("caisse", max_length=4, blank=True)
    entered_at = models.DateTimeField("saisi le", default=timezone.now)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "quotient familial"
        verbose_name_plural = "quotients familiaux"
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["household", "month"], name="quotient_month_unique"),
            models.CheckConstraint(condition=Q(month__day=1), name="quotient_first_of_month"),
        ]

    def __str__(self):
        return f"{self.value}"


class QuotientNotice(models.Model):
    """A home was told that its quotient is not known, or is last year's: once in a campaign, which is a year."""

    household = models.ForeignKey("people.Household", on_delete=models.CASCADE, related_name="quotient_notices")
    year = models.PositiveSmallIntegerField("année")
    old = models.BooleanField("un quotient d’une autre année est connu", default=False)
    told_at = models.DateTimeField("prévenu le", default=timezone.now)

    class Meta:
        verbose_name = "avis de quotient à donner"
        verbose_name_plural = "avis de quotient à donner"
        constraints = [models.UniqueConstraint(fields=["household", "year"], name="quotient_notice_once")]

    def __str__(self):
        return f"{self.household_id} {self.year}"
