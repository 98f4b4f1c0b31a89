"""How a letter leaves: e-mail, post, registered post with its number and its list of deposit."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.modules.mail import rights
from beffroi.modules.mail.models.letter import Letter
from beffroi.shared.organisations.models import Organisation

SERVICE = RegexValidator(r"^[0-9A-Z]{2}$", "Les deux signes qui commencent le numéro : 1A, 2C…")
DIGITS = 10


class NumberRange(models.Model):
    """Numbers of registered post that the operator gave: `service` then ten figures from `first` to `last`."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="number_ranges"
    )
    service = models.CharField("produit", max_length=2, validators=[SERVICE])
    first = models.PositiveBigIntegerField("premier numéro")
    last = models.PositiveBigIntegerField("dernier numéro")
    next = models.PositiveBigIntegerField("prochain numéro", editable=False)
    is_active = models.BooleanField("employée", default=True)

    class Meta:
        verbose_name = "tranche de recommandés"
        verbose_name_plural = "tranches de recommandés"
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lte=F("last"), last__lt=10**DIGITS, next__gte=F("first"), next__lte=F("last") + 1),
                name="number_range_order",
            )
        ]

    def __str__(self):
        return f"{self.service} {self.first:0{DIGITS}d} à {self.last:0{DIGITS}d}"

    @property
    def left(self) -> int:
        """How many numbers are left."""
        return self.last - self.next + 1


class DepositQuerySet(models.QuerySet):
    def visible_to(self, user):
        allowed = access.organisations_where(user, rights.SEND)
        return self if allowed is None else self.filter(organisation__in=allowed)


class Deposit(models.Model):
    """The list that goes to the post office with the registered letters of a day."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="deposits"
    )
    day = models.DateField("jour", default=timezone.localdate)
    rank = models.PositiveSmallIntegerField("rang", default=1)
    created_at = models.DateTimeField("fait le", auto_now_add=True)

    objects = DepositQuerySet.as_manager()

    class Meta:
        verbose_name = "bordereau de dépôt"
        verbose_name_plural = "bordereaux de dépôt"
        ordering = ["-day", "-rank"]
        constraints = [models.UniqueConstraint(fields=["organisation", "day", "rank"], name="deposit_rank")]

    def __str__(self):
        return f"Bordereau {self.day:%Y-%m-%d}-{self.rank}"

    def get_absolute_url(self):
        return reverse("mail:deposit", args=[self.pk])


class Dispatch(models.Model):
    """One way by which one letter left. `number` = that of the registered post, never given twice."""

    class Mode(models.TextChoices):
        POST = "post", "Courrier simple"
        REGISTERED = "registered", "Recommandé avec avis de réception"
        EMAIL = "email", "Courriel"
        HAND = "hand", "Remis en main propre"

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Avis de réception attendu"
        DELIVERED = "delivered", "Distribué"
        UNCLAIMED = "unclaimed", "Non réclamé"
        UNKNOWN = "unknown", "Destinataire inconnu à l’adresse"
        REFUSED = "refused", "Refusé"

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="dispatches")
    mode = models.CharField("mode", max_length=10, choices=Mode, default=Mode.POST)
    day = models.DateField("envoyé le", default=timezone.localdate)
    address = models.EmailField("à l’adresse", blank=True)
    number = models.CharField("numéro de recommandé", max_length=20, blank=True)
    deposit = models.ForeignKey(
        Deposit, verbose_name="bordereau", null=True, blank=True, on_delete=models.PROTECT, related_name="dispatches"
    )
    outcome = models.CharField("suite", max_length=10, choices=Outcome, blank=True)
    outcome_on = models.DateField("constatée le", null=True, blank=True)

    class Meta:
        verbose_name = "envoi"
        verbose_name_plural = "envois"
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="dispatch_number"),
            models.CheckConstraint(condition=~Q(mode="registered") | ~Q(number=""), name="dispatch_registered"),
            models.CheckConstraint(condition=~Q(mode="email") | ~Q(address=""), name="dispatch_email"),
        ]
        indexes = [
            models.Index(fields=["day"], condition=Q(mode="registered", deposit=None), name="dispatch_to_deposit")
        ]

    def __str__(self):
        return self.get_mode_display()
