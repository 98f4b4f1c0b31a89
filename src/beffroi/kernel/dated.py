"""What holds from a day to a day: a role, a delegation, a term of office."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class DatedQuerySet(models.QuerySet):
    """The rows of a model that has `start` and `end` dates, both included; no `end` = still true."""

    def active(self, day=None):
        """Those that hold on `day`, by default today."""
        day = day or timezone.localdate()
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), start__lte=day)
