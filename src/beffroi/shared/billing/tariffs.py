"""The tariffs of a régie, ready to price."""

from datetime import date

from beffroi.shared.billing import rates
from beffroi.shared.billing.models import Regie, Tariff


def rate_of(tariff: Tariff) -> rates.Rate:
    """What a tariff says. Raises BadRule."""
    return rates.read(
        tariff.rule,
        unit=tariff.unit,
        label=tariff.label,
        start=tariff.start,
        end=tariff.end,
        ages=(tariff.age_min, tariff.age_max),
        tariff=tariff.pk,
    )


def book(regie: Regie, since: date | None = None, until: date | None = None) -> rates.Book:
    """The tariffs of a régie in force between two days (all of them without days): one query."""
    tariffs = regie.tariffs.order_by("pk")
    if until is not None:
        tariffs = tariffs.filter(start__lte=until)
    if since is not None:
        tariffs = tariffs.exclude(end__lt=since)
    return rates.Book(rate_of(tariff) for tariff in tariffs)
