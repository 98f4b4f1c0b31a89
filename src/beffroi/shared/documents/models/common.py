"""What folders and documents have in common: a place, rights, a series, a hold, the trash."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.shared.documents.models.plan import Series
from beffroi.shared.documents.models.space import Fence, Level, Space


class Removal(models.Model):
    """One throw into the trash: a folder with all that it holds, or a document. Undone whole."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="removals")
    label = models.CharField("ce qui a été jeté", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("jeté le", default=timezone.now)

    class Meta:
        verbose_name = "mise à la corbeille"
        verbose_name_plural = "mises à la corbeille"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return self.label


class KeptQuerySet(models.QuerySet):
    def alive(self):
        """Those that are not in the trash."""
        return self.filter(removal__isnull=True)

    def visible_to(self, user):
        """Those inside the fences that `user` may enter, out of the trash."""
        return self.alive().reachable_by(user)

    def reachable_by(self, user, level: int = Level.READ):
        """The same, the trash included; `level` = the right that is asked for."""
        if user.is_authenticated and user.is_active and user.is_superuser:
            return self
        return self.filter(fence__in=Fence.objects.open_to(user, level).values("pk"))

    def due(self, day: datetime.date | None = None):
        """Those whose useful life is over on `day` (today by default), whatever their fate, that no hold keeps."""
        return self.alive().filter(retention_end__lt=day or timezone.localdate(), held=False)


class Kept(models.Model):
    """`series` null = that of the folder above; `effective_series`, `held` and the dates of the DUA are computed by
    the actions (`retention.recount`): `retention_end` is the last day on which the thing is useful."""

    space = models.ForeignKey(Space, verbose_name="espace", on_delete=models.PROTECT, related_name="%(class)ss")
    fence = models.ForeignKey(Fence, on_delete=models.PROTECT, related_name="%(class)ss", editable=False)
    series = models.ForeignKey(
        Series, verbose_name="série", null=True, blank=True, on_delete=models.PROTECT, related_name="own_%(class)ss"
    )
    effective_series = models.ForeignKey(
        Series, null=True, on_delete=models.PROTECT, related_name="%(class)ss", editable=False
    )
    retention_start = models.DateField("début de la DUA", null=True, editable=False)
    retention_end = models.DateField("fin de la DUA", null=True, editable=False)
    held = models.BooleanField("gelé", default=False, editable=False)
    removal = models.ForeignKey(Removal, null=True, on_delete=models.PROTECT, related_name="%(class)ss", editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("ajouté le", default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @property
    def is_due(self) -> bool:
        """Its useful life is over, and no hold keeps it."""
        return bool(self.retention_end and self.retention_end < timezone.localdate() and not self.held)

    @property
    def eliminable_on(self) -> datetime.date | None:
        """The first day on which it may go."""
        return self.retention_end + datetime.timedelta(days=1) if self.retention_end else None

    @property
    def communicable_on(self) -> datetime.date | None:
        """The first day on which anyone may ask for it (Code du patrimoine, L213-1 and L213-2)."""
        start = self.communicability_start
        if start is None or self.effective_series is None:
            return None
        delay = self.effective_series.delay
        try:
            return start.replace(year=start.year + delay)
        except ValueError:  # 29 February
            return start.replace(year=start.year + delay, day=28)


def hold_rules(name: str) -> list:
    """Nothing under a hold is thrown away, eliminated or transferred: the database refuses it."""
    return [
        models.CheckConstraint(
            condition=Q(held=False) | Q(removal__isnull=True),
            name=f"{name}_held_stays",
            violation_error_message="Un gel l’empêche.",
        ),
        models.CheckConstraint(
            condition=Q(held=False) | ~Q(state__in=["eliminated", "transferred"]),
            name=f"{name}_held_lives",
            violation_error_message="Un gel l’empêche.",
        ),
    ]
