"""How long the mail takes: by type, by service, month by month."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from beffroi.modules.mail.models import Kind, Letter
from beffroi.modules.mail.workflow import OPEN, State


@dataclass(frozen=True)
class Line:
    """What was received under one head: how many, answered, open, late, mean days, share answered in time (percent)."""

    label: str
    received: int
    answered: int
    pending: int
    late: int
    days: float | None
    in_time: int | None


SUMMED = ("received", "answered", "pending", "late", "dated", "in_time")


def _measures(today: datetime.date) -> dict:
    answered = Q(answered_on__isnull=False)
    return {
        "received": Count("pk"),
        "answered": Count("pk", filter=answered),
        "pending": Count("pk", filter=Q(state__in=OPEN)),
        "late": Count("pk", filter=Q(state__in=OPEN, due_on__lt=today)),
        "spent": Sum(F("answered_on") - F("arrived_on"), filter=answered),
        "dated": Count("pk", filter=answered & Q(due_on__isnull=False)),
        "in_time": Count("pk", filter=answered & Q(answered_on__lte=F("due_on"))),
    }


def _line(label: str, row: dict) -> Line:
    days = round(row["spent"].total_seconds() / 86400 / row["answered"], 1) if row["answered"] else None
    share = round(row["in_time"] * 100 / row["dated"]) if row["dated"] else None
    return Line(label, row["received"], row["answered"], row["pending"], row["late"], days, share)


def received(user, since: datetime.date, until: datetime.date):
    """The incoming letters that the person sees, registered between two days, both included."""
    found = Letter.objects.visible_to(user).filter(kind=Kind.INCOMING).exclude(state=State.CANCELLED)
    return found.filter(registered_on__gte=since, registered_on__lte=until).order_by()


def by(letters, field: str, none: str) -> tuple[list[Line], Line]:
    """One line for each value of a field (`type__name`, `team__name`…), the most received first; and their sum."""
    rows = list(letters.values(field).annotate(**_measures(timezone.localdate())).order_by("-received", field))
    whole = {name: sum(row[name] for row in rows) for name in SUMMED}
    whole["spent"] = sum((row["spent"] for row in rows if row["spent"]), datetime.timedelta())
    return [_line(row[field] or none, row) for row in rows], _line("Ensemble", whole)


def months(letters) -> list[tuple[str, int]]:
    """How many were received each month, in the order of time."""
    rows = letters.annotate(month=TruncMonth("registered_on")).values("month").annotate(count=Count("pk"))
    return [(f"{row['month']:%m/%Y}", row["count"]) for row in rows.order_by("month")]
