"""Transport lines: stops, who rides, days without, who was seen getting on and to whom they were handed."""

import datetime
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.kernel.models import User
from beffroi.modules.childcare import lines
from beffroi.modules.childcare.errors import Full, Refused
from beffroi.modules.childcare.models import (
    Activity,
    Boarding,
    ChildHome,
    Contact,
    Ride,
    RideSkip,
    SeatWish,
    Stop,
    TransportLine,
    Trip,
)
from beffroi.modules.childcare.models.children import WEEKDAYS

DAY = datetime.timedelta(days=1)
NOTICE = datetime.timedelta(days=2)  # before a child who waited is expected at the stop


def _lock(pk: int) -> TransportLine:
    """One at a time changes who rides on a line."""
    return TransportLine.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


@transaction.atomic
def save_line(
    line: TransportLine, *, actor, activities: Iterable[Activity] | None = None, escorts: Iterable[User] | None = None
) -> TransportLine:
    """Write a line. Raises Refused below the children already registered, on days when some ride, or to another site.

    Records "childcare.line".
    """
    if line.pk:
        today, before = timezone.localdate(), _lock(line.pk)
        if before.site_id != line.site_id and Ride.objects.to_come(today).filter(line=line).exists():
            raise Refused("Des enfants sont inscrits vers ce site : terminez d’abord leurs trajets.")
        for trip, label in Trip.choices:
            for weekday in range(7):
                most = lines.peak(lines.riding(line, trip, weekday, today), today)
                if most > line.capacity:
                    when = f"{WEEKDAYS[weekday]} {label.lower()}"
                    raise Refused(f"{most} enfants sont inscrits le {when} : gardez autant de places.")
                if most and weekday not in line.weekdays:
                    raise Refused(f"Des enfants sont inscrits le {WEEKDAYS[weekday]} : terminez d’abord leurs trajets.")
    line.full_clean()
    line.save()
    if activities is not None:
        line.activities.set(activities)
    if escorts is not None:
        line.escorts.set(escorts)
    journal.record("childcare.line", line, actor=actor)
    return line


@transaction.atomic
def save_stop(stop: Stop, *, actor) -> Stop:
    """Write a stop; the families who ride from there are told of another hour or another place.

    Raises Refused when the vehicle would no longer pass on a trip that children take. Records "childcare.stop", or
    "childcare.stop_move" when somebody has to be told.
    """
    line = _lock(stop.line_id)
    before = Stop.objects.filter(pk=stop.pk).first()
    coming = Ride.objects.to_come().filter(stop=stop.pk) if before else Ride.objects.none()
    taken = set(coming.values_list("trip", flat=True))
    for trip in taken:
        if stop.at(trip) is None:
            raise Refused(f"Des enfants prennent la ligne à cet arrêt le {Trip(trip).label.lower()} : gardez l’heure.")
    if taken and not stop.is_active:
        raise Refused("Des enfants prennent la ligne à cet arrêt : changez d’abord leur arrêt.")
    stop.full_clean()
    stop.save()
    moved = before is not None and bool(taken) and _moved(before, stop, taken)
    data = {"line": line.pk}
    journal.record("childcare.stop_move" if moved else "childcare.stop", stop, actor=actor, data=data)
    return stop


def _moved(before: Stop, after: Stop, trips: set[str]) -> bool:
    """Must those who ride from there come at another hour, or elsewhere?"""
    return before.place != after.place or any(before.at(trip) != after.at(trip) for trip in trips)


@transaction.atomic
def register_rides(
    home: ChildHome,
    stop: Stop,
    trips: Iterable[str],
    weekdays: Iterable[int],
    *,
    actor,
    start: datetime.date,
    receivers: Iterable[Contact] = (),
    alone: bool = False,
) -> list[Ride]:
    """The child of this home takes the line there on those days; what the home had said before ends the day before.

    `receivers` and `alone` are said of the evening. Raises Refused, and changes nothing: a line that does not pass, an
    `alone` that the file does not allow, a receiver of another home; or Full: those who wait have their seats first.
    Records "childcare.ride".
    """
    line = _lock(stop.line_id)
    _serve(line)
    home = _lock_home(home.pk)
    ways, days, chosen = list(trips), sorted(set(weekdays)), list(receivers)
    _check(home, line, stop, ways, days, start, chosen, alone)
    made = _write_rides(home, line, stop, ways, days, actor=actor, start=start, receivers=chosen, alone=alone)
    SeatWish.objects.filter(home=home, line=line).delete()
    data = {"home": home.pk, "line": line.pk, "stop": stop.pk, "trips": ways, "days": days, "start": start.isoformat()}
    journal.record("childcare.ride", home.child, actor=actor, data=data)
    return made


def _lock_home(pk: int) -> ChildHome:
    return ChildHome.objects.select_related("child").select_for_update(of=("self",), no_key=True).get(pk=pk)


def _write_rides(home, line, stop, ways, days, *, actor, start, receivers, alone) -> list[Ride]:
    """One ride a trip and a day of the week, on seats that are free. Raises Full; the line is locked."""
    made = []
    for trip in ways:
        evening = trip == Trip.EVENING
        for weekday in days:
            ride = Ride(
                child=home.child,
                home=home,
                line=line,
                stop=stop,
                trip=trip,
                weekday=weekday,
                start=start,
                alone=alone and evening,
                created_by=account_of(actor),
            )
            _take_seat(ride)
            if evening:
                ride.receivers.set(receivers)
            made.append(ride)
    return made


@transaction.atomic
def wait_for_seat(
    home: ChildHome,
    stop: Stop,
    trips: Iterable[str],
    weekdays: Iterable[int],
    *,
    actor,
    start: datetime.date,
    receivers: Iterable[Contact] = (),
    alone: bool = False,
) -> SeatWish:
    """The home waits for those seats of a full line, after those who asked before; one wish a home and a line.

    Asking again for something else goes to the end of the list. Raises Refused: as to register, or seats are left.
    Records "childcare.seat_wait".
    """
    line = _lock(stop.line_id)
    _serve(line)
    home = _lock_home(home.pk)
    ways, days, chosen = list(trips), sorted(set(weekdays)), list(receivers)
    _check(home, line, stop, ways, days, start, chosen, alone)
    if not any(_is_full(home, line, trip, day, start) for trip in ways for day in days):
        raise Refused("Il reste des places ces jours-là : enregistrez les trajets.")
    SeatWish.objects.filter(home=home, line=line).delete()
    wish = SeatWish.objects.create(
        home=home,
        line=line,
        stop=stop,
        trips=ways,
        weekdays=days,
        start=start,
        alone=alone and Trip.EVENING in ways,
        created_by=account_of(actor),
    )
    wish.receivers.set(chosen)
    data = {"home": home.pk, "line": line.pk, "stop": stop.pk, "trips": ways, "days": days}
    journal.record("childcare.seat_wait", home.child, actor=actor, data=data)
    return wish


def _is_full(home: ChildHome, line: TransportLine, trip: str, day: int, start: datetime.date) -> bool:
    """Would one child more be too many, what this home has already left aside?"""
    held = list(lines.riding(line, trip, day, start).exclude(home=home))
    asked = Ride(child=home.child, home=home, line=line, trip=trip, weekday=day, start=start)
    return lines.peak([*held, asked], start) > line.capacity


@transaction.atomic
def stop_waiting(wish: SeatWish, *, actor) -> None:
    """The home waits no more. Records "childcare.seat_leave"."""
    data = {"home": wish.home_id, "line": wish.line_id}
    journal.record("childcare.seat_leave", wish.home.child, actor=actor, data=data)
    wish.delete()


def serve_waiting_lines() -> int:
    """Give the seats that became free to those who wait; returns how many homes had theirs."""
    count = 0
    waited = TransportLine.objects.filter(is_active=True, wishes__isnull=False)
    for pk in sorted(set(waited.values_list("pk", flat=True))):
        with transaction.atomic():
            count += _serve(_lock(pk))
    return count


def _serve(line: TransportLine) -> int:
    """In the order of asking, whoever has all their days free; the line is locked. Records "childcare.seat_found".

    From two days ahead at the soonest: the family reads the message, and the list of tomorrow is printed already.
    """
    wishes = SeatWish.objects.filter(line=line).order_by("created_at", "pk").prefetch_related("receivers")
    soonest, served = timezone.localdate() + NOTICE, 0
    for wish in wishes.select_related("stop"):
        held = ChildHome.objects.select_related("child").filter(pk=wish.home_id, end=None, child__erased_at=None)
        home = held.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
        if home is None:  # somebody writes in this file: at the next turn
            continue
        start = max(wish.start, soonest)
        chosen = [one for one in wish.receivers.all() if one.may_pick_up]
        alone = wish.alone and home.child.may_leave_alone
        try:
            with transaction.atomic():
                _check(home, line, wish.stop, wish.trips, wish.weekdays, start, chosen, alone)
                _write_rides(
                    home,
                    line,
                    wish.stop,
                    wish.trips,
                    wish.weekdays,
                    actor=None,
                    start=start,
                    receivers=chosen,
                    alone=alone,
                )
        except Refused:
            continue
        data = {"home": home.pk, "line": line.pk, "stop": wish.stop_id, "start": start.isoformat()}
        journal.record("childcare.seat_found", home.child, actor=None, data=data)
        wish.delete()
        served += 1
    return served


def _take_seat(ride: Ride) -> None:
    """In the place of what the home had, where a seat is left. Raises Full; the line is locked meanwhile."""
    _end_before(ride)
    _seat(ride)
    try:
        with transaction.atomic():
            ride.save()
    except IntegrityError as error:
        raise Refused("L’enfant a déjà un arrêt ces jours-là.") from error


def _check(home, line, stop, trips, days, start, receivers, alone) -> None:
    """Everything but the seats. Raises Refused."""
    if home.end is not None:
        raise Refused("Ce foyer n’est plus celui de l’enfant.")
    if not days or not trips:
        raise Refused("Choisissez au moins un jour et un trajet.")
    if not stop.is_active or any(trip not in Trip.values or stop.at(trip) is None for trip in trips):
        raise Refused("La ligne ne passe pas à cet arrêt sur ce trajet.")
    if not line.is_active or (line.end is not None and line.end < start) or start < line.start:
        raise Refused("La ligne n’est pas en service à cette date.")
    if out := [WEEKDAYS[day] for day in days if day not in line.weekdays]:
        raise Refused(f"La ligne ne roule pas le {', le '.join(out)}.")
    if alone and not home.child.may_leave_alone:
        raise Refused("Le dossier de l’enfant ne dit pas qu’il peut repartir seul : changez d’abord son autorisation.")
    if any(one.home_id != home.pk or not one.may_pick_up for one in receivers):
        raise Refused("Choisissez des personnes que ce foyer autorise à venir chercher l’enfant.")


def _end_before(ride: Ride) -> None:
    """What the home had for the same trip leaves room: ended the day before, or taken away when it had not begun."""
    same = Ride.objects.filter(home=ride.home, trip=ride.trip, weekday=ride.weekday)
    for held in same.filter(Q(end=None) | Q(end__gte=ride.start)):
        _end(held, ride.start - DAY)


def _end(ride: Ride, last: datetime.date) -> None:
    """The ride is true until `last`; one that would never have begun goes away."""
    if last < ride.start:
        ride.delete()
        return
    if ride.end is None or ride.end > last:
        ride.end = last
        ride.save(update_fields=["end"])


def _seat(ride: Ride) -> None:
    """Is there a seat on each day of the ride? Raises Full; the line is locked, so no other takes it meanwhile."""
    held = list(lines.riding(ride.line, ride.trip, ride.weekday, ride.start))
    if lines.peak([*held, ride], ride.start) > ride.line.capacity:
        when = f"{WEEKDAYS[ride.weekday]} {Trip(ride.trip).label.lower()}"
        raise Full(f"La ligne est complète le {when} : {ride.line.capacity} places.")


@transaction.atomic
def end_rides(home: ChildHome, rides: Iterable[int], *, actor, last: datetime.date) -> int:
    """The child no longer takes the line after `last` on those rides; returns how many changed.

    Records "childcare.ride_end".
    """
    held = Ride.objects.to_come().filter(home=home, pk__in=list(rides)).select_for_update(of=("self",))
    count = 0
    for ride in held.order_by("pk"):
        _end(ride, last)
        count += 1
    if count:
        data = {"home": home.pk, "last": last.isoformat(), "count": count}
        journal.record("childcare.ride_end", home.child, actor=actor, data=data)
    return count


def end_rides_of(home: ChildHome, last: datetime.date) -> None:
    """A home that is no longer one of the child's has no stop any more; part of a gesture that records itself."""
    SeatWish.objects.filter(home=home).delete()
    for ride in Ride.objects.to_come().filter(home=home):
        _end(ride, last)


@transaction.atomic
def skip_ride(ride: Ride, day: datetime.date, *, actor) -> RideSkip:
    """Nobody waits for the child that day. Saying it twice changes nothing. Records "childcare.ride_skip"."""
    held = Ride.objects.select_for_update(of=("self",)).select_related("child").get(pk=ride.pk)
    if day < timezone.localdate():
        raise Refused("Ce jour est passé.")
    if day.weekday() != held.weekday or day < held.start or (held.end is not None and day > held.end):
        raise Refused("L’enfant ne prend pas la ligne ce jour-là.")
    skip, created = RideSkip.objects.get_or_create(ride=held, day=day)
    if created:
        data = {"home": held.home_id, "ride": held.pk, "day": day.isoformat()}
        journal.record("childcare.ride_skip", held.child, actor=actor, data=data)
    return skip


@transaction.atomic
def take_back_skip(skip: RideSkip, *, actor) -> None:
    """The child takes the line that day after all. Records "childcare.ride_unskip"."""
    ride = Ride.objects.select_related("child").get(pk=skip.ride_id)
    data = {"home": ride.home_id, "ride": ride.pk, "day": skip.day.isoformat()}
    journal.record("childcare.ride_unskip", ride.child, actor=actor, data=data)
    skip.delete()


@transaction.atomic
def tick_boarding(
    ride: Ride, kind: str, *, actor, at=None, client_uuid=None, with_name: str = "", contact: Contact | None = None
) -> tuple[Boarding, bool]:
    """Write what who accompanies the line saw: got on, not at the stop, handed to somebody; returns (tick, created).

    `at` is when it was, maybe hours ago without network; a replay changes nothing. Raises Refused: a day on which the
    child does not ride, a child handed in the morning, or to nobody. Records "childcare.boarding".
    """
    at = at or timezone.now()
    day = timezone.localtime(at).date()
    if kind not in Boarding.Kind.values:
        raise Refused("Geste inconnu.")
    if not ride.line.runs_on(day) or not Ride.objects.active(day).filter(pk=ride.pk, weekday=day.weekday()).exists():
        raise Refused("L’enfant ne prend pas la ligne ce jour-là.")
    if kind == Boarding.Kind.HANDED:
        if ride.trip != Trip.EVENING:
            raise Refused("Le matin, l’enfant descend à l’accueil : il y est pointé.")
        if not with_name and not ride.alone:
            raise Refused("Dites à qui l’enfant est remis : il ne repart pas seul.")

    def create():
        made = Boarding.objects.create(
            ride=ride,
            day=day,
            kind=kind,
            at=at,
            made_at=at,
            client_uuid=client_uuid,
            author=account_of(actor),
            with_name=with_name,
            contact=contact,
        )
        journal.record("childcare.boarding", ride, actor=actor, data={"kind": kind, "at": at.isoformat()})
        return made

    return offline.once(Boarding, client_uuid, create)
