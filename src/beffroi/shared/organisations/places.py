"""Where things are: which commune holds a point, and where a point outside the territory lies."""

import math
from dataclasses import dataclass
from functools import cache

from django.db import connection

from beffroi.shared.organisations import names
from beffroi.shared.organisations.models import Area, Commune
from beffroi.shared.organisations.outlines import Point, Ring, kilometres

_COMMUNE_AT = """
SELECT {columns} FROM organisations_area a
JOIN organisations_commune c ON c.organisation_ptr_id = a.commune_id
JOIN organisations_organisation o ON o.id = c.organisation_ptr_id
WHERE NOT a.is_hole AND c.member
  AND box(a.ring) @> box(point(%(x)s, %(y)s), point(%(x)s, %(y)s)) AND a.ring @> point(%(x)s, %(y)s)
  AND NOT EXISTS (
      SELECT 1 FROM organisations_area h
      WHERE h.commune_id = a.commune_id AND h.part = a.part AND h.is_hole AND h.ring @> point(%(x)s, %(y)s))
ORDER BY c.code_insee LIMIT 1
"""
# The outline is thousands of points long: read only where it is drawn.
HEAVY = ("outline",)
_NEAREST = """
SELECT a.id FROM organisations_area a
JOIN organisations_commune c ON c.organisation_ptr_id = a.commune_id
WHERE NOT a.is_hole AND c.member ORDER BY box(a.ring) <-> point(%s, %s) LIMIT 6
"""
# Kilometres from a neighbouring town within which a point is said to be in it, or near it.
IN_TOWN, NEAR_TOWN = 2.5, 15.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is known of a point: the member commune that holds it, or how far outside it lies, in words.

    `located` is False when no outline is installed: then nothing is known. `distance` is in kilometres.
    """

    commune: Commune | None = None
    description: str = ""
    distance: float | None = None
    nearest: Commune | None = None
    located: bool = True


def commune_at(longitude: float, latitude: float) -> Commune | None:
    """The member commune whose outline holds the point (WGS 84, degrees), or None outside the territory.

    On a shared border, the one whose INSEE code comes first; a point on the rim of a hole is outside.
    """
    found = Commune.objects.raw(_commune_at(), {"x": longitude, "y": latitude})
    return next(iter(found), None)


@cache
def _commune_at() -> str:
    """The whole commune in one query: what holds the point, and what the commune is."""
    columns = [
        f'{"c" if field.model is Commune else "o"}."{field.column}"'
        for field in Commune._meta.concrete_fields
        if field.name not in HEAVY
    ]
    return _COMMUNE_AT.format(columns=", ".join(columns))


def communes_at(points: list[Point]) -> list[int | None]:
    """The number of the member commune that holds each point, as `commune_at` does, in one query for all."""
    if not points:
        return []
    inner = _COMMUNE_AT.format(columns="a.commune_id").replace("%(x)s", "p.x").replace("%(y)s", "p.y")
    points_of = "unnest(%(xs)s::float8[], %(ys)s::float8[]) WITH ORDINALITY AS p(x, y, rank)"
    query = f"SELECT ({inner}) FROM {points_of} ORDER BY rank"  # noqa: S608  both texts are ours
    with connection.cursor() as cursor:
        cursor.execute(query, {"xs": [point[0] for point in points], "ys": [point[1] for point in points]})
        return [row[0] for row in cursor.fetchall()]


def locate(longitude: float, latitude: float) -> Place:
    """Say where a point is: « Doullens », or « Arras, à 23 km hors du territoire »."""
    commune = commune_at(longitude, latitude)
    if commune is not None:
        return Place(commune=commune, description=commune.name)
    point = (longitude, latitude)
    nearest, distance = _nearest_member(point)
    if nearest is None:
        return Place(located=False, description="les contours des communes ne sont pas encore installés")
    out = f"à {_say_kilometres(distance)} hors du territoire"
    gap, town = _nearest_town(point)
    if town is None or gap >= NEAR_TOWN:
        where = f"{out}, du côté {names.of(nearest.name)}"
    else:
        where = f"{town.name if gap < IN_TOWN else f'près {names.of(town.name)}'}, {out}"
    return Place(description=where, distance=distance, nearest=nearest)


def _say_kilometres(distance: float) -> str:
    if distance < 1:
        return f"{max(100, round(distance, 1) * 1000):.0f}\u202fm"
    return f"{distance:.0f}\u202fkm"


def _nearest_town(point: Point) -> tuple[float, Commune | None]:
    """The nearest town known around the territory, and how far it is in kilometres."""
    towns = [
        (kilometres(point, town.centroid), town)
        for town in Commune.objects.filter(member=False).defer(*HEAVY)
        if town.centroid
    ]
    return min(towns, key=lambda pair: pair[0], default=(math.inf, None))


def _nearest_member(point: Point) -> tuple[Commune | None, float]:
    """The member commune nearest to a point outside, and the distance to its border in kilometres.

    The database picks the six nearest bounding boxes; their rings are then measured in kilometres.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, point)
        ids = [row[0] for row in cursor.fetchall()]
    areas = Area.objects.filter(pk__in=ids).select_related("commune").defer("commune__outline")
    measured = [(_distance(point, area.ring), area.commune) for area in areas]
    distance, commune = min(measured, key=lambda pair: pair[0], default=(math.inf, None))
    return commune, distance


def _distance(point: Point, ring: Ring) -> float:
    """Kilometres from a point to a ring, on a plane tangent at the point."""
    scale_y = 6371 * math.pi / 180
    scale_x = scale_y * math.cos(math.radians(point[1]))
    flat = [((x - point[0]) * scale_x, (y - point[1]) * scale_y) for x, y in ring]
    return min(_to_segment(a, b) for a, b in zip(flat, flat[1:] + flat[:1], strict=True))


def _to_segment(a: Point, b: Point) -> float:
    """From the origin to a segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(a[0] * dx + a[1] * dy) / length))
    return math.hypot(a[0] + along * dx, a[1] + along * dy)
