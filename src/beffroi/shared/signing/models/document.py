"""What each document of a folder was when a step was decided."""

from django.db import models
from django.db.models import Q

from beffroi.shared.signing.levels import Level
from beffroi.shared.signing.models.folder import Step


class StepDocument(models.Model):
    """One of the several documents of a folder, when a step was decided: its digest and, for a step that signs, what
    its signature is worth (as on `Step`). A folder of one document has none: its step says it all."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="documents")
    rank = models.PositiveSmallIntegerField("rang")
    name = models.CharField("document", max_length=200)
    sha256 = models.CharField("empreinte", max_length=64)
    level = models.CharField("niveau de signature", max_length=400, blank=True)
    reached = models.CharField("niveau atteint", max_length=3, choices=Level, blank=True)
    shortfall = models.CharField("pourquoi pas le niveau demandé", max_length=300, blank=True)
    mark = models.CharField("marque de la signature scellée", max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = "document d’une étape"
        verbose_name_plural = "documents d’une étape"
        ordering = ["step", "rank"]
        constraints = [models.UniqueConstraint(fields=["step", "rank"], name="step_document_rank")]
        indexes = [models.Index(fields=["mark"], condition=~Q(mark=""), name="step_document_mark")]

    def __str__(self):
        return self.name
