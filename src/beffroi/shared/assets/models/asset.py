"""Assets, and when they could not be used."""

import re
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Upper
from django.urls import reverse

from beffroi.kernel import access
from beffroi.kernel.offline import OfflineMixin
from beffroi.shared.assets.access import VIEW
from beffroi.shared.assets.models.kinds import AssetKind
from beffroi.shared.organisations import names
from beffroi.shared.organisations.geometry import PointField

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# The expression of the index on words, as the database knows it.
WORDS = (
    "kernel_fold(assets_asset.code || ' ' || assets_asset.name || ' ' || assets_asset.address || ' ' ||"
    " assets_asset.external_ref || ' ' || assets_asset.serial || ' ' || assets_asset.maker_label)"
)
# GS1 separates the fields of a bar code by a sign that nothing shows.
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
OWN_LABEL = re.compile(r"(?:^|/)e/([0-9A-Za-z-]{4,12})/?(?:[?#].*)?$")
BRANCH = (
    "assets_asset.id IN (WITH RECURSIVE branch AS (SELECT id FROM assets_asset WHERE id = %s UNION"
    " SELECT child.id FROM assets_asset child JOIN branch ON child.parent_id = branch.id) SELECT id FROM branch)"
)


def draw_tag() -> str:
    """What a QR label holds: 10 characters that nobody confuses, 50 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


def as_written(text: str) -> str:
    """A label as one reads it: without the signs that nothing shows, nor more than one space at once."""
    return " ".join(UNSEEN.sub("", text).split())


def code_read(text: str) -> str:
    """What a scanned or typed text names: the label that one of our addresses ends with, else the text itself."""
    text = as_written(text)
    own = OWN_LABEL.search(text)
    return own[1] if own else text[:64]


class AssetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The assets of the bodies where `user` may see assets; a commune also sees what stands on its soil."""
        bodies = access.organisations_where(user, VIEW)
        return self if bodies is None else self.filter(Q(organisation_id__in=bodies) | Q(commune_id__in=bodies))

    def in_use(self):
        """Those that were not removed."""
        return self.exclude(status=Asset.Status.REMOVED)

    def public(self):
        """What anyone may know: in service or out of order, of a published kind."""
        return self.filter(kind__published=True).exclude(status=Asset.Status.REMOVED)

    def labelled(self, text: str):
        """Those that a label read, or a number typed, names: our own label first, then the inventory number, then the
        label of another maker."""
        code = code_read(text).upper()
        rank = Case(When(tag=code, then=0), When(code__iexact=code, then=1), default=2)
        named = Q(tag=code) | Q(code__iexact=code) | Q(maker_label__iexact=code)
        return (self.filter(named) if code else self.none()).order_by(rank, "pk")

    def matching(self, typed: str):
        """Those whose number, name, address, reference, serial or maker's label holds each of the words, or whose label
        is typed."""
        found = self.filter(tag=typed.strip().upper()) if len(typed.strip()) == 10 else None
        if found is not None and found.exists():
            return found
        kept = self
        for word in typed.split()[:6]:
            literal = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            kept = kept.extra(where=[f"{WORDS} LIKE '%%' || kernel_fold(%s) || '%%'"], params=[literal])  # noqa: S610  ours
        return kept

    def below(self, asset):
        """An asset and all that is part of it, at any depth."""
        return self.extra(where=[BRANCH], params=[asset.pk])  # noqa: S610  ours

    def in_box(self, *boxes: tuple[float, float, float, float]):
        """Those in one of these boxes (west, south, east, north), by the index on the point."""
        inside = Q(pk__in=())
        for box in boxes:
            inside |= Q(location__in_box=box)
        return self.filter(inside)


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
    external_ref = models.CharField(
        "référence extérieure",
        max_length=80,
        blank=True,
        help_text="Son identifiant dans le fichier ou le logiciel d’où il vient.",
    )
    name = models.CharField("nom", max_length=160)
    tag = models.CharField("étiquette", max_length=12, unique=True, default=draw_tag, editable=False)
    maker_label = models.CharField("étiquette d’un autre fabricant", max_length=64, blank=True)
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
    notes = models.TextField("remarques", blank=True, max_length=4000)
    removed_on = models.DateField("retiré le", null=True, blank=True, editable=False)
    removed_reason = models.CharField("motif du retrait", max_length=200, blank=True, editable=False)
    open_number = models.PositiveSmallIntegerField("numéro d’ordre publié", null=True, blank=True, editable=False)
    imported_in = models.ForeignKey(
        "assets.AssetImport",
        verbose_name="importation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assets",
        editable=False,
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
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
            models.UniqueConstraint(
                fields=["organisation", "external_ref"],
                condition=~Q(external_ref=""),
                name="asset_external_ref_unique",
                violation_error_message="Cette référence extérieure est déjà celle d’un autre équipement.",
            ),
            models.UniqueConstraint(
                F("organisation"),
                Upper("maker_label"),
                condition=~Q(maker_label=""),
                name="asset_maker_label_unique",
                violation_error_message="Cette étiquette est déjà celle d’un autre équipement de l’organisation.",
            ),
            models.UniqueConstraint(fields=["kind", "commune", "open_number"], name="asset_open_number_unique"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="asset_not_own_parent"),
        ]
        indexes = [
            models.Index(fields=["organisation", "kind", "status"], name="asset_list"),
            models.Index(fields=["code", "id"], name="asset_in_order"),
            models.Index(fields=["commune", "kind"], name="asset_commune"),
            models.Index(fields=["parent"], name="asset_parent"),
            models.Index(fields=["replace_on"], name="asset_replace"),
            models.Index(fields=["warranty_until"], name="asset_warranty"),
            models.Index(fields=["kind", "status"], name="asset_kind_status"),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    def clean(self):
        """Raises ValidationError on the label that another asset of the organisation carries: it names one thing."""
        self.maker_label = as_written(self.maker_label)
        if not self.maker_label:
            return
        others = Asset.objects.filter(organisation=self.organisation_id).exclude(pk=self.pk)
        held = others.filter(maker_label__iexact=self.maker_label).first()
        if held is not None:
            raise ValidationError({"maker_label": f"Cette étiquette est déjà celle de « {held.name} » ({held.code})."})

    TONES = {Status.PLANNED: "waiting", Status.IN_SERVICE: "done", Status.DOWN: "late", Status.REMOVED: "neutral"}

    @property
    def tone(self) -> str:
        return self.TONES[self.status]

    @property
    def place(self) -> str:
        """Where it is, in a few words."""
        return names.place(self.address, self.commune)

    @property
    def is_public(self) -> bool:
        """Has a page that anyone may read."""
        return self.kind.published and self.status != self.Status.REMOVED

    def get_absolute_url(self) -> str:
        return reverse("assets:asset", args=[self.pk])

    def public_url(self) -> str:
        """The address that its label holds, short so that the code stays large."""
        return reverse("assets:public", args=[self.tag])

    def label_url(self) -> str:
        """The same, absolute."""
        return f"{settings.SITE_URL}{self.public_url()}"

    def ancestors(self) -> list["Asset"]:
        """What it is part of, from the largest to the nearest."""
        found, parent = [], self.parent
        while parent is not None and len(found) < 12:
            found.append(parent)
            parent = parent.parent
        return found[::-1]

    def can_see_file(self, user, stored_file) -> bool:
        """Its documents are those of the people who may see it."""
        return Asset.objects.visible_to(user).filter(pk=self.pk).exists()

    def described(self) -> list[tuple[str, str]]:
        """Its typed values in words, in the order of its kind: (label, value with its unit)."""
        return [
            (spec.label, spec.shown(self.values[spec.name])) for spec in self.kind.specs if spec.name in self.values
        ]


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
