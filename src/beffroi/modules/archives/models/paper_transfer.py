"""Boxes of paper handed to the departmental archives, with their slip (Code du patrimoine, L212-6)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.archives.models.box import Box
from beffroi.modules.archives.models.numbering import Numbered
from beffroi.modules.archives.models.transfer import OfBodies
from beffroi.modules.archives.workflow import TONES, Delivering


class PaperTransfer(Numbered):
    """One slip of transfer. `shelfmark` = the number that the archives gave to the whole; who received it and when
    are those of the discharge that they signed."""

    PREFIX = "VPA"

    title = models.CharField("objet", max_length=200)
    note = models.TextField("commentaire", max_length=2000, blank=True)
    state = models.CharField("état", max_length=9, choices=Delivering, default=Delivering.DRAFT, editable=False)
    agency_name = models.CharField("service d’archives", max_length=160, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("préparé le", default=timezone.now, editable=False)
    delivered_on = models.DateField("remis le", null=True, editable=False)
    received_on = models.DateField("pris en charge le", null=True, editable=False)
    received_name = models.CharField("par", max_length=120, blank=True, editable=False)
    received_quality = models.CharField("qualité", max_length=160, blank=True, editable=False)
    shelfmark = models.CharField("cote du versement", max_length=120, blank=True, editable=False)

    objects = OfBodies.as_manager()

    class Meta:
        verbose_name = "versement de papier"
        verbose_name_plural = "versements de papier"
        ordering = ["-year", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="archives_paper_number"),
            models.CheckConstraint(
                condition=~Q(state="received") | Q(received_on__isnull=False) & ~Q(received_name=""),
                name="archives_paper_received",
                violation_error_message="Les boîtes attendent la prise en charge du service d’archives.",
            ),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("archives:paper", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    def can_see_file(self, user, file) -> bool:
        return PaperTransfer.objects.visible_to(user).filter(pk=self.pk).exists()


class PaperLine(models.Model):
    """A box of a slip, as it was described that day."""

    transfer = models.ForeignKey(PaperTransfer, on_delete=models.CASCADE, related_name="lines")
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="lines_of_transfers")
    title = models.CharField("intitulé", max_length=200)
    series = models.CharField("série", max_length=180, blank=True)
    first_on = models.DateField("plus ancien", null=True)
    last_on = models.DateField("plus récent", null=True)
    metres = models.DecimalField("métrage", max_digits=5, decimal_places=2, default=Decimal(0))
    is_open = models.BooleanField(default=True)

    class Meta:
        verbose_name = "boîte d’un versement"
        verbose_name_plural = "boîtes d’un versement"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["box"],
                condition=Q(is_open=True),
                name="archives_paper_box_once",
                violation_error_message="Cette boîte est déjà dans un versement.",
            )
        ]

    def __str__(self):
        return self.title
