"""How long money is remembered: ten years, then the payer's name goes and the sums stay."""

from datetime import timedelta

from django.db.models import Q

from beffroi.kernel.modules import RetentionRule
from beffroi.shared.billing.models import (
    CareCertificate,
    DebitMandate,
    Invoice,
    MandateDocument,
    Payment,
    RefundRequest,
)

CONTESTED = timedelta(days=425)
TAX = timedelta(days=4 * 366)
TEN_YEARS = timedelta(days=3653)
BASIS = "Code de commerce, art. L123-22 : pièces comptables, dix ans"
ERASED = "payeur effacé"


def old_invoices(now):
    """Invoices of more than ten years that still say who paid."""
    return Invoice.objects.filter(issued_on__lt=(now - TEN_YEARS).date()).exclude(payer_name=ERASED)


def erase_invoice(invoice: Invoice) -> None:
    Invoice.objects.filter(pk=invoice.pk).update(payer_name=ERASED, payer_address="")


def old_payments(now):
    """Payments of more than ten years that still say who paid."""
    named = ~Q(payer_name=ERASED)
    return Payment.objects.filter(named, day__lt=(now - TEN_YEARS).date())


def erase_payment(payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(payer_name=ERASED, reference="", bank="")


def old_mandates(now):
    """Mandates revoked long enough ago that no debit can be contested any more, and that still hold an account."""
    return DebitMandate.objects.filter(revoked_on__lt=(now - CONTESTED).date(), iban__isnull=False)


def erase_mandate(mandate: DebitMandate) -> None:
    MandateDocument.objects.filter(mandate=mandate).delete()
    DebitMandate.objects.filter(pk=mandate.pk).update(iban=None, iban_end="", holder=ERASED, bic="")


def old_refunds(now):
    """Requests answered more than ten years ago."""
    return RefundRequest.objects.exclude(status="waiting").filter(answered_at__lt=now - TEN_YEARS)


def old_certificates(now):
    """Certificates told longer ago than the tax office may ask about."""
    return CareCertificate.objects.filter(told_at__lt=now - TAX)


RULES = [
    RetentionRule(
        code="billing.invoices",
        model="billing.Invoice",
        label="Nom et adresse du payeur d’une facture",
        basis=BASIS,
        keep=TEN_YEARS,
        due=old_invoices,
        apply=erase_invoice,
    ),
    RetentionRule(
        code="billing.payments",
        model="billing.Payment",
        label="Nom du payeur et références d’un paiement",
        basis=BASIS,
        keep=TEN_YEARS,
        due=old_payments,
        apply=erase_payment,
    ),
    RetentionRule(
        code="billing.mandates",
        model="billing.DebitMandate",
        label="Compte bancaire d’un mandat révoqué",
        basis="Code monétaire et financier, art. L133-24 : un prélèvement se conteste pendant treize mois",
        keep=CONTESTED,
        due=old_mandates,
        apply=erase_mandate,
    ),
    RetentionRule(
        code="billing.refunds",
        model="billing.RefundRequest",
        label="Remboursements demandés et leur titulaire de compte",
        basis=BASIS,
        keep=TEN_YEARS,
        due=old_refunds,
        apply=lambda request: request.delete(),
        action="delete",
    ),
    RetentionRule(
        code="billing.certificates",
        model="billing.CareCertificate",
        label="Attestations de frais de garde annoncées",
        basis="Livre des procédures fiscales, art. L169 : l’administration revient sur trois années",
        keep=TAX,
        due=old_certificates,
        apply=lambda certificate: certificate.delete(),
        action="delete",
    ),
]
