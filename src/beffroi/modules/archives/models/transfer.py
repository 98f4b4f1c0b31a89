"""What leaves for the departmental archives in SEDA packages, what they answer, and what is handed back or shown."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.archives import rights
from beffroi.modules.archives.models.numbering import Numbered, Setup
from beffroi.modules.archives.seda.reading import outcome_of
from beffroi.modules.archives.workflow import TONES, Asking, Sending
from beffroi.shared.documents.models import Folder


class OfBodies(models.QuerySet):
    def visible_to(self, user):
        """Those of the bodies whose archives the person reads."""
        return rights.of_bodies(self, user)


class Transfer(Numbered):
    """One package. `identifier` = its MessageIdentifier, once for ever; `grant` = that of the reply which accepted."""

    PREFIX = "VERS"

    title = models.CharField("objet", max_length=200)
    note = models.TextField("commentaire", max_length=2000, blank=True)
    state = models.CharField("état", max_length=12, choices=Sending, default=Sending.DRAFT, editable=False)
    seda = models.CharField("version", max_length=3, choices=Setup.Version, default=Setup.Version.V21)
    agency_name = models.CharField("service d’archives", max_length=160, editable=False)
    agency_identifier = models.CharField("son identifiant", max_length=80, editable=False)
    own_identifier = models.CharField("votre identifiant", max_length=80, editable=False)
    agreement = models.CharField("accord de versement", max_length=120, blank=True, editable=False)
    profile = models.ForeignKey(
        "Profile",
        verbose_name="profil d’archivage",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transfers",
        help_text="Si le service d’archives en a donné un pour ces dossiers.",
    )
    identifier = models.CharField("identifiant du message", max_length=80, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("préparé le", default=timezone.now, editable=False)
    sent_on = models.DateField("envoyé le", null=True, editable=False)
    channel = models.CharField("envoyé par", max_length=120, blank=True, editable=False)
    grant = models.CharField("identifiant de la réponse", max_length=200, blank=True, editable=False)
    ended_at = models.DateTimeField("terminé le", null=True, editable=False)

    objects = OfBodies.as_manager()

    class Meta:
        verbose_name = "versement"
        verbose_name_plural = "versements"
        ordering = ["-year", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="archives_transfer_number"),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "purged"]) | ~Q(grant=""),
                name="archives_transfer_granted",
                violation_error_message="La copie locale attend la réponse du service d’archives.",
            ),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("archives:transfer", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    def can_see_file(self, user, file) -> bool:
        return Transfer.objects.visible_to(user).filter(pk=self.pk).exists()


class TransferFolder(models.Model):
    """A file in a package. `unit` = the id of its ArchiveUnit there; `kept_as` = the identifier that the archives gave
    (ArchivalAgencyArchiveUnitIdentifier)."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="folders")
    folder = models.ForeignKey(Folder, on_delete=models.PROTECT, related_name="archive_transfers")
    title = models.CharField("intitulé", max_length=300)
    documents = models.PositiveIntegerField("documents", default=0, editable=False)
    octets = models.PositiveBigIntegerField("volume en octets", default=0, editable=False)
    unit = models.CharField("unité", max_length=40, blank=True, editable=False)
    kept_as = models.CharField("cote aux archives", max_length=200, blank=True, editable=False)
    is_open = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = "dossier versé"
        verbose_name_plural = "dossiers versés"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["folder"],
                condition=Q(is_open=True),
                name="archives_transfer_folder_once",
                violation_error_message="Ce dossier est déjà dans un versement.",
            )
        ]

    def __str__(self):
        return self.title


class Message(models.Model):
    """What the archives answered: an Acknowledgement or an ArchiveTransferReply. The same message is kept once."""

    class Kind(models.TextChoices):
        ACK = "ack", "Accusé de réception"
        REPLY = "reply", "Réponse au transfert"

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField("nature", max_length=5, choices=Kind)
    identifier = models.CharField("identifiant", max_length=200)
    code = models.CharField("code de réponse", max_length=40, blank=True)
    text = models.CharField("commentaire", max_length=1000, blank=True)
    dated_at = models.DateTimeField("daté du")
    read_at = models.DateTimeField("lu le", default=timezone.now)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "message du service d’archives"
        verbose_name_plural = "messages du service d’archives"
        ordering = ["dated_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "kind", "identifier"], name="archives_message_once"),
            models.UniqueConstraint(fields=["transfer"], condition=Q(kind="reply"), name="archives_message_one_reply"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.identifier}"

    @property
    def tone(self) -> str:
        """How its code is shown: taken in charge, refused, or with a warning."""
        return {"OK": "done", "KO": "late"}.get(outcome_of(self.code), "waiting")

    def can_see_file(self, user, file) -> bool:
        return self.transfer.can_see_file(user, file)


class Handover(Numbered):
    """A file given back to the service that made it (restitution), or shown to somebody (communication).

    `basis` = why it could be: the article, or the reference of the derogation (L213-3).
    """

    PREFIX = "COM"

    class Kind(models.TextChoices):
        RESTITUTION = "restitution", "Restitution au service producteur"
        COMMUNICATION = "communication", "Communication à une personne"

    kind = models.CharField("nature", max_length=13, choices=Kind, default=Kind.COMMUNICATION)
    folder = models.ForeignKey(
        Folder, verbose_name="dossier", on_delete=models.PROTECT, related_name="archive_handovers"
    )
    requester = models.CharField("demandeur", max_length=160, help_text="Nom, et service ou qualité.")
    reason = models.CharField("motif", max_length=300)
    basis = models.CharField("fondement", max_length=300, blank=True, editable=False)
    derogation = models.CharField(
        "référence de la dérogation",
        max_length=120,
        blank=True,
        help_text="Avant la date de communicabilité : la dérogation accordée (Code du patrimoine, L213-3).",
    )
    state = models.CharField("état", max_length=8, choices=Asking, default=Asking.ASKED, editable=False)
    asked_on = models.DateField("demandé le", default=timezone.localdate)
    handed_on = models.DateField("remis le", null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("inscrit le", default=timezone.now, editable=False)

    objects = OfBodies.as_manager()

    class Meta:
        verbose_name = "remise de dossier"
        verbose_name_plural = "remises de dossiers"
        ordering = ["-year", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="archives_handover_number")
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("archives:handover", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    def can_see_file(self, user, file) -> bool:
        return rights.of_bodies(Handover.objects.filter(pk=self.pk), user, rights.TRANSFER).exists()
