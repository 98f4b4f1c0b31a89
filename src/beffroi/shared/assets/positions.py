"""Places of assets: GeoJSON shapes, their centre, and the place of what has none of its own."""

import json
import math
from collections.abc import Iterable

from beffroi.shared.assets.models import Asset

Point = tuple[float, float]
DEPTHS = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
LINES, AREAS = ("LineString", "MultiLineString"), ("Polygon", "MultiPolygon")
MOST_POINTS = 5000


class BadShape(ValueError):
    """Not a shape that can be kept; the message is for the person."""


def parse(text: str) -> dict | None:
    """A GeoJSON geometry, from a geometry, a feature or a collection of one feature; None for an empty text."""
    if not text.strip():
        return None
    try:
        found = json.loads(text)
        while found.get("type") in ("FeatureCollection", "Feature"):
            if found["type"] == "FeatureCollection" and len(found["features"]) != 1:
                raise BadShape("Le fichier contient plusieurs objets : gardez-en un seul.")
            found = found["features"][0] if found["type"] == "FeatureCollection" else found["geometry"]
    except BadShape:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise BadShape("Ce n’est pas un tracé GeoJSON.") from error
    return checked(found)


def checked(shape: dict) -> dict:
    """The same geometry with 7 decimals and nothing else. Raises BadShape."""
    kind = shape.get("type") if isinstance(shape, dict) else None
    if kind not in DEPTHS:
        raise BadShape("Un point, une ligne ou une surface est attendu.")
    try:
        coordinates = _rounded(shape["coordinates"], DEPTHS[kind])
    except (KeyError, TypeError, ValueError) as error:
        raise BadShape("Les coordonnées ne se lisent pas.") from error
    points = list(_points(coordinates, DEPTHS[kind]))
    if not points:
        raise BadShape("Le tracé est vide.")
    if len(points) > MOST_POINTS:
        raise BadShape(f"{MOST_POINTS} points au plus.")
    if not all(abs(x) <= 180 and abs(y) <= 90 for x, y in points):
        raise BadShape("Les coordonnées doivent être en degrés, longitude puis latitude.")
    if kind in LINES and any(len(line) < 2 for line in _parts(coordinates, kind)):
        raise BadShape("Une ligne a au moins deux points.")
    if kind in AREAS and any(len(ring) < 4 or ring[0] != ring[-1] for ring in _parts(coordinates, kind)):
        raise BadShape("Une surface a au moins trois points, et revient à son départ.")
    return {"type": kind, "coordinates": coordinates}


def _rounded(value, depth: int):
    if depth:
        return [_rounded(part, depth - 1) for part in value]
    longitude, latitude = float(value[0]), float(value[1])
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise ValueError("not a number")
    return [round(longitude, 7), round(latitude, 7)]


def _points(value, depth: int):
    if depth == 0:
        yield value
    else:
        for part in value:
            yield from _points(part, depth - 1)


def _parts(coordinates, kind: str) -> list:
    """Every line, or every ring."""
    if kind == "LineString":
        return [coordinates]
    if kind in ("MultiLineString", "Polygon"):
        return coordinates
    return [ring for polygon in coordinates for ring in polygon]


def centre(shape: dict) -> Point:
    """Where to put the mark of a shape: the middle of its longest line, the centre of its largest ring."""
    kind, coordinates = shape["type"], shape["coordinates"]
    if kind == "Point":
        return coordinates[0], coordinates[1]
    parts = _parts(coordinates, kind)
    if kind in LINES:
        return _middle(max(parts, key=_length))
    return _centroid(max(parts, key=lambda ring: abs(_area(ring))))


def _length(line) -> float:
    return sum(math.dist(a, b) for a, b in zip(line, line[1:], strict=False))


def _middle(line) -> Point:
    half, walked = _length(line) / 2, 0.0
    for a, b in zip(line, line[1:], strict=False):
        step = math.dist(a, b)
        if step and walked + step >= half:
            share = (half - walked) / step
            return round(a[0] + (b[0] - a[0]) * share, 7), round(a[1] + (b[1] - a[1]) * share, 7)
        walked += step
    return line[0][0], line[0][1]


def _area(ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:], strict=False)) / 2


def _centroid(ring) -> Point:
    # Near the origin of the ring, so that small surfaces keep their precision.
    x0, y0 = ring[0]
    moved = [(x - x0, y - y0) for x, y in ring]
    area = _area(moved)
    if not area:
        return x0, y0
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in zip(moved, moved[1:], strict=False)) / (6 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in zip(moved, moved[1:], strict=False)) / (6 * area)
    return round(x0 + x, 7), round(y0 + y, 7)


def place_of(asset: Asset) -> Point | None:
    """Its point, else that of the nearest whole that has one."""
    found = asset
    for _depth in range(12):
        if found.location is not None or found.parent_id is None:
            return found.location
        found = found.parent
    return None


def places_of(assets: Iterable[Asset]) -> dict[int, Point]:
    """The same for many, by id: one query for each level of the tree, not for each asset."""
    places: dict[int, Point] = {}
    waiting: dict[int, list[int]] = {}
    for asset in assets:
        if asset.location is not None:
            places[asset.pk] = asset.location
        elif asset.parent_id is not None:
            waiting.setdefault(asset.parent_id, []).append(asset.pk)
    for _depth in range(12):
        if not waiting:
            break
        above: dict[int, list[int]] = {}
        found = Asset.objects.filter(pk__in=waiting).values_list("pk", "parent_id", "location")
        for pk, parent, location in found:
            if location is not None:
                places |= dict.fromkeys(waiting[pk], location)
            elif parent is not None:
                above.setdefault(parent, []).extend(waiting[pk])
        waiting = above
    return places
