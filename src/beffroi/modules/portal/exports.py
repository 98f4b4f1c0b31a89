"""What the portal gives to search, to the map, to open data and to search engines."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from beffroi.kernel.search import Document
from beffroi.shared.organisations.models import Commune


def commune_document(commune: Commune) -> Document | None:
    """How a commune is found: by its name, its postal codes, its town hall."""
    if not commune.member:
        return None
    codes = " ".join(dict.fromkeys(code for code in (commune.postal_code, *commune.postal_codes) if code))
    return Document(
        title=commune.name,
        url=reverse("portal:commune", args=[commune.slug]),
        text=f"Mairie, horaires, téléphone. {commune.address} {codes} {commune.city}".strip(),
        public=True,
        weight=1.6,
    )


def sitemap() -> Iterator[tuple[str, Any]]:
    """The public pages: (path, date of the last change or None)."""
    for name in ("home", "communes", "town_halls"):
        yield reverse(f"portal:{name}"), None
    for slug in Commune.objects.members().values_list("slug", flat=True):
        yield reverse("portal:commune", args=[slug]), None
