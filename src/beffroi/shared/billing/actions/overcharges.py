"""A credit note in one gesture: for what a module says to be no longer due on an invoice already issued."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.shared.billing import sources
from beffroi.shared.billing.actions.invoices import issue_credit_note, lock_counter
from beffroi.shared.billing.models import Invoice
from beffroi.shared.billing.money import words


@transaction.atomic
def credit_overcharge(invoice: Invoice, *, expected: int, actor) -> Invoice:
    """Give back what is no longer due on an invoice; `expected` = the amount that whoever asks had read, in cents.

    The invoice is locked, then what is due is worked out again: two gestures at once make one credit note. Records
    "billing.credit". Raises ValidationError when nothing is left to give back, or when it is another amount by now.
    """
    lock_counter(invoice.regie, timezone.localdate().year)  # before the invoice: see `issue_credit_note`
    held = Invoice.objects.select_for_update().get(pk=invoice.pk)
    due = sources.overcharges([held.regie], held)
    if not due:
        raise ValidationError(f"Plus rien n’est à rendre sur la facture {held.number} : l’avoir est déjà fait.")
    lines = [line for one in due for line in one.lines]
    amount = -sum(line.amount for line in lines)
    if amount != expected:
        raise ValidationError(f"Le montant a changé entre-temps : {words(amount)} à présent. Relisez-le.")
    reason = " ; ".join(one.reason for one in due)
    return issue_credit_note(held, actor=actor, reason=reason, lines=lines)
