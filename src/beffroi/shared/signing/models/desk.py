"""Desks, who holds them, who stands in."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from beffroi.kernel.dated import DatedQuerySet
from beffroi.shared.organisations.models import Organisation


class Desk(models.Model):
    """A place that decides: « La présidente », « Direction générale ». `head` is the desk above it."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="signing_desks"
    )
    name = models.CharField("nom du bureau", max_length=80)
    head = models.ForeignKey(
        "self", verbose_name="bureau supérieur", null=True, blank=True, on_delete=models.PROTECT, related_name="below"
    )
    digest = models.BooleanField("un seul courriel par jour, le matin", default=False)
    is_active = models.BooleanField("actif", default=True)

    class Meta:
        verbose_name = "bureau"
        verbose_name_plural = "bureaux"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="desk_name")]

    def __str__(self):
        return self.name


class Holder(models.Model):
    """A person who holds a desk, from a day to a day included."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="holders")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="titulaire", on_delete=models.PROTECT, related_name="+"
    )
    start = models.DateField("depuis le", default=timezone.localdate)
    end = models.DateField("jusqu’au", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "titulaire"
        verbose_name_plural = "titulaires"
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "user", "start"], name="holder_unique"),
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="holder_dates"),
        ]
        indexes = [models.Index(fields=["user", "start"], name="holder_user")]

    def __str__(self):
        return f"{self.user} – {self.desk}"


class Delegation(models.Model):
    """Someone decides in the place of a desk's holder, from a day to a day included; each decision says so."""

    class Ground(models.TextChoices):
        ABSENCE = "absence", "en l’absence de"
        DELEGATION = "delegation", "par délégation de"

    desk = models.ForeignKey(Desk, verbose_name="bureau", on_delete=models.CASCADE, related_name="delegations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="remplaçant", on_delete=models.PROTECT, related_name="+"
    )
    ground = models.CharField("à quel titre", max_length=10, choices=Ground, default=Ground.ABSENCE)
    start = models.DateField("du")
    end = models.DateField("au")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "délégation"
        verbose_name_plural = "délégations"
        ordering = ["-start"]
        constraints = [models.CheckConstraint(condition=Q(end__gte=F("start")), name="delegation_dates")]
        indexes = [models.Index(fields=["user", "start", "end"], name="delegation_user")]

    def __str__(self):
        return f"{self.user} {self.get_ground_display()} {self.desk}"
