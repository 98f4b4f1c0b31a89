"""What people want to be told: the folders and documents that they follow, the days to remember."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.shared.documents.models.document import Document
from beffroi.shared.documents.models.folder import Folder


class Following(models.Model):
    """A person is told each morning of what is new in a folder, with all that it holds, or in a document. `told_until`
    = what came until then was told."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    folder = models.ForeignKey(Folder, null=True, on_delete=models.CASCADE, related_name="followings")
    document = models.ForeignKey(Document, null=True, on_delete=models.CASCADE, related_name="followings")
    told_until = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "suivi"
        verbose_name_plural = "suivis"
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=False, document__isnull=True)
                | Q(folder__isnull=True, document__isnull=False),
                name="document_following_one",
            ),
            models.UniqueConstraint(
                fields=["user", "folder", "document"], nulls_distinct=False, name="document_following_once"
            ),
        ]

    def __str__(self):
        return f"suivi {self.pk}"

    @property
    def thing(self) -> Folder | Document | None:
        return self.folder or self.document


class Reminder(models.Model):
    """A day to remember about a document: one that a person wrote down for themselves (`user`), or the date of a typed
    field (`field`), told so many days before to those who follow the document."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=40, blank=True)
    due_on = models.DateField("le")
    label = models.CharField("à se rappeler", max_length=160)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "rappel"
        verbose_name_plural = "rappels"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, field="") | (Q(user__isnull=True) & ~Q(field="")),
                name="document_reminder_whose",
            ),
            models.UniqueConstraint(
                fields=["document", "field", "due_on"], condition=Q(user__isnull=True), name="document_reminder_once"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(told_at=None), name="document_reminder_due")]

    def __str__(self):
        return self.label
