"""Change how many of what is booked by quantity, without giving up the day."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.childcare import quantities
from beffroi.modules.childcare.actions.presence import invoice_of
from beffroi.modules.childcare.actions.waiting import lock_places, offer_free_places
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking


def invoiced_words(booking: Booking, *, desk: bool) -> str:
    """Why a day on an invoice does not change any more, or an empty string."""
    invoice = invoice_of(booking)
    if invoice is None:
        return ""
    if desk:
        return f"Ce jour est dans la facture {invoice.number} : corrigez-la par un avoir."
    return "Ce jour est déjà facturé : appelez le service."


@transaction.atomic
def change_quantity(
    booking: Booking,
    quantity: int,
    *,
    actor,
    known: int | None = None,
    desk: bool = False,
    now: datetime.datetime | None = None,
) -> Booking:
    """The day stays, for `quantity` of its unit; what is given up is offered to those who wait.

    `known` = the quantity that whoever asks had read: another one by now is told, not written over. The same quantity
    again changes nothing. Records "childcare.quantity". Raises Refused: see `quantities.fault`; and a day that is
    invoiced, which a credit note corrects.
    """
    now = now or timezone.now()
    lock_places([booking.group_id], [booking.day])  # before the booking: see `cancel`
    related = ("activity", "unit", "child", "home__household")
    held = Booking.objects.select_for_update(of=("self",)).select_related(*related).get(pk=booking.pk)
    if held.quantity == quantity:
        return held
    if known is not None and known != held.quantity:
        raise Refused(f"Elle a changé entre-temps : {held.quantity} à présent. Relisez, puis recommencez.")
    if refusal := quantities.fault(held, quantity, now, desk=desk):
        raise Refused(refusal)
    if refusal := invoiced_words(held, desk=desk):
        raise Refused(refusal)
    before, held.quantity = held.quantity, quantity
    held.save(update_fields=["quantity"])
    data = {"from": before, "to": quantity, "desk": desk}
    journal.record("childcare.quantity", held, actor=actor, data=data)
    if quantity < before:
        offer_free_places([(held.group_id, held.day)])
    return held
