"""Who is registered where, what is booked, who was there."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.offline import OfflineMixin
from beffroi.modules.childcare.access import VIEW, holds
from beffroi.modules.childcare.models.children import Child, ChildHome, Contact
from beffroi.modules.childcare.models.excuses import Excuse
from beffroi.modules.childcare.models.offer import Activity, Group, Site, Unit
from beffroi.modules.childcare.workflow import HOLDING, LIVE, TONES, BookingState, booking_workflow


class Enrolment(models.Model):
    """A child registered in an activity, on a site; without it nothing can be booked there."""

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="enrolments")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="enrolments")
    site = models.ForeignKey(Site, verbose_name="site", on_delete=models.PROTECT, related_name="enrolments")
    created_at = models.DateTimeField("inscrit le", default=timezone.now)
    end = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "inscription"
        verbose_name_plural = "inscriptions"
        constraints = [
            models.UniqueConstraint(fields=["child", "activity"], condition=Q(end=None), name="enrolment_once")
        ]

    def __str__(self):
        return f"{self.child_id} {self.activity}"


class BookingQuerySet(models.QuerySet):
    def holding(self):
        """Those that take a place."""
        return self.filter(state__in=HOLDING)

    def live(self):
        """Those that may still happen: booked, offered, waiting."""
        return self.filter(state__in=LIVE)

    def of_parent(self, user):
        """What the homes of this account's owner booked, and nothing of the other home."""
        return self.filter(home__in=ChildHome.objects.of_parent(user))

    def visible_to(self, user, permission=VIEW):
        allowed = access.organisations_where(user, permission)
        if allowed is None:
            return self
        return self.filter(Q(child__organisation__in=allowed) | Q(activity__organisation__in=allowed))


class Booking(models.Model):
    """A unit, for a child, on a day, asked by one of its homes.

    A child is at one place at a time (exclusion constraint on `during`), and a group never receives more than its
    places: both are held by the database. `slots` are those of the unit when it was booked.
    """

    class Origin(models.TextChoices):
        ONLINE = "online", "En ligne"
        DESK = "desk", "Au guichet ou au téléphone"
        WAITING = "waiting", "Liste d’attente"
        UNEXPECTED = "unexpected", "Venu sans réservation"

    workflow = booking_workflow

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="bookings")
    home = models.ForeignKey(ChildHome, null=True, on_delete=models.SET_NULL, related_name="bookings")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="bookings")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="bookings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bookings")
    day = models.DateField("jour")
    during = DateTimeRangeField("horaire")
    slots = ArrayField(models.CharField(max_length=21), verbose_name="parties de la journée")
    quantity = models.PositiveSmallIntegerField("quantité", default=1)
    state = models.CharField("état", max_length=9, choices=BookingState, default=BookingState.BOOKED)
    origin = models.CharField("origine", max_length=10, choices=Origin, default=Origin.ONLINE)
    resident = models.BooleanField("famille du territoire", default=False)
    booked_at = models.DateTimeField("demandé le", default=timezone.now)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer_by = models.DateTimeField("répondre avant le", null=True, blank=True)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    late = models.BooleanField("annulé hors délai", default=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = "réservation"
        verbose_name_plural = "réservations"
        ordering = ["day", "pk"]
        constraints = [
            ExclusionConstraint(
                name="child_in_one_place",
                expressions=[("child", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(state__in=("booked", "offered")),
            ),
            models.UniqueConstraint(
                fields=["child", "unit", "day"],
                condition=Q(state__in=("booked", "offered", "waiting")),
                name="booking_once",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="booking_quantity"),
        ]
        indexes = [
            models.Index(fields=["group", "day"], name="booking_group_day"),
            models.Index(fields=["home", "day"], name="booking_home_day"),
            models.Index(fields=["activity", "day"], name="booking_activity_day"),
            models.Index(fields=["answer_by"], condition=Q(state="offered"), name="booking_offered"),
        ]

    def __str__(self):
        return f"{self.unit} {self.day:%d/%m/%Y}"

    @property
    def tone(self) -> str:
        return TONES[BookingState(self.state)]

    @property
    def what(self) -> str:
        """What is booked, with how many when it is more than one."""
        return f"{self.unit.name}\u202f× {self.quantity}" if self.quantity > 1 else self.unit.name


class Attendance(models.Model):
    """What happened to a booking that day: one line each, however many tablets ticked it.

    `corrected_at` = an agent wrote it afterwards: gestures that a tablet sends later are kept, and change it no more.
    `quantity` = how many were really taken of what is booked by quantity (None = as booked): what is charged.
    `justified_at` = when an agent said that the absence is justified: what was invoiced before is to be given back.
    """

    class Absence(models.TextChoices):
        NONE = "", "—"
        WAITING = "waiting", "Absent, à justifier"
        JUSTIFIED = "justified", "Absence justifiée"
        UNJUSTIFIED = "unjustified", "Absence non justifiée"

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="attendance")
    arrived_at = models.DateTimeField("arrivé à", null=True, blank=True)
    left_at = models.DateTimeField("parti à", null=True, blank=True)
    left_with = models.CharField("parti avec", max_length=120, blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    absence = models.CharField("absence", max_length=11, choices=Absence, blank=True, default="")
    reason = models.CharField("motif", max_length=200, blank=True)
    excuse = models.ForeignKey(
        Excuse,
        verbose_name="justificatif",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="attendances",
    )
    justified_at = models.DateTimeField("justifiée le", null=True, blank=True)
    quantity = models.PositiveSmallIntegerField("quantité prise", null=True, blank=True)
    corrected_at = models.DateTimeField("corrigée le", null=True, blank=True)

    class Meta:
        verbose_name = "présence"
        verbose_name_plural = "présences"
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(arrived_at=None) | Q(left_at__gte=F("arrived_at")),
                name="attendance_order",
            ),
            models.CheckConstraint(condition=Q(absence="") | Q(arrived_at=None), name="attendance_absent_or_there"),
            models.CheckConstraint(condition=Q(quantity=None) | Q(quantity__gte=1), name="attendance_quantity"),
        ]
        indexes = [
            models.Index(fields=["absence"], condition=Q(absence="waiting"), name="attendance_waiting"),
            models.Index(fields=["justified_at"], condition=Q(absence="justified"), name="attendance_justified"),
        ]

    def __str__(self):
        return f"présence {self.booking_id}"


class Tick(OfflineMixin):
    """One gesture on a sheet, as it was made, maybe without network: never changed, never counted twice.

    A departure may bear the signature of who came: a file of kind « signature », kept for a year.
    """

    class Kind(models.TextChoices):
        ARRIVED = "arrived", "Arrivée"
        LEFT = "left", "Départ"
        ABSENT = "absent", "Absent"
        UNDO = "undo", "Pointage retiré"

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="ticks")
    kind = models.CharField("geste", max_length=7, choices=Kind)
    at = models.DateTimeField("à")
    with_name = models.CharField("avec", max_length=120, blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    quantity = models.PositiveSmallIntegerField("quantité", null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("reçu le", default=timezone.now)

    class Meta:
        verbose_name = "pointage"
        verbose_name_plural = "pointages"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["booking", "at"], name="tick_booking")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%H:%M}"

    def can_see_file(self, user, stored_file) -> bool:
        """The signature of who came: agents of the body, and the guardians of the home that booked the day."""
        if holds(user, VIEW, self.booking.child):
            return True
        return Booking.objects.of_parent(user).filter(pk=self.booking_id).exists()
