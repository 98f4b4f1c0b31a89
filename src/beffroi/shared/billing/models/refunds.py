"""What a payer asks to be given back of what they paid in advance."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.encryption import EncryptedJSONField
from beffroi.shared.billing.models.queries import OfRegieQuerySet
from beffroi.shared.billing.models.regies import Regie


class RefundRequestQuerySet(OfRegieQuerySet):
    def waiting(self):
        """Those that the régie has not answered: their sum settles no invoice meanwhile."""
        return self.filter(status="waiting")


class RefundRequest(models.Model):
    """A payer asks for what is left of their advances, on an account of their own; at most one waits in a régie.

    `amount` in cents. The IBAN is encrypted, and forgotten as soon as the request is answered; `iban_end` remains.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "À rendre"
        DONE = "done", "Rendu"
        REFUSED = "refused", "Refusé"
        WITHDRAWN = "withdrawn", "Retiré"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="refund_requests")
    payer = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="refund_requests")
    amount = models.BigIntegerField("montant, en centimes")
    holder = models.CharField("titulaire du compte", max_length=70)
    iban = EncryptedJSONField("IBAN", null=True)
    iban_end = models.CharField("fin de l’IBAN", max_length=4)
    status = models.CharField("état", max_length=9, choices=Status, default=Status.WAITING)
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("motif du refus", max_length=200, blank=True)

    objects = RefundRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de remboursement"
        verbose_name_plural = "demandes de remboursement"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_request_amount"),
            models.UniqueConstraint(
                fields=["regie", "payer"],
                condition=Q(status="waiting"),
                name="refund_request_one_waiting",
                violation_error_message="Une demande de remboursement attend déjà sa réponse.",
            ),
        ]

    def __str__(self):
        return f"Remboursement {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("billing:refund_request", args=[self.pk])

    @property
    def tone(self) -> str:
        """The colour of its state on the screens."""
        return {"waiting": "waiting", "done": "done", "refused": "late"}.get(self.status, "neutral")
