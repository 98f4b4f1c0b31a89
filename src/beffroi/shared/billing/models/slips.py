"""Titles handed to the trésorerie: slips, and their files."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.shared.billing.models.invoices import Invoice
from beffroi.shared.billing.models.queries import OfRegieQuerySet
from beffroi.shared.billing.models.regies import Regie


class Slip(models.Model):
    """A slip of titles (bordereau ORMC). Its file is written once; it is sent by the body's own transmission tool.

    `number` has no gap in a régie and a year. `period` = the month, of which the norm keeps the last digit. With
    `documents`, each title brings its PDF; they are drawn by a job, and the file is `pending` until then.
    """

    class Status(models.TextChoices):
        READY = "ready", "À transmettre"
        SENT = "sent", "Transmis"
        ACCEPTED = "accepted", "Pris en charge"
        REJECTED = "rejected", "Rejeté"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="slips")
    year = models.PositiveSmallIntegerField("exercice")
    number = models.PositiveIntegerField("numéro")
    period = models.PositiveSmallIntegerField("mois")
    label = models.CharField("objet", max_length=160)
    status = models.CharField("état", max_length=8, choices=Status, default=Status.READY)
    amount = models.BigIntegerField("montant, en centimes")
    count = models.PositiveIntegerField("titres")
    content = models.TextField("fichier")
    documents = models.BooleanField("avec les pièces jointes", default=False)
    pending = models.BooleanField("pièces jointes en préparation", default=False)
    reason = models.CharField("motif du rejet", max_length=300, blank=True)
    created_at = models.DateTimeField("écrit le", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    moved_at = models.DateTimeField("dernier changement", default=timezone.now)

    objects = OfRegieQuerySet.as_manager()

    class Meta:
        verbose_name = "bordereau de titres"
        verbose_name_plural = "bordereaux de titres"
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["regie", "year", "number"], name="slip_number_unique")]

    def __str__(self):
        return f"{self.year}-{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("billing:slip", args=[self.pk])

    @property
    def file_name(self) -> str:
        """The name of the file, the same in its envelope."""
        return f"PES-{self.regie.code}-{self.year}-{self.number:04d}.xml"


class SlipTitle(models.Model):
    """An invoice of a slip; `active` until the slip is rejected: an invoice is in one live slip at most."""

    slip = models.ForeignKey(Slip, on_delete=models.PROTECT, related_name="titles")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="titles")
    rank = models.PositiveIntegerField("rang")
    debt = models.BigIntegerField("numéro de dette")
    amount = models.BigIntegerField("montant, en centimes")
    active = models.BooleanField("en cours", default=True)

    class Meta:
        verbose_name = "titre"
        verbose_name_plural = "titres"
        ordering = ["slip", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["invoice"], condition=Q(active=True), name="title_once"),
            models.UniqueConstraint(fields=["slip", "rank"], name="title_rank_unique"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="title_amount"),
        ]
        indexes = [models.Index(fields=["debt"], name="title_debt")]

    def __str__(self):
        return f"{self.debt}"


class SlipAnswer(models.Model):
    """An answer of the trésorerie about a slip or one of its attachments (PES Acquit); the same file counts once."""

    slip = models.ForeignKey(Slip, on_delete=models.PROTECT, related_name="answers")
    digest = models.CharField("empreinte du fichier", max_length=64)
    position = models.PositiveIntegerField("rang dans le fichier")
    accepted = models.BooleanField("accepté")
    domain = models.CharField("domaine", max_length=40)
    attachment = models.CharField("pièce jointe", max_length=50, blank=True)
    read_at = models.DateTimeField("lu le", default=timezone.now)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "réponse de la trésorerie"
        verbose_name_plural = "réponses de la trésorerie"
        ordering = ["slip", "-read_at", "position"]
        constraints = [models.UniqueConstraint(fields=["slip", "digest", "position"], name="slip_answer_once")]

    def __str__(self):
        return f"{self.slip_id} {self.accepted}"


class SlipFault(models.Model):
    """Why a slip, one of its titles or one of its lines is refused, in the words of the trésorerie."""

    answer = models.ForeignKey(SlipAnswer, on_delete=models.CASCADE, related_name="faults")
    title = models.ForeignKey(SlipTitle, null=True, blank=True, on_delete=models.PROTECT, related_name="faults")
    line = models.PositiveIntegerField("ligne", null=True, blank=True)
    code = models.CharField("code", max_length=60, blank=True)
    label = models.CharField("motif", max_length=500, blank=True)

    class Meta:
        verbose_name = "anomalie d’un bordereau"
        verbose_name_plural = "anomalies d’un bordereau"

    def __str__(self):
        return self.label or self.code
