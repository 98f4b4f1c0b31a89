"""The figures that the modules declare: computed for any period, and kept month by month."""

import calendar
import logging
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import modules
from beffroi.kernel.models import IndicatorMonth
from beffroi.kernel.modules import Indicator

log = logging.getLogger("beffroi.indicators")

# How many past months are computed the first time that an indicator is seen.
BACKFILL = 12


@dataclass(frozen=True)
class Month:
    """One month of an indicator."""

    start: date
    value: Decimal | None


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month of `day`."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def before(month: date) -> date:
    """The first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def compute(indicator: Indicator, since: date, until: date) -> Decimal | None:
    """The value from `since` to `until`, both included; None without data.

    An indicator that breaks has no value: the fault is logged, and does not break the page that reads it.
    """
    try:
        with transaction.atomic():
            value = indicator.value(since, until)
    except Exception:
        log.exception("indicator code=%s", indicator.code)
        return None
    return None if value is None else Decimal(str(value))


def store(today: date | None = None) -> int:
    """Keep the month under way and the one before, and, for a new indicator, a year of past months; returns how many.

    What happened in a month may still be recorded for a while: that is why the last one is computed again.
    """
    today = today or timezone.localdate()
    known = set(IndicatorMonth.objects.values_list("code", "month"))
    lines = []
    for indicator in modules.collect("indicators"):
        month = today.replace(day=1)
        for age in range(BACKFILL + 1):
            if age < 2 or (indicator.code, month) not in known:
                start, end = month_of(month)
                value = compute(indicator, start, min(end, today))
                lines.append(IndicatorMonth(code=indicator.code, month=month, value=value, computed_at=timezone.now()))
            month = before(month)
    IndicatorMonth.objects.bulk_create(
        lines, update_conflicts=True, unique_fields=["code", "month"], update_fields=["value", "computed_at"]
    )
    return len(lines)


def history(code: str, months: int = 24) -> list[Month]:
    """The last months that are kept, oldest first."""
    kept = IndicatorMonth.objects.filter(code=code).order_by("-month")[:months]
    return [Month(one.month, one.value) for one in reversed(kept)]


def latest() -> dict[str, list[Month]]:
    """{code: its months, the last one first}, over the last three: one query for all indicators."""
    oldest = before(before(timezone.localdate()))
    found: dict[str, list[Month]] = {}
    for one in IndicatorMonth.objects.filter(month__gte=oldest).order_by("code", "-month"):
        found.setdefault(one.code, []).append(Month(one.month, one.value))
    return found
