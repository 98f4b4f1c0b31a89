"""A file of assets on its way in: what it holds, what was found wrong, how far its writing has come."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.shared.assets.access import MANAGE

STILL = datetime.timedelta(minutes=1)


class AssetImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the bodies whose assets `user` keeps."""
        bodies = access.organisations_where(user, MANAGE)
        return self if bodies is None else self.filter(organisation_id__in=bodies)


class AssetImport(models.Model):
    """One file. `rows` = what it holds, compressed, until it is written; `columns` their names, in order.

    `mapping` = the column of each thing that is read; `faults` = [line, field, reason] of the first thousand faulty
    lines, `faulty` how many there are. `done` = how many lines were treated: a job that was killed goes on there.
    """

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        GEOJSON = "geojson", "GeoJSON"
        GPKG = "gpkg", "GeoPackage"
        SHP = "shp", "Shapefile"

    class Status(models.TextChoices):
        RECEIVED = "received", "à relier"
        CHECKING = "checking", "en vérification"
        CHECKED = "checked", "vérifié"
        WRITING = "writing", "en cours"
        DONE = "done", "terminé"
        CANCELLED = "cancelled", "abandonné"

    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="propriétaire",
        on_delete=models.PROTECT,
        related_name="asset_imports",
    )
    kind = models.ForeignKey("assets.AssetKind", verbose_name="type", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("fichier", max_length=160)
    format = models.CharField("format", max_length=8, choices=Format)
    status = models.CharField("situation", max_length=10, choices=Status, default=Status.RECEIVED)
    crs = models.PositiveIntegerField("système de coordonnées", default=4326)
    columns = models.JSONField("colonnes", default=list, blank=True)
    sample = models.JSONField("premières lignes", default=list, blank=True)
    mapping = models.JSONField("correspondance", default=dict, blank=True)
    rows = models.BinaryField("contenu", null=True)
    has_geometry = models.BooleanField("porte des tracés", default=False)
    total = models.PositiveIntegerField("lignes", default=0)
    done = models.PositiveIntegerField("lignes traitées", default=0)
    created = models.PositiveIntegerField("créés", default=0)
    updated = models.PositiveIntegerField("mis à jour", default=0)
    faulty = models.PositiveIntegerField("lignes fautives", default=0)
    faults = models.JSONField("fautes", default=list, blank=True)
    moved_at = models.DateTimeField("dernier pas le", default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("reçu le", auto_now_add=True)
    finished_at = models.DateTimeField("fini le", null=True, blank=True)

    objects = AssetImportQuerySet.as_manager()

    class Meta:
        verbose_name = "importation d’équipements"
        verbose_name_plural = "importations d’équipements"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="asset_import_done"),
        ]
        indexes = [models.Index(fields=["organisation", "-created_at"], name="asset_import_list")]

    def __str__(self):
        return f"{self.name} ({self.pk})"

    TONES = {
        Status.RECEIVED: "waiting",
        Status.CHECKING: "progress",
        Status.CHECKED: "waiting",
        Status.WRITING: "progress",
        Status.DONE: "done",
        Status.CANCELLED: "neutral",
    }

    def get_absolute_url(self) -> str:
        return reverse("assets:import", args=[self.pk])

    @property
    def tone(self) -> str:
        return self.TONES[self.status]

    @property
    def is_running(self) -> bool:
        return self.status in (self.Status.CHECKING, self.Status.WRITING)

    @property
    def is_stuck(self) -> bool:
        """Its job seems lost: nothing has moved for a minute."""
        return self.is_running and self.moved_at < timezone.now() - STILL

    @property
    def is_open(self) -> bool:
        return self.status not in (self.Status.DONE, self.Status.CANCELLED)
