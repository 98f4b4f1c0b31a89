"""What must be checked, and what was found: typed answers, each kept with its author and its hour."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from beffroi.kernel.offline import OfflineMixin
from beffroi.modules.maintenance.models.orders import Order


class CheckFields(models.Model):
    """One line of a list. `minimum`/`maximum` bound a number; an answer out of bounds, "no", or one of the
    choices named in `faults` is a fault."""

    class Kind(models.TextChoices):
        YESNO = "yesno", "oui ou non"
        NUMBER = "number", "nombre"
        TEXT = "text", "texte"
        CHOICE = "choice", "choix dans une liste"
        PHOTO = "photo", "photo"

    position = models.PositiveSmallIntegerField("rang", default=1)
    label = models.CharField("point à contrôler", max_length=200)
    kind = models.CharField("réponse attendue", max_length=8, choices=Kind, default=Kind.YESNO)
    unit = models.CharField("unité", max_length=20, blank=True)
    minimum = models.DecimalField("au moins", max_digits=12, decimal_places=3, null=True, blank=True)
    maximum = models.DecimalField("au plus", max_digits=12, decimal_places=3, null=True, blank=True)
    choices = models.JSONField("choix", default=list, blank=True)
    faults = models.JSONField("choix qui sont une anomalie", default=list, blank=True)
    required = models.BooleanField("obligatoire", default=False)

    class Meta:
        abstract = True

    def __str__(self):
        return self.label

    def clean_answer(self, value: Any) -> Any:
        """The JSON-ready answer, or None when empty. Raises ValidationError, in words for the agent."""
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        if self.kind == self.Kind.YESNO:
            if text.lower() not in ("oui", "non"):
                raise ValidationError(f"« {self.label} » attend oui ou non.")
            return text.lower()
        if self.kind == self.Kind.NUMBER:
            try:
                number = Decimal(text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", "."))
            except InvalidOperation as error:
                raise ValidationError(f"« {self.label} » attend un nombre, pas « {text} ».") from error
            if not number.is_finite() or abs(number) >= Decimal(10) ** 9:
                raise ValidationError(f"« {self.label} » attend un nombre raisonnable.")
            return float(number)
        if self.kind == self.Kind.CHOICE and text not in self.choices:
            raise ValidationError(f"« {self.label} » : choisissez parmi {', '.join(self.choices)}.")
        if len(text) > 1000:
            raise ValidationError(f"« {self.label} » : 1 000 caractères au plus.")
        return text

    def is_fault(self, value: Any) -> bool:
        """Does this answer tell a fault: « non », a number out of its bounds, a choice that is one?"""
        if self.kind == self.Kind.YESNO:
            return value == "non"
        if self.kind == self.Kind.CHOICE:
            return value in self.faults
        if self.kind == self.Kind.NUMBER and value is not None:
            number = Decimal(str(value))
            low = self.minimum is not None and number < self.minimum
            return low or (self.maximum is not None and number > self.maximum)
        return False


class Checklist(models.Model):
    """A ready list of checks of a body, copied into each order that needs it."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="checklists")
    name = models.CharField("nom", max_length=120)
    lines = models.JSONField("points à contrôler", default=list)

    class Meta:
        verbose_name = "liste de contrôle"
        verbose_name_plural = "listes de contrôle"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="checklist_unique",
                violation_error_message="Une liste porte déjà ce nom.",
            )
        ]

    def __str__(self):
        return self.name


class Check(CheckFields):
    """One line of the list of an order; in a round, `asset` is the thing that is looked at."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="checks")
    asset = models.ForeignKey(
        "assets.Asset", verbose_name="équipement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "point à contrôler"
        verbose_name_plural = "points à contrôler"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="check_position_unique")]


class Answer(OfflineMixin):
    """What somebody found. Nothing is overwritten: the latest made is current, the others stay readable. `value` null =
    a remark alone."""

    line = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="answers")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    value = models.JSONField("réponse", null=True)
    comment = models.CharField("remarque", max_length=250, blank=True)
    fault = models.BooleanField("anomalie", default=False)
    opened_order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="found_by", editable=False
    )
    created_at = models.DateTimeField("reçu le", default=timezone.now)

    class Meta:
        verbose_name = "réponse"
        verbose_name_plural = "réponses"
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["line", "made_at"], name="answer_line")]

    def __str__(self):
        return str(self.value)

    def can_see_file(self, user, stored_file) -> bool:
        return Order.objects.visible_to(user).filter(checks=self.line_id).exists()
