"""Which families were told that their certificate of childcare expenses is ready."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from beffroi.shared.billing.models.queries import OfRegieQuerySet
from beffroi.shared.billing.models.regies import Regie


class CareCertificate(models.Model):
    """A payer was told, once, of the certificate of a year. `amount` and `vouchers` in cents, as they stood then."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="care_certificates")
    payer = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="care_certificates")
    year = models.PositiveSmallIntegerField("année")
    amount = models.BigIntegerField("payé, en centimes")
    vouchers = models.BigIntegerField("dont par titres, en centimes", default=0)
    told_at = models.DateTimeField("annoncée le", default=timezone.now)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfRegieQuerySet.as_manager()

    class Meta:
        verbose_name = "attestation de frais de garde"
        verbose_name_plural = "attestations de frais de garde"
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["regie", "payer", "year"], name="care_certificate_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="care_certificate_amount"),
        ]

    def __str__(self):
        return f"{self.payer_id} {self.year}"
