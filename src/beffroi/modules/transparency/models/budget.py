"""A budget as it was voted, or as it was carried out, line by line; the chart of accounts that puts it in words."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse

from beffroi.modules.transparency import access
from beffroi.modules.transparency.workflow import TONES, State
from beffroi.shared.organisations.models import Organisation

AMOUNTS = {
    "done": "BGT_MTREAL",
    "before": "BGT_MTBUDGPREC",
    "left_before": "BGT_MTRARPREC",
    "asked": "BGT_MTPROPNOUV",
    "voted": "BGT_MTPREV",
    "opened": "BGT_CREDOUV",
    "left": "BGT_MTRAR3112",
}

TWICE = "Cette étape de ce budget est déjà là : retirez-la avant d’en donner une autre."


class Chart(models.Model):
    """A chart of accounts of the State ("M57-M57"), of a year: {"chapters": {code: [label, section]}, "accounts":
    {code: label}, "functions": {code: label}, "places": {account: {"D0": chapter…}}}. One for the whole platform."""

    nomenclature = models.CharField("nomenclature", max_length=40)
    year = models.PositiveSmallIntegerField("exercice")
    content = models.JSONField("comptes", default=dict)

    class Meta:
        verbose_name = "plan de comptes"
        verbose_name_plural = "plans de comptes"
        ordering = ["nomenclature", "-year"]
        constraints = [models.UniqueConstraint(fields=["nomenclature", "year"], name="transparency_chart_once")]

    def __str__(self):
        return f"{self.nomenclature} {self.year}"


class BudgetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """At the desk: those of the bodies whose money the person sees."""
        return access.of_bodies(self, user)

    def online(self):
        return self.filter(state=State.PUBLISHED)


class Budget(models.Model):
    """One step of one budget of a body, in a year. `siret` = of the main budget or of an annexed one; `number` = of an
    amending decision. Never changed once given: a mistake is withdrawn, and the right file given again."""

    class Step(models.TextChoices):
        """The words of SCDL 0.8.3; the codes of the State's file (NatDec)."""

        FIRST = "01", "budget primitif"
        AMENDING = "02", "décision modificative"
        ADDED = "03", "budget supplémentaire"
        DONE = "09", "compte administratif"

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="budgets"
    )
    siret = models.CharField("SIRET du budget", max_length=14)
    name = models.CharField("intitulé", max_length=160)
    year = models.PositiveSmallIntegerField("exercice")
    step = models.CharField("étape", max_length=2, choices=Step)
    number = models.PositiveSmallIntegerField("numéro de la décision", default=0)
    decided_on = models.DateField("voté le", null=True, blank=True)
    nomenclature = models.CharField("nomenclature", max_length=40, blank=True)
    sha256 = models.CharField("empreinte SHA-256 du fichier", max_length=64)
    lines_count = models.PositiveIntegerField("lignes", default=0)
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField("reçu le", auto_now_add=True)
    published_at = models.DateTimeField("publié le", null=True, blank=True)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = "budget"
        verbose_name_plural = "budgets"
        ordering = ["-year", "organisation__name", "siret", "step", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret", "year", "step", "number"],
                condition=~Q(state="withdrawn"),
                name="transparency_budget_once",
                violation_error_message=TWICE,
            )
        ]
        indexes = [models.Index(fields=["organisation", "-year"], name="transparency_budget_year")]

    def __str__(self):
        step = self.get_step_display()
        return f"{step} n° {self.number} {self.year}" if self.number else f"{step} {self.year}"

    def get_absolute_url(self):
        return reverse("transparency:public_budget", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def is_done(self) -> bool:
        """Says what was spent, not what was voted."""
        return self.step == self.Step.DONE

    @property
    def measure(self) -> str:
        """The amount that counts at this step: what was done, or what was voted."""
        return "done" if self.is_done else "voted"

    def desk_url(self):
        return reverse("transparency:budget", args=[self.pk])

    def chapters(self) -> list[dict]:
        """By section and chapter, what is spent and received, in euros."""
        rows = self.lines.values("section", "chapter", "chapter_label").annotate(
            spent=Sum(self.measure, filter=Q(way=BudgetLine.Way.SPENT)),
            received=Sum(self.measure, filter=Q(way=BudgetLine.Way.RECEIVED)),
        )
        return list(rows.order_by("section", "chapter"))


class BudgetLine(models.Model):
    """One line: a chapter, an account, perhaps a function, money one way. Amounts in euros; empty = not told."""

    class Section(models.TextChoices):
        RUNNING = "fonctionnement", "fonctionnement"
        INVESTING = "investissement", "investissement"

    class Way(models.TextChoices):
        SPENT = "dépense", "dépense"
        RECEIVED = "recette", "recette"

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="lines")
    rank = models.PositiveIntegerField("rang")
    chapter = models.CharField("chapitre", max_length=9)
    chapter_label = models.CharField("intitulé du chapitre", max_length=200)
    account = models.CharField("compte", max_length=9)
    account_label = models.CharField("intitulé du compte", max_length=200)
    function = models.CharField("fonction", max_length=9, blank=True)
    function_label = models.CharField("intitulé de la fonction", max_length=200, blank=True)
    operation = models.CharField("opération", max_length=100, blank=True)
    section = models.CharField("section", max_length=14, choices=Section)
    is_order = models.BooleanField("opération d’ordre", default=False)
    way = models.CharField("sens", max_length=7, choices=Way)
    done = models.DecimalField("réalisé", max_digits=15, decimal_places=2, null=True)
    before = models.DecimalField("budget précédent", max_digits=15, decimal_places=2, null=True)
    left_before = models.DecimalField("restes à réaliser précédents", max_digits=15, decimal_places=2, null=True)
    asked = models.DecimalField("propositions nouvelles", max_digits=15, decimal_places=2, null=True)
    voted = models.DecimalField("voté", max_digits=15, decimal_places=2, null=True)
    opened = models.DecimalField("crédits ouverts", max_digits=15, decimal_places=2, null=True)
    left = models.DecimalField("restes à réaliser", max_digits=15, decimal_places=2, null=True)
    is_special = models.BooleanField("article spécialisé", null=True)

    class Meta:
        verbose_name = "ligne de budget"
        verbose_name_plural = "lignes de budget"
        ordering = ["budget", "rank"]
        constraints = [models.UniqueConstraint(fields=["budget", "rank"], name="transparency_line_rank")]

    def __str__(self):
        return f"{self.account} {self.way}"


def totals(lines: models.QuerySet, measure: str) -> dict[tuple[str, str], Decimal]:
    """{(section, way): euros} of some lines."""
    rows = lines.order_by().values("section", "way").annotate(total=Sum(F(measure)))
    return {(row["section"], row["way"]): row["total"] or Decimal(0) for row in rows}
