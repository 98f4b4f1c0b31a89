"""Contents and their uses."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models


class Blob(models.Model):
    """A content, kept once: its address is its SHA-256. Never changed; deleted when nothing uses it any more."""

    sha256 = models.CharField("empreinte", max_length=64, unique=True)
    size = models.PositiveBigIntegerField("taille en octets")
    mime = models.CharField("type", max_length=100)
    width = models.PositiveIntegerField("largeur", null=True)
    height = models.PositiveIntegerField("hauteur", null=True)
    scanned_at = models.DateTimeField("analysé par l’antivirus le", null=True)
    created_at = models.DateTimeField("reçu le", auto_now_add=True)

    class Meta:
        verbose_name = "contenu"
        verbose_name_plural = "contenus"
        indexes = [models.Index(fields=["created_at"], name="blob_created")]

    def __str__(self):
        return self.sha256[:12]


class StoredFile(models.Model):
    """A file as its owner knows it: a name, a content, the object that it belongs to.

    `target` null = just received, not attached yet (collected after a day). Who sees it is decided by the target:
    its class answers `can_see_file(user, stored_file) -> bool` (see `files.access`).
    """

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

    class Meta:
        verbose_name = "fichier"
        verbose_name_plural = "fichiers"
        ordering = ["created_at"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="stored_file_target")]

    def __str__(self):
        return self.name
