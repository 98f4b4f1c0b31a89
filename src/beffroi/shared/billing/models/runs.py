"""The invoicing of a period: what a module gives, turned into invoices by batches."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.shared.billing.models.queries import OfRegieQuerySet
from beffroi.shared.billing.models.regies import Regie


class Run(models.Model):
    """All the invoices of one source for one period. Killed, it goes on where it stopped: no invoice comes twice.

    `source` names a `sources.Source`. `anomalies` = the first ones, as {"payer", "text"}.
    `beat_at` = when the job last wrote; a job silent for long is started again.
    """

    class Status(models.TextChoices):
        PREPARING = "preparing", "Aperçu en cours"
        READY = "ready", "À lancer"
        RUNNING = "running", "En cours"
        DONE = "done", "Terminée"
        FAILED = "failed", "Arrêtée sur une erreur"
        CANCELLED = "cancelled", "Annulée"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="runs")
    source = models.SlugField("source", max_length=60)
    label = models.CharField("objet des factures", max_length=160)
    start = models.DateField("du")
    end = models.DateField("au")
    issued_on = models.DateField("date des factures", default=timezone.localdate)
    due_on = models.DateField("à payer avant le")
    status = models.CharField("état", max_length=9, choices=Status, default=Status.PREPARING)
    expected = models.PositiveIntegerField("factures attendues", default=0)
    done = models.PositiveIntegerField("factures émises", default=0)
    skipped = models.PositiveIntegerField("déjà émises ou vides", default=0)
    expected_total = models.BigIntegerField("total attendu, en centimes", default=0)
    total = models.BigIntegerField("total, en centimes", default=0)
    anomaly_count = models.PositiveIntegerField("nombre d’anomalies", default=0)
    anomalies = models.JSONField("anomalies", default=list, blank=True)
    error = models.CharField("erreur", max_length=300, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField("lancée le", null=True, blank=True)
    beat_at = models.DateTimeField("dernier signe de vie", null=True, blank=True)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)

    objects = OfRegieQuerySet.as_manager()

    class Meta:
        verbose_name = "facturation d’une période"
        verbose_name_plural = "facturations de périodes"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="run_dates"),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="run_due"),
            models.UniqueConstraint(
                fields=["regie", "source", "start", "end"],
                condition=~Q(status="cancelled"),
                name="run_once_per_period",
                violation_error_message="Cette période est déjà facturée : ouvrez sa facturation.",
            ),
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("billing:run", args=[self.pk])

    @property
    def percent(self) -> int:
        """How much of the expected invoices is done, in whole percents."""
        return min(100, (self.done + self.skipped) * 100 // self.expected) if self.expected else 0
