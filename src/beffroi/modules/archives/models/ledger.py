"""The ledger of the archives, chained line by line, and the pieces whose digest it holds."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.archives import rights
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation


class PieceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return rights.of_bodies(self, user)


class Piece(models.Model):
    """A file of the archives, sealed by its SHA-512: slip, visa, certificate, package, reply, copy handed over.

    `file` null = the local copy was destroyed on purpose (`dropped_because`); the digest stays.
    """

    class Finding(models.TextChoices):
        NEW = "new", "Pas encore relue"
        SOUND = "sound", "Intacte"
        DAMAGED = "damaged", "Altérée"
        MISSING = "missing", "Absente"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="archive_pieces")
    file = models.OneToOneField(StoredFile, null=True, on_delete=models.SET_NULL, related_name="archive_piece")
    label = models.CharField("pièce", max_length=200)
    reference = models.CharField("de", max_length=40)
    sha512 = models.CharField("empreinte SHA-512", max_length=128)
    size = models.PositiveBigIntegerField("taille en octets")
    kept_at = models.DateTimeField("scellée le", default=timezone.now)
    seen_at = models.DateTimeField("relue le", null=True)
    finding = models.CharField("constat", max_length=8, choices=Finding, default=Finding.NEW)
    dropped_because = models.CharField("copie locale détruite", max_length=200, blank=True)

    objects = PieceQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce scellée"
        verbose_name_plural = "pièces scellées"
        ordering = ["-kept_at", "-pk"]
        indexes = [models.Index(fields=["seen_at"], name="archives_piece_seen")]

    def __str__(self):
        return f"{self.label} – {self.reference}"

    def get_absolute_url(self):
        return reverse("archives:proof")


class LedgerLine(models.Model):
    """A fact of the archives. `digest` = SHA-512 of its own content and of the digest before (see `ledger`).

    Append-only, by the database itself. `data` holds numbers, digests and references: no personal data.
    """

    rank = models.PositiveBigIntegerField("rang", unique=True)
    at = models.DateTimeField("date")
    event = models.CharField("fait", max_length=40)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField("sur", max_length=60, blank=True)
    data = models.JSONField("précisions", default=dict)
    previous = models.CharField("empreinte précédente", max_length=128, blank=True)
    digest = models.CharField("empreinte", max_length=128)

    class Meta:
        verbose_name = "ligne du journal des archives"
        verbose_name_plural = "journal des archives"
        ordering = ["rank"]
        constraints = [models.CheckConstraint(condition=Q(rank__gte=1), name="archives_ledger_rank")]

    def __str__(self):
        return f"{self.rank} {self.event}"


class LedgerHead(models.Model):
    """The ledger up to `rank`, timestamped (RFC 3161). `authority` = who says the time; `is_local` = this server."""

    rank = models.PositiveBigIntegerField("rang", unique=True)
    digest = models.CharField("empreinte", max_length=128)
    token = models.BinaryField("jeton")
    authority = models.CharField("horodaté par", max_length=200)
    is_local = models.BooleanField("horloge de ce serveur", default=False)
    at = models.DateTimeField("horodaté le")

    class Meta:
        verbose_name = "tête horodatée du journal des archives"
        verbose_name_plural = "têtes horodatées du journal des archives"
        ordering = ["-rank"]

    def __str__(self):
        return f"{self.rank} {self.authority}"
