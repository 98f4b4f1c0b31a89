"""The circuits that folders follow."""

from django.db import models
from django.db.models import Q

from beffroi.shared.organisations.models import Organisation
from beffroi.shared.signing.levels import Level, Strength
from beffroi.shared.signing.models.desk import Desk


class Kind(models.TextChoices):
    """What a desk is asked for."""

    OPINION = "opinion", "Avis"
    VISA = "visa", "Visa"
    SIGNATURE = "signature", "Signature"
    SEAL = "seal", "Cachet"
    EXTERNAL = "external", "Signature extérieure"
    MAIL = "mail", "Mail sécurisé"
    PUBLISH = "publish", "Mise en ligne"
    ARCHIVE = "archive", "Archivage"


SIGNED = (Kind.SIGNATURE, Kind.SEAL)


class Route(models.TextChoices):
    """Which desk a step goes to."""

    DESK = "desk", "Un bureau nommé"
    ABOVE = "above", "Le supérieur de l’auteur"
    AUTHOR = "author", "Le bureau de l’auteur"
    NEXT_ABOVE = "next", "Le supérieur du bureau précédent"
    CHOSEN = "chosen", "Un bureau choisi à l’envoi"


class Circuit(models.Model):
    """A named order of steps. Changing it does not touch the folders that are already in it."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="circuits"
    )
    name = models.CharField("nom du circuit", max_length=80)
    is_active = models.BooleanField("proposé", default=True)
    archive_to = models.ForeignKey(
        "documents.Space",
        verbose_name="espace où l’archivage classe",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = "circuit"
        verbose_name_plural = "circuits"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="circuit_name")]

    def __str__(self):
        return self.name


class CircuitStep(models.Model):
    """One step: steps of the same `position` go together and all must be taken, but those that are `alternative`, of
    which one is enough.

    `route` says which desk: `desk` is given for a named one only. `everyone` = each of its holders must decide.
    `strength` and `floor` = the weakest key and the lowest level that a signature of this step may have.
    """

    circuit = models.ForeignKey(Circuit, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("demandé", max_length=10, choices=Kind)
    route = models.CharField("va à", max_length=8, choices=Route, default=Route.DESK)
    desk = models.ForeignKey(
        Desk, verbose_name="bureau", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    days = models.PositiveSmallIntegerField("délai en jours", default=3)
    alternative = models.BooleanField("l’un de ce rang suffit", default=False)
    everyone = models.BooleanField("chaque titulaire décide", default=False)
    strength = models.CharField("clé exigée", max_length=10, choices=Strength, default=Strength.SIMPLE)
    floor = models.CharField("niveau exigé", max_length=3, choices=Level, default=Level.B)

    class Meta:
        verbose_name = "étape de circuit"
        verbose_name_plural = "étapes de circuit"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["circuit", "position", "desk"], name="circuit_step_desk"),
            models.CheckConstraint(condition=Q(position__gte=1), name="circuit_step_position"),
            models.CheckConstraint(
                condition=Q(route="desk", desk__isnull=False) | (~Q(route="desk") & Q(desk__isnull=True)),
                name="circuit_step_route",
            ),
        ]

    def __str__(self):
        return f"{self.position}. {self.get_kind_display()}"

    @property
    def place(self) -> str:
        """Where it goes, in plain words."""
        return str(self.desk) if self.desk_id else self.get_route_display()
