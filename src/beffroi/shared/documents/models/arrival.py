"""Files on their way in: sent bit by bit, and resumed where the network cut them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Upload(models.Model):
    """A file that a browser or a program sends bit by bit. `client_uuid` is drawn by the sender: asking again tells
    how far it has come, and the document made of it is found again."""

    client_uuid = models.UUIDField("identifiant de l’envoi", unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField("nom du fichier", max_length=255)
    size = models.PositiveBigIntegerField("taille en octets")
    received = models.PositiveBigIntegerField("octets reçus", default=0)
    moved_at = models.DateTimeField("dernier octet le", default=timezone.now)

    class Meta:
        verbose_name = "envoi en cours"
        verbose_name_plural = "envois en cours"
        constraints = [models.CheckConstraint(condition=Q(received__lte=F("size")), name="document_upload_received")]
        indexes = [models.Index(fields=["moved_at"], name="document_upload_moved")]

    def __str__(self):
        return str(self.client_uuid)


class UploadPart(models.Model):
    """The bytes of an upload from `offset`."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveBigIntegerField("début")
    content = models.BinaryField("octets")

    class Meta:
        verbose_name = "morceau d’envoi"
        verbose_name_plural = "morceaux d’envoi"
        ordering = ["offset", "pk"]
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="document_upload_part")]

    def __str__(self):
        return f"{self.offset}"
