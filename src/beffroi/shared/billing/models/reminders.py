"""The reminders of late invoices: by message, or by letters that are printed together and posted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.shared.billing.models.invoices import Invoice
from beffroi.shared.billing.models.queries import OfRegieQuerySet
from beffroi.shared.billing.models.regies import Regie


class LetterBatch(models.Model):
    """Letters that are printed together, then posted. Until then it may be undone: its letters wait again."""

    class Status(models.TextChoices):
        READY = "ready", "À imprimer"
        PRINTED = "printed", "Imprimé, à poster"
        SENT = "sent", "Posté"
        CANCELLED = "cancelled", "Défait"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="letter_batches")
    status = models.CharField("état", max_length=9, choices=Status, default=Status.READY)
    count = models.PositiveIntegerField("lettres")
    created_at = models.DateTimeField("préparé le", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    printed_at = models.DateTimeField("imprimé le", null=True, blank=True)
    sent_on = models.DateField("posté le", null=True, blank=True)

    objects = OfRegieQuerySet.as_manager()

    class Meta:
        verbose_name = "lot de lettres"
        verbose_name_plural = "lots de lettres"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="sent", sent_on__isnull=False) | (~Q(status="sent") & Q(sent_on__isnull=True)),
                name="letter_batch_sent",
            )
        ]

    def __str__(self):
        return f"Lot {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("billing:letter_batch", args=[self.pk])

    @property
    def tone(self) -> str:
        """The colour of its state on the screens."""
        return {"ready": "waiting", "printed": "progress", "sent": "done"}.get(self.status, "neutral")


class Reminder(models.Model):
    """A step of the reminders taken for an invoice; each delay once.

    `step` = its rank in the régie then, `days` its delay, `title` and `text` what was said. `by_post` = a letter:
    it waits for a batch, and `sent_on` is the day when that is posted. A message is sent the day when it is taken.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reminders")
    step = models.PositiveSmallIntegerField("étape")
    days = models.PositiveSmallIntegerField("jours de retard de l’étape")
    title = models.CharField("nom", max_length=80)
    text = models.TextField("texte", blank=True)
    taken_on = models.DateField("décidée le", default=timezone.localdate)
    sent_on = models.DateField("envoyée le", null=True, blank=True)
    due = models.BigIntegerField("reste dû alors, en centimes")
    by_post = models.BooleanField("par courrier", default=False)
    batch = models.ForeignKey(LetterBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="letters")

    class Meta:
        verbose_name = "relance"
        verbose_name_plural = "relances"
        ordering = ["invoice", "days"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "days"], name="reminder_delay_unique"),
            models.CheckConstraint(condition=Q(by_post=True) | Q(batch__isnull=True), name="reminder_letter_in_batch"),
        ]
        indexes = [
            models.Index(fields=["invoice"], condition=Q(by_post=True, batch__isnull=True), name="reminder_to_print")
        ]

    def __str__(self):
        return f"{self.title} {self.invoice_id}"

    @property
    def waits(self) -> bool:
        """Is it a letter that has not left?"""
        return self.by_post and self.sent_on is None

    @property
    def status(self) -> tuple[str, str]:
        """(words, tone) for the screens."""
        if not self.by_post:
            return "Envoyée", "done"
        if self.sent_on is not None:
            return "Postée", "done"
        if self.batch is not None and self.batch.status == LetterBatch.Status.PRINTED:
            return "Imprimée, à poster", "progress"
        return "À imprimer", "waiting"
