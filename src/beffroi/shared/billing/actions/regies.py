"""Régies and their tariffs."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.shared.billing.models import InvoiceLine, Regie, Tariff
from beffroi.shared.billing.rates import BadRule
from beffroi.shared.billing.tariffs import rate_of


@transaction.atomic
def save_regie(regie: Regie, *, actor) -> Regie:
    """Open a régie, or change what it says. Records "billing.regie"; raises ValidationError."""
    if regie.pk:
        kept = Regie.objects.select_for_update().get(pk=regie.pk)
        if kept.code != regie.code and kept.invoices.exists():
            raise ValidationError({"code": "Des factures portent déjà ce code : il ne change plus."})
    regie.full_clean()
    regie.save()
    journal.record("billing.regie", regie, actor=actor)
    return regie


def is_used(tariff: Tariff) -> bool:
    """Has it priced an invoice?"""
    return InvoiceLine.objects.filter(tariff=tariff).exists()


@transaction.atomic
def save_tariff(tariff: Tariff, *, actor) -> Tariff:
    """Write a tariff. One that has priced an invoice is not changed: `replace_tariff`. Records "billing.tariff"."""
    Regie.objects.select_for_update().get(pk=tariff.regie_id)
    if tariff.pk and is_used(tariff):
        raise ValidationError("Ce tarif a déjà facturé : faites-le suivre d’un nouveau, à partir d’une date.")
    try:
        rate_of(tariff)
    except BadRule as fault:
        raise ValidationError(fault.faults) from None
    tariff.full_clean()
    tariff.save()
    journal.record("billing.tariff", tariff, actor=actor, data={"unit": tariff.unit, "start": str(tariff.start)})
    return tariff


@transaction.atomic
def replace_tariff(old: Tariff, new: Tariff, *, actor) -> Tariff:
    """End a tariff the day before `new.start`, and begin the new one. Raises ValidationError."""
    old = Tariff.objects.select_for_update().get(pk=old.pk)
    if new.start <= old.start:
        raise ValidationError({"start": f"Le nouveau tarif commence après le {old.start:%d/%m/%Y}."})
    close_tariff(old, new.start - timedelta(days=1), actor=actor)
    new.regie, new.unit, new.replaces = old.regie, old.unit, old
    return save_tariff(new, actor=actor)


@transaction.atomic
def close_tariff(tariff: Tariff, last: date, *, actor) -> Tariff:
    """Say until when a tariff is in force. Records "billing.tariff_end"."""
    tariff.end = last
    tariff.full_clean()
    tariff.save(update_fields=["end"])
    journal.record("billing.tariff_end", tariff, actor=actor, data={"end": str(last)})
    return tariff
