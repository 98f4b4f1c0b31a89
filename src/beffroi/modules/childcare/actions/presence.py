"""The sheet of the day: arrivals, departures, absences, made with or without network and never counted twice."""

import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.modules.childcare import uses
from beffroi.modules.childcare.actions.waiting import lock_places
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Attendance, Booking, Child, Enrolment, Group, Place, Tick, Unit
from beffroi.modules.childcare.places import slots_of
from beffroi.modules.childcare.residences import Residences
from beffroi.modules.childcare.wishes import hours_of
from beffroi.modules.childcare.workflow import HOLDING, BookingState
from beffroi.shared.billing.models import Invoice
from beffroi.shared.files import actions as files
from beffroi.shared.files.refusals import Refused as UnfitFile

Kind = Tick.Kind
SIGNATURE = "photo"


@transaction.atomic
def tick(booking: Booking, kind: str, *, actor, at=None, client_uuid=None, signature=None, **details):
    """Write one gesture; returns (tick, created). `at` is when it was made, maybe hours ago on a tablet.

    `details`: with_name, contact, quantity (how many were taken of what is booked by quantity). `signature` = the
    picture of the signature of who came. What the sheet shows is computed again from all the gestures, so that two
    tablets that ticked the same child give one presence. Records "childcare.tick". Raises Refused.
    """
    at = at or timezone.now()
    if kind not in Kind.values:
        raise Refused("Geste inconnu.")
    if timezone.localtime(at).date() != booking.day:
        raise Refused("Un pointage se fait le jour même.")
    details["quantity"] = _taken(booking, details.get("quantity"))

    def create():
        author = account_of(actor)
        made = Tick.objects.create(
            booking=booking, kind=kind, at=at, made_at=at, author=author, client_uuid=client_uuid, **details
        )
        data = {"kind": kind, "at": at.isoformat(), "signed": signature is not None}
        if signature is not None:
            _sign(made, signature, actor)
        journal.record("childcare.tick", booking, actor=actor, data=data)
        return made

    made, created = offline.once(Tick, client_uuid, create)
    if created:
        settle(booking)
    return made, created


def _taken(booking: Booking, quantity: int | None) -> int | None:
    """How many were taken, for what is booked by quantity; nothing for the rest. Raises Refused past the most."""
    if quantity is None or not booking.unit.is_counted:
        return None
    if not 1 <= quantity <= booking.unit.most:
        raise Refused(f"De 1 à {booking.unit.most} : la quantité prise.")
    return quantity


def _sign(made: Tick, signature, actor) -> None:
    try:
        files.store_upload(signature, actor=actor, kind=SIGNATURE, target=made)
    except UnfitFile as refusal:
        raise Refused(f"La signature n’a pas pu être gardée : {refusal}.") from None


@transaction.atomic
def settle(booking: Booking) -> Attendance:
    """What the gestures amount to: the first arrival, the last departure, an absence only if nobody saw the child.

    The order in which the gestures were received does not matter; « Pointage retiré » forgets those made before it.
    """
    Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    ticks = list(booking.ticks.order_by("at", "pk"))
    undone = max((rank for rank, one in enumerate(ticks) if one.kind == Kind.UNDO), default=-1)
    ticks = ticks[undone + 1 :]
    arrived = next((one for one in ticks if one.kind == Kind.ARRIVED), None)
    left = next((one for one in reversed(ticks) if one.kind == Kind.LEFT), None)
    absent = any(one.kind == Kind.ABSENT for one in ticks) and not arrived and not left
    held = Attendance.objects.filter(booking=booking).first() or Attendance(booking=booking)
    if held.corrected_at is not None:
        return held
    first = arrived or left
    held.arrived_at = first.at if first else None
    held.left_at = max(left.at, first.at) if left and first else None
    held.left_with = left.with_name if left else ""
    held.contact = left.contact if left else None
    held.quantity = next((one.quantity for one in reversed(ticks) if one.quantity is not None), None)
    if absent:
        held.absence, held.quantity = held.absence or Attendance.Absence.WAITING, None
    else:
        held.absence, held.reason = "", ""
    held.save()
    return held


def invoice_of(booking: Booking) -> Invoice | None:
    """The invoice in which the day of the child stands, if it was issued: the day is then no longer changed."""
    bills = Invoice.objects.filter(
        lines__beneficiary__in=uses.beneficiaries(booking.child),
        period_start__lte=booking.day,
        period_end__gte=booking.day,
        source__startswith=f"{uses.SOURCE}:",
        regie__organisation=booking.activity.organisation_id,
    )
    return bills.order_by("pk").first()


@transaction.atomic
def correct_attendance(
    booking: Booking,
    *,
    actor,
    reason: str,
    arrived_at=None,
    left_at=None,
    absence: str = "",
    quantity: int | None = None,
) -> Attendance:
    """Write what really happened, once the day is over; the journal keeps what was there before and why.

    Raises Refused before the end of the day (the sheet does it), without a reason, when the hours do not follow each
    other, and once the day is invoiced: a credit note corrects it. Records "childcare.attendance_correct".
    """
    Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    if booking.day >= timezone.localdate():
        raise Refused("La journée n’est pas finie : corrigez sur la feuille du jour.")
    if not reason.strip():
        raise Refused("Dites pourquoi cette présence est corrigée.")
    if invoice := invoice_of(booking):
        raise Refused(f"Ce jour est dans la facture {invoice.number} : corrigez-la par un avoir.")
    if absence and (arrived_at or left_at):
        raise Refused("Un enfant absent n’a ni arrivée ni départ.")
    if not absence and arrived_at is None:
        raise Refused("Écrivez l’heure d’arrivée, ou notez l’enfant absent.")
    if left_at is not None and left_at < arrived_at:
        raise Refused("Le départ vient après l’arrivée.")
    held = Attendance.objects.filter(booking=booking).first() or Attendance(booking=booking)
    before = _told(held)
    held.arrived_at, held.left_at, held.absence = arrived_at, left_at, absence
    held.quantity = None if absence else _taken(booking, quantity)
    if left_at is None:
        held.left_with, held.contact = "", None
    held.reason, held.corrected_at = reason.strip(), timezone.now()
    held.save()
    data = {"before": before, "after": _told(held)}
    journal.record("childcare.attendance_correct", booking, actor=actor, data=data)
    return held


def _told(held: Attendance) -> dict[str, str]:
    """The hours and the absence, for the journal."""
    hours = {"arrived": held.arrived_at, "left": held.left_at}
    told = {name: at.isoformat() for name, at in hours.items() if at} | {"absence": held.absence}
    return told | ({"quantity": str(held.quantity)} if held.quantity else {})


@transaction.atomic
def receive_unexpected(
    child: Child, unit: Unit, *, group: Group, actor, at=None, client_uuid=None
) -> tuple[Booking, bool]:
    """A child came who was not on the sheet: they are there, so they are counted, even past the places.

    The booking says so (it may cost more). Returns (booking, created); a replay changes nothing.
    """
    at = at or timezone.now()
    if client_uuid is not None:
        known = Tick.objects.filter(client_uuid=client_uuid).select_related("booking").first()
        if known is not None:
            return known.booking, False
    Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    day = timezone.localtime(at).date()
    during = DateTimeTZRange(*hours_of(unit, day))
    held = Booking.objects.filter(child=child, state__in=HOLDING, during__overlap=during).first()
    created = held is None
    if held is None:
        held = _unexpected(child, unit, group, day, during, actor)
    tick(held, Kind.ARRIVED, actor=actor, at=at, client_uuid=client_uuid)
    return held, created


def _unexpected(child: Child, unit: Unit, group: Group, day: datetime.date, during, actor) -> Booking:
    slots = slots_of(unit)
    lines = [Place(group=group, day=day, slot=slot, capacity=0) for slot in slots]
    Place.objects.bulk_create(lines, ignore_conflicts=True)
    lock_places([group.pk], [day])
    home = child.homes.filter(end=None).order_by("rank").first()
    Enrolment.objects.get_or_create(child=child, activity=unit.activity, end=None, defaults={"site": group.site})
    booking = Booking.objects.create(
        child=child,
        home=home,
        activity=unit.activity,
        group=group,
        unit=unit,
        day=day,
        during=during,
        slots=slots,
        origin=Booking.Origin.UNEXPECTED,
        state=BookingState.BOOKED,
        booked_by=actor,
        resident=bool(home and Residences([home.household_id]).is_resident(home, day)),
    )
    journal.record("childcare.unexpected", booking, actor=actor)
    return booking
