"""The links by which a contractor sees the orders that are given to it, and nothing else."""

import secrets

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.maintenance.models.orders import Order
from beffroi.modules.maintenance.models.plans import OwnedQuerySet

SALT = "maintenance.contractor"


def draw_nonce() -> str:
    return secrets.token_urlsafe(12)


class ContractorAccessQuerySet(OwnedQuerySet):
    def usable(self, now=None):
        """Neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now or timezone.now())

    def of_token(self, token: str):
        """The usable link that a signed token names, or None: a wrong signature, a renewed or a dead link."""
        try:
            pk, nonce = signing.loads(token, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return self.usable().select_related("organisation", "contractor").filter(pk=pk, nonce=nonce).first()


class ContractorAccess(models.Model):
    """One link: `contractor` sees by it its orders from `organisation`, until `expires_at` or until it is revoked."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")
    contractor = models.ForeignKey(
        "organisations.Organisation", verbose_name="entreprise", on_delete=models.CASCADE, related_name="+"
    )
    email = models.EmailField("courriel de l’entreprise")
    nonce = models.CharField(max_length=20, default=draw_nonce, editable=False)
    expires_at = models.DateTimeField("valable jusqu’au")
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True, editable=False)
    seen_at = models.DateTimeField("ouvert le", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = ContractorAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "lien d’entreprise"
        verbose_name_plural = "liens d’entreprise"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["organisation", "contractor"], name="contractor_access")]

    def __str__(self):
        return f"{self.contractor} ({self.expires_at:%d/%m/%Y})"

    def get_absolute_url(self) -> str:
        return reverse("maintenance:contractor", args=[self.token])

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def token(self) -> str:
        return signing.dumps([self.pk, self.nonce], salt=SALT)

    def orders(self):
        """What it sees: its orders from this body, those that are cancelled excepted."""
        return Order.objects.filter(organisation=self.organisation_id, contractor=self.contractor_id).exclude(
            state="cancelled"
        )
