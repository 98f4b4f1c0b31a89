"""The plan, its axes, and the elected members who answer for it."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.dated import DatedQuerySet


class PlanQuerySet(models.QuerySet):
    def public(self):
        """Published plans."""
        return self.filter(is_public=True)

    def visible_to(self, user):
        """Published plans, those of the bodies where `user` may consult them, and those where they pilot an action."""
        bodies = access.organisations_where(user, "roadmap.view")
        if bodies is None:
            return self
        rule = Q(is_public=True) | Q(organisation_id__in=bodies)
        if user.is_authenticated:
            from beffroi.modules.roadmap.models.action import Action  # the action knows its plan

            rule |= Q(pk__in=Action.objects.piloted_by(user).values("axis__plan"))
        return self.filter(rule)


class Plan(models.Model):
    """A programme of actions steered by a body between two days: the digital roadmap, the territory's project…

    `has_demo_figures` = its states, dates and amounts were invented to show the platform: every screen says so.
    """

    class Kind(models.TextChoices):
        ROADMAP = "roadmap", "Feuille de route"
        PROJECT = "project", "Projet de territoire"
        OTHER = "other", "Autre plan d’actions"

    class Taxes(models.TextChoices):
        INCLUDED = "ttc", "toutes taxes comprises"
        EXCLUDED = "ht", "hors taxes"

    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="organisme qui pilote",
        on_delete=models.PROTECT,
        related_name="plans",
    )
    kind = models.CharField("nature", max_length=10, choices=Kind)
    title = models.CharField("titre", max_length=160)
    slug = models.SlugField("adresse courte", max_length=80, unique=True)
    parent = models.ForeignKey(
        "self",
        verbose_name="plan dont il découle",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    start = models.DateField("début")
    end = models.DateField("fin")
    summary = models.TextField("en quelques mots", blank=True)
    source_title = models.CharField("document d’origine", max_length=200, blank=True)
    source_url = models.URLField("adresse du document", blank=True)
    editor_note = models.TextField("note de l’éditeur", blank=True)
    is_public = models.BooleanField("publié sur le site", default=False)
    budget_is_public = models.BooleanField("budget publié", default=False)
    taxes = models.CharField("montants", max_length=3, choices=Taxes, default=Taxes.INCLUDED)
    has_demo_figures = models.BooleanField("chiffres de démonstration", default=False)
    revision_months = models.PositiveSmallIntegerField("révision tous les (mois)", default=12)
    reminded_on = models.DateField("rappel de révision envoyé le", null=True, blank=True, editable=False)
    position = models.PositiveSmallIntegerField("ordre", default=1)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "plan"
        verbose_name_plural = "plans"
        ordering = ["position", "-start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="roadmap_plan_dates",
                violation_error_message="La fin doit venir après le début.",
            ),
            models.CheckConstraint(condition=Q(revision_months__gte=1), name="roadmap_plan_revision_months"),
        ]
        indexes = [models.Index(fields=["is_public", "position"], name="roadmap_plan_public")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("roadmap:public_plan", args=[self.slug])

    @property
    def years(self) -> range:
        return range(self.start.year, self.end.year + 1)


class Axis(models.Model):
    """A heading of the plan; a tree. `editor_note` says openly what is wrong or odd in the source document."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="axes")
    parent = models.ForeignKey(
        "self", verbose_name="axe parent", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    code = models.CharField(
        "numéro",
        max_length=12,
        validators=[RegexValidator(r"^[0-9A-Z]+(\.[0-9A-Z]+)*$", "Écrivez des chiffres séparés par des points : 2.1.")],
    )
    title = models.CharField("titre", max_length=200)
    summary = models.TextField("en quelques mots", blank=True)
    editor_note = models.TextField("note de l’éditeur", blank=True)
    position = models.PositiveSmallIntegerField("ordre", default=1)

    class Meta:
        verbose_name = "axe"
        verbose_name_plural = "axes"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                name="roadmap_axis_code_unique",
                violation_error_message="Ce numéro est déjà celui d’un autre axe du plan.",
            ),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="roadmap_axis_not_own_parent"),
        ]
        indexes = [models.Index(fields=["plan", "position"], name="roadmap_axis_plan")]

    def __str__(self):
        return f"Axe {self.code}. {self.title}"


class Referent(models.Model):
    """An elected member who answers for actions. The name of an elected member in office is public information;
    it is replaced by the office alone some years after it ended (see the retention rules)."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="roadmap_referents"
    )
    user = models.ForeignKey(
        "kernel.User",
        verbose_name="compte",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="roadmap_referents",
    )
    name = models.CharField("nom", max_length=120)
    office = models.CharField("fonction", max_length=160)
    start = models.DateField("depuis le", default=timezone.localdate)
    end = models.DateField("jusqu’au", null=True, blank=True)
    anonymised_at = models.DateTimeField("anonymisé le", null=True, blank=True, editable=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "élu référent"
        verbose_name_plural = "élus référents"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="roadmap_referent_dates",
                violation_error_message="La fin doit venir après le début.",
            ),
            models.UniqueConstraint(
                fields=["organisation", "name", "office", "start"],
                name="roadmap_referent_unique",
                violation_error_message="Cet élu est déjà enregistré avec cette fonction.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "name"], name="roadmap_referent_name")]

    def __str__(self):
        return f"{self.name}, {self.office}" if self.office else self.name
