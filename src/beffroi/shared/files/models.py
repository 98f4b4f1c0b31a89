"""Contents and their uses."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse


class Blob(models.Model):
    """A content, kept once: its address is its SHA-256. Never changed; deleted when nothing uses it any more."""

    sha256 = models.CharField("empreinte", max_length=64, unique=True)
    size = models.PositiveBigIntegerField("taille en octets")
    mime = models.CharField("type", max_length=100)
    width = models.PositiveIntegerField("largeur", null=True)
    height = models.PositiveIntegerField("hauteur", null=True)
    scanned_at = models.DateTimeField("analysé par l’antivirus le", null=True)
    threat = models.CharField("menace trouvée", max_length=120, blank=True)
    created_at = models.DateTimeField("reçu le", auto_now_add=True)

    class Meta:
        verbose_name = "contenu"
        verbose_name_plural = "contenus"
        indexes = [
            models.Index(fields=["created_at"], name="blob_created"),
            models.Index(fields=["id"], condition=Q(scanned_at__isnull=True), name="blob_unscanned"),
        ]

    def __str__(self):
        return self.sha256[:12]

    @property
    def is_image(self) -> bool:
        return self.mime in ("image/jpeg", "image/png")

    @property
    def is_available(self) -> bool:
        """May be served: no threat, and the antivirus, if there is one, has spoken."""
        return not self.threat and (self.scanned_at is not None or not settings.FILES_CLAMD)


class StoredFileQuerySet(models.QuerySet):
    def about(self, *targets):
        """The files of the given objects, with their contents, oldest first."""
        found = Q(pk__in=[])
        for target in targets:
            found |= Q(target_type=ContentType.objects.get_for_model(target), target_id=target.pk)
        return self.filter(found).select_related("blob")


class StoredFile(models.Model):
    """A file as its owner knows it: a name, a content, the object that it belongs to.

    `target` null = just received, not attached yet (collected after a day). Who sees it is decided by the target:
    its class answers `can_see_file(user, stored_file) -> bool` (see `files.access`).

    `position`: (longitude, latitude) of a photo, known only until it is attached; never kept.
    """

    position: tuple[float, float] | None = None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="uses")
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("rôle", max_length=30, default="attachment")
    public = models.BooleanField("visible de tous", default=False)
    target_type = models.ForeignKey(
        "contenttypes.ContentType", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    target_id = models.PositiveBigIntegerField(null=True, blank=True)
    target = GenericForeignKey("target_type", "target_id")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("ajouté le", auto_now_add=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier"
        verbose_name_plural = "fichiers"
        ordering = ["created_at"]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="stored_file_target"),
            models.Index(fields=["created_at"], condition=Q(target_id__isnull=True), name="stored_file_loose"),
        ]

    def __str__(self):
        return self.name

    @property
    def url(self) -> str:
        """Its address, for those who may see it (see `files.access.url_for` for a visitor who holds a secret link)."""
        return reverse("files:file", args=[self.pk, self.name])

    def thumbnail_url(self, size: str = "moyenne") -> str:
        """The address of a smaller picture in WebP: `size` is petite (200 px), moyenne (640) or grande (1,400)."""
        return reverse("files:thumbnail", args=[self.pk, size])
