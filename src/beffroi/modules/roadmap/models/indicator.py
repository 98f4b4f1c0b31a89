"""Figures that tell whether an action works: typed by hand, or read each night from another module."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from beffroi.kernel import modules
from beffroi.modules.roadmap.models.action import Action


class ActionIndicator(models.Model):
    """One figure of an action, with what it should reach.

    `target` = the aim; `threshold` = the value from which the result is no longer acceptable. `code` names an
    indicator of the platform (« automatic »); its value is read for the `period_days` days that end the day before.
    """

    class Direction(models.TextChoices):
        UP = "up", "Plus c’est haut, mieux c’est"
        DOWN = "down", "Plus c’est bas, mieux c’est"

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField("ordre", default=1)
    label = models.CharField("indicateur", max_length=160)
    unit = models.CharField("unité", max_length=30, blank=True)
    direction = models.CharField("sens", max_length=4, choices=Direction, default=Direction.UP)
    code = models.CharField("source automatique", max_length=80, blank=True)
    period_days = models.PositiveSmallIntegerField("période en jours", default=30)
    target = models.DecimalField("objectif", max_digits=16, decimal_places=4, null=True, blank=True)
    target_on = models.DateField("à atteindre le", null=True, blank=True)
    threshold = models.DecimalField("seuil d’alerte", max_digits=16, decimal_places=4, null=True, blank=True)
    source = models.CharField("source", max_length=200, blank=True)
    public = models.BooleanField("publié", default=True)

    class Meta:
        verbose_name = "indicateur"
        verbose_name_plural = "indicateurs"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "label"],
                name="roadmap_indicator_label_unique",
                violation_error_message="L’action a déjà un indicateur de ce nom.",
            ),
            models.CheckConstraint(
                condition=Q(period_days__gte=1, period_days__lte=3660), name="roadmap_indicator_days"
            ),
            models.CheckConstraint(condition=Q(direction__in=["up", "down"]), name="roadmap_indicator_direction"),
        ]
        indexes = [models.Index(fields=["code"], condition=~Q(code=""), name="roadmap_indicator_code")]

    def __str__(self):
        return self.label

    @property
    def is_automatic(self) -> bool:
        return bool(self.code)

    @property
    def registered(self):
        """The platform's indicator that it reads; None when typed by hand, or when its module is switched off."""
        return modules.find("indicators", self.code) if self.code else None

    @property
    def source_is_absent(self) -> bool:
        return self.is_automatic and self.registered is None

    @property
    def may_be_public(self) -> bool:
        """An automatic figure is published only as far as its own module publishes it."""
        if not self.public:
            return False
        registered = self.registered
        return registered.public if registered is not None else not self.is_automatic

    def judge(self, value: Decimal | None) -> str:
        """« reached », « close », « missed » or « unknown »: how `value` stands against the target and threshold."""
        if value is None or (self.target is None and self.threshold is None):
            return "unknown"
        sign = 1 if self.direction == self.Direction.UP else -1
        if self.target is not None and sign * (value - self.target) >= 0:
            return "reached"
        if self.threshold is not None and sign * (value - self.threshold) < 0:
            return "missed"
        return "close"


class IndicatorValue(models.Model):
    """The figure on a day. A real value and an estimate may stand side by side."""

    class Nature(models.TextChoices):
        REAL = "real", "Réelle"
        ESTIMATE = "estimate", "Estimée"

    indicator = models.ForeignKey(ActionIndicator, on_delete=models.CASCADE, related_name="values")
    date = models.DateField("date")
    value = models.DecimalField("valeur", max_digits=16, decimal_places=4)
    nature = models.CharField("nature", max_length=8, choices=Nature, default=Nature.REAL)
    comment = models.CharField("commentaire", max_length=250, blank=True)
    automatic = models.BooleanField("relevée par la plateforme", default=False, editable=False)

    class Meta:
        verbose_name = "valeur"
        verbose_name_plural = "valeurs"
        ordering = ["date", "nature"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "date", "nature"],
                name="roadmap_indicator_value_unique",
                violation_error_message="Cette date a déjà une valeur de cette nature.",
            ),
            models.CheckConstraint(condition=Q(nature__in=["real", "estimate"]), name="roadmap_indicator_value_nature"),
        ]

    def __str__(self):
        return f"{self.date} {self.value}"
