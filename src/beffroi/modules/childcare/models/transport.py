"""Transport lines: their stops, who rides from which home, who was seen getting on and who received the child."""

import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.dated import DatedQuerySet
from beffroi.kernel.offline import OfflineMixin
from beffroi.modules.childcare.access import ATTEND, ESCORT, VIEW
from beffroi.modules.childcare.models.children import WEEKDAYS, Child, ChildHome, Contact
from beffroi.modules.childcare.models.offer import Activity, Site


class Trip(models.TextChoices):
    MORNING = "morning", "Matin"
    EVENING = "evening", "Soir"


class TransportLineQuerySet(models.QuerySet):
    def visible_to(self, user, permission=VIEW):
        allowed = access.organisations_where(user, permission)
        return self if allowed is None else self.filter(organisation__in=allowed)

    def escorted_by(self, user):
        """Those whose list of the day this agent may hold: all of them for who ticks at the sites; else the lines that
        name them, and those that name nobody."""
        rows = self.visible_to(user, ESCORT)
        allowed = access.organisations_where(user, ATTEND)
        if allowed is None:
            return rows
        named = TransportLine.escorts.through.objects.filter(transportline=OuterRef("pk"))
        return rows.filter(Q(organisation__in=allowed) | ~Exists(named) | Exists(named.filter(user=user)))

    def running(self, day: datetime.date):
        """Those that run on `day`, whatever the bookings."""
        dates = Q(start__lte=day) & (Q(end=None) | Q(end__gte=day))
        return self.filter(dates, is_active=True, weekdays__contains=[day.weekday()])


class TransportLine(models.Model):
    """A vehicle that brings children to a site in the morning and takes them back in the evening.

    `capacity` = seats for children, in each direction. `activities` empty = those of every activity of the site. A
    child rides on the days booked there, and on no other. `escorts` empty = whoever accompanies lines of the body.
    """

    organisation = models.ForeignKey(
        "organisations.Organisation", verbose_name="organisme", on_delete=models.PROTECT, related_name="transport_lines"
    )
    site = models.ForeignKey(Site, verbose_name="site desservi", on_delete=models.PROTECT, related_name="lines")
    activities = models.ManyToManyField(Activity, verbose_name="activités", blank=True, related_name="lines")
    escorts = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="accompagnateurs", blank=True, related_name="escorted_lines"
    )
    name = models.CharField("nom", max_length=120)
    slug = models.SlugField("adresse courte", max_length=80, unique=True)
    carrier = models.CharField("transporteur et véhicule", max_length=120, blank=True)
    phone = models.CharField("téléphone dans le véhicule", max_length=20, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name="jours de la semaine", default=list)
    start = models.DateField("du")
    end = models.DateField("au", null=True, blank=True)
    capacity = models.PositiveSmallIntegerField("places")
    is_active = models.BooleanField("en service", default=True)

    objects = TransportLineQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne de transport"
        verbose_name_plural = "lignes de transport"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(end=None) | Q(end__gte=F("start")), name="line_dates"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="line_capacity"),
            models.CheckConstraint(condition=Q(weekdays__len__gt=0), name="line_weekdays"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("childcare:line", args=[self.slug])

    def runs_on(self, day: datetime.date) -> bool:
        """Does it run on that day?"""
        in_time = self.start <= day and (self.end is None or day <= self.end)
        return self.is_active and in_time and day.weekday() in self.weekdays

    @property
    def days_words(self) -> str:
        """« lundi, mardi, jeudi »."""
        return ", ".join(WEEKDAYS[day] for day in sorted(self.weekdays))


class Stop(models.Model):
    """A place where the vehicle waits, at an hour in the morning, in the evening, or both."""

    line = models.ForeignKey(TransportLine, on_delete=models.CASCADE, related_name="stops")
    name = models.CharField("arrêt", max_length=120)
    place = models.CharField("où attendre", max_length=200, blank=True)
    morning_at = models.TimeField("passage le matin", null=True, blank=True)
    evening_at = models.TimeField("passage le soir", null=True, blank=True)
    is_active = models.BooleanField("desservi", default=True)

    class Meta:
        verbose_name = "arrêt"
        verbose_name_plural = "arrêts"
        ordering = ["line", "morning_at", "evening_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "name"], name="stop_once"),
            models.CheckConstraint(
                condition=Q(morning_at__isnull=False) | Q(evening_at__isnull=False), name="stop_has_an_hour"
            ),
        ]

    def __str__(self):
        return self.name

    def at(self, trip: str) -> datetime.time | None:
        """The hour at which the vehicle passes, None when it does not on that trip."""
        return self.morning_at if trip == Trip.MORNING else self.evening_at


class RideQuerySet(DatedQuerySet):
    def to_come(self, day=None):
        """Those that are not over: they run today, or will."""
        day = day or timezone.localdate()
        return self.filter(Q(end=None) | Q(end__gte=day))

    def of_parent(self, user):
        """Those of the homes of this account's owner, and nothing of the other home."""
        return self.filter(home__in=ChildHome.objects.of_parent(user))


class Ride(models.Model):
    """A child gets on or off at a stop, one day of the week, on the days that `home` booked.

    A child of two homes may have a stop for each; one home never sees the other's. Two rides of a home for the same
    trip of a weekday never overlap (the database). In the evening the child is handed to a guardian of the home, to one
    of `receivers`, or to nobody when `alone`.
    """

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="rides")
    home = models.ForeignKey(ChildHome, on_delete=models.CASCADE, related_name="rides")
    line = models.ForeignKey(TransportLine, on_delete=models.PROTECT, related_name="rides")
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="rides")
    trip = models.CharField("trajet", max_length=7, choices=Trip)
    weekday = models.PositiveSmallIntegerField("jour", choices=list(enumerate(WEEKDAYS)))
    receivers = models.ManyToManyField(Contact, verbose_name="peuvent recevoir l’enfant", blank=True)
    alone = models.BooleanField("peut repartir seul de l’arrêt", default=False)
    start = models.DateField("à partir du")
    end = models.DateField("jusqu’au", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("inscrit le", default=timezone.now)

    objects = RideQuerySet.as_manager()

    class Meta:
        verbose_name = "trajet d’un enfant"
        verbose_name_plural = "trajets d’enfants"
        ordering = ["weekday", "trip", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="ride_weekday"),
            models.CheckConstraint(condition=Q(end=None) | Q(end__gte=F("start")), name="ride_dates"),
            ExclusionConstraint(
                name="ride_one_stop_at_a_time",
                expressions=[
                    ("home", RangeOperators.EQUAL),
                    ("trip", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (
                        Func("start", "end", Value("[]"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["line", "trip", "weekday"], name="ride_line")]

    def __str__(self):
        return f"{self.get_weekday_display()}, {self.get_trip_display().lower()}"


class SeatWish(models.Model):
    """A home waits for seats on a full line: the first whose days are all free gets them, in the order of asking."""

    home = models.ForeignKey(ChildHome, on_delete=models.CASCADE, related_name="seat_wishes")
    line = models.ForeignKey(TransportLine, on_delete=models.CASCADE, related_name="wishes")
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="wishes")
    trips = ArrayField(models.CharField(max_length=7, choices=Trip), verbose_name="trajets")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name="jours")
    receivers = models.ManyToManyField(Contact, verbose_name="peuvent recevoir l’enfant", blank=True)
    alone = models.BooleanField("peut repartir seul de l’arrêt", default=False)
    start = models.DateField("à partir du")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("demandé le", default=timezone.now)

    class Meta:
        verbose_name = "attente d’une place dans une ligne"
        verbose_name_plural = "attentes d’une place dans une ligne"
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["home", "line"], name="seat_wish_once")]

    def __str__(self):
        return self.words

    @property
    def words(self) -> str:
        """« lundi, mardi ; matin et soir »."""
        ways = " et ".join(label.lower() for trip, label in Trip.choices if trip in self.trips)
        return f"{', '.join(WEEKDAYS[day] for day in sorted(self.weekdays))}\u202f; {ways}"


class RideSkip(models.Model):
    """A day on which the child does not take the line: nobody waits for them at the stop."""

    ride = models.ForeignKey(Ride, on_delete=models.CASCADE, related_name="skips")
    day = models.DateField("jour")
    created_at = models.DateTimeField("dit le", default=timezone.now)

    class Meta:
        verbose_name = "jour sans transport"
        verbose_name_plural = "jours sans transport"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["ride", "day"], name="ride_skip_once")]

    def __str__(self):
        return f"{self.day:%d/%m/%Y}"


class Boarding(OfflineMixin):
    """One gesture of who accompanies the line, maybe made without network: never changed, never counted twice."""

    class Kind(models.TextChoices):
        ABOARD = "aboard", "Monté"
        MISSING = "missing", "Pas à l’arrêt"
        HANDED = "handed", "Remis"
        UNDO = "undo", "Pointage retiré"

    ride = models.ForeignKey(Ride, on_delete=models.CASCADE, related_name="boardings")
    day = models.DateField("jour")
    kind = models.CharField("geste", max_length=7, choices=Kind)
    at = models.DateTimeField("à")
    with_name = models.CharField("remis à", max_length=120, blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("reçu le", default=timezone.now)

    class Meta:
        verbose_name = "montée dans une ligne"
        verbose_name_plural = "montées dans une ligne"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["ride", "day"], name="boarding_ride_day")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%H:%M}"
