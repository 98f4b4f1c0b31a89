"""Folders of the sign-book and the steps that they go through."""

import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.signing.models.circuit import Circuit, Kind
from beffroi.shared.signing.models.desk import Delegation, Desk, Holder
from beffroi.shared.signing.workflow import TONES, State

MANAGE = "signing.manage"


def desks_of(user, day=None) -> dict[int, str]:
    """The desks for which `user` decides on `day`: {desk id: the title, empty for a holder}. One query."""
    held = Holder.objects.active(day).filter(user=user).order_by().values_list("desk_id", Value(""))
    lent = Delegation.objects.active(day).filter(user=user).order_by().values_list("desk_id", "ground")
    found: dict[int, str] = {}
    for desk, ground in held.union(lent):
        if not ground or desk not in found:
            found[desk] = Delegation.Ground(ground).label if ground else ""
    return found


def _of_desks_of(user) -> Q:
    """The steps of the desks for which `user` decides today, inside the query that asks."""
    held = Holder.objects.active().filter(user=user).values("desk")
    lent = Delegation.objects.active().filter(user=user).values("desk")
    return Q(desk__in=held) | Q(desk__in=lent)


class FolderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the author, those that went or will go through one of the person's desks, and, for whoever manages
        the sign-book of the body, all of its folders."""
        if not user.is_authenticated:
            return self.none()
        managed = access.organisations_where(user, MANAGE)
        if managed is None:
            return self
        mine = Step.objects.filter(_of_desks_of(user), folder=OuterRef("pk"))
        decided = Step.objects.filter(folder=OuterRef("pk"), decided_by=user)
        return self.filter(
            Q(author=user) | Q(organisation__in=managed) | (~Q(state=State.DRAFT) & (Exists(mine) | Exists(decided)))
        )

    def about(self, target):
        """Those that carry this object, the latest first."""
        kind = ContentType.objects.get_for_model(target)
        return self.filter(target_type=kind, target_id=target.pk).order_by("-pk")

    def awaiting(self, user):
        """Those that wait for a decision of `user`."""
        waiting = Step.objects.filter(_of_desks_of(user), folder=OuterRef("pk"), outcome=Step.Outcome.CURRENT)
        return self.filter(Exists(waiting), state=State.RUNNING)


class Folder(models.Model):
    """Documents sent through a circuit. `target` = what another part of the platform wants signed."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="folders"
    )
    circuit = models.ForeignKey(Circuit, verbose_name="circuit", on_delete=models.PROTECT, related_name="folders")
    title = models.CharField("objet", max_length=200)
    note = models.TextField("mot d’accompagnement", max_length=2000, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT, editable=False)
    target_type = models.ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    target_id = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    target = GenericForeignKey("target_type", "target_id")
    created_at = models.DateTimeField("préparé le", auto_now_add=True)
    submitted_at = models.DateTimeField("envoyé le", null=True, editable=False)
    ended_at = models.DateTimeField("terminé le", null=True, editable=False)

    objects = FolderQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier du parapheur"
        verbose_name_plural = "dossiers du parapheur"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["target_type", "target_id"],
                condition=Q(state__in=[State.DRAFT, State.RUNNING], target_id__isnull=False),
                name="folder_one_for_target",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "-created_at"], name="folder_body"),
            models.Index(fields=["author", "-created_at"], name="folder_author"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("signing:folder", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def is_over_unsigned(self) -> bool:
        """Rejected or taken back: what it carried may be sent again."""
        return self.state in (State.REJECTED, State.WITHDRAWN)

    def documents(self):
        """What is to be signed, then the annexes; the versions replaced by a signed one are left out."""
        return [file for file in StoredFile.objects.about(self) if file.kind in ("main", "annex")]

    def main(self) -> StoredFile | None:
        """The document to sign."""
        return StoredFile.objects.about(self).filter(kind="main").first()

    def can_see_file(self, user, file) -> bool:
        return Folder.objects.visible_to(user).filter(pk=self.pk).exists()


class Step(models.Model):
    """One decision asked of one desk. `capacity` = in what name it was taken; `level` = how strong the signature is."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "À venir"
        CURRENT = "current", "En attente"
        APPROVED = "approved", "Fait"
        REJECTED = "rejected", "Rejeté"

    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("demandé", max_length=10, choices=Kind)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="steps")
    days = models.PositiveSmallIntegerField("délai en jours", default=3)
    outcome = models.CharField("issue", max_length=8, choices=Outcome, default=Outcome.WAITING)
    arrived_at = models.DateTimeField("arrivé le", null=True)
    decided_at = models.DateTimeField("décidé le", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    capacity = models.CharField("à quel titre", max_length=160, blank=True)
    level = models.CharField("niveau de signature", max_length=200, blank=True)
    comment = models.TextField("note", max_length=2000, blank=True)
    private_note = models.TextField("note interne au bureau", max_length=2000, blank=True)
    sha256 = models.CharField("empreinte du document à ce moment", max_length=64, blank=True)
    client_uuid = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        verbose_name = "étape"
        verbose_name_plural = "étapes"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["folder", "position", "desk"], name="step_desk"),
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "current"], decided_at__isnull=True)
                | Q(outcome__in=["approved", "rejected"], decided_at__isnull=False, decided_by__isnull=False),
                name="step_decided",
            ),
        ]
        indexes = [models.Index(fields=["desk"], condition=Q(outcome="current"), name="step_current")]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.desk}"

    @property
    def due_at(self):
        """When the desk should have decided, or None before it arrives."""
        return self.arrived_at + datetime.timedelta(days=self.days) if self.arrived_at else None

    @property
    def is_late(self) -> bool:
        return self.outcome == self.Outcome.CURRENT and self.due_at is not None and self.due_at < timezone.now()
