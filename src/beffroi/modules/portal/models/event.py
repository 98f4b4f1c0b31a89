from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.portal.models.publication import Publication, PublicationQuerySet, State, Theme
from beffroi.shared.organisations.geometry import PointField


class Recurrence(models.TextChoices):
    NONE = "none", "Une seule fois"
    WEEKLY = "weekly", "Toutes les semaines"
    FORTNIGHTLY = "fortnightly", "Toutes les deux semaines"
    MONTHLY = "monthly", "Tous les mois (même jour de la même semaine)"


class Event(Publication):
    """Something that happens at a time and a place; `commune` empty = everywhere, or outside the territory.

    `starts_at` and `ends_at` are those of its first date; `all_day` leaves out the hours. The dates that follow are
    in `Occurrence`, written by the actions.
    """

    commune = models.ForeignKey(
        "organisations.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    theme = models.CharField("thème", max_length=16, choices=Theme)
    summary = models.CharField("en deux phrases", max_length=280)
    body = models.TextField("texte", blank=True, max_length=20_000)
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    all_day = models.BooleanField("toute la journée", default=False)
    recurrence = models.CharField("répétition", max_length=12, choices=Recurrence, default=Recurrence.NONE)
    repeat_until = models.DateField("jusqu’au", null=True, blank=True)
    place = models.CharField("lieu", max_length=160, help_text="Ex.\u202f: Salle des fêtes")
    address = models.CharField("adresse", max_length=200, blank=True)
    location = PointField("emplacement", null=True, blank=True)
    organiser = models.CharField("organisé par", max_length=160, blank=True)
    contact = models.CharField("renseignements", max_length=160, blank=True)
    price = models.CharField("tarif", max_length=120, blank=True)
    accessibility = models.CharField("accès des personnes handicapées", max_length=200, blank=True)
    booking_url = models.URLField("inscription en ligne", blank=True)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name="photo"
    )
    photo_alt = models.CharField("ce que montre la photo", max_length=200, blank=True)

    objects = PublicationQuerySet.as_manager()
    kind, kind_label = "evenement", "Événement"

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="event_order"),
            models.CheckConstraint(
                condition=Q(recurrence="none") | Q(repeat_until__isnull=False), name="event_repeat_has_end"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "publish_at"], name="event_shown"),
            models.Index(fields=["commune"], name="event_commune"),
            models.Index(fields=["organisation", "-updated_at"], name="event_desk"),
        ]

    def get_absolute_url(self):
        return reverse("portal:event", args=[self.slug])


class OccurrenceQuerySet(models.QuerySet):
    def public(self, now=None):
        """The dates of the events that everyone reads, with what a list shows of them."""
        now = now or timezone.now()
        return (
            self.filter(event__state__in=(State.PUBLISHED, State.CANCELLED), event__publish_at__lte=now)
            .select_related("event__commune", "event__photo")
            .defer("event__commune__outline", "event__commune__postal_codes")
        )

    def coming(self, now=None):
        """Those not over yet, soonest first."""
        return self.filter(ends_at__gt=now or timezone.now()).order_by("starts_at", "pk")

    def around(self, commune):
        return self.filter(Q(event__commune=commune) | Q(event__commune=None))


class Occurrence(models.Model):
    """One date of an event. Of an all-day one, from midnight to the midnight that ends it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="occurrences")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = "date"
        verbose_name_plural = "dates"
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["starts_at"], name="occurrence_start"),
            models.Index(fields=["ends_at"], name="occurrence_end"),
        ]

    def __str__(self):
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def last_day(self):
        """The last day on which it is: the midnight that ends an all-day event belongs to the day before."""
        return timezone.localtime(self.ends_at - timedelta(microseconds=1)).date()
