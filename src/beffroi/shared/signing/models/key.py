"""Keys that stay in a module: who signs with which."""

from django.conf import settings
from django.db import models


class ModuleKey(models.Model):
    """A person's key in the module of this installation (PKCS #11): the names of its token and its own. No secret."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="signataire", on_delete=models.PROTECT, related_name="+"
    )
    token = models.CharField("nom du jeton", max_length=32)
    label = models.CharField("nom de la clé", max_length=80)
    is_active = models.BooleanField("en service", default=True)

    class Meta:
        verbose_name = "clé sur module"
        verbose_name_plural = "clés sur module"
        ordering = ["token", "label"]
        constraints = [models.UniqueConstraint(fields=["user", "token", "label"], name="module_key_unique")]

    def __str__(self):
        return f"{self.label} ({self.token})"
