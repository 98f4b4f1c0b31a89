"""The circuits that folders follow."""

from django.db import models
from django.db.models import Q

from beffroi.shared.organisations.models import Organisation
from beffroi.shared.signing.models.desk import Desk


class Kind(models.TextChoices):
    """What a desk is asked for."""

    OPINION = "opinion", "Avis"
    VISA = "visa", "Visa"
    SIGNATURE = "signature", "Signature"
    SEAL = "seal", "Cachet"


class Circuit(models.Model):
    """A named order of steps. Changing it does not touch the folders that are already in it."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="circuits"
    )
    name = models.CharField("nom du circuit", max_length=80)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "circuit"
        verbose_name_plural = "circuits"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="circuit_name")]

    def __str__(self):
        return self.name


class CircuitStep(models.Model):
    """One step: steps of the same `position` go together and all must be taken. Without a desk, it goes to the one
    above the author's own."""

    circuit = models.ForeignKey(Circuit, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("demandé", max_length=10, choices=Kind)
    desk = models.ForeignKey(
        Desk, verbose_name="bureau", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    days = models.PositiveSmallIntegerField("délai en jours", default=3)

    class Meta:
        verbose_name = "étape de circuit"
        verbose_name_plural = "étapes de circuit"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["circuit", "position", "desk"], name="circuit_step_desk"),
            models.CheckConstraint(condition=Q(position__gte=1), name="circuit_step_position"),
        ]

    def __str__(self):
        return f"{self.position}. {self.get_kind_display()}"
