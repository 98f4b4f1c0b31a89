"""Down payments: an invoice asked in advance, and the invoices from which it was taken off."""

from django.db import models
from django.db.models import F, Q

from beffroi.shared.billing.models.invoices import Invoice


class DownPaymentQuerySet(models.QuerySet):
    def open(self):
        """Those of which something is still to be taken off."""
        return self.filter(used__lt=F("amount"))


class DownPayment(models.Model):
    """An invoice that asks for a part of the price in advance. The database never lets more than it be taken off.

    `source` = the module whose next invoices are lowered. `amount` in cents, less what credit notes have cancelled;
    `used` = what was taken off already. It is taken off whether or not it was paid: it is due by itself.
    """

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="down_payment")
    source = models.SlugField("source", max_length=60)
    amount = models.BigIntegerField("montant, en centimes")
    used = models.BigIntegerField("déduit, en centimes", default=0)

    objects = DownPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "acompte"
        verbose_name_plural = "acomptes"
        constraints = [
            models.CheckConstraint(condition=Q(used__gte=0, used__lte=F("amount")), name="down_payment_used"),
        ]

    def __str__(self):
        return f"{self.invoice_id}"

    @property
    def left(self) -> int:
        """What is still to be taken off, in cents."""
        return self.amount - self.used


class DownPaymentUse(models.Model):
    """What of a down payment was taken off one invoice."""

    down_payment = models.ForeignKey(DownPayment, on_delete=models.PROTECT, related_name="uses")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="down_payment_uses")
    amount = models.BigIntegerField("montant, en centimes")

    class Meta:
        verbose_name = "déduction d’acompte"
        verbose_name_plural = "déductions d’acompte"
        constraints = [
            models.UniqueConstraint(fields=["down_payment", "invoice"], name="down_payment_use_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="down_payment_use_amount"),
        ]

    def __str__(self):
        return f"{self.amount}"
