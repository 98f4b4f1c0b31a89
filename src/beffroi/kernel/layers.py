"""The layers of the map: who may see them, which part is asked, and points gathered when there are too many to draw."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from django.core.serializers.json import DjangoJSONEncoder

from beffroi.kernel import access, modules
from beffroi.kernel.modules import Layer

Bbox = tuple[float, float, float, float]
# Past this many features, points that are near each other are gathered into one that says how many they are.
MOST = 2000
# Nothing past this is read at all.
LIMIT = 100_000


class BadBox(ValueError):
    """The frame asked for is not one: west,south,east,north in degrees."""


def visible_to(user) -> list[Layer]:
    """The layers that this person may see, in their order."""
    return [layer for layer in modules.collect("layers") if may_see(layer, user)]


def may_see(layer: Layer, user) -> bool:
    if not layer.permission:
        return True
    return user.is_authenticated if layer.permission == "login" else access.can(user, layer.permission)


def parse_bbox(text: str) -> Bbox | None:
    """The frame written "west,south,east,north", None when nothing is asked. Raises BadBox."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BadBox("quatre nombres : ouest,sud,est,nord") from None
    if not all(math.isfinite(value) for value in (west, south, east, north)):
        raise BadBox("quatre nombres : ouest,sud,est,nord")
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise BadBox("en degrés, l’ouest avant l’est et le sud avant le nord")
    return west, south, east, north


def collection(layer: Layer, request, bbox: Bbox | None) -> bytes:
    """The layer as a GeoJSON FeatureCollection (RFC 7946); `gathered` = ask again for a smaller frame to see each."""
    features = list(islice(layer.features(request, bbox), LIMIT))
    gathered = len(features) > MOST
    content: dict = {"type": "FeatureCollection", "features": gather(features, MOST) if gathered else features}
    if gathered:
        content["gathered"] = True
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()


def gather(features: Iterable[dict], most: int) -> list[dict]:
    """At most `most` features: points of one cell of a grid become one, at their mean, with their `count`.

    The grid starts fine and its cells double until the number holds; what is not a point is kept as it is.
    """
    points, others = [], []
    for feature in features:
        (points if feature["geometry"]["type"] == "Point" else others).append(feature)
    room = max(1, most - len(others))
    side = 0.002  # degrees: some 200 m from south to north
    cells = _cells(points, side)
    while len(cells) > room:
        side *= 2
        cells = _cells(points, side)
    return others + [group[0] if len(group) == 1 else _gathered(group) for group in cells.values()]


def _cells(points: list[dict], side: float) -> dict[tuple[int, int], list[dict]]:
    cells = defaultdict(list)
    for point in points:
        longitude, latitude = point["geometry"]["coordinates"][:2]
        cells[math.floor(longitude / side), math.floor(latitude / side)].append(point)
    return cells


def _gathered(group: list[dict]) -> dict:
    places = [point["geometry"]["coordinates"] for point in group]
    mean = [round(sum(place[axis] for place in places) / len(places), 6) for axis in (0, 1)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": mean},
        "properties": {"title": f"{len(group)} points", "count": len(group)},
    }
