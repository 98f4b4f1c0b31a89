"""Preventive maintenance: plans by calendar or by meter, and what they have already opened."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.offline import OfflineMixin
from beffroi.modules.maintenance.access import VIEW
from beffroi.modules.maintenance.models.checklists import Checklist
from beffroi.modules.maintenance.models.orders import Order
from beffroi.modules.maintenance.recurrence import SHIFTS, Rule


class OwnedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the bodies where `user` may consult the maintenance."""
        bodies = access.organisations_where(user, VIEW)
        return self if bodies is None else self.filter(organisation_id__in=bodies)


class PlanQuerySet(OwnedQuerySet):
    def with_dates(self):
        """With what tells their next dates: their assets, what they have already opened."""
        opened = models.Prefetch("occurrences", Occurrence.objects.select_related("order"))
        return self.select_related("organisation", "team", "checklist").prefetch_related("assets", opened)


class Plan(models.Model):
    """A work that comes back, on some assets. `origin` "scheduled" counts from the planned dates, "completed" from the
    day on which the last order was really finished. `ahead_days` = how long before the date the order is opened."""

    class Unit(models.TextChoices):
        DAY = "day", "jours"
        WEEK = "week", "semaines"
        MONTH = "month", "mois"
        YEAR = "year", "ans"

    class Origin(models.TextChoices):
        SCHEDULED = "scheduled", "des dates prévues"
        COMPLETED = "completed", "de la fin du travail précédent"

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="maintenance_plans"
    )
    name = models.CharField("travail", max_length=160)
    description = models.TextField("précisions", blank=True, max_length=4000)
    safety = models.TextField("consignes de sécurité", blank=True, max_length=2000)
    nature = models.CharField("nature", max_length=12, choices=Order.Nature.choices, default=Order.Nature.PREVENTIVE)
    priority = models.PositiveSmallIntegerField("priorité", choices=Order.Priority, default=Order.Priority.NORMAL)
    team = models.ForeignKey(
        "organisations.Team", verbose_name="équipe", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checklist = models.ForeignKey(
        Checklist, verbose_name="liste de contrôle", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_round = models.BooleanField("tournée : un seul ordre pour tous les équipements", default=False)
    assets = models.ManyToManyField("assets.Asset", verbose_name="équipements", blank=True, related_name="plans")
    every = models.PositiveSmallIntegerField("tous les", default=1, validators=[MinValueValidator(1)])
    unit = models.CharField("unité", max_length=5, choices=Unit, default=Unit.MONTH)
    origin = models.CharField("compté à partir", max_length=9, choices=Origin, default=Origin.SCHEDULED)
    start = models.DateField("première date")
    end = models.DateField("dernière date", null=True, blank=True)
    months = models.JSONField("mois de la saison", default=list, blank=True)
    shift = models.CharField(
        "quand la date tombe un jour chômé",
        max_length=8,
        blank=True,
        choices=[(code, label) for code, label in SHIFTS.items() if code],
    )
    ahead_days = models.PositiveSmallIntegerField(
        "ouvrir l’ordre tant de jours avant", default=14, validators=[MaxValueValidator(365)]
    )
    needs_signature = models.BooleanField("signature demandée à la fin de chaque travail", default=False)
    is_active = models.BooleanField("actif", default=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "plan d’entretien"
        verbose_name_plural = "plans d’entretien"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="plan_unique", violation_error_message="Ce nom est déjà pris."
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="plan_dates",
                violation_error_message="La dernière date ne peut pas précéder la première.",
            ),
            models.CheckConstraint(condition=Q(every__gt=0), name="plan_every"),
        ]

    def __str__(self):
        return self.name

    @property
    def rule(self) -> Rule:
        """The calendar of the plan."""
        return Rule(
            unit=self.unit,
            every=self.every,
            start=self.start,
            end=self.end,
            months=tuple(self.months),
            shift=self.shift,
            departement=self.organisation.postal_code[:2],
        )


class Occurrence(models.Model):
    """One date of a plan for one asset, and the order opened for it: the constraint makes a second one impossible."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="occurrences")
    asset = models.ForeignKey(
        "assets.Asset", null=True, blank=True, on_delete=models.PROTECT, related_name="occurrences"
    )
    due_on = models.DateField("date prévue")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="occurrence")
    created_at = models.DateTimeField("ouvert le", auto_now_add=True)

    class Meta:
        verbose_name = "échéance de plan"
        verbose_name_plural = "échéances de plan"
        ordering = ["-due_on"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "asset", "due_on"], nulls_distinct=False, name="occurrence_unique")
        ]

    def __str__(self):
        return f"{self.plan_id} {self.due_on:%d/%m/%Y}"


class Meter(models.Model):
    """Something that is read on an asset: kilometres, hours, cubic metres, a level."""

    asset = models.ForeignKey("assets.Asset", on_delete=models.CASCADE, related_name="meters")
    name = models.CharField("compteur", max_length=80)
    unit = models.CharField("unité", max_length=20)
    is_cumulative = models.BooleanField("ne fait que croître", default=True)

    class Meta:
        verbose_name = "compteur"
        verbose_name_plural = "compteurs"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "name"], name="meter_unique", violation_error_message="Ce compteur existe déjà."
            )
        ]

    def __str__(self):
        return f"{self.name} ({self.unit})"


class Reading(OfflineMixin):
    """A value read on a meter."""

    meter = models.ForeignKey(Meter, on_delete=models.CASCADE, related_name="readings")
    value = models.DecimalField("valeur", max_digits=14, decimal_places=2)
    at = models.DateTimeField("relevé le", default=timezone.now)
    author = models.ForeignKey("kernel.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "relevé"
        verbose_name_plural = "relevés"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["meter", "-at"], name="reading_meter")]

    def __str__(self):
        return str(self.value)


class Trigger(models.Model):
    """An order opened by a reading: `more` than `threshold` since the last time (or above it, for a meter that is not
    cumulative), or `less` than it. `wait_days` = not again before so many days."""

    class Comparison(models.TextChoices):
        MORE = "more", "dépasse"
        LESS = "less", "descend sous"

    meter = models.ForeignKey(Meter, verbose_name="compteur", on_delete=models.CASCADE, related_name="triggers")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="triggers")
    name = models.CharField("travail", max_length=160)
    comparison = models.CharField("quand le relevé", max_length=4, choices=Comparison, default=Comparison.MORE)
    threshold = models.DecimalField("seuil", max_digits=14, decimal_places=2)
    wait_days = models.PositiveSmallIntegerField("pas deux fois en tant de jours", default=0)
    team = models.ForeignKey(
        "organisations.Team", verbose_name="équipe", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checklist = models.ForeignKey(
        Checklist, verbose_name="liste de contrôle", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    base = models.DecimalField("compté depuis", max_digits=14, decimal_places=2, default=0)
    fired_at = models.DateTimeField("dernier ordre le", null=True, blank=True, editable=False)
    is_active = models.BooleanField("actif", default=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = "seuil de compteur"
        verbose_name_plural = "seuils de compteur"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def is_reached_by(self, value) -> bool:
        """Does this reading ask for an order?"""
        if self.comparison == self.Comparison.LESS:
            return value < self.threshold
        return value - self.base >= self.threshold if self.meter.is_cumulative else value > self.threshold
