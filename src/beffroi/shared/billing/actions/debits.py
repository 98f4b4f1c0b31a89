"""SEPA direct debits: files, what was debited."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.billing import collecting
from beffroi.shared.billing.actions.payments import receive_payment
from beffroi.shared.billing.models import Debit, DebitFile, DebitMandate, Invoice, Method, Regie
from beffroi.shared.billing.sepa import writing

VOID = timedelta(days=3 * 365)
Status = DebitFile.Status


def to_debit(regie: Regie):
    """The invoices due of payers who have a mandate, that nothing else collects (see `collecting`)."""
    live = DebitMandate.objects.live().filter(regie=regie)
    return collecting.free(regie.invoices.unpaid().filter(payer__in=live.values("payer"))).order_by("pk")


def first_day(regie: Regie) -> date:
    """The first day of a debit prepared today: payers are told so many days before (SDD Core Rulebook, AT-T013)."""
    return timezone.localdate() + timedelta(days=regie.debit_notice_days)


def file_content(file: DebitFile) -> bytes:
    """The file for the bank. Raises `sepa.writing.Unfit`."""
    regie = file.regie
    return writing.write(
        writing.Collection(
            identifier=str(file),
            made_at=timezone.localtime(file.created_at),
            day=file.day,
            creditor=regie.organisation.name,
            creditor_id=regie.creditor_id,
            iban=regie.iban or "",
            bic=regie.bic,
            debits=[
                writing.Debit(
                    reference=one.invoice.number,
                    amount=one.amount,
                    mandate=one.mandate.rum,
                    signed_on=one.mandate.signed_on,
                    sequence=one.sequence,
                    name=one.mandate.holder,
                    iban=one.mandate.iban,
                    bic=one.mandate.bic,
                    label=f"{one.invoice.number} {one.invoice.label}",
                )
                for one in file.debits.select_related("mandate", "invoice")
            ],
        )
    )


@transaction.atomic
def write_debits(regie: Regie, invoices: Iterable[Invoice], *, day: date, actor) -> DebitFile:
    """Prepare the debits of a day, one for each invoice. Records "billing.debits", which tells the payers.

    Raises ValidationError: too early, nothing to debit, a void mandate, what the bank would reject.
    """
    regie = Regie.objects.select_related("organisation").get(pk=regie.pk)
    if day < first_day(regie):
        told = f"Les payeurs sont prévenus {regie.debit_notice_days} jours avant"
        raise ValidationError({"day": f"{told} : pas avant le {first_day(regie):%d/%m/%Y}."})
    held = collecting.hold(to_debit(regie), invoices)
    live = DebitMandate.objects.live().select_for_update(of=("self",)).filter(regie=regie)
    of_payers = live.filter(payer__in={invoice.payer_id for invoice in held}).order_by("pk")
    mandates = {one.payer_id: one for one in of_payers}
    held = [invoice for invoice in held if invoice.payer_id in mandates]
    if not held:
        raise ValidationError("Aucune de ces factures ne reste à prélever.")
    file = DebitFile.objects.create(
        regie=regie, day=day, amount=sum(invoice.due for invoice in held), count=len(held), created_by=actor
    )
    debits = []
    for invoice in held:
        mandate = mandates[invoice.payer_id]
        last = mandate.last_debit_on or mandate.signed_on
        if day - last > VOID:
            raise ValidationError(
                f"Mandat {mandate.rum} : sans prélèvement depuis trente-six mois, il n’est plus valable."
            )
        debits.append(Debit(file=file, mandate=mandate, invoice=invoice, sequence=mandate.sequence, amount=invoice.due))
        mandate.last_debit_on = day
        mandate.save(update_fields=["last_debit_on"])
    Debit.objects.bulk_create(debits)
    try:
        file_content(file)
    except writing.Unfit as fault:
        raise ValidationError(fault.faults[:20]) from None
    journal.record("billing.debits", file, actor=actor, data={"count": file.count, "amount": file.amount})
    return file


@transaction.atomic
def settle_debits(file: DebitFile, *, actor) -> DebitFile:
    """The bank has debited: one payment for each; those refused are then rejected. Raises ValidationError."""
    file = DebitFile.objects.select_for_update(of=("self",)).select_related("regie").get(pk=file.pk)
    if file.status != Status.READY:
        raise ValidationError(f"Ce fichier est « {file.get_status_display()} ».")
    if file.day > timezone.localdate():
        raise ValidationError(f"Le prélèvement est prévu le {file.day:%d/%m/%Y}.")
    for one in file.debits.select_related("invoice__payer", "mandate"):
        one.payment, _made = receive_payment(
            regie=file.regie,
            method=Method.SEPA,
            amount=one.amount,
            payer=one.invoice.payer,
            invoices=[one.invoice],
            actor=actor,
            day=file.day,
            reference=one.mandate.rum,
        )
        one.live = False
        one.save(update_fields=["payment", "live"])
    file.status = Status.DONE
    file.save(update_fields=["status"])
    journal.record("billing.debits_done", file, actor=actor)
    return file


@transaction.atomic
def cancel_debits(file: DebitFile, *, actor) -> DebitFile:
    """Give up a file that was not transmitted: its invoices are free again. Raises ValidationError."""
    file = DebitFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.status != Status.READY:
        raise ValidationError(f"Ce fichier est « {file.get_status_display()} ».")
    for mandate in DebitMandate.objects.select_for_update().filter(pk__in=file.debits.values("mandate")):
        before = mandate.debits.exclude(file=file).filter(payment__isnull=False).order_by("-file__day").first()
        mandate.last_debit_on = before.file.day if before else None
        mandate.save(update_fields=["last_debit_on"])
    file.debits.update(live=False)
    file.status = Status.CANCELLED
    file.save(update_fields=["status"])
    journal.record("billing.debits_cancel", file, actor=actor)
    return file
