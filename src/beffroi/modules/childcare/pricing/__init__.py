"""What days cost: what a family reads before saying yes, and what the régie invoices, by the same engine.

A unit names its tariff by a code (`childcare.day`, `childcare.half`… by its nature, when nothing is written). A home
pays by its own quotient familial; when two homes share the costs, each pays its part of the price that its own quotient
gives.
"""

from beffroi.modules.childcare.pricing.bills import UNKNOWN_QUOTIENT, bills, drawn, population
from beffroi.modules.childcare.pricing.portions import people, regie_of, share_of
from beffroi.modules.childcare.pricing.quoting import quote, quote_quantity

__all__ = [
    "UNKNOWN_QUOTIENT",
    "bills",
    "drawn",
    "people",
    "population",
    "quote",
    "quote_quantity",
    "regie_of",
    "share_of",
]
