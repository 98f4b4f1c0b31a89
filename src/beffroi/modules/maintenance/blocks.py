"""The part of the announced works on the page of a commune."""

from django.db.models import Q
from django.utils import timezone

from beffroi.modules.maintenance.exports import announced
from beffroi.modules.maintenance.workflow import OrderState

SHOWN = 5


def commune(request, town) -> dict | None:
    """The works announced in a commune that are not over, the next ones first; nothing where there is none."""
    now = timezone.now()
    coming = Q(planned_end__gte=now) | Q(planned_end__isnull=True, planned_start__gte=now) | Q(state=OrderState.STARTED)
    works = list(announced().exclude(state=OrderState.DONE).filter(coming, commune=town)[:SHOWN])
    return {"works": works} if works else None
