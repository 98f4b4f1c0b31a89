"""Time, money, and who is away."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from beffroi.kernel.offline import OfflineMixin
from beffroi.modules.maintenance.models.orders import Order


class Rate(models.Model):
    """What an hour of a team costs from a day on, in euros (team empty: any team of the body)."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.CASCADE, related_name="labour_rates"
    )
    team = models.ForeignKey(
        "organisations.Team", verbose_name="équipe", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    amount = models.DecimalField("coût horaire", max_digits=8, decimal_places=2)
    start = models.DateField("à partir du")

    class Meta:
        verbose_name = "coût horaire"
        verbose_name_plural = "coûts horaires"
        ordering = ["-start"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "team", "start"],
                nulls_distinct=False,
                name="labour_rate_unique",
                violation_error_message="Un coût commence déjà ce jour-là.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="labour_rate_positive", violation_error_message="Zéro euro ou plus."
            ),
        ]

    def __str__(self):
        return f"{self.amount} €/h"


class Labour(OfflineMixin):
    """A time of work of one person on one order; running while `end` is null: one at a time for each person.

    `rate` = what an hour costs, in euros, as it was that day (0 when the body does not count it).
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="labours")
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="agent", on_delete=models.PROTECT, related_name="labours"
    )
    start = models.DateTimeField("de")
    end = models.DateTimeField("à", null=True, blank=True)
    rate = models.DecimalField("coût horaire", max_digits=8, decimal_places=2, default=0)
    comment = models.CharField("remarque", max_length=200, blank=True)

    class Meta:
        verbose_name = "temps passé"
        verbose_name_plural = "temps passés"
        ordering = ["start", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["worker"], condition=Q(end__isnull=True), name="one_running_labour"),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gt=F("start")),
                name="labour_order",
                violation_error_message="La fin doit venir après le début.",
            ),
        ]
        indexes = [models.Index(fields=["order", "start"], name="labour_order_start")]

    def __str__(self):
        return f"{self.worker_id} {self.start:%d/%m/%Y %H:%M}"

    @property
    def minutes(self) -> int:
        """The length in minutes, up to now while it runs."""
        return int(((self.end or timezone.now()) - self.start).total_seconds() // 60)


class Expense(OfflineMixin):
    """A cost outside the body: rented machine, contractor, purchase for this order only. Euros, taxes included."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="expenses")
    label = models.CharField("objet", max_length=160)
    supplier = models.CharField("fournisseur", max_length=120, blank=True)
    invoice = models.CharField("facture ou bon", max_length=60, blank=True)
    amount = models.DecimalField("montant TTC", max_digits=10, decimal_places=2)
    day = models.DateField("date", default=timezone.localdate)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "dépense extérieure"
        verbose_name_plural = "dépenses extérieures"
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="expense_positive", violation_error_message="Plus de zéro euro."
            )
        ]

    def __str__(self):
        return self.label


class Absence(models.Model):
    """Days (included) on which an agent is not there; no reason is kept: the planning does not need it."""

    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="agent", on_delete=models.PROTECT, related_name="absences"
    )
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="absences")
    start = models.DateField("du")
    end = models.DateField("au")

    class Meta:
        verbose_name = "absence"
        verbose_name_plural = "absences"
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gte=F("start")),
                name="absence_dates",
                violation_error_message="Le dernier jour ne peut pas précéder le premier.",
            )
        ]
        indexes = [models.Index(fields=["organisation", "end"], name="absence_end")]

    def __str__(self):
        return f"{self.start:%d/%m/%Y}–{self.end:%d/%m/%Y}"
