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
from beffroi.shared.signing.levels import Fallback, Format, Level, Strength
from beffroi.shared.signing.models.circuit import Circuit, Kind
from beffroi.shared.signing.models.desk import Delegation, Desk, Holder
from beffroi.shared.signing.models.nature import Nature
from beffroi.shared.signing.workflow import TONES, State

MANAGE = "signing.manage"
# The roles of the files of a folder, in the order in which they are shown.
SHOWN = {"main": 0, "also": 1, "annex": 2, "signature": 2}
TO_SIGN = ("main", "also")


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
        """Those of the author, those that went or will go through one of the person's desks (only once they have
        arrived there, where each reads in turn), and, for whoever manages the sign-book of the body, all of its
        folders."""
        if not user.is_authenticated:
            return self.none()
        managed = access.organisations_where(user, MANAGE)
        if managed is None:
            return self
        turn = Q(folder__in_turn=False) | ~Q(outcome__in=[Step.Outcome.WAITING, Step.Outcome.SKIPPED])
        mine = Step.objects.filter(_of_desks_of(user), turn, folder=OuterRef("pk"))
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
        waiting = Step.objects.decidable_by(user).filter(folder=OuterRef("pk"))
        return self.filter(Exists(waiting), state=State.RUNNING)


class Folder(models.Model):
    """Documents sent through a circuit. `target` = what another part of the platform wants signed.

    What its nature said on the day it was prepared is kept: format, level, fall-back, turns, delays. `details` = what
    was asked about it, by name. `proof_ends` = when the last timestamp of the whole document (B-LTA) must be renewed.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="folders"
    )
    circuit = models.ForeignKey(Circuit, verbose_name="circuit", on_delete=models.PROTECT, related_name="folders")
    nature = models.ForeignKey(
        Nature, verbose_name="nature", null=True, blank=True, on_delete=models.SET_NULL, related_name="folders"
    )
    format = models.CharField("signature", max_length=6, choices=Format, default=Format.PADES)
    level = models.CharField("niveau demandé", max_length=3, choices=Level, default=Level.B)
    fallback = models.CharField("à défaut", max_length=8, choices=Fallback, default=Fallback.REFUSE)
    stamp_page = models.SmallIntegerField("page du tampon", default=-1)
    in_turn = models.BooleanField("chacun ne lit qu’à son tour", default=False)
    reminder_days = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField("sort du circuit le", null=True, editable=False)
    details = models.JSONField("renseignements", default=dict, blank=True)
    proof_ends = models.DateTimeField("preuve à renouveler avant le", null=True, editable=False)
    title = models.CharField("objet", max_length=200)
    note = models.TextField("mot d’accompagnement", max_length=2000, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT, editable=False)
    follows = models.ForeignKey(
        "self",
        verbose_name="suite de",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
        editable=False,
    )
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
            models.Index(fields=["proof_ends"], condition=Q(proof_ends__isnull=False), name="folder_proof"),
            models.Index(fields=["expires_at"], condition=Q(state="running"), name="folder_expiry"),
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
        """Rejected, taken back or expired: what it carried may be sent again."""
        return self.state in (State.REJECTED, State.WITHDRAWN, State.EXPIRED)

    def documents(self):
        """What is to be signed, then the annexes; the versions replaced by a signed one are left out."""
        return sorted(
            (file for file in StoredFile.objects.about(self) if file.kind in SHOWN), key=lambda file: SHOWN[file.kind]
        )

    def to_sign(self) -> list[StoredFile]:
        """The documents to sign: the first one, then the others by their names, which are all different."""
        files = StoredFile.objects.about(self).filter(kind__in=TO_SIGN)
        return sorted(files, key=lambda file: (file.kind != "main", file.name))

    def main(self) -> StoredFile | None:
        """The document to sign; the first one, where there are several."""
        return StoredFile.objects.about(self).filter(kind="main").first()

    def can_see_file(self, user, file) -> bool:
        return Folder.objects.visible_to(user).filter(pk=self.pk).exists()


class StepQuerySet(models.QuerySet):
    def decidable_by(self, user):
        """The current steps that `user` may decide today: of their desks, and theirs where each holder decides."""
        own = Q(holder__isnull=True) | Q(holder=user)
        lent = Q(desk__in=Delegation.objects.active().filter(user=user).values("desk"))
        held = Q(desk__in=Holder.objects.active().filter(user=user).values("desk"))
        return self.filter((held & own) | lent, outcome=Step.Outcome.CURRENT)


class Step(models.Model):
    """One decision asked of one desk, or of one `holder` of it where each must decide.

    `capacity` = in what name it was taken; `level` = how strong the signature is, in words; `reached` = its level as
    the norm names it; `shortfall` = why it is not the one asked for; `mark` = by which a signature that the platform
    sealed is known again. `alternative` = one of its rank is enough: the others are skipped.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", "À venir"
        CURRENT = "current", "En attente"
        APPROVED = "approved", "Fait"
        REJECTED = "rejected", "Rejeté"
        SKIPPED = "skipped", "Sans objet"

    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("demandé", max_length=10, choices=Kind)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="steps")
    days = models.PositiveSmallIntegerField("délai en jours", default=3)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="attendu de",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    alternative = models.BooleanField("l’un de ce rang suffit", default=False)
    strength = models.CharField("clé exigée", max_length=10, choices=Strength, default=Strength.SIMPLE)
    floor = models.CharField("niveau exigé", max_length=3, choices=Level, default=Level.B)
    outcome = models.CharField("issue", max_length=8, choices=Outcome, default=Outcome.WAITING)
    arrived_at = models.DateTimeField("arrivé le", null=True)
    decided_at = models.DateTimeField("décidé le", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    capacity = models.CharField("à quel titre", max_length=160, blank=True)
    level = models.CharField("niveau de signature", max_length=400, blank=True)
    reached = models.CharField("niveau atteint", max_length=3, choices=Level, blank=True)
    shortfall = models.CharField("pourquoi pas le niveau demandé", max_length=300, blank=True)
    details = models.JSONField("renseignements", default=dict, blank=True)
    reminded_at = models.DateTimeField("rappelé le", null=True, editable=False)
    comment = models.TextField("note", max_length=2000, blank=True)
    private_note = models.TextField("note interne au bureau", max_length=2000, blank=True)
    sha256 = models.CharField("empreinte du document à ce moment", max_length=64, blank=True)
    mark = models.CharField("marque de la signature scellée", max_length=64, blank=True, editable=False)
    client_uuid = models.UUIDField(null=True, blank=True, unique=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "étape"
        verbose_name_plural = "étapes"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "position", "desk", "holder"], nulls_distinct=False, name="step_desk"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "current", "skipped"], decided_at__isnull=True)
                | Q(outcome__in=["approved", "rejected"], decided_at__isnull=False, decided_by__isnull=False),
                name="step_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["desk"], condition=Q(outcome="current"), name="step_current"),
            models.Index(fields=["mark"], condition=~Q(mark=""), name="step_mark"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.desk}"

    @property
    def due_at(self):
        """When the desk should have decided, or None before it arrives."""
        return self.arrived_at + datetime.timedelta(days=self.days) if self.arrived_at else None

    @property
    def is_late(self) -> bool:
        return self.outcome == self.Outcome.CURRENT and self.due_at is not None and self.due_at < timezone.now()
