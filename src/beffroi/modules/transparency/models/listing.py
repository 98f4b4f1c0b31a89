"""The sheet of an open dataset in the catalogue: what the dataset cannot say of itself."""

from django.db import models
from django.db.models import F, Q

DEFAULT_THEME = "Administration et vie publique"


class DatasetSheet(models.Model):
    """`code` = that of the dataset in its manifest; `ends_on` empty = it is still being filled."""

    class Scale(models.TextChoices):
        """The words of SCDL catalogue 0.1.3."""

        WITHIN = "Infracommunale", "infracommunale"
        COMMUNE = "Communale", "communale"
        TOGETHER = "Intercommunale", "intercommunale"
        OTHER = "Autre", "autre"

    code = models.SlugField("jeu de données", max_length=60, unique=True)
    theme = models.CharField("thème", max_length=140, default=DEFAULT_THEME)
    scale = models.CharField("maille", max_length=20, choices=Scale, default=Scale.TOGETHER)
    starts_on = models.DateField("données depuis le")
    ends_on = models.DateField(
        "jusqu’au", null=True, blank=True, help_text="Vide : le jeu de données est encore alimenté."
    )
    published_on = models.DateField("publié pour la première fois le")

    class Meta:
        verbose_name = "fiche du catalogue"
        verbose_name_plural = "fiches du catalogue"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="transparency_sheet_period",
                violation_error_message="La fin de la période précède son début.",
            )
        ]

    def __str__(self):
        return self.code
