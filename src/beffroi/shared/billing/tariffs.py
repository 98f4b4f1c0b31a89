"""The tariffs of a régie, ready to price."""

import dataclasses
from collections.abc import Iterable
from datetime import date

from beffroi.shared.billing import rates
from beffroi.shared.billing.models import Regie, Tariff, TariffDraft


def rate_of(tariff: Tariff | TariffDraft) -> rates.Rate:
    """What a tariff says, or would say. Raises BadRule."""
    return rates.read(
        tariff.rule,
        unit=tariff.unit,
        label=tariff.label,
        start=tariff.start,
        end=tariff.end,
        ages=(tariff.age_min, tariff.age_max),
        tariff=tariff.pk if isinstance(tariff, Tariff) else None,
    )


def book(regie: Regie, since: date | None = None, until: date | None = None) -> rates.Book:
    """The tariffs of a régie in force between two days (all of them without days): one query."""
    tariffs = regie.tariffs.order_by("pk")
    if until is not None:
        tariffs = tariffs.filter(start__lte=until)
    if since is not None:
        tariffs = tariffs.exclude(end__lt=since)
    return rates.Book(rate_of(tariff) for tariff in tariffs)


def as_of(regie: Regie, day: date, drafts: Iterable[TariffDraft] = ()) -> rates.Book:
    """The prices of one day, held to be those of every day; a draft takes the place of those of its unit and ages.

    For comparing: days keep their weeks and their months, so that caps and counts are what they would be.
    """
    found = [rate_of(tariff) for tariff in regie.tariffs.active(day).order_by("pk")]
    for draft in map(rate_of, drafts):
        found = [
            one for one in found if one.unit != draft.unit or one.age_max < draft.age_min or one.age_min > draft.age_max
        ] + [draft]
    return rates.Book(dataclasses.replace(one, start=date.min, end=None) for one in found)
