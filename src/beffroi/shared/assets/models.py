"""Kinds of assets, assets, downtime."""

import secrets

from django.db import models
from django.db.models import F, Q

from beffroi.kernel import access
from beffroi.kernel.offline import OfflineMixin
from beffroi.shared.assets.fields import FieldSpec
from beffroi.shared.organisations.geometry import PointField

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def draw_tag() -> str:
    """What a QR label holds: 10 characters that nobody confuses, 50 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


class AssetKind(models.Model):
    """What an asset is. `fields` = its typed fields, as `FieldSpec` written in JSON.

    `report_category` = code of the category proposed to a resident who scans the label; `published` = its assets are
    open data and have a public page.
    """

    class Shape(models.TextChoices):
        POINT = "point", "point"
        LINE = "line", "ligne"
        AREA = "area", "surface"
        NONE = "none", "sans position propre"

    code = models.SlugField("code", max_length=40, unique=True)
    label = models.CharField("intitulé", max_length=80)
    group = models.CharField("famille", max_length=60)
    icon = models.CharField("icône", max_length=40, default="box")
    shape = models.CharField("forme", max_length=5, choices=Shape, default=Shape.POINT)
    fields = models.JSONField("champs", default=list, blank=True)
    report_category = models.CharField("catégorie de signalement", max_length=40, blank=True)
    published = models.BooleanField("publié", default=False)
    order = models.PositiveSmallIntegerField("ordre", default=100)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "type d’équipement"
        verbose_name_plural = "types d’équipement"
        ordering = ["order", "label"]

    def __str__(self):
        return self.label

    @property
    def specs(self) -> list[FieldSpec]:
        """The typed fields, in order."""
        return [FieldSpec(**{**spec, "choices": tuple(spec.get("choices", ()))}) for spec in self.fields]


class AssetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The assets of the bodies where `user` may see assets."""
        bodies = access.organisations_where(user, "assets.view")
        return self if bodies is None else self.filter(organisation_id__in=bodies)

    def public(self):
        """What anyone may know: in service or out of order, of a published kind."""
        return self.filter(kind__published=True).exclude(status=Asset.Status.REMOVED)

    def in_box(self, bbox: tuple[float, float, float, float]):
        """Those in a box (west, south, east, north), by the index on the point."""
        west, south, east, north = bbox
        return self.extra(
            where=["assets_asset.location <@ box(point(%s, %s), point(%s, %s))"], params=[west, south, east, north]
        )


class Asset(OfflineMixin):
    """One thing. `location` is its point, or the centre of its `geometry` (GeoJSON), or null = that of its parent."""

    class Status(models.TextChoices):
        PLANNED = "planned", "prévu"
        IN_SERVICE = "in_service", "en service"
        DOWN = "down", "en panne"
        REMOVED = "removed", "retiré"

    class Criticality(models.IntegerChoices):
        LOW = 1, "faible"
        NORMAL = 2, "normale"
        HIGH = 3, "forte"
        VITAL = 4, "vitale"

    kind = models.ForeignKey(AssetKind, verbose_name="type", on_delete=models.PROTECT, related_name="assets")
    organisation = models.ForeignKey(
        "organisations.Organisation", verbose_name="propriétaire", on_delete=models.PROTECT, related_name="assets"
    )
    parent = models.ForeignKey(
        "self", verbose_name="fait partie de", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    code = models.CharField("numéro d’inventaire", max_length=40)
    name = models.CharField("nom", max_length=160)
    tag = models.CharField("étiquette", max_length=12, unique=True, default=draw_tag, editable=False)
    status = models.CharField("situation", max_length=10, choices=Status, default=Status.IN_SERVICE)
    criticality = models.PositiveSmallIntegerField("importance", choices=Criticality, default=Criticality.NORMAL)
    commune = models.ForeignKey(
        "organisations.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="assets_here"
    )
    address = models.CharField("adresse ou repère", max_length=250, blank=True)
    location = PointField("emplacement", null=True, blank=True)
    geometry = models.JSONField("tracé", null=True, blank=True)
    values = models.JSONField("caractéristiques", default=dict, blank=True)
    brand = models.CharField("marque", max_length=80, blank=True)
    model = models.CharField("modèle", max_length=80, blank=True)
    serial = models.CharField("numéro de série", max_length=80, blank=True)
    supplier = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="fournisseur",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assets_supplied",
    )
    in_service_on = models.DateField("mis en service le", null=True, blank=True)
    warranty_until = models.DateField("garantie jusqu’au", null=True, blank=True)
    replace_on = models.DateField("à remplacer vers le", null=True, blank=True)
    purchase_cost = models.DecimalField("coût d’achat", max_digits=12, decimal_places=2, null=True, blank=True)
    notes = models.TextField("remarques", blank=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = "équipement"
        verbose_name_plural = "équipements"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"],
                name="asset_code_unique",
                violation_error_message="Ce numéro d’inventaire est déjà pris dans cette organisation.",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="asset_not_own_parent"),
        ]
        indexes = [
            models.Index(fields=["organisation", "kind", "status"], name="asset_list"),
            models.Index(fields=["commune", "kind"], name="asset_commune"),
            models.Index(fields=["parent"], name="asset_parent"),
            models.Index(fields=["replace_on"], name="asset_replace"),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


class Downtime(models.Model):
    """When an asset could not be used; open while `end` is null, one at a time."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="downtimes")
    start = models.DateTimeField("depuis le")
    end = models.DateTimeField("jusqu’au", null=True, blank=True)
    reason = models.CharField("cause", max_length=200, blank=True)

    class Meta:
        verbose_name = "arrêt"
        verbose_name_plural = "arrêts"
        ordering = ["-start"]
        constraints = [
            models.UniqueConstraint(fields=["asset"], condition=Q(end__isnull=True), name="one_open_downtime"),
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="downtime_dates"),
        ]

    def __str__(self):
        return f"{self.start:%d/%m/%Y}"
