"""The team of a day, what the kitchen must prepare, what children ate."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from beffroi.modules.childcare.diets import name_of
from beffroi.modules.childcare.models.offer import Site

# The fourteen that must be told (règlement UE 1169/2011, annexe II), as the schema of the menus writes them.
ALLERGENS = (
    "céréales contenant du gluten",
    "crustacés",
    "oeufs",
    "poissons",
    "arachides",
    "soja",
    "lait",
    "fruits à coques",
    "céleri",
    "moutarde",
    "graines de sésame",
    "anhydride sulfureux et sulfites",
    "lupin",
    "mollusques",
)


class Shift(models.Model):
    """A facilitator on a site, one day. `left_at` null = still there."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="shifts")
    day = models.DateField("jour")
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="animateur", on_delete=models.PROTECT, related_name="childcare_shifts"
    )
    arrived_at = models.DateTimeField("arrivé à")
    left_at = models.DateTimeField("parti à", null=True, blank=True)

    class Meta:
        verbose_name = "présence d’animateur"
        verbose_name_plural = "présences d’animateurs"
        constraints = [
            models.UniqueConstraint(fields=["worker"], condition=Q(left_at=None), name="shift_one_open"),
            models.CheckConstraint(condition=Q(left_at=None) | Q(left_at__gte=F("arrived_at")), name="shift_order"),
        ]
        indexes = [models.Index(fields=["site", "day"], name="shift_site_day")]

    def __str__(self):
        return f"{self.worker_id} {self.day:%d/%m/%Y}"


class MealOrder(models.Model):
    """What was ordered from the kitchen for a site and a day: one line each time, the last one holds.

    `counts`: {diet: number}; the kitchen knows how many, never who. `changes`: {diet: more or fewer} than the order
    before, empty for the first one. `sent_by` null = ordered by itself, at the hour set for the site.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="meal_orders")
    day = models.DateField("jour")
    counts = models.JSONField("repas par régime", default=dict)
    changes = models.JSONField("changements", default=dict, blank=True)
    total = models.PositiveSmallIntegerField("repas")
    sent_at = models.DateTimeField("commandé le", default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "commande de repas"
        verbose_name_plural = "commandes de repas"
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["site", "day"], name="meal_order_site_day")]

    def __str__(self):
        return f"{self.total} repas"

    @property
    def lines(self) -> list[tuple[str, int]]:
        """(diet in words, meals)."""
        return [(name_of(diet), count) for diet, count in sorted(self.counts.items()) if count]

    @property
    def changed(self) -> list[tuple[str, str]]:
        """(diet in words, « +2 »): what differs from the order before."""
        return [(name_of(diet), f"{number:+d}".replace("-", "−")) for diet, number in sorted(self.changes.items())]


class Dish(models.Model):
    """A dish of a site's menu of a day, published as the schema « menus de la restauration collective » has it."""

    class Meal(models.TextChoices):
        LUNCH = "déjeuner", "Déjeuner"
        SNACK = "goûter", "Goûter"

    class Course(models.TextChoices):
        STARTER = "entrée", "Entrée"
        MAIN = "plat principal", "Plat principal"
        SIDE = "garniture", "Garniture"
        DAIRY = "produit laitier", "Produit laitier"
        DESSERT = "dessert", "Dessert"
        OTHER = "autre", "Autre"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="dishes")
    day = models.DateField("jour")
    meal = models.CharField("repas", max_length=12, choices=Meal, default=Meal.LUNCH)
    course = models.CharField("type de plat", max_length=16, choices=Course)
    name = models.CharField("plat", max_length=160)
    organic = models.BooleanField("issu de l’agriculture biologique", default=False)
    vegetarian = models.BooleanField("végétarien", default=False)
    allergens = ArrayField(
        models.CharField(max_length=40, choices=[(name, name.capitalize()) for name in ALLERGENS]),
        verbose_name="allergènes",
        default=list,
        blank=True,
    )
    updated_at = models.DateTimeField("publié le", default=timezone.now)

    class Meta:
        verbose_name = "plat"
        verbose_name_plural = "plats"
        ordering = ["day", "site", "meal", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "day", "meal", "course", "name"], name="dish_once"),
        ]

    def __str__(self):
        return self.name
