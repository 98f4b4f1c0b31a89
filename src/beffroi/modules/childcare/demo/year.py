"""A year of bookings and presence: habits, illnesses, a few waiting lists."""

import datetime
import random
from collections import defaultdict

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from beffroi.modules.childcare import calendars, custody
from beffroi.modules.childcare.demo.offering import Offer
from beffroi.modules.childcare.models import Activity, Attendance, Booking, Child, ChildHome, Enrolment, Group, Place
from beffroi.modules.childcare.places import slots_of
from beffroi.modules.childcare.residences import Residences
from beffroi.modules.childcare.sheets import homes_prefetch
from beffroi.modules.childcare.wishes import hours_of

MINUTE = datetime.timedelta(minutes=1)
AHEAD = datetime.timedelta(days=60)
BATCH = 4000


class Year:
    """Follows the places in memory, so that nothing has to be refused by the database."""

    def __init__(self, offer: Offer, today: datetime.date, draw: random.Random):
        self.offer, self.today, self.draw = offer, today, draw
        self.free = {
            (one.group_id, one.day, one.slot): one.capacity
            for one in Place.objects.filter(day__gte=today - datetime.timedelta(days=365))
        }
        self.groups = defaultdict(list)
        for group in Group.objects.select_related("site"):
            self.groups[group.activity_id, group.site_id].append(group)
        held = Enrolment.objects.select_related("site")
        self.held = {(one.child_id, one.activity_id): one.site for one in held}
        self.residences = Residences(ChildHome.objects.values_list("household", flat=True))
        self.bookings: list[Booking] = []
        self.enrolments: list[Enrolment] = []
        self.now = timezone.now()
        self.hours: dict = {}

    def make(self) -> None:
        children = Child.objects.select_related("custody").prefetch_related(homes_prefetch()).order_by("pk")
        since = self.today - datetime.timedelta(days=365)
        plans = [
            (self.offer.wednesdays, 0.6, 0.85, self._days(self.offer.wednesdays, since)),
            (self.offer.holidays, 0.45, 0.5, self._days(self.offer.holidays, since)),
            (self.offer.around, 0.1, 0.8, self._days(self.offer.around, self.today - datetime.timedelta(days=42))),
        ]
        for rank, child in enumerate(children):
            site = self.offer.sites[rank % len(self.offer.sites)]
            for activity, chance, habit, days in plans:
                known = self.held.get((child.pk, activity.pk))
                if known or self.draw.random() < chance:
                    self._child(child, activity, known or site, days, 0.5 if known else habit)
        Enrolment.objects.bulk_create(self.enrolments, batch_size=BATCH)
        Booking.objects.bulk_create(self.bookings, batch_size=BATCH)
        past = [one for one in self.bookings if one.day < self.today and one.state == "booked"]
        Attendance.objects.bulk_create((self._presence(one) for one in past), batch_size=BATCH)

    def _days(self, activity: Activity, since: datetime.date) -> list[datetime.date]:
        days = {day for period in activity.periods.all() for day in calendars.days_of(period)}
        return sorted(day for day in days if since <= day <= self.today + AHEAD)

    def _child(self, child: Child, activity: Activity, site, days, habit: float) -> None:
        if (child.pk, activity.pk) not in self.held:
            self.enrolments.append(Enrolment(child=child, activity=activity, site=site))
        units = [one for one in activity.units.all() if not one.is_counted]
        unit = self.draw.choice(units)
        homes = child.current_homes
        rhythm = getattr(child, "custody", None)
        weeks: dict[tuple, bool] = {}
        for day in days:
            week = day.isocalendar()[:2]
            if activity.structure == Activity.Structure.HOLIDAY and week not in weeks:
                weeks[week] = self.draw.random() < habit
            comes = weeks[week] if week in weeks else self.draw.random() < habit
            home = custody.home_of(rhythm, homes, (), day) or homes[0]
            if comes:
                self._book(child, activity, unit, home, site, day)

    def _book(self, child, activity, unit, home, site, day) -> None:
        age = child.age(day)
        group = next((g for g in self.groups[activity.pk, site.pk] if g.age_min <= age <= g.age_max), None)
        if group is None:
            return
        slots = slots_of(unit)
        keys = [(group.pk, day, slot) for slot in slots]
        if any(key not in self.free for key in keys):
            return
        full = any(self.free[key] <= 0 for key in keys)
        if full and day < self.today:
            return
        for key in keys:
            self.free[key] -= not full
        span = self.hours.setdefault((unit.pk, day), DateTimeTZRange(*hours_of(unit, day)))
        asked = min(self.now, span.lower) - datetime.timedelta(days=self.draw.randrange(5, 40))
        self.bookings.append(
            Booking(
                child=child,
                home=home,
                activity=activity,
                group=group,
                unit=unit,
                day=day,
                during=span,
                slots=slots,
                state="waiting" if full else "booked",
                origin="online",
                booked_at=asked,
                resident=self.residences.is_resident(home, day),
            )
        )

    def _presence(self, booking: Booking) -> Attendance:
        if self.draw.random() < 0.04:
            excused = self.draw.random() < 0.6
            return Attendance(
                booking=booking,
                absence="justified" if excused else "unjustified",
                reason="certificat médical" if excused else "",
            )
        arrived = booking.during.lower + self.draw.randrange(-5, 20) * MINUTE
        left = booking.during.upper - self.draw.randrange(0, 20) * MINUTE
        adults = booking.home.active_guardians
        return Attendance(booking=booking, arrived_at=arrived, left_at=left, left_with=str(adults[0].person))
