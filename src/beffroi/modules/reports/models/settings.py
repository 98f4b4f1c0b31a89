"""What a report may be about, and when the public sees what residents write."""

from django.db import models
from django.db.models import F, Q

from beffroi.shared.assets.fields import FieldSpec


class CategoryQuerySet(models.QuerySet):
    def offered(self):
        """Those that a resident may choose, with their family."""
        own = self.filter(parent__isnull=False, is_active=True, parent__is_active=True)
        return own.select_related("parent").order_by("parent__order", "parent__label", "order", "label")

    def families(self):
        return self.filter(parent__isnull=True)


class Category(models.Model):
    """What a report is about: families (`parent` null) and, in them, the problems that residents choose.

    `fields` = questions, as `FieldSpec` written in JSON; `advice` = what to do at once when somebody is in danger;
    hours are working hours; `radius` = metres within which two reports may be the same.
    """

    code = models.SlugField("code", max_length=40, unique=True)
    label = models.CharField("intitulé", max_length=80)
    parent = models.ForeignKey(
        "self", verbose_name="famille", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    icon = models.CharField("icône", max_length=40, default="circle-alert")
    help_text = models.CharField("précision affichée", max_length=200, blank=True)
    advice = models.CharField("conseil en cas de danger", max_length=300, blank=True)
    fields = models.JSONField("questions", default=list, blank=True)
    acknowledge_hours = models.PositiveSmallIntegerField("heures ouvrées pour prendre en charge", default=14)
    fix_hours = models.PositiveSmallIntegerField("heures ouvrées pour résoudre", default=70)
    radius = models.PositiveSmallIntegerField("rayon de recherche des doublons, en mètres", default=60)
    order = models.PositiveSmallIntegerField("ordre", default=100)
    is_active = models.BooleanField("proposée au public", default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = "catégorie"
        verbose_name_plural = "catégories"
        ordering = ["order", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "label"],
                name="category_label_unique",
                nulls_distinct=False,
                violation_error_message="Cette famille a déjà une catégorie de ce nom.",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="category_not_own_parent"),
        ]

    def __str__(self):
        return self.label

    @property
    def specs(self) -> list[FieldSpec]:
        """The questions, in order."""
        return [FieldSpec(**{**spec, "choices": tuple(spec.get("choices", ()))}) for spec in self.fields]


class Moderation(models.Model):
    """When the public sees the text and the photos of the reports that a body receives.

    Without a line, a body checks both before they are shown.
    """

    organisation = models.OneToOneField(
        "organisations.Organisation", verbose_name="organisation", on_delete=models.CASCADE, related_name="+"
    )
    text_at_once = models.BooleanField("texte visible sans attendre", default=False)
    photos_at_once = models.BooleanField("photos visibles sans attendre", default=False)

    class Meta:
        verbose_name = "réglage de la publication"
        verbose_name_plural = "réglages de la publication"

    def __str__(self):
        return str(self.organisation)
