"""Documents, their versions and what was read in them."""

import datetime

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from beffroi.shared.documents.models.common import Kept, KeptQuerySet, hold_rules
from beffroi.shared.documents.models.folder import Folder
from beffroi.shared.documents.workflow import TONES, DocumentState
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation


class DocumentType(models.Model):
    """A kind of document and the typed fields that describe it: `fields` = [{name, label, type, required, choices}],
    the types being text, number, date, boolean and choice."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="document_types"
    )
    name = models.CharField("nom du type", max_length=60)
    fields = models.JSONField("champs", default=list, blank=True)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "type de document"
        verbose_name_plural = "types de document"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(F("organisation"), Lower("name"), name="document_type_name"),
        ]

    def __str__(self):
        return self.name


class Tag(models.Model):
    """A word that a body puts on its documents."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="document_tags"
    )
    name = models.CharField("étiquette", max_length=40)

    class Meta:
        verbose_name = "étiquette de document"
        verbose_name_plural = "étiquettes de document"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(F("organisation"), Lower("name"), name="document_tag_name")]

    def __str__(self):
        return self.name


class DocumentQuerySet(KeptQuerySet):
    def below(self, folder):
        """All the documents of a folder and of those that it holds."""
        return self.filter(folder__in=Folder.objects.below(folder).values("pk"))

    def with_file(self):
        """With what a list shows of the content, in the same query."""
        return self.select_related("current__file__blob")


class Document(Kept):
    """`current` = its last version. `checked_out_by` = who alone may add a version for the moment. `event_on` = the
    day from which the DUA runs, where the series says that it is written by hand."""

    class Source(models.TextChoices):
        UPLOAD = "upload", "envoyé"
        SCAN = "scan", "numérisé"
        MAIL = "mail", "reçu par courriel"
        DEPOSIT = "deposit", "déposé par un lien"
        DAV = "dav", "enregistré depuis une suite bureautique"
        API = "api", "envoyé par un logiciel"
        TEMPLATE = "template", "rédigé d’après un modèle"
        REDACTED = "redacted", "version occultée"

    folder = models.ForeignKey(
        Folder, verbose_name="dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    name = models.CharField("nom", max_length=160)
    kind = models.ForeignKey(
        DocumentType, verbose_name="type", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    values = models.JSONField("champs", default=dict, blank=True)
    tags = models.ManyToManyField(Tag, verbose_name="étiquettes", blank=True, related_name="documents")
    dated_on = models.DateField("date du document", null=True, blank=True)
    sender = models.CharField("auteur ou expéditeur", max_length=160, blank=True)
    event_on = models.DateField("événement qui ouvre la DUA", null=True, blank=True)
    source = models.CharField("arrivé", max_length=8, choices=Source, default=Source.UPLOAD, editable=False)
    state = models.CharField("état", max_length=12, choices=DocumentState, default=DocumentState.DRAFT, editable=False)
    current = models.OneToOneField(
        "documents.Version", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    checked_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    checked_out_at = models.DateTimeField("pris le", null=True, editable=False)
    client_uuid = models.UUIDField("identifiant de l’envoi", unique=True, null=True, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["name", "pk"]
        constraints = [
            *hold_rules("document"),
            models.UniqueConstraint(
                F("space"),
                F("folder"),
                Lower("name"),
                condition=Q(removal__isnull=True),
                nulls_distinct=False,
                name="document_name",
                violation_error_message="Un document porte déjà ce nom ici.",
            ),
            models.CheckConstraint(
                condition=Q(checked_out_by__isnull=True, checked_out_at__isnull=True)
                | Q(checked_out_by__isnull=False, checked_out_at__isnull=False),
                name="document_checked_out",
            ),
        ]
        indexes = [
            models.Index(fields=["folder", "name"], name="document_in_folder"),
            models.Index(fields=["fence", "-created_at"], name="document_recent"),
            models.Index(fields=["retention_end"], condition=Q(removal__isnull=True), name="document_due"),
            GinIndex(fields=["values"], name="document_values", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("documents:document", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def title(self) -> str:
        """Its name without the ending."""
        return self.name.rpartition(".")[0] or self.name

    @property
    def communicability_start(self) -> datetime.date | None:
        return self.dated_on or timezone.localdate(self.created_at)


class Version(models.Model):
    """One state of the content. `file` null = the content was eliminated: its digest remains as proof."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("version")
    file = models.OneToOneField(
        StoredFile, null=True, on_delete=models.SET_NULL, related_name="document_version", editable=False
    )
    sha256 = models.CharField("empreinte", max_length=64)
    size = models.PositiveBigIntegerField("taille en octets")
    mime = models.CharField("type de contenu", max_length=100)
    comment = models.CharField("ce qui change", max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("ajoutée le", default=timezone.now)

    class Meta:
        verbose_name = "version"
        verbose_name_plural = "versions"
        ordering = ["-number", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="document_version_positive"),
        ]
        indexes = [models.Index(fields=["sha256"], name="document_version_sha256")]

    def __str__(self):
        return f"{self.document} v{self.number}"

    def can_see_file(self, user, file) -> bool:
        """The content is seen by whoever may see the document."""
        return Document.objects.reachable_by(user).filter(pk=self.document_id).exists()


class Reading(models.Model):
    """What was read in a version: its text, how, and the searchable copy (PDF/A) of a scan."""

    class Status(models.TextChoices):
        WAITING = "waiting", "à lire"
        READING = "reading", "lecture en cours"
        DONE = "done", "lu"
        FAILED = "failed", "illisible"

    class Method(models.TextChoices):
        NONE = "none", "pas de texte"
        INSIDE = "inside", "texte du fichier"
        OCR = "ocr", "reconnu dans l’image"

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="reading")
    status = models.CharField("lecture", max_length=8, choices=Status, default=Status.WAITING)
    method = models.CharField("moyen", max_length=8, choices=Method, default=Method.NONE)
    text = models.TextField("texte", blank=True)
    language = models.CharField("langue", max_length=2, blank=True)
    pages = models.PositiveIntegerField("pages", default=0)
    pages_done = models.PositiveIntegerField("pages lues", default=0)
    fault = models.CharField("ce qui a manqué", max_length=200, blank=True)
    searchable = models.OneToOneField(
        StoredFile, null=True, on_delete=models.SET_NULL, related_name="document_reading", editable=False
    )
    moved_at = models.DateTimeField("dernier pas le", default=timezone.now)

    class Meta:
        verbose_name = "lecture d’une version"
        verbose_name_plural = "lectures de versions"
        constraints = [
            models.CheckConstraint(condition=Q(pages_done__lte=F("pages")), name="document_reading_pages"),
        ]
        indexes = [
            models.Index(fields=["moved_at"], condition=Q(status__in=["waiting", "reading"]), name="document_unread")
        ]

    def __str__(self):
        return f"lecture {self.pk}"

    LANGUAGES = {"fr": "en français", "en": "en anglais", "nl": "en néerlandais", "de": "en allemand"}

    @property
    def told(self) -> str:
        """« Reconnu dans l’image, en français »."""
        language = self.LANGUAGES.get(self.language, "")
        return f"{self.get_method_display()}{', ' if language else ''}{language}"

    def can_see_file(self, user, file) -> bool:
        return self.version.can_see_file(user, file)
