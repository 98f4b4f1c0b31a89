"""What hangs on an action: steps, money, notes, links."""

from decimal import Decimal

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.modules.roadmap.models.action import Action

not_negative = MinValueValidator(Decimal(0), "Le montant ne peut pas être négatif.")


class Step(models.Model):
    """Something to do on the way, in order; `done_on` empty = still to do."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField("ordre", default=1)
    title = models.CharField("étape", max_length=160)
    due = models.DateField("échéance", null=True, blank=True)
    done_on = models.DateField("faite le", null=True, blank=True)

    class Meta:
        verbose_name = "étape"
        verbose_name_plural = "étapes"
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["action", "position"], name="roadmap_step_action"),
            models.Index(fields=["due"], condition=Q(done_on__isnull=True), name="roadmap_step_due"),
        ]

    def __str__(self):
        return self.title

    @property
    def is_late(self) -> bool:
        return self.done_on is None and self.due is not None and self.due < timezone.localdate()


class BudgetLine(models.Model):
    """What is planned and what was spent in one year, in euros; `actual` empty = not known yet."""

    class Kind(models.TextChoices):
        OPERATING = "operating", "Fonctionnement"
        INVESTMENT = "investment", "Investissement"

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="budget_lines")
    year = models.PositiveSmallIntegerField("année")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    planned = models.DecimalField("prévu", max_digits=12, decimal_places=2, validators=[not_negative])
    actual = models.DecimalField(
        "réalisé", max_digits=12, decimal_places=2, null=True, blank=True, validators=[not_negative]
    )

    class Meta:
        verbose_name = "ligne de budget"
        verbose_name_plural = "lignes de budget"
        ordering = ["year", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year", "kind"],
                name="roadmap_budget_line_unique",
                violation_error_message="Cette année et cette nature ont déjà une ligne.",
            ),
            models.CheckConstraint(
                condition=Q(planned__gte=0) & (Q(actual__isnull=True) | Q(actual__gte=0)),
                name="roadmap_budget_amounts",
            ),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="roadmap_budget_year"),
            models.CheckConstraint(condition=Q(kind__in=["operating", "investment"]), name="roadmap_budget_kind"),
        ]
        indexes = [models.Index(fields=["year", "kind"], name="roadmap_budget_year_kind")]

    def __str__(self):
        return f"{self.year} {self.get_kind_display()}"


class Funding(models.Model):
    """Money expected or received from a funder, in euros."""

    class Status(models.TextChoices):
        CONSIDERED = "considered", "Envisagé"
        REQUESTED = "requested", "Demandé"
        GRANTED = "granted", "Accordé"
        RECEIVED = "received", "Versé"
        REFUSED = "refused", "Refusé"

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="fundings")
    funder = models.CharField("financeur", max_length=120)
    scheme = models.CharField("dispositif", max_length=120, blank=True)
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2, validators=[not_negative])
    status = models.CharField("avancement", max_length=10, choices=Status, default=Status.CONSIDERED)

    class Meta:
        verbose_name = "financement"
        verbose_name_plural = "financements"
        ordering = ["funder", "scheme", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "funder", "scheme"],
                name="roadmap_funding_unique",
                violation_error_message="Ce financeur a déjà une ligne pour ce dispositif.",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="roadmap_funding_not_negative"),
            models.CheckConstraint(condition=~Q(funder=""), name="roadmap_funding_has_funder"),
        ]

    def __str__(self):
        return self.funder


class Note(models.Model):
    """Where the action stands, in words. `public` ones are read on the site; the reason of a change of state is one."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = models.TextField("texte")
    public = models.BooleanField("publiée sur le site", default=False)
    is_reason = models.BooleanField("motif d’un changement d’état", default=False, editable=False)
    created_at = models.DateTimeField("écrite le", default=timezone.now)

    class Meta:
        verbose_name = "point d’avancement"
        verbose_name_plural = "points d’avancement"
        ordering = ["-created_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="roadmap_note_not_empty")]
        indexes = [models.Index(fields=["action", "-created_at"], name="roadmap_note_action")]

    def __str__(self):
        return self.body[:60]


class Link(models.Model):
    """From an action to a case, to an object of another module, or to an address (exactly one of the three)."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="links")
    label = models.CharField("intitulé", max_length=200)
    case = models.ForeignKey(
        "cases.Case", null=True, blank=True, on_delete=models.CASCADE, related_name="roadmap_links"
    )
    target_type = models.ForeignKey(
        "contenttypes.ContentType", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    target_id = models.PositiveBigIntegerField(null=True, blank=True)
    target = GenericForeignKey("target_type", "target_id")
    url = models.URLField("adresse", max_length=500, blank=True)
    created_at = models.DateTimeField("ajouté le", auto_now_add=True)

    class Meta:
        verbose_name = "lien"
        verbose_name_plural = "liens"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, target_type__isnull=True, target_id__isnull=True, url="")
                | Q(case__isnull=True, target_type__isnull=False, target_id__isnull=False, url="")
                | (Q(case__isnull=True, target_type__isnull=True, target_id__isnull=True) & ~Q(url="")),
                name="roadmap_link_exactly_one",
            ),
            models.UniqueConstraint(
                fields=["action", "case", "target_type", "target_id", "url"],
                nulls_distinct=False,
                name="roadmap_link_unique",
            ),
        ]

    def __str__(self):
        return self.label
