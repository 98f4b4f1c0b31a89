"""Outlines as GeoJSON (RFC 7946: WGS 84, longitude first): read, checked, measured."""

import math
from collections.abc import Iterator
from typing import Any

Point = tuple[float, float]
Ring = list[Point]


class OutlineError(ValueError):
    """The geometry cannot be used; the message, in French, says why."""


def parts(geometry: Any) -> list[list[Ring]]:
    """The pieces of a Polygon or MultiPolygon: each a list of rings, the outer one first, then its holes.

    Raises OutlineError for another type, a ring of fewer than four points, or coordinates that are not degrees.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise OutlineError(f"un contour est un Polygon ou un MultiPolygon, pas « {kind} »")
    pieces = geometry.get("coordinates") or []
    pieces = [pieces] if kind == "Polygon" else pieces
    checked = [[_ring(ring) for ring in piece] for piece in pieces if piece]
    if not checked:
        raise OutlineError("le contour est vide")
    return checked


def _ring(coordinates: Any) -> Ring:
    try:
        ring = [(float(position[0]), float(position[1])) for position in coordinates]
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise OutlineError("une position n’est pas un couple de nombres") from error
    if len(ring) < 4:
        raise OutlineError("un anneau compte moins de quatre points")
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in ring):
        raise OutlineError("les positions doivent être en degrés (WGS 84), longitude puis latitude")
    return ring


def centroid(geometry: Any) -> Point:
    """The centre of gravity of the largest piece, rounded to about one metre; holes are not deducted."""
    return max((_moment(piece[0]) for piece in parts(geometry)), key=lambda moment: moment[0])[1]


def _moment(ring: Ring) -> tuple[float, Point]:
    x0, y0 = ring[0]
    area = sum_x = sum_y = 0.0
    for (xa, ya), (xb, yb) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = (xa - x0) * (yb - y0) - (xb - x0) * (ya - y0)
        area += cross
        sum_x += cross * (xa + xb - 2 * x0)
        sum_y += cross * (ya + yb - 2 * y0)
    if area == 0:
        return 0.0, (round(x0, 5), round(y0, 5))
    return abs(area), (round(x0 + sum_x / (3 * area), 5), round(y0 + sum_y / (3 * area), 5))


def contains(geometry: Any, point: Point) -> bool:
    """Is the point inside? Points exactly on the border may answer either way: the database decides for those."""
    return any(_inside(piece[0], point) and not any(_inside(h, point) for h in piece[1:]) for piece in parts(geometry))


def _inside(ring: Ring, point: Point) -> bool:
    x, y = point
    inside = False
    for (xa, ya), (xb, yb) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ya > y) != (yb > y) and x < (xb - xa) * (y - ya) / (yb - ya) + xa:
            inside = not inside
    return inside


def kilometres(a: Point, b: Point) -> float:
    """The great-circle distance between two points, on a sphere of 6 371 km."""
    (xa, ya), (xb, yb) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    h = math.sin((yb - ya) / 2) ** 2 + math.cos(ya) * math.cos(yb) * math.sin((xb - xa) / 2) ** 2
    return 2 * 6371 * math.asin(min(1.0, math.sqrt(h)))


def features(collection: Any) -> Iterator[tuple[str, Any]]:
    """(INSEE code, geometry) of each feature; the code is read in `code`, `code_insee`, `INSEE_COM` or the id.

    Raises OutlineError when it is not a FeatureCollection.
    """
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise OutlineError("le fichier n’est pas une FeatureCollection GeoJSON")
    for feature in collection.get("features") or []:
        properties = feature.get("properties") or {}
        names = ("code", "code_insee", "insee", "INSEE_COM", "insee_com", "codgeo")
        code = next((str(properties[name]) for name in names if properties.get(name)), str(feature.get("id") or ""))
        if code:
            yield code, feature.get("geometry")
