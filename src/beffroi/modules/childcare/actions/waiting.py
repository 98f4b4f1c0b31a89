"""The waiting list: a place that becomes free is offered to the first who waits, who has a time to answer."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from beffroi.kernel.ui.formats import ordinal
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.childcare import deadlines
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking, Place
from beffroi.modules.childcare.workflow import BookingState

# The order, told as it is to the families: see docs/enfance.md.
ORDER = ("-resident", "booked_at", "pk")
ORDER_WORDS = (
    "Les familles dont le domicile sur le territoire est vérifié passent d’abord, puis dans l’ordre des demandes. Une "
    "demande qui veut plus de places qu’il n’en reste attend qu’il y en ait assez ; la suivante peut alors passer."
)


def queue(group_id: int, day: datetime.date) -> QuerySet[Booking]:
    """Those who wait for a group on a day: families of the EPCI first, then the order in which they asked."""
    waiting = Booking.objects.filter(group=group_id, day=day, state=BookingState.WAITING)
    return waiting.select_related("activity", "child", "home", "unit").order_by(*ORDER)


def lock_places(groups: Iterable[int], days: Iterable[datetime.date]) -> None:
    """Lock the places of those groups on those days, always in the same order: nobody waits for somebody who waits."""
    held = Place.objects.select_for_update().filter(group__in=set(groups), day__in=set(days))
    list(held.order_by("pk").values("pk"))


@transaction.atomic
def offer_free_places(days: Iterable[tuple[int, datetime.date]]) -> int:
    """Offer what is free to those who wait, for each (group, day); returns how many offers were made."""
    return sum(_offer(group_id, day) for group_id, day in sorted(set(days)))


def _offer(group_id: int, day: datetime.date) -> int:
    now = timezone.now()
    if day < timezone.localdate():
        return 0
    held = Place.objects.filter(group=group_id, day=day).select_for_update().order_by("pk")
    free = {place.slot: place.capacity - place.taken for place in held}
    made = 0
    for booking in queue(group_id, day):
        if any(free.get(slot, 0) < booking.quantity for slot in booking.slots) or _is_elsewhere(booking):
            continue
        start = booking.during.lower
        if start <= now:
            continue
        answer_by = min(now + datetime.timedelta(hours=booking.activity.answer_hours), start)
        booking.workflow.fire("offer", booking, actor=None, check=False, update={"answer_by": answer_by})
        for slot in booking.slots:
            free[slot] -= booking.quantity
        made += 1
    return made


def _is_elsewhere(booking: Booking) -> bool:
    """The child has a place at the same hours: offering another would be refused by the database."""
    return Booking.objects.holding().filter(child=booking.child_id, during__overlap=booking.during).exists()


@transaction.atomic
def take_offer(booking: Booking, *, actor) -> Booking:
    """Answer yes. Raises Refused when the time to answer is over."""
    lock_places([booking.group_id], [booking.day])
    held = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    if held.state == BookingState.OFFERED and held.answer_by and held.answer_by < timezone.now():
        raise Refused("Le délai pour répondre est passé : la place a été proposée à la famille suivante.")
    try:
        booking.workflow.fire("take", booking, actor=actor, check=False, update={"answer_by": None})
    except TransitionRefused as error:
        raise Refused("Cette place n’est plus proposée.") from error
    return booking


def expire_offers(now: datetime.datetime | None = None) -> int:
    """Offers left without answer go to the next family; each in its own transaction."""
    now = now or timezone.now()
    done = 0
    late = Booking.objects.filter(state=BookingState.OFFERED, answer_by__lt=now).values_list("pk", flat=True)
    for pk in late[:1000]:
        with transaction.atomic():
            booking = Booking.objects.filter(pk=pk).first()
            if booking is None:
                continue
            lock_places([booking.group_id], [booking.day])
            try:
                booking.workflow.fire("expire", booking, actor=None, check=False, update={"answer_by": None})
            except TransitionRefused:
                continue
            offer_free_places([(booking.group_id, booking.day)])
            done += 1
    return done


def rank_of(booking: Booking) -> int:
    """The place in the queue, 1 being the next."""
    return ranks([booking]).get(booking.pk, (0, 0))[0]


def ranks(bookings: Iterable[Booking]) -> dict[int, tuple[int, int]]:
    """{booking: (its place in its queue, how many wait there)} of those that wait: one query however many."""
    wanted = {one.pk: (one.group_id, one.day) for one in bookings if one.state == BookingState.WAITING}
    if not wanted:
        return {}
    groups, days = {group for group, _day in wanted.values()}, {day for _group, day in wanted.values()}
    waiting = Booking.objects.filter(group__in=groups, day__in=days, state=BookingState.WAITING).order_by(*ORDER)
    lists: dict[tuple, list[int]] = defaultdict(list)
    for pk, group, day in waiting.values_list("pk", "group", "day"):
        lists[group, day].append(pk)
    return {pk: (lists[key].index(pk) + 1, len(lists[key])) for pk, key in wanted.items() if pk in lists[key]}


def next_rank(lines: Iterable) -> None:
    """Add to the lines of a weighing that go on a list (`verdict` wait) the place that they would have: one query."""
    wait = [line for line in lines if line.verdict == "wait"]
    if not wait:
        return
    rows = Booking.objects.filter(
        group__in={line.group.pk for line in wait},
        day__in={line.wish.day for line in wait},
        state=BookingState.WAITING,
    )
    held: Counter = Counter()
    for key in rows.values_list("group", "day", "resident"):
        held[key] += 1
    for line in wait:
        group, day = line.group.pk, line.wish.day
        ahead = held[group, day, True] + (0 if line.resident else held[group, day, False])
        held[group, day, line.resident] += 1
        line.reason += f" Vous seriez {ordinal(ahead + 1)}."


def told_ranks(bookings: Iterable[Booking]) -> dict[int, str]:
    """{booking: « 2ᵉ sur 5 »} of those that wait: one query however many."""
    return {pk: f"{ordinal(rank)} sur {count}" for pk, (rank, count) in ranks(bookings).items()}


def is_late(booking: Booking, now: datetime.datetime) -> bool:
    """Past the deadline to cancel?"""
    return now > deadlines.to_cancel(booking.activity).moment(booking.day)
