"""Who wants to be told of new acts."""

import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from beffroi.shared.organisations.models import Organisation


def new_token() -> str:
    """A secret of 128 bits: it opens the page at which the alert is stopped."""
    return secrets.token_urlsafe(16)


class AlertQuerySet(models.QuerySet):
    def for_act(self, act):
        """The confirmed alerts that an act rouses."""
        mine = Q(organisation__isnull=True) | Q(organisation_id=act.organisation_id)
        theme = Q(theme="") | Q(theme=act.matter.partition(".")[0])
        return self.filter(mine, theme, confirmed_at__isnull=False)


class Alert(models.Model):
    """An e-mail address told of the acts of one body (or all), on one theme (or all), once it has confirmed."""

    email = models.EmailField("adresse électronique")
    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    theme = models.CharField("thème", max_length=1, blank=True)
    token = models.CharField("jeton", max_length=30, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField("demandée le", auto_now_add=True)
    confirmed_at = models.DateTimeField("confirmée le", null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = "alerte"
        verbose_name_plural = "alertes"
        constraints = [
            models.UniqueConstraint(Lower("email"), "organisation", "theme", nulls_distinct=False, name="alert_unique")
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(confirmed_at=None), name="alert_unconfirmed")]

    def __str__(self):
        return f"Alerte {self.pk}"

    def get_absolute_url(self):
        return reverse("deliberations:alert", args=[self.token])
