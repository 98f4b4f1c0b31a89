"""Money that comes in and goes out, what it settles, and what is under way with an online provider."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.offline import OfflineMixin
from beffroi.shared.billing.models.invoices import PAYERS, Invoice
from beffroi.shared.billing.models.queries import OfRegieQuerySet
from beffroi.shared.billing.models.regies import Regie


class Method(models.TextChoices):
    CASH = "cash", "Espèces"
    CHEQUE = "cheque", "Chèque"
    CESU = "cesu", "CESU"
    ANCV = "ancv", "Chèque-vacances ANCV"
    CARD = "card", "Carte bancaire (terminal)"
    TRANSFER = "transfer", "Virement"
    PAYFIP = "payfip", "Paiement en ligne PayFiP"
    SEPA = "sepa", "Prélèvement SEPA"
    TITRE = "titre", "Encaissement du comptable public"


COUNTER = (Method.CASH, Method.CHEQUE, Method.CESU, Method.ANCV, Method.CARD, Method.TRANSFER)


class Payment(OfflineMixin):
    """Money received (`amount` > 0), given back or bounced (< 0, `origin` = the payment concerned). Never changed.

    `used` = what of it has settled invoices or was given back, kept by the database; the rest is an advance of the
    payer. `day` = the accounting day; a closed day takes no more payment at the counter. `reference` = number of the
    cheque, of the card ticket or of the operation.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", "Encaissement"
        REFUND = "refund", "Remboursement"
        BOUNCE = "bounce", "Rejet"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField("nature", max_length=8, choices=Kind, default=Kind.PAYMENT)
    method = models.CharField("moyen", max_length=8, choices=Method)
    amount = models.BigIntegerField("montant, en centimes")
    used = models.BigIntegerField("employé, en centimes", default=0)
    payer = models.ForeignKey("people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    payer_body = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    payer_name = models.CharField("payeur", max_length=165)
    day = models.DateField("jour", default=timezone.localdate)
    reference = models.CharField("référence", max_length=60, blank=True)
    bank = models.CharField("banque", max_length=60, blank=True)
    reason = models.CharField("motif", max_length=200, blank=True)
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversals")
    created_at = models.DateTimeField("enregistré le", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfRegieQuerySet.as_manager()

    class Meta:
        verbose_name = "paiement"
        verbose_name_plural = "paiements"
        ordering = ["-day", "-pk"]
        constraints = [
            models.CheckConstraint(condition=PAYERS, name="payment_one_payer"),
            models.CheckConstraint(
                condition=Q(kind="payment", amount__gt=0, origin__isnull=True, used__gte=0, used__lte=F("amount"))
                | Q(kind__in=("refund", "bounce"), amount__lt=0, origin__isnull=False, used=0),
                name="payment_amounts",
            ),
            models.UniqueConstraint(fields=["origin"], condition=Q(kind="bounce"), name="payment_bounces_once"),
        ]
        indexes = [
            models.Index(fields=["regie", "-day", "-id"], name="payment_regie"),
            models.Index(fields=["payer", "-day"], name="payment_payer"),
        ]

    def __str__(self):
        return f"{self.get_method_display()} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("billing:payment", args=[self.pk])

    @property
    def free(self) -> int:
        """What has settled nothing yet, in cents: an advance of the payer."""
        return self.amount - self.used if self.kind == self.Kind.PAYMENT else 0


class Allocation(models.Model):
    """What of a payment, or of a credit note, settles an invoice. Append-only: the opposite line undoes it."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="allocations")
    credit = models.ForeignKey(Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="settles")
    amount = models.BigIntegerField("montant, en centimes")
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "affectation"
        verbose_name_plural = "affectations"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="allocation_not_zero"),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit__isnull=True) | Q(payment__isnull=True, credit__isnull=False),
                name="allocation_one_origin",
            ),
        ]
        indexes = [
            models.Index(fields=["invoice"], name="allocation_invoice"),
            models.Index(fields=["payment"], name="allocation_payment"),
        ]

    def __str__(self):
        return f"{self.amount}"


def draw_reference() -> str:
    """What names an online payment at the provider: letters and digits only, thirty at most, drawn at random."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "BF" + "".join(secrets.choice(alphabet) for _rank in range(18))


class Checkout(models.Model):
    """An online payment under way: several invoices of one régie paid at once.

    What the browser or the provider says on the way back is never believed: `status` follows the answer of the
    provider when it is asked. `operation` = its identifier there (PayFiP: idOp), alive fifteen minutes.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "En cours"
        PAID = "paid", "Payé"
        REFUSED = "refused", "Refusé"
        CANCELLED = "cancelled", "Abandonné"
        EXPIRED = "expired", "Non payé à temps"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="checkouts")
    payer = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="checkouts")
    reference = models.CharField("référence", max_length=30, unique=True, default=draw_reference)
    provider = models.CharField("fournisseur", max_length=20)
    operation = models.CharField("opération", max_length=80, blank=True)
    status = models.CharField("état", max_length=9, choices=Status, default=Status.PENDING)
    amount = models.BigIntegerField("montant, en centimes")
    created_at = models.DateTimeField("commencé le", default=timezone.now)
    checked_at = models.DateTimeField("vérifié le", null=True, blank=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    answer = models.CharField("réponse du fournisseur", max_length=200, blank=True)
    payment = models.OneToOneField(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="checkout")

    class Meta:
        verbose_name = "paiement en ligne"
        verbose_name_plural = "paiements en ligne"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "operation"], condition=~Q(operation=""), name="checkout_operation_unique"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="checkout_amount"),
            models.CheckConstraint(
                condition=Q(status="paid", payment__isnull=False) | (~Q(status="paid") & Q(payment__isnull=True)),
                name="checkout_paid",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(status="pending"), name="checkout_pending")]

    def __str__(self):
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("billing:checkout", args=[self.reference])


class CheckoutInvoice(models.Model):
    """An invoice of an online payment, with what was due then, in cents."""

    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="items")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="checkout_items")
    amount = models.BigIntegerField("montant, en centimes")

    class Meta:
        verbose_name = "facture d’un paiement en ligne"
        verbose_name_plural = "factures d’un paiement en ligne"
        constraints = [
            models.UniqueConstraint(fields=["checkout", "invoice"], name="checkout_invoice_unique"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="checkout_invoice_amount"),
        ]

    def __str__(self):
        return f"{self.invoice_id} {self.amount}"
