"""Writes that can be made without network: each carries a `client_uuid`, and a replay is harmless.

The grammar of such a form, for the browser (`behaviours/offline.js`) and for any other program:

- it is an ordinary form, marked `data-offline="what it is"`; it works without script;
- `client_uuid` is drawn by the device, `made_at` (ISO 8601) is when the person wrote it;
- the view answers a redirection when it is done, or was already: `once` finds the object of the first send;
- it answers the form with its errors (200 or 4xx) when it will never pass as it is: the person corrects it;
- 429 and 5xx mean « later »: the device tries again.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

KEEP_HEADER = "X-Beffroi-Keep"
OLDEST = timedelta(days=60)

M = TypeVar("M", bound=models.Model)


class OfflineMixin(models.Model):
    """`client_uuid` is drawn by the device, `made_at` is the hour at which the person did the thing."""

    client_uuid = models.UUIDField("identifiant de l’appareil", unique=True, null=True, blank=True, editable=False)
    made_at = models.DateTimeField("saisi le", null=True, blank=True)

    class Meta:
        abstract = True


def once(model: type[M], client_uuid: uuid.UUID | None, create: Callable[[], M]) -> tuple[M, bool]:
    """Run `create()` unless an object with this `client_uuid` exists; returns (object, created).

    Two simultaneous sends of the same write give one object: the unique constraint decides, the loser reads the
    winner's. Without a `client_uuid`, always creates.
    """
    if client_uuid is None:
        return create(), True
    existing = model._base_manager.filter(client_uuid=client_uuid).first()
    if existing is not None:
        return existing, False
    try:
        with transaction.atomic():
            return create(), True
    except (IntegrityError, ValidationError):  # full_clean may see the winner before the constraint does
        existing = model._base_manager.filter(client_uuid=client_uuid).first()
        if existing is None:
            raise
        return existing, False


def made_at(request) -> datetime:
    """When the person wrote what is sent: what the device says, if it can be true, else now.

    A clock in advance gives now; more than sixty days ago is not believed.
    """
    now = timezone.now()
    try:
        moment = parse_datetime(request.POST.get("made_at", ""))
    except ValueError:
        return now
    if moment is None or timezone.is_naive(moment):
        return now
    return moment if now - OLDEST <= moment <= now else now


def keep(response, *, answers: bool = False):
    """Ask the device to keep this page, and show it again without network; forgotten when the person signs out.

    `answers` = its script knows what to do with any `?…`: the page kept without one is then shown for all.
    """
    response[KEEP_HEADER] = "page" if answers else "1"
    return response
