"""A mailbox of the body: what comes in it is registered as an arrival."""

from django.db import models
from django.utils import timezone

from beffroi.kernel.encryption import EncryptedTextField
from beffroi.modules.mail.models.letter import Letter
from beffroi.modules.mail.models.register import Register
from beffroi.shared.organisations.models import Organisation


class Mailbox(models.Model):
    """An account on a mail server (IMAP4rev1, RFC 3501), read every five minutes into `register`."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="mailboxes"
    )
    register = models.ForeignKey(
        Register, verbose_name="registre qui reçoit", on_delete=models.PROTECT, related_name="mailboxes"
    )
    host = models.CharField("serveur", max_length=120)
    port = models.PositiveIntegerField("port", default=993)
    tls = models.BooleanField("connexion chiffrée (TLS)", default=True)
    username = models.CharField("compte", max_length=120)
    password = EncryptedTextField("mot de passe", blank=True)
    path = models.CharField("dossier lu", max_length=120, default="INBOX")
    is_active = models.BooleanField("relevée", default=True)
    read_at = models.DateTimeField("relevée le", null=True, editable=False)
    fault = models.CharField("dernière panne", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "boîte aux lettres"
        verbose_name_plural = "boîtes aux lettres"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "host", "username", "path"], name="mailbox_once")
        ]

    def __str__(self):
        return self.username


class ReceivedMail(models.Model):
    """A message that came: `key` = its number on the server, `message_id` = the one its sender gave it. Neither is
    registered twice. `letter` null = it was left aside, for the reason in `fault`."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="received")
    key = models.CharField(max_length=200)
    message_id = models.CharField(max_length=200, blank=True)
    letter = models.ForeignKey(Letter, null=True, on_delete=models.PROTECT, related_name="received_mail")
    fault = models.CharField("laissé de côté", max_length=200, blank=True)
    at = models.DateTimeField("arrivé le", default=timezone.now)

    class Meta:
        verbose_name = "courriel reçu"
        verbose_name_plural = "courriels reçus"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "key"], name="received_mail_key"),
            models.UniqueConstraint(
                fields=["mailbox", "message_id"], condition=~models.Q(message_id=""), name="received_mail_id"
            ),
        ]

    def __str__(self):
        return self.key
