"""The days that an invoice line names in words, read back as dates."""

import datetime

from beffroi.shared.billing.models import InvoiceLine
from beffroi.shared.billing.rates.gather import MONTHS


def days_of(line: InvoiceLine) -> list[tuple[int, int]]:
    """The days that a line names, as (day, month). See `rates.gather`."""
    found = []
    for part in filter(None, (one.strip() for one in line.days.split(";"))):
        numbers, _space, month = part.rpartition(" ")
        if month in MONTHS:
            days = (one.strip().removesuffix("er") for one in numbers.split(","))
            found += [(int(day), MONTHS.index(month) + 1) for day in days if day.isdigit()]
    return found


def dates_of(line: InvoiceLine, start: datetime.date, end: datetime.date) -> list[datetime.date]:
    """The days that a line names, with the year that the period of its invoice gives them."""
    found = []
    for day, month in days_of(line):
        for year in range(start.year, end.year + 1):
            try:
                one = datetime.date(year, month, day)
            except ValueError:  # 29 February
                continue
            if start <= one <= end:
                found.append(one)
    return found
