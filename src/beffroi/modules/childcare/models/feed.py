"""The secret address at which a calendar reads what a family has booked."""

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone


def draw_key() -> str:
    return secrets.token_urlsafe(24)


class BookingFeed(models.Model):
    """One address for an account; drawing another closes the former. No line = no address.

    It shows what the homes of its owner have booked, as they are when it is read: never those of the other home.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="booking_feed")
    key = models.CharField("clé", max_length=40, unique=True, default=draw_key)
    opened_at = models.DateTimeField("ouverte le", default=timezone.now)

    class Meta:
        verbose_name = "agenda des réservations"
        verbose_name_plural = "agendas des réservations"

    def __str__(self):
        return str(self.user_id)

    def get_absolute_url(self) -> str:
        return reverse("childcare:feed", args=[self.key])
