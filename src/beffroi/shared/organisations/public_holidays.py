"""The public holidays of a place: national ones (Code du travail, art. L. 3133-1), those of Alsace and Moselle
(art. L. 3134-13), the day of the abolition of slavery overseas (art. L. 3422-2)."""

import datetime
from functools import lru_cache

import holidays

ALSACE_MOSELLE = {"57", "67", "68"}
OVERSEAS = {"971", "972", "973", "974", "976"}


@lru_cache(maxsize=64)
def _year(year: int, departement: str) -> dict[datetime.date, str]:
    days = dict(holidays.country_holidays("FR", years=year, language="fr"))
    if departement in ALSACE_MOSELLE:
        days.update(holidays.country_holidays("FR", subdiv="6AE", years=year, language="fr"))
    elif departement in OVERSEAS:
        local = holidays.country_holidays("FR", subdiv=departement, years=year, language="fr")
        days.update({day: name for day, name in local.items() if name.startswith("Abolition")})
    return {day: name.replace("'", "’") for day, name in days.items()}


def name_of(day: datetime.date, departement: str = "") -> str:
    """The name of the public holiday that falls on `day` in a département (its code), or an empty string."""
    return _year(day.year, departement).get(day, "")


def departement_of(postal_code: str) -> str:
    """The département's code that a postal code suggests ("80600" → "80", "97400" → "974")."""
    return postal_code[:3] if postal_code.startswith("97") else postal_code[:2]
