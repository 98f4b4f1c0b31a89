"""The keys by which other tools write: Open311 applications, the tools of other bodies."""

import hashlib
import secrets

from django.db import models


def digest_of(secret: str) -> str:
    """What is kept of a secret: enough to know it again, not to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def draw_secret() -> str:
    """A new key: 43 URL-safe characters, 256 bits."""
    return secrets.token_urlsafe(32)


class ApiKeyQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(revoked_at__isnull=True)

    def for_secret(self, secret: str):
        """The key in force that has this secret, or None."""
        found = self.in_force().filter(digest=digest_of(secret)) if secret else self.none()
        return found.select_related("organisation").first()


class ApiKey(models.Model):
    """A key given to a tool of an organisation. The secret itself is shown once and kept nowhere."""

    organisation = models.ForeignKey(
        "organisations.Organisation", verbose_name="organisation", on_delete=models.CASCADE, related_name="+"
    )
    label = models.CharField("application", max_length=80)
    digest = models.CharField("empreinte", max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "clé d’application"
        verbose_name_plural = "clés d’application"
        ordering = ["label"]

    def __str__(self):
        return self.label
