"""What assets are: kinds and their typed fields."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from beffroi.shared.assets.fields import FieldSpec

THEMES = (
    "Equipement administratif",
    "Equipement de justice",
    "Equipement sanitaire",
    "Equipement social et d'animation",
    "Equipement sportif et de loisirs",
    "Equipement d'enseignement",
    "Equipement cultuel",
    "Equipement culturel",
    "Equipement de mobilité",
    "Autre équipement",
)


class AssetKind(models.Model):
    """What an asset is. `fields` = its typed fields, as `FieldSpec` written in JSON.

    `report_category` = code of the category proposed to a resident who scans the label; `published` = its assets are
    open data and have a public page. `dataset` = the national table in which they are published; `open_code` and
    `open_theme` = their place in the national nomenclature of public facilities, which that table asks for.
    """

    class Shape(models.TextChoices):
        POINT = "point", "point"
        LINE = "line", "ligne"
        AREA = "area", "surface"
        NONE = "none", "sans position propre"

    class Dataset(models.TextChoices):
        EQUIPMENT = "equipements", "équipements collectifs publics"
        AED = "dae", "défibrillateurs"

    code = models.SlugField("code", max_length=40, unique=True)
    label = models.CharField("intitulé", max_length=80)
    group = models.CharField("famille", max_length=60)
    icon = models.CharField("icône", max_length=40, default="box")
    shape = models.CharField("forme", max_length=5, choices=Shape, default=Shape.POINT)
    fields = models.JSONField("champs", default=list, blank=True)
    report_category = models.CharField("catégorie de signalement", max_length=40, blank=True)
    published = models.BooleanField("publié", default=False)
    dataset = models.CharField("jeu de données", max_length=12, choices=Dataset, blank=True)
    open_code = models.CharField(
        "code national",
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^\d{8}$", "Le code national a huit chiffres.")],
    )
    open_theme = models.CharField("thème national", max_length=40, choices=[(t, t) for t in THEMES], blank=True)
    order = models.PositiveSmallIntegerField("ordre", default=100)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "type d’équipement"
        verbose_name_plural = "types d’équipement"
        ordering = ["order", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["open_code"],
                condition=~Q(open_code=""),
                name="asset_kind_open_code",
                violation_error_message="Un autre type porte déjà ce code national.",
            )
        ]

    def __str__(self):
        return self.label

    @property
    def specs(self) -> list[FieldSpec]:
        """The typed fields, in order."""
        return [FieldSpec(**{**spec, "choices": tuple(spec.get("choices", ()))}) for spec in self.fields]
