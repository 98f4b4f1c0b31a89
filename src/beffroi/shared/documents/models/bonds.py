"""What is tied to folders and documents: holds, links, favourites, saved searches, proposals."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from beffroi.shared.documents.models.document import Document
from beffroi.shared.documents.models.folder import Folder


class Hold(models.Model):
    """Nothing that it covers may be thrown away, eliminated or transferred until it is lifted (a lawsuit, an audit)."""

    folder = models.ForeignKey(Folder, null=True, on_delete=models.PROTECT, related_name="holds")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField("motif", max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField("posé le", default=timezone.now)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField("levé le", null=True)
    lift_reason = models.CharField("motif de la levée", max_length=300, blank=True)

    class Meta:
        verbose_name = "gel"
        verbose_name_plural = "gels"
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=False, document__isnull=True)
                | Q(folder__isnull=True, document__isnull=False),
                name="document_hold_one_object",
            ),
            models.UniqueConstraint(
                fields=["folder", "document"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="document_hold_once",
                violation_error_message="Un gel est déjà posé.",
            ),
        ]

    def __str__(self):
        return self.reason


class Link(models.Model):
    """A document tied to another."""

    class Kind(models.TextChoices):
        RELATED = "related", "en rapport avec"
        ANSWERS = "answers", "répond à"
        ANNEX = "annex", "est une annexe de"
        REPLACES = "replaces", "remplace"
        REDACTS = "redacts", "est la version occultée de"

    BACK = {
        "related": "en rapport avec",
        "answers": "a pour réponse",
        "annex": "a pour annexe",
        "replaces": "remplacé par",
        "redacts": "a pour version occultée",
    }

    one = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="links_from")
    other = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="links_to")
    kind = models.CharField("lien", max_length=8, choices=Kind, default=Kind.RELATED)

    class Meta:
        verbose_name = "lien entre documents"
        verbose_name_plural = "liens entre documents"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="document_link_once"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="document_link_two"),
        ]

    def __str__(self):
        return self.get_kind_display()


class Favourite(models.Model):
    """A folder or a document that a person keeps at hand."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    folder = models.ForeignKey(Folder, null=True, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "favori"
        verbose_name_plural = "favoris"
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=False, document__isnull=True)
                | Q(folder__isnull=True, document__isnull=False),
                name="document_favourite_one",
            ),
            models.UniqueConstraint(
                fields=["user", "folder", "document"], nulls_distinct=False, name="document_favourite_once"
            ),
        ]

    def __str__(self):
        return f"favori {self.pk}"


class SavedSearch(models.Model):
    """A search that a person gave a name to: `query` is what follows « ? » in the address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField("nom de la recherche", max_length=80)
    query = models.CharField("critères", max_length=500)

    class Meta:
        verbose_name = "recherche gardée"
        verbose_name_plural = "recherches gardées"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="document_saved_search")]

    def __str__(self):
        return self.name


class Suggestion(models.Model):
    """What the reading proposes for a document, until a person says yes or no: its folder (`folder`), its date, its
    sender, its type or a tag (`value`). `score` from 0 to 1; `why` = the words that weighed."""

    class Subject(models.TextChoices):
        FOLDER = "folder", "le dossier"
        DATE = "date", "la date"
        SENDER = "sender", "l’expéditeur"
        KIND = "kind", "le type"
        TAG = "tag", "une étiquette"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="suggestions")
    subject = models.CharField("propose", max_length=6, choices=Subject)
    folder = models.ForeignKey(Folder, null=True, on_delete=models.CASCADE, related_name="+")
    value = models.CharField("valeur", max_length=160, blank=True)
    score = models.FloatField("vraisemblance", default=1)
    why = models.CharField("pourquoi", max_length=200, blank=True)

    class Meta:
        verbose_name = "proposition"
        verbose_name_plural = "propositions"
        ordering = ["subject", "-score", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject="folder", folder__isnull=False) | (~Q(subject="folder") & ~Q(value="")),
                name="document_suggestion_value",
            ),
            models.UniqueConstraint(
                fields=["document", "subject", "folder", "value"],
                nulls_distinct=False,
                name="document_suggestion_once",
            ),
        ]

    def __str__(self):
        return self.value or str(self.folder)

    @property
    def day(self) -> datetime.date | None:
        """The date that is proposed."""
        return datetime.date.fromisoformat(self.value) if self.subject == self.Subject.DATE else None
