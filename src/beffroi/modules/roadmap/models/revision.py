"""Yearly revisions: what the plan was on a day, what changed since, and why. Drafts of imports."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.roadmap.models.action import Action
from beffroi.modules.roadmap.models.plan import Plan


class Revision(models.Model):
    """The whole plan as it was when frozen. The database refuses to change or delete it; only the adoption (day and
    deliberation) is added to it, once.

    `content` is what `snapshots.take` gives; `changes` what differs from the revision before, each with its reason;
    `digest` the SHA-256 of both in canonical JSON.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField("numéro")
    label = models.CharField("intitulé", max_length=120)
    summary = models.TextField("ce qui change, en quelques mots", blank=True)
    content = models.JSONField("contenu")
    changes = models.JSONField("changements", default=list)
    digest = models.CharField("empreinte", max_length=64)
    frozen_at = models.DateTimeField("figée le", default=timezone.now)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    adopted_on = models.DateField("adoptée le", null=True, blank=True)
    deliberation = models.CharField("référence de la délibération", max_length=120, blank=True)

    class Meta:
        verbose_name = "révision"
        verbose_name_plural = "révisions"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="roadmap_revision_number_unique"),
            models.CheckConstraint(
                condition=Q(adopted_on__isnull=True, deliberation="")
                | (Q(adopted_on__isnull=False) & ~Q(deliberation="")),
                name="roadmap_revision_adoption",
            ),
        ]

    def __str__(self):
        return f"Révision {self.number} — {self.label}"

    def get_absolute_url(self):
        return reverse("roadmap:public_revision", args=[self.plan.slug, self.number])


class ChangeReason(models.Model):
    """Why fields of an action were changed between two revisions; the next revision takes it up."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="change_reasons")
    fields = ArrayField(models.CharField(max_length=40), verbose_name="champs")
    reason = models.TextField("motif")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("noté le", default=timezone.now)

    class Meta:
        verbose_name = "motif de changement"
        verbose_name_plural = "motifs de changement"
        ordering = ["created_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="roadmap_change_reason_not_empty")]
        indexes = [models.Index(fields=["action", "created_at"], name="roadmap_change_reason_action")]

    def __str__(self):
        return self.reason[:60]


class ImportDraft(models.Model):
    """A workbook that was read and shown, waiting for its author's word. Deleted when applied, or after a day."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="import_drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField("fichier", max_length=200)
    content = models.BinaryField("contenu")
    created_at = models.DateTimeField("reçu le", default=timezone.now)

    class Meta:
        verbose_name = "import en attente"
        verbose_name_plural = "imports en attente"
        indexes = [models.Index(fields=["created_at"], name="roadmap_import_draft_age")]

    def __str__(self):
        return self.file_name
