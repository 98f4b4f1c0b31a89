"""Boxes of paper: what they hold, where they stand, who has borrowed them."""

import datetime
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.archives import rights
from beffroi.modules.archives.models.numbering import Numbered
from beffroi.modules.archives.workflow import TONES, Keeping
from beffroi.shared.documents.models import Series
from beffroi.shared.organisations.models import Organisation


class Shelf(models.Model):
    """A place: building, room, shelf. `metres` = how much it can hold, in metres of shelf."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="archive_shelves"
    )
    building = models.CharField("bâtiment", max_length=80)
    room = models.CharField("salle", max_length=60)
    shelf = models.CharField("travée et tablette", max_length=40)
    metres = models.DecimalField(
        "capacité en mètres",
        max_digits=6,
        decimal_places=2,
        default=Decimal("1.00"),
        validators=[MinValueValidator(Decimal("0.10")), MaxValueValidator(Decimal("999"))],
    )

    class Meta:
        verbose_name = "emplacement d’archives"
        verbose_name_plural = "emplacements d’archives"
        ordering = ["building", "room", "shelf", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "building", "room", "shelf"],
                name="archives_shelf_unique",
                violation_error_message="Cet emplacement existe déjà.",
            )
        ]

    def __str__(self):
        return f"{self.building}, {self.room}, {self.shelf}"


class BoxQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the bodies whose archives the person reads."""
        return rights.of_bodies(self, user)

    def due(self, day: datetime.date | None = None):
        """Boxes in place whose useful life is over on `day`, holds included: the DUA ends on 31 December."""
        day = day or timezone.localdate()
        found = self.filter(state=Keeping.KEPT, closed_on__isnull=False, series__years__isnull=False)
        return found.annotate(ends=ExtractYear("closed_on") + F("series__years")).filter(ends__lt=day.year)

    def with_loan(self):
        """With what a list shows of the loan under way."""
        current = Loan.objects.filter(box=OuterRef("pk"), returned_on=None)
        return self.annotate(
            lent_to=Subquery(current.values("borrower")[:1]), lent_until=Subquery(current.values("due_on")[:1])
        )


class Box(Numbered):
    """A box on a shelf. `closed_on` = the day on which the last file that it holds was closed: the DUA runs from it.

    `metres` = its length on the shelf. `held_because` not empty = nothing may take it away.
    """

    PREFIX = "BTE"

    title = models.CharField("intitulé", max_length=200)
    series = models.ForeignKey(
        Series, verbose_name="série", null=True, blank=True, on_delete=models.PROTECT, related_name="archive_boxes"
    )
    shelf = models.ForeignKey(
        Shelf, verbose_name="emplacement", null=True, blank=True, on_delete=models.PROTECT, related_name="boxes"
    )
    first_on = models.DateField("plus ancien document", null=True, blank=True)
    last_on = models.DateField("plus récent document", null=True, blank=True)
    closed_on = models.DateField("dernier dossier clos le", null=True, blank=True)
    metres = models.DecimalField(
        "longueur en mètres",
        max_digits=5,
        decimal_places=2,
        default=Decimal("0.10"),
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal("20"))],
    )
    contents = models.TextField(
        "contenu", max_length=6000, blank=True, help_text="Un dossier par ligne : la liste s’imprime avec l’étiquette."
    )
    held_because = models.CharField("gel : motif", max_length=300, blank=True, editable=False)
    state = models.CharField("état", max_length=11, choices=Keeping, default=Keeping.KEPT, editable=False)
    created_at = models.DateTimeField("décrite le", default=timezone.now, editable=False)

    objects = BoxQuerySet.as_manager()

    class Meta:
        verbose_name = "boîte d’archives"
        verbose_name_plural = "boîtes d’archives"
        ordering = ["-year", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="archives_box_number"),
            models.CheckConstraint(
                condition=Q(first_on__isnull=True) | Q(last_on__isnull=True) | Q(last_on__gte=F("first_on")),
                name="archives_box_dates",
                violation_error_message="Le plus récent document ne peut pas précéder le plus ancien.",
            ),
            models.CheckConstraint(
                condition=Q(held_because="") | Q(state=Keeping.KEPT),
                name="archives_box_held_stays",
                violation_error_message="Un gel l’empêche.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "closed_on"], name="archives_box_due")]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self):
        return reverse("archives:box", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def lines(self) -> list[str]:
        """What it holds, a file a line."""
        return [line.strip() for line in self.contents.splitlines() if line.strip()]

    @property
    def retention_end(self) -> datetime.date | None:
        """The last day on which it is useful; None while it has no end."""
        if self.series is None or self.series.years is None or self.closed_on is None:
            return None
        return datetime.date(min(self.closed_on.year + self.series.years, datetime.MAXYEAR), 12, 31)


class LoanQuerySet(models.QuerySet):
    def visible_to(self, user):
        return rights.of_bodies(self, user, path="box__organisation")

    def out(self):
        """Those that have not come back."""
        return self.filter(returned_on=None)

    def late(self, day: datetime.date | None = None):
        return self.out().filter(due_on__lt=day or timezone.localdate())


class Loan(models.Model):
    """A box that somebody took away. One at a time: the database refuses a second loan until the first comes back."""

    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="loans")
    borrower = models.CharField("emprunteur", max_length=160, help_text="Nom et service.")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="son compte",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Pour les rappels.",
    )
    reason = models.CharField("motif", max_length=200, blank=True)
    lent_on = models.DateField("prêtée le", default=timezone.localdate)
    due_on = models.DateField("à rendre le")
    returned_on = models.DateField("rendue le", null=True, blank=True)
    reminded_on = models.DateField("rappelée le", null=True, editable=False)
    lent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = "prêt d’une boîte"
        verbose_name_plural = "prêts de boîtes"
        ordering = ["-lent_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["box"],
                condition=Q(returned_on__isnull=True),
                name="archives_loan_once",
                violation_error_message="Cette boîte est déjà prêtée.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("lent_on")),
                name="archives_loan_due",
                violation_error_message="Elle ne peut pas être rendue avant d’être prêtée.",
            ),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True) | Q(returned_on__gte=F("lent_on")),
                name="archives_loan_returned",
                violation_error_message="Elle ne peut pas être rendue avant d’être prêtée.",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(returned_on=None), name="archives_loan_out")]

    def __str__(self):
        return f"{self.box} – {self.borrower}"

    @property
    def is_late(self) -> bool:
        return self.returned_on is None and self.due_on < timezone.localdate()
