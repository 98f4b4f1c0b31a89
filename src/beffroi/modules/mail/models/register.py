"""Registers and what is set beside them: types of letters, rules of routing, models of answers."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from beffroi.kernel import access
from beffroi.modules.mail import rights
from beffroi.shared.organisations.models import Organisation, Team

CODE = RegexValidator(r"^[A-Z][A-Z0-9]{0,5}$", "Une majuscule, puis majuscules ou chiffres, six signes au plus.")
DAYS = [MinValueValidator(1), MaxValueValidator(250)]


class Kind(models.TextChoices):
    INCOMING = "incoming", "Arrivée"
    INTERNAL = "internal", "Interne"
    OUTGOING = "outgoing", "Départ"
    REGISTERED = "registered", "Départ en recommandé"


COMING = (Kind.INCOMING, Kind.INTERNAL)
GOING = (Kind.OUTGOING, Kind.REGISTERED)


class Regime(models.TextChoices):
    """What silence means (CRPA L231-1 and L231-4)."""

    NONE = "none", "Ce n’est pas une demande"
    SVA = "sva", "Silence vaut accord"
    SVR = "svr", "Silence vaut rejet"


class Priority(models.TextChoices):
    NORMAL = "normal", "Normale"
    URGENT = "urgent", "Urgente"
    VERY_URGENT = "very_urgent", "Très urgente"


class RegisterQuerySet(models.QuerySet):
    def open_to(self, user, permission):
        """Those of the bodies in which `user` has the permission; one kept for a team, to its members and managers."""
        allowed = access.organisations_where(user, permission)
        if allowed is None:
            return self
        managed = access.organisations_where(user, rights.MANAGE) or set()
        mine = Q(team=None) | Q(team__in=rights.teams_of(user)) | Q(organisation__in=managed)
        return self.filter(mine, organisation__in=allowed)


class Register(models.Model):
    """A book of letters of one body, numbered from 1 each year. `team` = kept for that team (human resources…)."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="registers"
    )
    kind = models.CharField("sens", max_length=10, choices=Kind, default=Kind.INCOMING)
    code = models.CharField(
        "code", max_length=6, validators=[CODE], help_text="Il entre dans le numéro : 2026-A-000012."
    )
    name = models.CharField("nom", max_length=80)
    team = models.ForeignKey(
        Team, verbose_name="réservé à l’équipe", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_active = models.BooleanField("en service", default=True)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = "registre"
        verbose_name_plural = "registres"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="register_code")]

    def __str__(self):
        return f"{self.name} ({self.code})"

    def get_absolute_url(self):
        return reverse("mail:list")


class Counter(models.Model):
    """The last number of a register for a year. Written by the database alone (migration 0002)."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="counters")
    year = models.PositiveSmallIntegerField("année")
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "compteur"
        verbose_name_plural = "compteurs"
        constraints = [models.UniqueConstraint(fields=["register", "year"], name="mail_counter_unique")]

    def __str__(self):
        return f"{self.register_id} {self.year} : {self.last}"


class LetterType(models.Model):
    """What a letter is about: its delays in working days by priority, its two alarms, what silence means.

    `alarm_before`, `alarm_after`: working days before and after the deadline. `months`: of the implicit decision.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="letter_types"
    )
    name = models.CharField("nom", max_length=80)
    team = models.ForeignKey(
        Team, verbose_name="service habituel", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    normal_days = models.PositiveSmallIntegerField("délai normal", default=20, validators=DAYS)
    urgent_days = models.PositiveSmallIntegerField("délai urgent", default=8, validators=DAYS)
    very_urgent_days = models.PositiveSmallIntegerField("délai très urgent", default=4, validators=DAYS)
    alarm_before = models.PositiveSmallIntegerField(
        "première alerte, jours avant", default=5, validators=[MaxValueValidator(60)]
    )
    alarm_after = models.PositiveSmallIntegerField(
        "seconde alerte, jours après", default=1, validators=[MaxValueValidator(60)]
    )
    regime = models.CharField("le silence", max_length=4, choices=Regime, default=Regime.NONE)
    months = models.PositiveSmallIntegerField(
        "mois avant la décision implicite", default=2, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    basis = models.CharField("texte qui le prévoit", max_length=160, blank=True)
    remedies = models.TextField("voies de recours particulières", max_length=1000, blank=True)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "type de courrier"
        verbose_name_plural = "types de courrier"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="letter_type_name")]

    def __str__(self):
        return self.name

    def days(self, priority: str) -> int:
        """The delay for that priority, in working days."""
        return {Priority.URGENT: self.urgent_days, Priority.VERY_URGENT: self.very_urgent_days}.get(
            Priority(priority), self.normal_days
        )


class Rule(models.Model):
    """« When the object holds one of these words, it is of that type and goes to that service. » The first that fits is
    applied, in the order of `position`."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="mail_rules"
    )
    position = models.PositiveSmallIntegerField("rang", default=10)
    register = models.ForeignKey(
        Register, verbose_name="registre", null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    words = models.CharField(
        "mots de l’objet", max_length=300, blank=True, help_text="Séparés par des virgules ; un seul suffit."
    )
    senders = models.CharField(
        "mots de l’expéditeur", max_length=300, blank=True, help_text="Séparés par des virgules ; un seul suffit."
    )
    type = models.ForeignKey(
        LetterType, verbose_name="type", null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    priority = models.CharField("priorité", max_length=12, choices=Priority, default=Priority.NORMAL)
    team = models.ForeignKey(
        Team, verbose_name="service", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="agent",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_active = models.BooleanField("appliquée", default=True)

    class Meta:
        verbose_name = "règle d’orientation"
        verbose_name_plural = "règles d’orientation"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(words="") | ~Q(senders="") | Q(register__isnull=False), name="rule_when"
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=False) | Q(assignee__isnull=False) | Q(type__isnull=False), name="rule_then"
            ),
        ]

    def __str__(self):
        return self.words or self.senders or str(self.register)


class Template(models.Model):
    """A model of answer. Between braces: {nom}, {objet}, {numero}, {date_courrier}, {date_arrivee}, {service},
    {organisme}, {date}."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="mail_templates"
    )
    name = models.CharField("nom", max_length=80)
    type = models.ForeignKey(
        LetterType,
        verbose_name="pour le type",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="templates",
    )
    body = models.TextField("texte", max_length=8000)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "modèle de réponse"
        verbose_name_plural = "modèles de réponse"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="mail_template_name")]

    def __str__(self):
        return self.name
