"""How each body numbers and publishes its acts."""

from django.db import models

from beffroi.shared.organisations.models import Organisation

SMALL = 3500


class Mode(models.TextChoices):
    """The ways of publishing that the law leaves to a commune of fewer than 3,500 people (CGCT L2131-1)."""

    WEB = "web", "Publication en ligne"
    POSTING = "posting", "Affichage"
    PAPER = "paper", "Mise à disposition sur papier"


class Regime(models.Model):
    """The way of publishing that a small commune has chosen by a deliberation; without a line, it is online.

    `decision` is that deliberation: whatever the regime, it is itself published online.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="publication_regime")
    mode = models.CharField("mode de publication", max_length=8, choices=Mode, default=Mode.WEB)
    place = models.CharField("lieu d’affichage ou de consultation", max_length=200, blank=True)
    decision = models.ForeignKey(
        "deliberations.Act",
        verbose_name="délibération qui l’a décidé",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    updated_at = models.DateTimeField("mis à jour le", auto_now=True)

    class Meta:
        verbose_name = "régime de publication"
        verbose_name_plural = "régimes de publication"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mode=Mode.WEB) | models.Q(decision__isnull=False), name="regime_decided"
            )
        ]

    def __str__(self):
        return f"{self.get_mode_display()} – {self.organisation_id}"


class ActTemplate(models.Model):
    """The words of a kind of act, with fields between braces that are filled from the act and its meeting."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="act_templates")
    nature = models.CharField("nature", max_length=2, default="DE")
    name = models.CharField("nom du modèle", max_length=120)
    text = models.TextField("texte", max_length=20000)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "modèle d’acte"
        verbose_name_plural = "modèles d’acte"
        ordering = ["nature", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="act_template_name",
                violation_error_message="Un modèle porte déjà ce nom.",
            )
        ]

    def __str__(self):
        return self.name


class Register(models.Model):
    """The last number given by a body, in a series, in a year: its row lock keeps the numbering free of gaps."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    series = models.CharField("série", max_length=2)
    year = models.PositiveSmallIntegerField("année")
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "registre"
        verbose_name_plural = "registres"
        constraints = [models.UniqueConstraint(fields=["organisation", "series", "year"], name="register_unique")]

    def __str__(self):
        return f"{self.series} {self.year}"
