"""Many folders decided at once, by a job that goes on where it was."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from beffroi.shared.signing.models.folder import Step


class Batch(models.Model):
    """Folders that somebody approves together. `key` is drawn by the page: pressed twice, it is one batch."""

    key = models.UUIDField("identifiant du lot", unique=True, default=uuid.uuid4)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    ended_at = models.DateTimeField("terminé le", null=True)

    class Meta:
        verbose_name = "lot de décisions"
        verbose_name_plural = "lots de décisions"
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.created_at:%d/%m/%Y %H:%M}"

    def get_absolute_url(self):
        return reverse("signing:batch", args=[self.pk])


class BatchLine(models.Model):
    """What became of one step of a batch; `words` say why it was not done, or at which level."""

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        DONE = "done", "Fait"
        FAILED = "failed", "Non fait"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="+")
    state = models.CharField("état", max_length=7, choices=State, default=State.WAITING)
    words = models.CharField("compte rendu", max_length=300, blank=True)
    done_at = models.DateTimeField("le", null=True)

    class Meta:
        verbose_name = "ligne de lot"
        verbose_name_plural = "lignes de lot"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "step"], name="batch_line_step")]

    def __str__(self):
        return f"{self.step_id}"
