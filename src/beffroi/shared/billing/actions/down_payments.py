"""Down payments: asked at registration, taken off the next invoices, never more than once."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.shared.billing import rates
from beffroi.shared.billing.actions.invoices import issue_invoice
from beffroi.shared.billing.models import DownPayment, Invoice, Regie


@transaction.atomic
def ask_down_payment(
    *,
    regie: Regie,
    payer,
    amount: int,
    source: str,
    key: str,
    label: str,
    subject: str = "",
    beneficiary: str = "",
    care: bool = False,
    actor,
) -> Invoice:
    """Issue the invoice of a down payment of `amount` cents; the next invoices of `source` to this payer are lowered.

    `key` names what is asked for in its module: the same twice gives the same invoice. `care` = it pays for looking
    after a child, for the tax certificate. Raises ValidationError.
    """
    if amount <= 0:
        raise ValidationError({"amount": "Le montant doit dépasser zéro."})
    line = rates.Gathered(
        subject=subject,
        label=label,
        quantity=Decimal(1),
        unit_price=amount,
        amount=amount,
        explanation="déduit des prochaines factures",
        beneficiary=beneficiary,
        care=amount if care else 0,
    )
    invoice = issue_invoice(
        regie=regie, payer=payer, lines=[line], source=f"{source}:acompte:{key}", label=label, actor=actor
    )
    DownPayment.objects.get_or_create(invoice=invoice, defaults={"source": source, "amount": amount})
    return invoice
