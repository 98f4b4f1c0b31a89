"""Register, book, cancel: a group never receives more than its places, whoever asks at the same time."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare import pricing, uses
from beffroi.modules.childcare.actions.waiting import is_late, lock_places, offer_free_places
from beffroi.modules.childcare.errors import Refused, TooLate
from beffroi.modules.childcare.models import Activity, Booking, Child, ChildHome, Enrolment, Site, Support
from beffroi.modules.childcare.wishes import BOOK, NO, WAIT, Line, Weighing, Wish
from beffroi.modules.childcare.workflow import LIVE, BookingState
from beffroi.shared.billing import actions as billing


@transaction.atomic
def enrol(child: Child, activity: Activity, site: Site, *, actor, home: ChildHome | None = None) -> Enrolment:
    """Register a child in an activity on a site; on another site, the registration moves there.

    The payer of `home` (the first one by default) is asked the down payment of the activity, once; nobody is when a
    body pays all of it. Records
    "childcare.enrol". Raises Refused.
    """
    Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    if not activity.groups.filter(site=site, is_active=True).exists():
        raise Refused("Cette activité n’a pas lieu sur ce site.")
    held = Enrolment.objects.filter(child=child, activity=activity, end=None).first()
    if held and held.site_id == site.pk:
        return held
    if held:
        held.site = site
        held.save(update_fields=["site"])
    else:
        held = Enrolment.objects.create(child=child, activity=activity, site=site)
        if activity.down_payment:
            _ask_down_payment(held, home or child.homes.filter(end=None).order_by("rank").first(), actor)
    journal.record("childcare.enrol", child, actor=actor, data={"activity": activity.pk, "site": site.pk})
    return held


@transaction.atomic
def end_enrolment(enrolment: Enrolment, *, actor) -> None:
    """The child no longer comes to an activity. Raises Refused while days are booked or awaited there.

    What was done and invoiced stays. Records "childcare.enrol_end".
    """
    Child.objects.select_for_update(of=("self",)).get(pk=enrolment.child_id)
    ahead = Booking.objects.live().filter(
        child=enrolment.child_id, activity=enrolment.activity_id, day__gte=timezone.localdate()
    )
    if ahead.exists():
        raise Refused("Des jours à venir sont réservés ou attendus : annulez-les d’abord.")
    if Enrolment.objects.filter(pk=enrolment.pk, end=None).update(end=timezone.localdate()):
        data = {"activity": enrolment.activity_id}
        journal.record("childcare.enrol_end", enrolment.child, actor=actor, data=data)


def _ask_down_payment(enrolment: Enrolment, home: ChildHome | None, actor) -> None:
    child, activity = enrolment.child, enrolment.activity
    regie = pricing.regie_of(activity.organisation_id)
    if regie is None:
        raise Refused("Cette activité demande un acompte, mais aucune régie ne le facture : prévenez le service.")
    paying = Support.objects.active().whole().filter(home=home)
    if home is not None and paying.exists():
        return
    if home is None or home.payer is None:
        raise Refused(f"Dites d’abord qui paie pour {child.first_name} : un acompte est demandé.")
    billing.ask_down_payment(
        regie=regie,
        payer=home.payer,
        amount=activity.down_payment,
        source=uses.SOURCE,
        key=str(enrolment.pk),
        label=f"Acompte : {activity.name}",
        subject=child.first_name,
        beneficiary=uses.beneficiary(child.pk),
        care=True,
        actor=actor,
    )


@transaction.atomic
def book(wishes: Iterable[Wish], homes: Mapping[int, ChildHome], *, actor, desk: bool = False, now=None) -> list[Line]:
    """Book what can be, put the rest on the waiting list, refuse with the reason; one transaction for the lot.

    `homes`: {child: the home that asks}. The children, then the places of the days are locked in a fixed order, so that
    the last place goes to one family and the next one is listed. Records "childcare.book" once for each child.
    """
    wishes = list(wishes)
    list(Child.objects.select_for_update(of=("self",)).filter(pk__in=homes).order_by("pk"))
    first = Weighing(wishes, homes, now=now, desk=desk)
    groups = {line.group.pk for line in first.lines() if line.group}
    days = {wish.day for wish in wishes}
    lock_places(groups, days)
    lines = Weighing(wishes, homes, now=now, desk=desk).lines()
    author = account_of(actor)
    origin = Booking.Origin.DESK if desk else Booking.Origin.ONLINE
    Booking.objects.bulk_create(_booking(line, author, origin, now) for line in lines if line.verdict != NO)
    for child in {line.child.pk: line.child for line in lines}.values():
        counts = Counter(line.verdict for line in lines if line.child.pk == child.pk)
        if counts[BOOK] or counts[WAIT]:
            dates = [line.wish.day for line in lines if line.child.pk == child.pk and line.verdict != NO]
            data = {
                "booked": counts[BOOK],
                "waiting": counts[WAIT],
                "home": homes[child.pk].pk,
                "from": min(dates).isoformat(),
                "to": max(dates).isoformat(),
            }
            journal.record("childcare.book", child, actor=actor, data=data)
    return lines


def _booking(line: Line, author, origin: str, now) -> Booking:
    return Booking(
        child=line.child,
        home=line.home,
        activity=line.unit.activity,
        group=line.group,
        unit=line.unit,
        day=line.wish.day,
        during=DateTimeTZRange(*line.during),
        slots=line.slots,
        origin=origin,
        booked_by=author,
        booked_at=now or timezone.now(),
        resident=line.resident,
        quantity=line.wish.quantity,
        state=BookingState.BOOKED if line.verdict == BOOK else BookingState.WAITING,
    )


@transaction.atomic
def cancel(bookings: Iterable[Booking], *, actor, desk: bool = False, now: datetime.datetime | None = None) -> int:
    """Cancel days; those past the deadline stay due, or are refused, as their activity says. Frees and offers places.

    Returns how many were cancelled late. Raises Refused, and nothing is then cancelled.
    """
    now = now or timezone.now()
    bookings = list(bookings)
    wanted = {booking.pk for booking in bookings}
    lock_places((one.group_id for one in bookings), (one.day for one in bookings))  # before the bookings: see `book`
    held = Booking.objects.select_for_update(of=("self",)).select_related("activity", "child")
    found = list(held.filter(pk__in=wanted, state__in=LIVE).order_by("pk"))
    late_count, freed = 0, set()
    for booking in found:
        if booking.during.lower <= now and not desk:
            raise Refused("Ce moment est passé : il ne s’annule plus.")
        late = booking.state == BookingState.BOOKED and is_late(booking, now)
        if late and not desk and booking.activity.late_cancel == Activity.Late.REFUSED:
            raise TooLate("Le délai pour annuler est passé : appelez le service.")
        if booking.state != BookingState.WAITING:
            freed.add((booking.group_id, booking.day))
        update = {"cancelled_at": now, "late": late and not desk, "answer_by": None}
        booking.workflow.fire("cancel", booking, actor=actor, check=False, update=update)
        late_count += late and not desk
    offer_free_places(freed)
    return late_count
