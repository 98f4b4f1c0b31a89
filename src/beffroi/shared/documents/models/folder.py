"""Folders: a tree in each space."""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.offline import OfflineMixin
from beffroi.shared.documents.models.common import Kept, KeptQuerySet, hold_rules
from beffroi.shared.documents.workflow import TONES, FolderState

DEEPEST = 12


class FolderQuerySet(KeptQuerySet):
    def below(self, folder):
        """The folder and all those that it holds, near or far."""
        return self.filter(path__contains=[folder.pk])

    def eliminable(self, day: datetime.date | None = None):
        """Closed folders whose DUA is over, that the plan sends to destruction and that no hold keeps."""
        return self.due(day).filter(state=FolderState.CLOSED, effective_series__fate="destroy")


class Folder(Kept, OfflineMixin):
    """`path` = the numbers of the folders from the root of the space to this one, itself included."""

    parent = models.ForeignKey(
        "self", verbose_name="dans le dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = ArrayField(models.BigIntegerField(), default=list, editable=False)
    name = models.CharField("nom du dossier", max_length=120)
    reference = models.CharField("cote ou référence", max_length=40, blank=True)
    about = models.TextField("contenu", max_length=1000, blank=True)
    opened_on = models.DateField("ouvert le", default=timezone.localdate)
    closed_on = models.DateField("clos le", null=True, blank=True, editable=False)
    state = models.CharField("état", max_length=12, choices=FolderState, default=FolderState.OPEN, editable=False)

    objects = FolderQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier de documents"
        verbose_name_plural = "dossiers de documents"
        ordering = ["name", "pk"]
        constraints = [
            *hold_rules("document_folder"),
            models.UniqueConstraint(
                F("space"),
                F("parent"),
                Lower("name"),
                condition=Q(removal__isnull=True),
                nulls_distinct=False,
                name="document_folder_name",
                violation_error_message="Un dossier porte déjà ce nom ici.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="document_folder_dates",
                violation_error_message="Un dossier ne peut pas être clos avant d’avoir été ouvert.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True) | (~Q(state="open") & Q(closed_on__isnull=False)),
                name="document_folder_closed",
            ),
        ]
        indexes = [
            GinIndex(fields=["path"], name="document_folder_path"),
            models.Index(fields=["fence"], name="document_folder_fence_i"),
            models.Index(fields=["retention_end"], condition=Q(removal__isnull=True), name="document_folder_due"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("documents:folder", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def communicability_start(self) -> datetime.date | None:
        """The delay runs from the most recent document of the file: here, its closing."""
        return self.closed_on
