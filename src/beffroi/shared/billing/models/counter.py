"""The counter's day: the cash that is counted, the day that is closed, what is handed to the bank."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.shared.billing.models.payments import Payment
from beffroi.shared.billing.models.queries import OfRegieQuerySet
from beffroi.shared.billing.models.regies import Regie

# The notes and coins of the euro, in cents.
PIECES = (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)


class Closing(models.Model):
    """A day closed for good: the database refuses any counter payment dated that day or before.

    `pieces` = how many of each note and coin, by its value in cents; `expected` and `counted` = the cash that the
    accounts say and that was found, in cents; `receipts` = what was received that day, by means of payment.
    """

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="closings")
    day = models.DateField("jour")
    expected = models.BigIntegerField("encaisse selon les comptes, en centimes")
    counted = models.BigIntegerField("encaisse comptée, en centimes")
    pieces = models.JSONField("billets et pièces", default=dict, blank=True)
    receipts = models.JSONField("recettes du jour par moyen", default=dict, blank=True)
    comment = models.CharField("explication", max_length=300, blank=True)
    closed_at = models.DateTimeField("arrêtée le", default=timezone.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfRegieQuerySet.as_manager()

    class Meta:
        verbose_name = "arrêté de caisse"
        verbose_name_plural = "arrêtés de caisse"
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["regie", "day"],
                name="closing_day_unique",
                violation_error_message="Cette journée est déjà arrêtée.",
            ),
            models.CheckConstraint(condition=Q(counted__gte=0), name="closing_counted"),
        ]

    def __str__(self):
        return f"{self.day}"

    def get_absolute_url(self) -> str:
        return reverse("billing:closing", args=[self.pk])

    @property
    def difference(self) -> int:
        """Counted less expected, in cents: negative = something is missing."""
        return self.counted - self.expected


class Deposit(models.Model):
    """What leaves the counter for the Treasury account: cash, or cheques, vouchers, card and online receipts."""

    class Kind(models.TextChoices):
        CASH = "cash", "Espèces"
        CHEQUE = "cheque", "Chèques"
        VOUCHER = "voucher", "Titres CESU et ANCV"
        CARD = "card", "Cartes bancaires"
        ONLINE = "online", "PayFiP"
        DEBIT = "debit", "Prélèvements"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="deposits")
    kind = models.CharField("nature", max_length=8, choices=Kind)
    day = models.DateField("jour", default=timezone.localdate)
    amount = models.BigIntegerField("montant, en centimes")
    reference = models.CharField("numéro du bordereau de la banque", max_length=60, blank=True)
    created_at = models.DateTimeField("enregistrée le", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfRegieQuerySet.as_manager()

    class Meta:
        verbose_name = "remise"
        verbose_name_plural = "remises"
        ordering = ["-day", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="deposit_amount")]
        indexes = [models.Index(fields=["regie", "-day"], name="deposit_regie")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("billing:deposit", args=[self.pk])


class DepositItem(models.Model):
    """A payment handed over, once."""

    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="items")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="deposit_item")

    class Meta:
        verbose_name = "paiement remis"
        verbose_name_plural = "paiements remis"

    def __str__(self):
        return f"{self.payment_id}"
