"""Reminding what is late, step after step: by message, or by letters that somebody prints and posts."""

from collections.abc import Iterable
from datetime import date

import phonenumbers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import braces, journal
from beffroi.kernel.access import account_of
from beffroi.kernel.notices import sms
from beffroi.kernel.ui import formats
from beffroi.shared.billing import collecting, reminding
from beffroi.shared.billing.models import Invoice, LetterBatch, Regie, Reminder
from beffroi.shared.billing.money import words
from beffroi.shared.billing.reminding import Channel, Step

FRANCE = 33
MOST_LETTERS = 200
Status = LetterBatch.Status


@transaction.atomic
def save_reminders(regie: Regie, steps: Iterable[Step], *, actor) -> Regie:
    """Say when, how and in which words a régie reminds; no step = it never does by itself.

    What was already sent does not change. Records "billing.reminders"; raises ValidationError.
    """
    steps = list(steps)
    reminding.check(steps)
    regie = Regie.objects.select_for_update().get(pk=regie.pk)
    regie.reminders = reminding.kept(steps)
    regie.save(update_fields=["reminders"])
    journal.record("billing.reminders", regie, actor=actor, data={"days": [one["days"] for one in regie.reminders]})
    return regie


def _takes_texts(phone: str) -> bool:
    """Can an SMS reach this number? Not when it is that of a house (06 and 07 are mobiles: plan of ARCEP)."""
    try:
        number = phonenumbers.parse(phone, "FR")
    except phonenumbers.NumberParseException:
        return False
    french = number.country_code == FRANCE
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return sms.is_available() and (str(number.national_number)[0] in "67" if french else mobile)


def _needs_a_letter(invoice: Invoice) -> bool:
    """Neither an account, nor an address, nor a mobile telephone that the platform can write to."""
    person = invoice.payer
    if person is None:
        return not invoice.payer_body.email
    return not (person.reach or _takes_texts(person.phone))


def _due_step(
    invoice: Invoice, taken: Iterable[Reminder], day: date, *, early: bool = False
) -> tuple[int, Step] | None:
    """(rank, step) to take now: the last one reached after those taken, or with `early` simply the next."""
    last = max((one.days for one in taken), default=0)
    ahead = [(rank, step) for rank, step in enumerate(invoice.regie.steps, 1) if step.days > last]
    if early:
        return ahead[0] if ahead else None
    late = (day - invoice.due_on).days
    reached = [pair for pair in ahead if pair[1].days <= late]
    return reached[-1] if reached else None


def wording(text: str, invoice: Invoice) -> str:
    """What a payer reads: the text of a step with the figures of the invoice."""
    return braces.fill(
        text,
        {
            "facture": invoice.number,
            "objet": invoice.label,
            "échéance": formats.day(invoice.due_on),
            "reste": words(invoice.due),
            "régie": invoice.regie.name,
        },
    )


@transaction.atomic
def remind(invoice: Invoice, *, actor, day: date | None = None, early: bool = False) -> Reminder | None:
    """Take the step that an unpaid invoice has reached, or with `early` the next one; None when nothing is to be said.

    A step is taken once, whatever happens. Records "billing.remind", which tells the payer, or "billing.remind_letter"
    when only a letter leaves: it waits to be printed. Raises ValidationError while the letter before has not left.
    """
    day = day or timezone.localdate()
    rows = Invoice.objects.select_for_update(of=("self",)).select_related("regie", "payer__user", "payer_body")
    invoice = rows.get(pk=invoice.pk)
    taken = list(invoice.reminders.all())
    found = _due_step(invoice, taken, day, early=early)
    if found is None or invoice.due <= 0:
        return None
    if any(one.waits for one in taken):
        raise ValidationError("La lettre de relance précédente n’est pas encore postée.")
    rank, step = found
    only_letter = step.channel == Channel.LETTER or _needs_a_letter(invoice)
    by_post = only_letter or step.channel == Channel.BOTH
    reminder = Reminder.objects.create(
        invoice=invoice,
        step=rank,
        days=step.days,
        title=step.title,
        text=wording(step.text, invoice),
        taken_on=day,
        sent_on=None if by_post else day,
        due=invoice.due,
        by_post=by_post,
    )
    data = {"step": rank, "due": invoice.due, "reminder": reminder.pk}
    journal.record("billing.remind_letter" if only_letter else "billing.remind", invoice, actor=actor, data=data)
    return reminder


def remind_late(day: date | None = None) -> int:
    """Take for every late invoice the step that it has reached; returns how many reminders are made.

    What is collected by another way (a coming debit, a payment under way, a title of the trésorerie) is left alone.
    """
    day = day or timezone.localdate()
    late = collecting.free(Invoice.objects.late(day))
    late = late.select_related("regie").prefetch_related("reminders").order_by("pk")
    count = 0
    for invoice in late.iterator(chunk_size=500):
        taken = invoice.reminders.all()
        if _due_step(invoice, taken, day) and not any(one.waits for one in taken):
            try:
                count += remind(invoice, actor=None, day=day) is not None
            except ValidationError:
                continue  # another worker has just made the letter that must leave first
    return count


def letters_of(regie: Regie):
    """The letters of a régie that wait to be printed, the oldest first."""
    return collecting.waiting_letters().filter(invoice__regie=regie)


@transaction.atomic
def prepare_letters(regie: Regie, chosen: Iterable[int], *, actor) -> LetterBatch:
    """Put these letters in a batch to print, with what is due today. Records "billing.letters".

    What was paid meanwhile is left out, what another batch took too. Raises ValidationError when nothing is left.
    """
    waiting = letters_of(regie).filter(pk__in=list(chosen))
    pks = list(waiting.values_list("invoice", flat=True))
    list(Invoice.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk").values_list("pk"))
    held = list(waiting.select_for_update(of=("self",)).select_related("invoice__regie")[:MOST_LETTERS])
    if not held:
        raise ValidationError("Cochez au moins une lettre : celles-ci ne sont plus à imprimer.")
    batch = LetterBatch.objects.create(regie=regie, count=len(held), created_by=account_of(actor))
    steps = {step.days: step for step in regie.steps}
    for one in held:
        one.batch, one.due = batch, one.invoice.due
        if (step := steps.get(one.days)) is not None:
            one.text = wording(step.text, one.invoice)
    Reminder.objects.bulk_update(held, ["batch", "due", "text"])
    journal.record("billing.letters", batch, actor=actor, data={"count": batch.count})
    return batch


def _held(batch: LetterBatch, *allowed: str) -> LetterBatch:
    batch = LetterBatch.objects.select_for_update(of=("self",)).select_related("regie").get(pk=batch.pk)
    if batch.status not in allowed:
        raise ValidationError(f"Ce lot est « {batch.get_status_display()} ».")
    return batch


@transaction.atomic
def mark_printed(batch: LetterBatch, *, actor) -> LetterBatch:
    """Its letters are on paper. Records "billing.letters_printed"; raises ValidationError."""
    batch = _held(batch, Status.READY)
    batch.status, batch.printed_at = Status.PRINTED, timezone.now()
    batch.save(update_fields=["status", "printed_at"])
    journal.record("billing.letters_printed", batch, actor=actor)
    return batch


@transaction.atomic
def mark_posted(batch: LetterBatch, *, actor, day: date | None = None) -> LetterBatch:
    """Its letters have left: only then are they said sent. Records "billing.letters_sent"; raises ValidationError."""
    batch = _held(batch, Status.PRINTED)
    batch.status, batch.sent_on = Status.SENT, day or timezone.localdate()
    batch.save(update_fields=["status", "sent_on"])
    batch.letters.update(sent_on=batch.sent_on)
    journal.record("billing.letters_sent", batch, actor=actor, data={"count": batch.count})
    return batch


@transaction.atomic
def undo_letters(batch: LetterBatch, *, actor) -> LetterBatch:
    """Give up a batch that was not posted: its letters wait again. Records "billing.letters_undo"."""
    batch = _held(batch, Status.READY, Status.PRINTED)
    batch.letters.update(batch=None)
    batch.status = Status.CANCELLED
    batch.save(update_fields=["status"])
    journal.record("billing.letters_undo", batch, actor=actor)
    return batch
