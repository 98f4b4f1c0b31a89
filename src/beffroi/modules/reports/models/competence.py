"""The matrix category × place → who is competent."""

from django.db import models
from django.db.models import Q

from beffroi.modules.reports.models.roads import RoadClass
from beffroi.shared.organisations.geometry import PolygonField
from beffroi.shared.organisations.names import slug_of


class Competence(models.Model):
    """One rule. The most precise one wins: asset, drawn area, then street, then class of road, then commune, then the
    whole territory; for equal places, that of the category itself before that of its family.

    `asset` = one thing that somebody else looks after (a pole of the Département); `commune` null = everywhere;
    `street` = the name of a street or road found in the address or passing by the point
    ("D 938"); `road_class` = whose the road is; `ring` = an area drawn on the map, with its
    `area_name`; `organisation` null = the commune of the place.
    """

    category = models.ForeignKey(
        "reports.Category", verbose_name="catégorie ou famille", on_delete=models.CASCADE, related_name="competences"
    )
    commune = models.ForeignKey(
        "organisations.Commune",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Laissez vide si la règle vaut sur tout le territoire.",
    )
    street = models.CharField("rue ou route", max_length=120, blank=True)
    street_key = models.CharField(max_length=120, blank=True, editable=False)
    road_class = models.CharField("classe de la voie", max_length=14, choices=RoadClass, blank=True, default="")
    area_name = models.CharField("nom de la zone", max_length=80, blank=True)
    ring = PolygonField("zone", null=True, blank=True)
    asset = models.ForeignKey(
        "assets.Asset", verbose_name="équipement", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="organisme compétent",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="competences",
        help_text="Laissez vide pour désigner la commune où se trouve le problème.",
    )
    team = models.ForeignKey(
        "organisations.Team", verbose_name="équipe", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField("raison dite à l’auteur", max_length=200, blank=True)

    class Meta:
        verbose_name = "compétence"
        verbose_name_plural = "compétences"
        ordering = ["category__parent__order", "category__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "commune", "street_key", "road_class", "area_name", "asset"],
                name="one_competence_per_place",
                nulls_distinct=False,
                violation_error_message="Il y a déjà une règle pour cette catégorie et ce lieu\u202f: modifiez-la.",
            ),
            models.CheckConstraint(
                condition=Q(area_name="", ring__isnull=True) | (~Q(area_name="") & Q(ring__isnull=False)),
                name="competence_area_named",
                violation_error_message="Une zone a un nom et un contour.",
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True) | Q(organisation__isnull=False),
                name="competence_team_of_body",
                violation_error_message="Une équipe se choisit avec son organisme.",
            ),
        ]

    def __str__(self):
        return f"{self.category}\u202f: {self.organisation or 'la commune'}"

    def save(self, *args, **kwargs):
        self.prepare()
        super().save(*args, **kwargs)

    @property
    def place(self) -> str:
        """Where it applies, in words."""
        thing = f"{self.asset.name} ({self.asset.code})" if self.asset_id else ""
        road = f"voie {self.get_road_class_display().lower()}" if self.road_class else ""
        where = ", ".join(part for part in (thing, self.area_name, self.street, road) if part)
        town = self.commune.name if self.commune_id else ""
        return ", ".join(part for part in (where, town) if part) or "tout le territoire"

    def prepare(self) -> None:
        """Write the key by which a street is found in an address."""
        self.street_key = slug_of(self.street)[:120]
