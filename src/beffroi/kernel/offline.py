"""Writes that can be made without network: each carries a `client_uuid`, and a replay is harmless."""

import uuid
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, models, transaction

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
    except IntegrityError:
        existing = model._base_manager.filter(client_uuid=client_uuid).first()
        if existing is None:
            raise
        return existing, False
