"""Other ways in: keys of programs and office suites, locks of WebDAV, mailboxes, scan folders, what came by them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel.encryption import EncryptedTextField
from beffroi.shared.documents.models.document import Document, Version
from beffroi.shared.documents.models.folder import Folder


class AccessKey(models.Model):
    """A key that a person gives to an office suite or a program, which then acts with their rights on documents only.
    Only its digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="document_keys")
    label = models.CharField("pour quel outil", max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("créée le", default=timezone.now)
    used_on = models.DateField("servie le", null=True, editable=False)

    class Meta:
        verbose_name = "clé d’accès aux documents"
        verbose_name_plural = "clés d’accès aux documents"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.label


class DavLock(models.Model):
    """A lock of WebDAV (RFC 4918, 6): kept here so that every web process sees it. `content` is the library's own."""

    token = models.CharField(max_length=100, primary_key=True)
    root = models.TextField()
    content = models.JSONField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = "verrou WebDAV"
        verbose_name_plural = "verrous WebDAV"
        indexes = [models.Index(fields=["root"], name="document_dav_root")]

    def __str__(self):
        return self.root


class Inlet(models.Model):
    """A mailbox (IMAP4rev1, RFC 3501) or a folder of the machine from which files are filed in `folder`.

    `path` = the folder of the mailbox, or that of the scans below BEFFROI_SCANS.
    """

    class Kind(models.TextChoices):
        MAILBOX = "mailbox", "boîte aux lettres (IMAP)"
        SCANS = "scans", "dossier de numérisation"

    kind = models.CharField("nature", max_length=8, choices=Kind)
    folder = models.ForeignKey(
        Folder, verbose_name="dossier qui reçoit", on_delete=models.PROTECT, related_name="inlets"
    )
    host = models.CharField("serveur", max_length=120, blank=True)
    port = models.PositiveIntegerField("port", default=993)
    tls = models.BooleanField("connexion chiffrée (TLS)", default=True)
    username = models.CharField("compte", max_length=120, blank=True)
    password = EncryptedTextField("mot de passe", blank=True)
    path = models.CharField("dossier lu", max_length=120, default="INBOX")
    is_active = models.BooleanField("relevé", default=True)
    read_at = models.DateTimeField("relevé le", null=True, editable=False)
    fault = models.CharField("dernière panne", max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "arrivée automatique"
        verbose_name_plural = "arrivées automatiques"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="mailbox") | (~Q(host="") & ~Q(username="")),
                name="document_inlet_mailbox",
                violation_error_message="Une boîte aux lettres a un serveur et un compte.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.host or self.path}"


class Received(models.Model):
    """What came by an inlet: `key` = its number there, so that it is never filed twice."""

    inlet = models.ForeignKey(Inlet, on_delete=models.CASCADE, related_name="received")
    key = models.CharField(max_length=200)
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="+")
    fault = models.CharField("refus", max_length=200, blank=True)
    at = models.DateTimeField("arrivé le", default=timezone.now)

    class Meta:
        verbose_name = "arrivage"
        verbose_name_plural = "arrivages"
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["inlet", "key"], name="document_received_once")]

    def __str__(self):
        return self.key


class Fixity(models.Model):
    """When the content of a version was last read again, and what was found."""

    class Finding(models.TextChoices):
        SOUND = "sound", "intact"
        DAMAGED = "damaged", "abîmé"
        MISSING = "missing", "absent"

    version = models.OneToOneField(Version, primary_key=True, on_delete=models.CASCADE, related_name="fixity")
    seen_at = models.DateTimeField("relu le", default=timezone.now)
    finding = models.CharField("constat", max_length=8, choices=Finding)

    class Meta:
        verbose_name = "relecture d’un contenu"
        verbose_name_plural = "relectures de contenus"
        indexes = [models.Index(fields=["finding"], condition=~Q(finding="sound"), name="document_unsound")]

    def __str__(self):
        return self.get_finding_display()
