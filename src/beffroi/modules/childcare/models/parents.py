"""Two files that may be of the same child, and the other parent invited into a home."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import access
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.models.children import Child, Guardian

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read for something else on paper
LENGTH = 16


class LikenessQuerySet(models.QuerySet):
    def waiting(self):
        """Those that no agent has looked at, of files that still exist."""
        return self.filter(decided_at=None, child__erased_at=None, known__erased_at=None)

    def visible_to(self, user, permission=REGISTER):
        """Those of the body whose files an agent writes."""
        allowed = access.organisations_where(user, permission)
        return self if allowed is None else self.filter(child__organisation__in=allowed)


class Likeness(models.Model):
    """A new file with the names and the birth date of a child already known, opened from another home.

    Families never hear of it: only an agent may say that it is the same child. Nothing is written about it in the
    history of either child, which their families may read.
    """

    class Outcome(models.TextChoices):
        WAITING = "", "À examiner"
        SAME = "same", "Le même enfant"
        OTHER = "other", "Un autre enfant"

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="likenesses")
    known = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField("signalé le", default=timezone.now)
    outcome = models.CharField("réponse", max_length=5, choices=Outcome, blank=True, default="")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = LikenessQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier peut-être en double"
        verbose_name_plural = "dossiers peut-être en double"
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["child", "known"], name="likeness_once"),
            models.CheckConstraint(condition=~Q(child=models.F("known")), name="likeness_of_two"),
        ]

    def __str__(self):
        return f"ressemblance {self.pk}"


def draw_code() -> str:
    """Sixteen signs drawn at random (79 bits): the secret of an invitation, by link or on paper."""
    return "".join(secrets.choice(ALPHABET) for _rank in range(LENGTH))


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Those that may still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())

    def visible_to(self, user):
        """Those of the homes in which this account's owner answers for a child."""
        held = Guardian.objects.active().filter(person__user=user)
        return self.filter(household__in=held.values("home__household"))


class ParentInvitation(models.Model):
    """The other parent of a home, invited by e-mail or by a code on paper; worth one use.

    Whoever accepts answers for the children of the home as the one who invites: same days, same file, same bills.
    """

    household = models.ForeignKey("people.Household", on_delete=models.CASCADE, related_name="parent_invitations")
    relation = models.CharField("lien avec les enfants", max_length=8, choices=Guardian.Relation)
    email = models.EmailField("courriel", blank=True)
    code = models.CharField(max_length=LENGTH, unique=True, default=draw_code, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("envoyée le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation de l’autre parent"
        verbose_name_plural = "invitations de l’autre parent"
        ordering = ["-created_at"]

    def __str__(self):
        return f"invitation {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()

    @property
    def printed(self) -> str:
        """The code in groups of four, as it is read on paper."""
        return "-".join(self.code[rank : rank + 4] for rank in range(0, LENGTH, 4))
