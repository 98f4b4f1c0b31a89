"""Who outside is told of the facts of the journal, and what was sent to them."""

import base64
import secrets
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone


def draw_secret() -> str:
    """32 bytes, written as the norm « Standard Webhooks » asks."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


class Webhook(models.Model):
    """An address that is told of facts. `verbs` = verbs of the journal ("maintenance.finish"), or all those of a part
    ("maintenance.*"). `secret` signs what is sent, so that the receiver knows that it comes from here."""

    name = models.CharField("nom", max_length=80, unique=True)
    url = models.URLField("adresse", max_length=500)
    verbs = ArrayField(models.CharField(max_length=80), verbose_name="faits", default=list)
    secret = models.CharField("secret", max_length=80, default=draw_secret, editable=False)
    is_active = models.BooleanField("actif", default=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        verbose_name = "appel sortant"
        verbose_name_plural = "appels sortants"
        ordering = ["name"]

    def __str__(self):
        return self.name


class HookDelivery(models.Model):
    """One fact for one address. Made by the database itself with the line of the journal; `entry` null = a trial.

    Waiting → sent; after the last attempt, failed: kept, and sent again by hand. The receiver may get it twice (its
    `id` is the same): what died while it was being sent is sent again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        SENT = "sent", "reçu"
        FAILED = "failed", "abandonné"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    entry = models.ForeignKey("kernel.Entry", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    status = models.PositiveSmallIntegerField("réponse", null=True)
    error = models.CharField("erreur", max_length=250, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    sent_at = models.DateTimeField("reçu le", null=True)

    class Meta:
        verbose_name = "appel"
        verbose_name_plural = "appels"
        ordering = ["-created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["webhook", "entry"], name="hook_once")]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="waiting"), name="hook_due"),
            models.Index(fields=["webhook", "-created_at"], name="hook_log"),
            models.Index(fields=["created_at"], name="hook_created"),
        ]

    def __str__(self):
        return str(self.pk)
