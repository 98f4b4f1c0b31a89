"""What must be known to look after a child, encrypted; documents; changes that a family proposes."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.encryption import EncryptedJSONField
from beffroi.modules.childcare.access import HEALTH, VIEW
from beffroi.modules.childcare.models.children import Child, ChildHome
from beffroi.modules.childcare.models.offer import DocumentKind


def away_until(content: dict, day: datetime.date) -> datetime.date | None:
    """The day before which the child does not come back, when it is after `day`; never why."""
    told = datetime.date.fromisoformat(content["away_until"]) if content.get("away_until") else None
    return told if told and told > day else None


class HealthSheet(models.Model):
    """The health sheet of a child (CASF, art. R. 227-7): encrypted at rest, each reading is written in the journal.

    `content` holds allergies, pai, treatments, diet, doctor, doctor_phone, insurance, remarks (texts), vaccines
    ({code: [ISO dates]}) and away_until (ISO date: contagious, the child does not come before that day).
    """

    child = models.OneToOneField(Child, on_delete=models.CASCADE, related_name="health")
    content = EncryptedJSONField("contenu", default=dict)
    updated_at = models.DateTimeField("mise à jour le", default=timezone.now)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "fiche sanitaire"
        verbose_name_plural = "fiches sanitaires"

    def __str__(self):
        return f"fiche sanitaire {self.child_id}"


class DocumentQuerySet(models.QuerySet):
    def valid(self, day=None):
        """Accepted, and not expired on `day`."""
        day = day or timezone.localdate()
        return self.filter(refused_at=None).filter(Q(expires_on=None) | Q(expires_on__gte=day))


class Document(models.Model):
    """A document of a child's file, sent by one home; the file itself is a `files.StoredFile`."""

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="documents")
    home = models.ForeignKey(ChildHome, null=True, blank=True, on_delete=models.SET_NULL, related_name="documents")
    kind = models.ForeignKey(DocumentKind, verbose_name="nature", on_delete=models.PROTECT, related_name="documents")
    sent_at = models.DateTimeField("reçu le", default=timezone.now)
    expires_on = models.DateField("valable jusqu’au", null=True, blank=True)
    checked_at = models.DateTimeField("vérifié le", null=True, blank=True)
    refused_at = models.DateTimeField("refusé le", null=True, blank=True)
    reason = models.CharField("motif du refus", max_length=200, blank=True)
    reminded_on = models.DateField("rappelé le", null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce"
        verbose_name_plural = "pièces"
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["expires_on"], name="document_expiry")]

    def __str__(self):
        return f"{self.kind}"

    def can_see_file(self, user, stored_file) -> bool:
        """Agents who may (health documents ask for the right to read them), and the home that sent it."""
        needed = HEALTH if self.kind.is_health else VIEW
        if access.can(user, needed, self.child.organisation_id):
            return True
        return bool(self.home_id and self.home.guardians.active().filter(person__user=user).exists())


class Proposal(models.Model):
    """Changes that a family asks for: an agent accepts or refuses each field. `fields`: {name: [before, after]}."""

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="proposals")
    home = models.ForeignKey(ChildHome, null=True, on_delete=models.SET_NULL, related_name="+")
    fields = EncryptedJSONField("champs", default=dict)
    decisions = models.JSONField("décisions", default=dict, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "modification demandée"
        verbose_name_plural = "modifications demandées"
        ordering = ["created_at"]
        indexes = [models.Index(fields=["created_at"], condition=Q(decided_at=None), name="proposal_waiting")]

    def __str__(self):
        return f"modification {self.pk}"
