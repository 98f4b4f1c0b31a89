"""How names are written, and the short addresses made of them."""

import re

from django.utils.text import slugify

from beffroi.shared.organisations.models import Organisation

_KINDS = {
    "CC": "Communauté de communes",
    "CA": "Communauté d’agglomération",
    "CU": "Communauté urbaine",
}
_WORDS = sorted(_KINDS)


def typographic(name: str) -> str:
    """The name with the French apostrophe."""
    return name.replace("'", "’").strip()


def full_epci_name(name: str) -> str:
    """« CC du Sud Corse » written in full: « Communauté de communes du Sud Corse »."""
    head, _, rest = typographic(name).partition(" ")
    if head not in _WORDS or not rest:
        return typographic(name)
    return f"{_KINDS[head]} {rest}"


def of(name: str) -> str:
    """« de Doullens », « d’Arras », « du Havre », « des Andelys », « de La Vicogne »."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    first = slugify(name[:1])
    return f"d’{name}" if first in {"a", "e", "i", "o", "u", "y"} else f"de {name}"


def slug_of(name: str) -> str:
    """The name as it is written in an address."""
    return slugify(re.sub(r"[’']", "-", name))[:70].strip("-")


def place(address: str, commune: object = "") -> str:
    """« Rue des Écoles, Doullens »: the commune (its name, or an object that is written so) said once."""
    town = str(commune or "")
    told = re.search(r"(?:,|^|\d{5})\s*([^,\d]+)$", address.strip())
    if town and told and slug_of(told[1]) == slug_of(town):
        return address.strip()
    return ", ".join(part for part in (address.strip(), town) if part)


def free_slug(name: str, suffix: str = "") -> str:
    """A short address that no organisation has: the name, else with `suffix` (a code), else with a number."""
    base = slug_of(name) or "organisme"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = [base, f"{base}-{slug_of(suffix)}" if suffix else ""]
    free = next((slug for slug in candidates if slug and slug not in taken), None)
    number = 2
    while free is None:
        if f"{base}-{number}" not in taken:
            free = f"{base}-{number}"
        number += 1
    return free
