"""The classification plan: activities, and the series that say how long their documents are kept and what becomes of
them (Code du patrimoine, L212-2, R212-13, R212-14)."""

from django.db import models
from django.db.models import Q

from beffroi.shared.organisations.models import Organisation


class Activity(models.Model):
    """What a body does, as its archives are arranged: « Finances », « Urbanisme »."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="activities"
    )
    code = models.CharField("cote", max_length=12)
    title = models.CharField("intitulé", max_length=120)

    class Meta:
        verbose_name = "activité"
        verbose_name_plural = "activités"
        ordering = ["code", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="document_activity_code")]

    def __str__(self):
        return f"{self.code} {self.title}"


class Series(models.Model):
    """A kind of file, its useful life (DUA) and its fate. `years` null = kept without limit.

    The count begins at `trigger`; the DUA ends on 31 December of the last year, so that what is due goes from the
    following 1 January.
    """

    class Trigger(models.TextChoices):
        CLOSING = "closing", "à la clôture du dossier"
        DATE = "date", "à la date du document"
        EVENT = "event", "à un événement daté à la main"

    class Fate(models.TextChoices):
        DESTROY = "destroy", "Élimination"
        KEEP = "keep", "Conservation définitive"
        SORT = "sort", "Tri"

    class Communicability(models.TextChoices):
        """When anyone may ask for the document, and by which article of the Code du patrimoine."""

        OPEN = "open", "De plein droit (L213-1)"
        Y25 = "y25", "25 ans : délibérations, intérêts de l’État (L213-2, 1°)"
        Y50 = "y50", "50 ans : vie privée, sûreté (L213-2, 3°)"
        Y75 = "y75", "75 ans : justice, enquêtes, état civil (L213-2, 4°)"
        Y100 = "y100", "100 ans : mineurs, agents de renseignement (L213-2, 5°)"
        Y120 = "y120", "120 ans de la naissance : secret médical (L213-2, 2°)"

    DELAYS = {"open": 0, "y25": 25, "y50": 50, "y75": 75, "y100": 100, "y120": 120}

    activity = models.ForeignKey(Activity, verbose_name="activité", on_delete=models.PROTECT, related_name="series")
    code = models.CharField("cote", max_length=16)
    title = models.CharField("intitulé", max_length=160)
    years = models.PositiveSmallIntegerField("durée d’utilité administrative (années)", null=True, blank=True)
    trigger = models.CharField("le compte commence", max_length=8, choices=Trigger, default=Trigger.CLOSING)
    fate = models.CharField("sort final", max_length=8, choices=Fate, default=Fate.DESTROY)
    communicability = models.CharField(
        "communicable", max_length=8, choices=Communicability, default=Communicability.OPEN
    )
    basis = models.CharField("texte qui fixe la durée", max_length=200, blank=True)
    note = models.TextField("précisions", max_length=1000, blank=True)
    is_active = models.BooleanField("proposée", default=True)

    class Meta:
        verbose_name = "série"
        verbose_name_plural = "séries"
        ordering = ["activity__code", "code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "code"], name="document_series_code"),
            models.CheckConstraint(
                condition=Q(years__isnull=False) | Q(fate="keep"),
                name="document_series_endless_is_kept",
                violation_error_message="Sans durée, le sort final est la conservation définitive.",
            ),
            models.CheckConstraint(
                condition=Q(years__isnull=True) | Q(years__lte=150),
                name="document_series_years",
                violation_error_message="150 ans au plus.",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    @property
    def delay(self) -> int:
        """Years before anyone may ask for what is in it."""
        return self.DELAYS[self.communicability]
