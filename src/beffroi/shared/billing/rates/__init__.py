"""What things cost: a pure engine, from plain values to explained lines.

    book = rates.Book([rates.read(rule, unit="childcare.day", label="Journée", start=day), …])
    pricing = book.price([rates.Use(unit="childcare.day", day=day, family=rates.Family(qf=612, commune="80253"))])
    pricing.lines, pricing.anomalies, pricing.total (cents)

`tariffs.book(regie)` makes the book of a régie from the database. An amount between two cents goes to the nearest,
the half upwards, on each line; a total is the sum of its lines.
"""

from beffroi.shared.billing.rates.describing import describe
from beffroi.shared.billing.rates.engine import CAP, Anomaly, Book, NoRate, Pricing
from beffroi.shared.billing.rates.gather import Gathered, gather
from beffroi.shared.billing.rates.lates import LATE, start_of
from beffroi.shared.billing.rates.model import (
    PERIODS,
    ZONES,
    Band,
    Clock,
    Effort,
    Family,
    Line,
    Penalties,
    Period,
    Presence,
    Rate,
    SpecialPrice,
    Use,
    Zone,
)
from beffroi.shared.billing.rates.reading import BadRule, read
from beffroi.shared.billing.rates.shares import Ceilings, Paid, third_party

__all__ = [
    "CAP",
    "LATE",
    "PERIODS",
    "ZONES",
    "Anomaly",
    "BadRule",
    "Band",
    "Book",
    "Ceilings",
    "Clock",
    "Effort",
    "Family",
    "Gathered",
    "Line",
    "NoRate",
    "Paid",
    "Penalties",
    "Period",
    "Presence",
    "Pricing",
    "Rate",
    "SpecialPrice",
    "Use",
    "Zone",
    "describe",
    "gather",
    "read",
    "start_of",
    "third_party",
]
