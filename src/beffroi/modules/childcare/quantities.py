"""Changing how many of what is booked by quantity: what allows it, and what forbids it, in words."""

import datetime

from beffroi.modules.childcare import deadlines
from beffroi.modules.childcare.models import Attendance, Booking, ChildHome, Place
from beffroi.modules.childcare.wishes import OTHER_HOME, WITHDRAWN, Weighing, Wish
from beffroi.modules.childcare.workflow import LIVE, BookingState

LEFT_TO_THE_OTHER = (
    "Ce jour est à présent celui de l’autre foyer : lui seul peut en ajouter. Vous pouvez en retirer, ou proposer un "
    "échange depuis la page de l’enfant."
)


def changeable(booking: Booking, now: datetime.datetime, *, desk: bool = False) -> str:
    """Why the quantity of a booking cannot be changed at all, or an empty string."""
    if not booking.unit.is_counted or booking.state not in LIVE:
        return "Cette réservation n’a pas de quantité à changer."
    if booking.state == BookingState.OFFERED:
        return "Répondez d’abord à la place proposée."
    if (booking.during.upper if desk else booking.during.lower) <= now:
        return "Ce moment est passé."
    if Attendance.objects.filter(booking=booking).exclude(absence="", arrived_at=None, left_at=None).exists():
        return "C’est déjà pointé : la feuille du jour dit combien ont été pris."
    return ""


def fault(booking: Booking, quantity: int, now: datetime.datetime, *, desk: bool = False) -> str:
    """Why this booking may not be for `quantity` from now on, or an empty string.

    Fewer follows the deadline to cancel, more follows all that a new booking does, and the places that are left. An
    agent passes over the deadlines, never over the places. Reads the database, writes nothing.
    """
    if refusal := changeable(booking, now, desk=desk):
        return refusal
    most = booking.unit.most
    if quantity == 0:
        return "Pour ne rien garder, annulez le jour."
    if not 1 <= quantity <= most:
        return f"De 1 à {most} par jour."
    if quantity > booking.quantity:
        return _more(booking, quantity - booking.quantity, now, desk)
    late = now > deadlines.to_cancel(booking.activity).moment(booking.day)
    if late and not desk and booking.state == BookingState.BOOKED:
        return "Le délai pour en retirer est passé : appelez le service."
    return ""


def _rules(booking: Booking, home: ChildHome, added: int, now: datetime.datetime) -> str:
    """What forbids a family to add to a day, places apart."""
    wish = Wish(booking.day, booking.child_id, booking.unit_id, added)
    refusal = Weighing([wish], {booking.child_id: home}, now=now, seats=False).may_add(wish)
    return LEFT_TO_THE_OTHER if refusal == OTHER_HOME else refusal


def _more(booking: Booking, added: int, now: datetime.datetime, desk: bool) -> str:
    if booking.state == BookingState.WAITING:
        return "En demander plus ferait perdre le rang : annulez, puis demandez de nouveau."
    if booking.home is None:
        return "Ce foyer n’est plus celui de l’enfant."
    if not booking.unit.is_active:
        return WITHDRAWN
    if not desk and (refusal := _rules(booking, booking.home, added, now)):
        return refusal
    places = Place.objects.filter(group=booking.group_id, day=booking.day, slot__in=booking.slots)
    left = min((place.free for place in places), default=0)
    if left >= added:
        return ""
    return f"Il n’en reste que {left} de plus." if left else "Il n’en reste plus."
