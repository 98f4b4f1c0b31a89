"""The secret address at which a calendar reads the work of a team."""

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse


def draw_key() -> str:
    return secrets.token_urlsafe(24)


class TeamFeed(models.Model):
    """One address for a team; drawing another closes the former. No line = no address."""

    team = models.OneToOneField("organisations.Team", on_delete=models.CASCADE, related_name="work_feed")
    key = models.CharField("clé", max_length=40, unique=True, default=draw_key)
    created_at = models.DateTimeField("ouverte le", auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "agenda d’équipe"
        verbose_name_plural = "agendas d’équipe"

    def __str__(self):
        return str(self.team_id)

    def get_absolute_url(self) -> str:
        return reverse("maintenance:feed", args=[self.key])
