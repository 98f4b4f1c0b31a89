"""Reminding what is late, step after step."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.billing import collecting
from beffroi.shared.billing.models import Invoice, Reminder, step_due


@transaction.atomic
def remind(invoice: Invoice, *, actor, step: int | None = None, day: date | None = None) -> Reminder | None:
    """Take the step that an unpaid invoice has reached, or `step`; None when there is nothing to say.

    A step is taken once, whatever happens. Records "billing.remind", which tells the payer.
    """
    day = day or timezone.localdate()
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
    step = step_due(invoice, day) if step is None else step
    if not step or invoice.due <= 0:
        return None
    reminder, created = Reminder.objects.get_or_create(
        invoice=invoice, step=step, defaults={"sent_on": day, "due": invoice.due}
    )
    if not created:
        return None
    journal.record("billing.remind", invoice, actor=actor, data={"step": step, "due": invoice.due})
    return reminder


def remind_late(day: date | None = None) -> int:
    """Remind every late invoice of the step that it has reached; returns how many reminders leave."""
    day = day or timezone.localdate()
    late = Invoice.objects.late(day).exclude(pk__in=collecting.coming_debits().values("invoice"))
    late = late.prefetch_related("reminders").order_by("pk")
    count = 0
    for invoice in late.iterator(chunk_size=500):
        step = step_due(invoice, day)
        if step and all(one.step < step for one in invoice.reminders.all()):
            count += remind(invoice, actor=None, day=day) is not None
    return count
