"""Where a home lives, once it was proved, and the changes of address that a family asks for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel.encryption import EncryptedJSONField
from beffroi.modules.childcare.access import REGISTER, holds
from beffroi.modules.childcare.models.children import Child, ChildHome, Guardian


class Residence(models.Model):
    """The commune of a home from `start` on, as a proof showed it; no commune = outside the territory.

    The rate and the order of the places follow these lines, never what a family only declares.
    """

    household = models.ForeignKey("people.Household", on_delete=models.CASCADE, related_name="residences")
    commune = models.ForeignKey(
        "organisations.Commune",
        verbose_name="commune",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    start = models.DateField("depuis le")
    checked_at = models.DateTimeField("vérifié le", default=timezone.now)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "domicile vérifié"
        verbose_name_plural = "domiciles vérifiés"
        ordering = ["household", "start"]
        constraints = [models.UniqueConstraint(fields=["household", "start"], name="residence_once_a_day")]

    def __str__(self):
        return f"{self.household_id} {self.start:%d/%m/%Y}"


class MoveQuerySet(models.QuerySet):
    def waiting(self):
        """Those that an agent has not answered."""
        return self.filter(decided_at=None)

    def visible_to(self, user, permission=REGISTER):
        """Those of the homes of the children whose files an agent may write."""
        children = Child.objects.visible_to(user, permission)
        homes = ChildHome.objects.current().filter(child__in=children)
        return self.filter(household__in=homes.values("household"))


class Move(models.Model):
    """A change of address that a family asks for, with a proof: an agent accepts or refuses each field.

    `fields`: {name: [before, after]}, where a commune is its number. `start` = since when they live there. The proof
    is a `files.StoredFile`.
    """

    household = models.ForeignKey("people.Household", on_delete=models.CASCADE, related_name="moves")
    fields = EncryptedJSONField("champs", default=dict)
    start = models.DateField("depuis le")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    decisions = models.JSONField("décisions", default=dict, blank=True)
    reason = models.CharField("motif", max_length=200, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = "changement d’adresse demandé"
        verbose_name_plural = "changements d’adresse demandés"
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(decided_at=None), name="move_one_at_a_time")
        ]

    def __str__(self):
        return f"changement d’adresse {self.pk}"

    def can_see_file(self, user, stored_file) -> bool:
        """The proof: agents who write the file of a child of this home, and those who answer for one there."""
        homes = ChildHome.objects.current().filter(household=self.household_id)
        if Guardian.objects.active().filter(home__in=homes, person__user=user).exists():
            return True
        return any(holds(user, REGISTER, home.child) for home in homes.select_related("child"))
