"""Who wants to be told of what is reported around a place."""

import math
import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from beffroi.modules.reports.models.report import METRES, square
from beffroi.shared.organisations import names
from beffroi.shared.organisations.geometry import PointField

WIDEST = 5000


def new_token() -> str:
    """A secret of 128 bits: it opens the page at which the watch is stopped."""
    return secrets.token_urlsafe(16)


class WatchQuerySet(models.QuerySet):
    def for_report(self, report) -> list["Watch"]:
        """The confirmed watches in which a report falls: of its commune, or of a circle that holds its place."""
        box = square(report.location, WIDEST)
        confirmed = Q(confirmed_at__isnull=False)
        family = Q(family__isnull=True) | Q(family=report.category_id) | Q(family=report.category.parent_id)
        found = list(self.filter(confirmed, family, location__in_box=box))
        found = [watch for watch in found if watch.distance_to(report.location) <= watch.radius]
        return [*self.filter(confirmed, family, commune=report.commune_id, commune__isnull=False), *found]


class Watch(models.Model):
    """An e-mail address told of each new public report of a commune, or around a point, once it has confirmed.

    Either `commune`, or `location` (kept to about a hundred metres: it is often a home) with its `radius` in metres;
    `family` null = every problem.
    """

    class Radius(models.IntegerChoices):
        STREET = 200, "200 mètres"
        QUARTER = 500, "500 mètres"
        VILLAGE = 1000, "1 kilomètre"
        WIDE = 2000, "2 kilomètres"
        FAR = WIDEST, "5 kilomètres"

    email = models.EmailField("adresse électronique")
    commune = models.ForeignKey(
        "organisations.Commune",
        verbose_name="commune",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    location = PointField("lieu", null=True, blank=True)
    radius = models.PositiveSmallIntegerField("à moins de", choices=Radius, default=Radius.VILLAGE)
    family = models.ForeignKey(
        "reports.Category", verbose_name="famille", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    token = models.CharField("jeton", max_length=30, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField("demandée le", auto_now_add=True)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = "veille"
        verbose_name_plural = "veilles"
        constraints = [
            models.CheckConstraint(
                condition=Q(commune__isnull=False, location__isnull=True)
                | Q(commune__isnull=True, location__isnull=False),
                name="watch_commune_or_point",
                violation_error_message="Choisissez une commune, ou un point de la carte.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "commune",
                "family",
                name="watch_commune_once",
                condition=Q(commune__isnull=False),
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(confirmed_at=None), name="watch_unconfirmed")]

    def __str__(self):
        return f"Veille {self.pk}"

    def get_absolute_url(self):
        return reverse("reports:watch", args=[self.token])

    @property
    def place(self) -> str:
        """Where, in words that follow « ce qui est signalé »."""
        if self.commune_id:
            return f"dans la commune {names.of(self.commune.name)}"
        return f"à moins de {self.get_radius_display()} du point choisi"

    @property
    def query(self) -> str:
        """The same place, as the parameters of the public list and of its feeds."""
        if self.commune_id:
            where = f"commune={self.commune.slug}"
        else:
            where = f"pres={self.location[1]:.3f},{self.location[0]:.3f}&rayon={self.radius}"
        return f"{where}&categorie={self.family.code}" if self.family_id else where

    def distance_to(self, point: tuple[float, float]) -> float:
        """Metres from its centre, on a plane tangent there."""
        east = (point[0] - self.location[0]) * math.cos(math.radians(self.location[1]))
        return METRES * math.hypot(east, point[1] - self.location[1])
