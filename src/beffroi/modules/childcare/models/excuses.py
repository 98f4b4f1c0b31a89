"""The document by which a family justifies absences."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from beffroi.modules.childcare.access import REGISTER, holds
from beffroi.modules.childcare.models.children import Child, ChildHome


class ExcuseQuerySet(models.QuerySet):
    def waiting(self):
        """Those that an agent has not answered."""
        return self.filter(decided_at=None, child__erased_at=None)

    def visible_to(self, user, permission=REGISTER):
        """Those of the children whose files an agent may write."""
        return self.filter(child__in=Child.objects.visible_to(user, permission))


class Excuse(models.Model):
    """A document (a `files.StoredFile`) for some days of a child, sent by one home in the time that the activity gives.

    The days are those of the attendances that name it. The document says that the child could not come, never why.
    """

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="excuses")
    home = models.ForeignKey(ChildHome, null=True, on_delete=models.SET_NULL, related_name="excuses")
    sent_at = models.DateTimeField("reçu le", default=timezone.now)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted = models.BooleanField("accepté", null=True)
    reason = models.CharField("motif du refus", max_length=200, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ExcuseQuerySet.as_manager()

    class Meta:
        verbose_name = "justificatif d’absence"
        verbose_name_plural = "justificatifs d’absence"
        ordering = ["sent_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_at=None, accepted=None)
                | models.Q(decided_at__isnull=False, accepted__isnull=False),
                name="excuse_decided",
            )
        ]

    def __str__(self):
        return f"justificatif {self.pk}"

    def can_see_file(self, user, stored_file) -> bool:
        """Agents who write the file of the child, and those of the home that sent it; never the other home."""
        if holds(user, REGISTER, self.child):
            return True
        return bool(self.home_id and self.home.guardians.active().filter(person__user=user).exists())
