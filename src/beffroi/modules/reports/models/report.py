"""The report itself, and how reports are searched."""

import math

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Func, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.reports.models.public import PublicWords
from beffroi.modules.reports.workflow import CLOSED, OPEN, REOPEN_WITHIN, TONES, ReportState, report_workflow
from beffroi.shared.cases.models import Case, CaseQuerySet
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.geometry import PointField

METRES = 111_320  # a degree of latitude


class Refusal(models.TextChoices):
    """Why a report is not followed up: what its author is told."""

    PRIVATE = "private", "Cela relève d’une propriété privée"
    NO_BODY = "no_body", "Aucun service public n’est compétent"
    NOT_FOUND = "not_found", "Le problème n’a pas été retrouvé sur place"
    PLANNED = "planned", "Des travaux déjà décidés le régleront"
    NO_WORK = "no_work", "L’état constaté ne demande pas d’intervention"
    UNCLEAR = "unclear", "Les précisions demandées ne sont pas venues"
    ABUSE = "abuse", "Le message n’est pas un signalement"
    OTHER = "other", "Autre raison"


class ReportQuerySet(CaseQuerySet):
    def public(self):
        """What anyone may know of: neither private, hidden, nor merged into another."""
        # The few that are merged are read apart: a count of a hundred thousand then looks at one table.
        merged = Case.objects.filter(state=ReportState.MERGED).order_by().values("pk")
        return self.filter(is_private=False, hidden_at__isnull=True).exclude(pk__in=merged)

    def shown(self):
        """The same, for a query that reads the case too: by its state, in one pass and in the order of its index."""
        return self.filter(is_private=False, hidden_at__isnull=True).exclude(state=ReportState.MERGED)

    def with_names(self, *more):
        """With what its page says of where it was sent, in the same query."""
        sendings = self.model._meta.get_field("sendings").related_model.objects.filter(report=OuterRef("pk"))
        return super().with_names(*more).annotate(told_to=ArraySubquery(sendings.values(told=sendings.as_told())))

    def in_box(self, bbox: tuple[float, float, float, float], *, wide: bool = False):
        """Those in a box (west, south, east, north), by the index on the point; each is looked at when it is `wide`."""
        return self.filter(location__in_wide_box=bbox) if wide else self.filter(location__in_box=bbox)

    def around(self, point: tuple[float, float], metres: float):
        """Those at `metres` of a point at most; nearest first, with `.away` in metres."""
        distance = Distance(F("location"), *point, math.cos(math.radians(point[1])))
        return self.in_box(square(point, metres)).annotate(away=distance).filter(away__lte=metres).order_by("away")

    def within(self, point: tuple[float, float], metres: float):
        """The same, in no order: for what is counted or grouped afterwards."""
        distance = Distance(F("location"), *point, math.cos(math.radians(point[1])))
        return self.in_box(square(point, metres)).alias(away=distance).filter(away__lte=metres)


def square(point: tuple[float, float], metres: float) -> tuple[float, float, float, float]:
    """The box (west, south, east, north) that holds everything at `metres` of a point at most."""
    longitude, latitude = point
    up, side = metres / METRES, metres / (METRES * math.cos(math.radians(latitude)))
    return (longitude - side, latitude - up, longitude + side, latitude + up)


class Distance(Func):
    """Metres between a point column and a point, on a plane tangent there (exact enough below a few kilometres)."""

    output_field = models.FloatField()

    def __init__(self, place, longitude, latitude, narrow):
        super().__init__(place)
        self.given = (longitude, latitude, narrow)

    def as_sql(self, compiler, connection, **context):
        column, params = compiler.compile(self.source_expressions[0])
        longitude, latitude, narrow = self.given
        sql = f"({METRES} * sqrt(power(({column})[1] - %s, 2) + power((({column})[0] - %s) * %s, 2)))"
        return sql, [*params, latitude, *params, longitude, narrow]


class Report(PublicWords, Case):
    """A problem shown in the public space. `title` is made of its category and place, never of the author's words.

    `organisation` handles it on the platform; `external` = the competent body when that one has no desk here: it is
    told by e-mail, and `organisation` keeps watch. `text_shown_at` null = the public does not read the description;
    `hidden_at` = the whole report is out of public sight; `is_private` = its author asked so.
    """

    prefix = "SIG"
    related = ("category", "external", "asset")
    workflow = report_workflow
    states = ReportState
    tones = TONES
    view_permission = "reports.view"
    handle_permission = "reports.handle"
    shared_with_commune = True
    new_states = (ReportState.NEW,)
    waiting_states = (ReportState.WAITING,)
    closed_states = CLOSED
    open_states = OPEN
    personal_fields = ("description",)
    visitor_words = ("still_there", "looks_solved")
    desk_template = "reports/desk/facts.html"
    public_template = "reports/parts/tracking.html"

    class Precision(models.TextChoices):
        POINT = "point", "point placé sur la carte"
        ADDRESS = "address", "adresse"
        COMMUNE = "commune", "commune seulement"

    category = models.ForeignKey(
        "reports.Category", verbose_name="catégorie", on_delete=models.PROTECT, related_name="reports"
    )
    location = PointField("emplacement")
    precision = models.CharField("précision du lieu", max_length=8, choices=Precision, default=Precision.POINT)
    address = models.CharField("adresse ou repère", max_length=200, blank=True)
    address_is_known = models.BooleanField("adresse reconnue", default=False)
    description = models.TextField("description", max_length=4000, blank=True)
    answers = models.JSONField("réponses aux questions", default=dict, blank=True)
    asset = models.ForeignKey(
        "assets.Asset",
        verbose_name="équipement",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
    )
    api_key = models.ForeignKey(
        "reports.ApiKey",
        verbose_name="application",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
    )
    external = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="organisme extérieur compétent",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports_relayed",
    )
    competence_reason = models.CharField("pourquoi cet organisme", max_length=200, blank=True)
    is_private = models.BooleanField("non publié à la demande de l’auteur", default=False)
    text_shown_at = models.DateTimeField("texte publié le", null=True, blank=True)
    checked_at = models.DateTimeField("relu le", null=True, blank=True)
    hidden_at = models.DateTimeField("retiré du public le", null=True, blank=True)
    refusal = models.CharField("motif", max_length=10, choices=Refusal, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "signalement"
        verbose_name_plural = "signalements"
        indexes = [
            models.Index(fields=["category"], name="report_category"),
            models.Index(fields=["external"], name="report_external", condition=Q(external__isnull=False)),
            models.Index(
                fields=["case_ptr"],
                include=["location"],
                name="report_shown",
                condition=Q(hidden_at__isnull=True, is_private=False),
            ),
            models.Index(fields=["case_ptr"], name="report_unchecked", condition=Q(checked_at__isnull=True)),
        ]

    @property
    def is_public(self) -> bool:
        return not self.is_private and self.hidden_at is None and self.state != ReportState.MERGED

    @property
    def takes_sightings(self) -> bool:
        """May anyone say what they saw of it? While it is open, and as long as its author may open it again."""
        recent = self.closed_at is None or timezone.now() - self.closed_at <= REOPEN_WITHIN
        return self.is_public and recent

    @property
    def public_title(self) -> str:
        """« Nid-de-poule, rue du Moulin »: nothing that its author wrote freely."""
        return title_of(self.category, self.public_address, self.commune)

    @property
    def is_approximate(self) -> bool:
        return self.precision == self.Precision.COMMUNE

    def public_url(self) -> str:
        """Its page for everyone; empty while it is out of public sight."""
        return reverse("reports:report", args=[self.reference]) if self.is_public else ""

    @property
    def follower_title(self) -> str:
        return self.public_title

    def photos(self) -> list[StoredFile]:
        """Every photo kept with it: as sent, of the repair (`kind` "after"), before a blur ("original")."""
        return [file for file in StoredFile.objects.about(self) if file.blob.is_image]

    def answered(self) -> list[tuple[str, str]]:
        """The questions of its category with their answers."""
        specs = self.category.specs
        return [(s.label, f"{self.answers[s.name]} {s.unit}".strip()) for s in specs if s.name in self.answers]

    def sent_to(self) -> list:
        """Where it was filed, or waits to be: the servers of the competent bodies, the last one first."""
        model = self._meta.get_field("sendings").related_model
        read = getattr(self, "told_to", None)  # read with the report, where a page shows it
        return model.told(self) if read is None else [model.read(one) for one in read]

    def desk_context(self, request) -> dict:
        sendings = self.sent_to()
        linked = any(one.body == self.competent.name and one.is_under_way for one in sendings)
        return {"photos": self.photos(), "answered": self.answered(), "sendings": sendings, "linked": linked}

    def public_context(self, request) -> dict:
        may_reopen = self.state in (ReportState.RESOLVED, ReportState.REFUSED)
        return {"may_reopen": may_reopen, "sendings": [one for one in self.sent_to() if one.stage == "sent"]}


def title_of(category, address: str, commune) -> str:
    """« Nid-de-poule, rue du Moulin »; the commune stands for a place without address."""
    where = address.split(",")[0].strip() if address.strip() else getattr(commune, "name", "")
    return f"{category.label}, {where}"[:200] if where else category.label
