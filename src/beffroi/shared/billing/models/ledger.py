"""The accounts: double entry, append-only, always balanced. The database refuses anything else."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.shared.billing.models.invoices import Invoice
from beffroi.shared.billing.models.regies import Regie


class Account(models.TextChoices):
    """The accounts of a régie, after the M57 plan (the number is that of the nearest public account)."""

    RECEIVABLE = "receivable", "411 Redevables"
    SALES = "sales", "70 Produits"
    ADVANCE = "advance", "419 Avances et trop-perçus"
    CASH = "cash", "531 Caisse"
    CHEQUE = "cheque", "5112 Chèques à remettre"
    VOUCHER = "voucher", "5118 Titres CESU et ANCV à remettre"
    CARD = "card", "5115 Cartes bancaires à l’encaissement"
    ONLINE = "online", "5116 PayFiP à l’encaissement"
    DEBIT = "debit", "5117 Prélèvements à l’encaissement"
    TREASURY = "treasury", "515 Compte de dépôt de fonds au Trésor"
    HANDED = "handed", "451 Encaissé par le comptable public"
    DIFFERENCE = "difference", "429 Déficits et excédents de caisse"


class Posting(models.Model):
    """One event of the accounts: at least two legs whose sum is zero."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Facture"
        CREDIT = "credit", "Avoir"
        PAYMENT = "payment", "Encaissement"
        ALLOCATION = "allocation", "Affectation d’une avance"
        REFUND = "refund", "Remboursement"
        BOUNCE = "bounce", "Rejet d’un paiement"
        DEPOSIT = "deposit", "Remise en banque"
        CLOSING = "closing", "Écart de caisse"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    day = models.DateField("jour comptable")
    label = models.CharField("libellé", max_length=160)
    at = models.DateTimeField("passée le", default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "écriture"
        verbose_name_plural = "écritures"
        ordering = ["day", "pk"]
        indexes = [models.Index(fields=["regie", "day", "id"], name="posting_regie_day")]

    def __str__(self):
        return self.label


class Leg(models.Model):
    """One side of a posting. `amount` in cents: positive = debit, negative = credit, never zero."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="legs")
    account = models.CharField("compte", max_length=12, choices=Account)
    amount = models.BigIntegerField("montant, en centimes")
    invoice = models.ForeignKey(Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="legs")
    payment = models.ForeignKey("Payment", null=True, blank=True, on_delete=models.PROTECT, related_name="legs")

    class Meta:
        verbose_name = "ligne d’écriture"
        verbose_name_plural = "lignes d’écriture"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="leg_not_zero")]
        indexes = [
            models.Index(fields=["posting"], name="leg_posting"),
            models.Index(fields=["account"], name="leg_account"),
            models.Index(fields=["invoice"], condition=Q(invoice__isnull=False), name="leg_invoice"),
            models.Index(fields=["payment"], condition=Q(payment__isnull=False), name="leg_payment"),
        ]

    def __str__(self):
        return f"{self.account} {self.amount}"
