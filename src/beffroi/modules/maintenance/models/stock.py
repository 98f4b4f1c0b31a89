"""Parts: where they are, what came in and went out, what is ordered.

The level is the sum of the movements, kept beside them by the same transaction; movements are never changed nor deleted
(the database refuses it). A level may be negative: an agent without network has really used the part, and a count
puts it right.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.offline import OfflineMixin
from beffroi.modules.maintenance.models.orders import Order
from beffroi.modules.maintenance.models.plans import OwnedQuerySet


class Store(models.Model):
    """Where parts are kept: a depot, a van."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="stores")
    name = models.CharField("lieu de stockage", max_length=80)
    is_active = models.BooleanField("utilisé", default=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu de stockage"
        verbose_name_plural = "lieux de stockage"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="store_unique", violation_error_message="Ce nom est déjà pris."
            )
        ]

    def __str__(self):
        return self.name


class Part(models.Model):
    """Something that is kept in stock. `price` = the last known price of one unit, in euros, taxes included; `low_at` =
    since when it must be ordered, as the stock keeper was told: null once it is held, or on its way, again."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="parts")
    code = models.CharField("référence", max_length=40)
    name = models.CharField("désignation", max_length=120)
    unit = models.CharField("unité", max_length=20, default="pièce")
    minimum = models.DecimalField("seuil de réapprovisionnement", max_digits=10, decimal_places=2, default=0)
    price = models.DecimalField("prix unitaire TTC", max_digits=10, decimal_places=2, default=0)
    supplier = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="fournisseur",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_active = models.BooleanField("suivie", default=True)
    low_at = models.DateTimeField("à commander depuis le", null=True, blank=True, editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce"
        verbose_name_plural = "pièces"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"],
                name="part_unique",
                violation_error_message="Cette référence est déjà prise.",
            ),
            models.CheckConstraint(
                condition=Q(minimum__gte=0, price__gte=0), name="part_positive", violation_error_message="Zéro ou plus."
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("maintenance:part_page", args=[self.pk])


class Level(models.Model):
    """How much of a part is in a place, and how much of it is set aside for orders."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="levels")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="levels")
    quantity = models.DecimalField("quantité", max_digits=12, decimal_places=2, default=0)
    reserved = models.DecimalField("réservé", max_digits=12, decimal_places=2, default=0)

    class Meta:
        verbose_name = "niveau de stock"
        verbose_name_plural = "niveaux de stock"
        constraints = [
            models.UniqueConstraint(fields=["part", "store"], name="level_unique"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="level_reserved"),
        ]

    def __str__(self):
        return f"{self.part_id}@{self.store_id}: {self.quantity}"

    @property
    def available(self):
        """What nobody has set aside."""
        return self.quantity - self.reserved


class Movement(OfflineMixin):
    """A quantity that came in (positive) or went out (negative); `price` = that of one unit then, in euros."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", "réception"
        USE = "use", "sortie pour un ordre"
        BACK = "back", "retour"
        COUNT = "count", "inventaire"
        TRANSFER = "transfer", "transfert"

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="movements")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField("nature", max_length=8, choices=Kind)
    quantity = models.DecimalField("quantité", max_digits=10, decimal_places=2)
    price = models.DecimalField("prix unitaire TTC", max_digits=10, decimal_places=2, default=0)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="movements")
    line = models.ForeignKey("PurchaseLine", null=True, blank=True, on_delete=models.PROTECT, related_name="movements")
    comment = models.CharField("remarque", max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "mouvement de stock"
        verbose_name_plural = "mouvements de stock"
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="movement_not_zero")]
        indexes = [
            models.Index(fields=["part", "-at"], name="movement_part"),
            models.Index(fields=["order"], name="movement_order"),
        ]

    def __str__(self):
        return f"{self.quantity:+} {self.part_id}"

    @property
    def cost(self):
        """What an order pays for it, in euros."""
        return -self.quantity * self.price


class Reservation(models.Model):
    """Parts set aside for an order that is not done yet."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="reservations")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="reservations")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.DecimalField("quantité", max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = "réservation"
        verbose_name_plural = "réservations"
        constraints = [
            models.UniqueConstraint(fields=["order", "part", "store"], name="reservation_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_positive"),
        ]

    def __str__(self):
        return f"{self.quantity} {self.part_id}"


class Purchase(models.Model):
    """An order to a supplier: `company`, of the directory, or only its name, `supplier`, where it is not there.
    `client_uuid` = the key of the form that wrote it: sent twice, it is one purchase."""

    class State(models.TextChoices):
        DRAFT = "draft", "À envoyer"
        ORDERED = "ordered", "Commandé"
        RECEIVED = "received", "Reçu"
        CANCELLED = "cancelled", "Annulé"

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="purchases")
    reference = models.CharField("référence", max_length=20, unique=True, editable=False)
    company = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="fournisseur de l’annuaire",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="purchases_received",
    )
    supplier = models.CharField("fournisseur", max_length=120)
    client_uuid = models.UUIDField("clé du formulaire", unique=True, null=True, blank=True, editable=False)
    status = models.CharField("état", max_length=9, choices=State, default=State.DRAFT, editable=False)
    comment = models.TextField("remarque", blank=True, max_length=1000)
    ordered_at = models.DateTimeField("commandé le", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = "bon de commande"
        verbose_name_plural = "bons de commande"
        ordering = ["-created_at"]

    def __str__(self):
        return self.reference


class PurchaseLine(models.Model):
    """A part ordered; `received` is the sum of its receipts."""

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="lines")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="purchase_lines")
    quantity = models.DecimalField("quantité", max_digits=10, decimal_places=2)
    price = models.DecimalField("prix unitaire TTC", max_digits=10, decimal_places=2)
    received = models.DecimalField("reçu", max_digits=10, decimal_places=2, default=0)

    class Meta:
        verbose_name = "ligne de commande"
        verbose_name_plural = "lignes de commande"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "part"], name="purchase_part_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0, price__gte=0), name="purchase_line_positive"),
            models.CheckConstraint(condition=Q(received__gte=0), name="purchase_line_received"),
        ]

    def __str__(self):
        return f"{self.quantity} {self.part_id}"

    @property
    def missing(self):
        return max(self.quantity - self.received, 0)
