"""Which quotient familial counts for a home on a day."""

import datetime
from collections.abc import Iterable

from beffroi.modules.childcare.models import Quotient


def quotient_on(quotients: Iterable[Quotient], day: datetime.date) -> int | None:
    """The latest value whose month has begun on `day`; None = unknown, charged at the highest price."""
    known = [one for one in quotients if one.month <= day]
    return max(known, key=lambda one: one.month).value if known else None


def is_old(quotients: Iterable[Quotient], day: datetime.date) -> bool:
    """No value of the year: from March on, the family is asked again."""
    return not any(one.month.year == day.year and one.month <= day for one in quotients) and day.month > 2
