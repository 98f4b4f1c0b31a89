"""What holds from a day to a day: a role, a delegation, a term of office; the instants between which a day holds."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone


class DatedQuerySet(models.QuerySet):
    """The rows of a model that has `start` and `end` dates, both included; no `end` = still true."""

    def active(self, day=None):
        """Those that hold on `day`, by default today."""
        day = day or timezone.localdate()
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), start__lte=day)


def midnight(day: datetime.date) -> datetime.datetime:
    """The first instant of a day, in the time of the territory."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def midnight_after(day: datetime.date) -> datetime.datetime:
    """The first instant that is no more of a day; for the last day that a calendar has, its own first instant."""
    return midnight(day if day == datetime.date.max else day + datetime.timedelta(days=1))
