"""Links for people who have no account: to read a document or a folder, or to deposit files in a folder."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from beffroi.shared.documents.models.document import Document
from beffroi.shared.documents.models.folder import Folder
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation


class OutsideLink(models.Model):
    """An address given to somebody outside. Only the digest of its secret is kept; `most` null = as often as wanted.
    `is_bundle` = it is for the documents of `bundle`, wherever they are; `is_parcel` = for the `files` of another part
    of the platform, sent by `body`. `wants_receipt` = nothing is read before `read_at`, when they said that they
    received it.

    What it shows is what the place holds when it is opened; it dies with its date, its count or by hand.
    """

    class Purpose(models.TextChoices):
        SHARE = "share", "lecture"
        DEPOSIT = "deposit", "dépôt"

    purpose = models.CharField("pour", max_length=8, choices=Purpose)
    folder = models.ForeignKey(Folder, null=True, on_delete=models.CASCADE, related_name="outside_links")
    document = models.ForeignKey(Document, null=True, on_delete=models.CASCADE, related_name="outside_links")
    is_bundle = models.BooleanField("plusieurs documents", default=False, editable=False)
    bundle = models.ManyToManyField(Document, related_name="bundles", blank=True, editable=False)
    is_parcel = models.BooleanField("fichiers d’un autre dossier", default=False, editable=False)
    files = models.ManyToManyField(StoredFile, related_name="parcels", blank=True, editable=False)
    body = models.ForeignKey(
        Organisation, verbose_name="collectivité", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    wants_receipt = models.BooleanField("demander un accusé de lecture", default=False)
    read_at = models.DateTimeField("lecture accusée le", null=True, editable=False)
    label = models.CharField("à qui, ou pourquoi", max_length=120)
    message = models.TextField("message affiché", max_length=1000, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    password = models.CharField(max_length=200, blank=True, editable=False)
    most = models.PositiveIntegerField("nombre d’ouvertures", null=True, blank=True)
    uses = models.PositiveIntegerField("ouvertures", default=0, editable=False)
    expires_at = models.DateTimeField("jusqu’au")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("donné le", default=timezone.now)
    revoked_at = models.DateTimeField("retiré le", null=True, editable=False)

    class Meta:
        verbose_name = "lien extérieur"
        verbose_name_plural = "liens extérieurs"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=False, document__isnull=True, is_bundle=False, is_parcel=False)
                | Q(folder__isnull=True, document__isnull=False, purpose="share", is_bundle=False, is_parcel=False)
                | Q(folder__isnull=True, document__isnull=True, purpose="share", is_bundle=True, is_parcel=False)
                | Q(
                    folder__isnull=True,
                    document__isnull=True,
                    purpose="share",
                    is_bundle=False,
                    is_parcel=True,
                    body__isnull=False,
                ),
                name="document_outside_one_object",
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(wants_receipt=True), name="document_outside_receipt"
            ),
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(uses__lte=F("most")), name="document_outside_uses"
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def things(self) -> list:
        """The folder, or the documents, that it is about; none for a parcel."""
        thing = self.folder or self.document
        return [thing] if thing else list(self.bundle.select_related("space__organisation").order_by("name", "pk"))

    @property
    def organisation(self) -> Organisation | None:
        """The body that gives it."""
        things = self.things
        return things[0].space.organisation if things else self.body

    @property
    def waits_for_receipt(self) -> bool:
        """Must they first say that they received it?"""
        return self.wants_receipt and self.read_at is None

    @property
    def is_open(self) -> bool:
        """May it still be used?"""
        left = self.most is None or self.uses < self.most
        return left and self.revoked_at is None and self.expires_at > timezone.now()
