"""Slips of elimination, their lines, and what was decided of the files to sort."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.archives import rights
from beffroi.modules.archives.models.box import Box
from beffroi.modules.archives.models.numbering import Numbered
from beffroi.modules.archives.workflow import TONES, State
from beffroi.shared.documents.models import Folder


class EliminationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the bodies whose archives the person reads."""
        return rights.of_bodies(self, user)


class Elimination(Numbered):
    """A slip. `visa_…` = what the departmental archives answered (R212-14); `confirmed_by` took the first of the two
    steps of the destruction, `destroyed_by` the second."""

    PREFIX = "ELIM"

    title = models.CharField("objet", max_length=200)
    note = models.TextField("note pour le service d’archives", max_length=2000, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT, editable=False)
    agency_name = models.CharField("service d’archives", max_length=160, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("préparé le", default=timezone.now, editable=False)
    visa_on = models.DateField("visé le", null=True, editable=False)
    visa_name = models.CharField("visé par", max_length=120, blank=True, editable=False)
    visa_quality = models.CharField("qualité", max_length=160, blank=True, editable=False)
    visa_reference = models.CharField("référence du visa", max_length=80, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    confirmed_at = models.DateTimeField("confirmé le", null=True, editable=False)
    destroyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    method = models.CharField("moyen de destruction du papier", max_length=160, blank=True, editable=False)
    destroyed_at = models.DateTimeField("détruit le", null=True, editable=False)

    objects = EliminationQuerySet.as_manager()

    class Meta:
        verbose_name = "bordereau d’élimination"
        verbose_name_plural = "bordereaux d’élimination"
        ordering = ["-year", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="archives_elimination_number"),
            models.CheckConstraint(
                condition=~Q(state__in=["visaed", "confirmed", "destroying", "destroyed"])
                | (Q(visa_on__isnull=False) & ~Q(visa_name="") & ~Q(visa_reference="")),
                name="archives_elimination_visa",
                violation_error_message="Rien ne se détruit sans le visa du service d’archives.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["destroying", "destroyed"])
                | Q(confirmed_by__isnull=False, destroyed_by__isnull=False),
                name="archives_elimination_two_steps",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="archives_elimination_state")]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("archives:elimination", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    def can_see_file(self, user, file) -> bool:
        return Elimination.objects.visible_to(user).filter(pk=self.pk).exists()


class Line(models.Model):
    """A file or a box on a slip, as it was when it was put there.

    `is_open` = the slip may still take it away: it can be on no other. `destroyed_at` = its contents are gone from the
    files of the body; `purged_at` = the bytes too, unless somebody else keeps the same. `blocked_because` = what
    stopped its destruction (a hold laid in between).
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", "À viser"
        ACCEPTED = "accepted", "Accordée"
        REFUSED = "refused", "Refusée"
        SET_ASIDE = "set_aside", "Retirée"

    elimination = models.ForeignKey(Elimination, on_delete=models.CASCADE, related_name="lines")
    folder = models.ForeignKey(
        Folder, null=True, on_delete=models.PROTECT, related_name="archive_lines", editable=False
    )
    box = models.ForeignKey(Box, null=True, on_delete=models.PROTECT, related_name="lines_of_slips", editable=False)
    title = models.CharField("intitulé", max_length=300)
    series = models.CharField("série", max_length=180, blank=True, editable=False)
    basis = models.CharField("texte qui fixe la durée", max_length=200, blank=True, editable=False)
    first_on = models.DateField("plus ancien", null=True, editable=False)
    last_on = models.DateField("plus récent", null=True, editable=False)
    documents = models.PositiveIntegerField("documents", default=0, editable=False)
    octets = models.PositiveBigIntegerField("volume en octets", default=0, editable=False)
    metres = models.DecimalField(
        "métrage",
        max_digits=7,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
        editable=False,
    )
    observations = models.CharField("observations", max_length=300, blank=True)
    outcome = models.CharField("visa", max_length=9, choices=Outcome, default=Outcome.WAITING, editable=False)
    refusal = models.CharField("motif", max_length=300, blank=True, editable=False)
    is_open = models.BooleanField(default=True, editable=False)
    blocked_because = models.CharField("empêchée", max_length=300, blank=True, editable=False)
    digests = models.JSONField("empreintes détruites", default=list, editable=False)
    destroyed_at = models.DateTimeField("détruite le", null=True, editable=False)
    purged_at = models.DateTimeField("contenus effacés le", null=True, editable=False)

    class Meta:
        verbose_name = "ligne de bordereau d’élimination"
        verbose_name_plural = "lignes de bordereau d’élimination"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=False, box__isnull=True) | Q(folder__isnull=True, box__isnull=False),
                name="archives_line_one_thing",
            ),
            models.UniqueConstraint(
                fields=["folder"],
                condition=Q(is_open=True),
                name="archives_line_folder_once",
                violation_error_message="Ce dossier est déjà sur un bordereau.",
            ),
            models.UniqueConstraint(
                fields=["box"],
                condition=Q(is_open=True),
                name="archives_line_box_once",
                violation_error_message="Cette boîte est déjà sur un bordereau.",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | Q(outcome="accepted"), name="archives_line_destroyed"
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True) | Q(destroyed_at__isnull=False), name="archives_line_purged"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_paper(self) -> bool:
        return self.box_id is not None


class Sorting(models.Model):
    """What was decided of a file whose fate is « tri »: kept or eliminated, by which method."""

    class Choice(models.TextChoices):
        DESTROY = "destroy", "Éliminer"
        KEEP = "keep", "Conserver"

    folder = models.OneToOneField(Folder, null=True, on_delete=models.PROTECT, related_name="archive_sorting")
    box = models.OneToOneField(Box, null=True, on_delete=models.PROTECT, related_name="sorting")
    choice = models.CharField("décision", max_length=7, choices=Choice)
    method = models.CharField("méthode", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("décidé le", default=timezone.now)

    class Meta:
        verbose_name = "décision de tri"
        verbose_name_plural = "décisions de tri"
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=False, box__isnull=True) | Q(folder__isnull=True, box__isnull=False),
                name="archives_sorting_one_thing",
            )
        ]

    def __str__(self):
        return f"{self.get_choice_display()} ({self.method})"
