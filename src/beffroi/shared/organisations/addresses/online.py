"""The national address service (https://data.geopf.fr/geocodage/), only where `BEFFROI_BAN_URL` names it.

What is typed then leaves for that service: it is off unless the installation asks for it.
"""

from typing import Any

from django.conf import settings

from beffroi.shared.organisations import remote
from beffroi.shared.organisations.models import Commune

TIMEOUT = 2.0
LIMIT = 200_000


def is_configured() -> bool:
    """Has this installation an address service?"""
    return bool(settings.BAN_URL)


def suggest(text: str, limit: int, commune: int | None, make) -> list:
    """What the service proposes in the communes of the territory; nothing when it does not answer in time."""
    communes = {c.code_insee: c for c in Commune.objects.members().only("pk", "name", "code_insee", "centroid")}
    parameters: dict[str, Any] = {"q": text, "limit": min(limit * 3, 20), "autocomplete": 1}
    centres = [c.centroid for c in communes.values() if c.centroid]
    if centres:
        parameters["lon"] = round(sum(x for x, _y in centres) / len(centres), 4)
        parameters["lat"] = round(sum(y for _x, y in centres) / len(centres), 4)
    url = settings.BAN_URL.rstrip("/")
    try:
        answer = remote.get_json(
            url if url.endswith("/search") else f"{url}/search", parameters, timeout=TIMEOUT, limit=LIMIT
        )
        features = answer["features"]
        found = [_read(feature, communes, make) for feature in features]
    except (remote.Unreachable, KeyError, TypeError, ValueError, IndexError):
        return []
    return [one for one in found if one is not None and commune in (None, one.commune_id)]


def _read(feature: dict, communes: dict[str, Commune], make):
    properties = feature["properties"]
    commune = communes.get(properties.get("citycode"))
    if commune is None:
        return None
    longitude, latitude = feature["geometry"]["coordinates"][:2]
    street = str(properties.get("street") or properties.get("name") or "")[:160]
    number = str(properties.get("housenumber") or "")[:12]
    postal_code = str(properties.get("postcode") or "")[:5]
    return make(
        label=f"{number} {street}, {postal_code} {commune.name}".strip(),
        kind={"housenumber": "number", "street": "street"}.get(properties.get("type"), "place"),
        longitude=float(longitude),
        latitude=float(latitude),
        commune_id=commune.pk,
        code_insee=commune.code_insee,
        city=commune.name,
        postal_code=postal_code,
        street=street,
        number=number,
    )
