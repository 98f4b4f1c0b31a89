"""Roads: how their numbers are written, and the one on which a point lies.

A number is read in every usual writing: « D 925 », « D925 », « RD 925 », « route départementale 925 » are one road. The
prefix says whose it is (code de la voirie routière, art. L. 121-1 and L. 131-1: the State's and the Département's).
"""

import math
import re
from collections.abc import Iterable

from django.utils.text import slugify

from beffroi.modules.reports.models import Competence, RoadLine
from beffroi.modules.reports.models.roads import RoadClass

NEAR = 12.0  # metres: half a wide road, and what a telephone is wrong by under an open sky
_NUMBERED = re.compile(
    r"(?<![a-z0-9])(?:(?P<d>(?:route-)?departementale-(?:n-)?|rd-?|d-?|cd-?)|(?P<n>(?:route-)?nationale-(?:n-)?|rn-?|n-?)"
    r"|(?P<a>autoroute-a?-?|a-?))0*(?P<number>[1-9]\d{0,4}(?:[a-z]\d{0,2})?)(?![a-z0-9])"
)
_OF_PREFIX = {"d": RoadClass.DEPARTMENTAL, "n": RoadClass.NATIONAL, "a": RoadClass.NATIONAL}


def key_of(text: str) -> str:
    """A street or an address as it is compared: « 3, RD 0925 à Doullens » → "3-d-925-a-doullens"."""
    text = re.sub(r"[’']", "-", re.sub(r"\bn\s*[°º]\s*", "", text, flags=re.IGNORECASE))
    return _NUMBERED.sub(_canonical, slugify(text))


def _prefix(found: re.Match) -> str:
    return next(name for name in _OF_PREFIX if found[name])


def _canonical(found: re.Match) -> str:
    return f"{_prefix(found)}-{found['number']}"


def class_of(text: str) -> str:
    """The class that the number of a road tells, or an empty string: "D 925" is the Département's."""
    found = _NUMBERED.search(key_of(text))
    return _OF_PREFIX[_prefix(found)] if found else ""


def road_at(point: tuple[float, float], within: float = NEAR) -> RoadLine | None:
    """The nearest of the roads that were imported, if it passes at `within` metres of the point at most."""
    near = RoadLine.objects.around(point, within)
    measured = [(road.metres_from(point), road) for road in near]
    metres, road = min(measured, key=lambda pair: (pair[0], pair[1].pk), default=(math.inf, None))
    return road if metres <= within else None


class Said:
    """What an address and a point say of the road: read once, and the roads only if a rule asks."""

    def __init__(self, address: str, point: tuple[float, float] | None):
        self.written, self.point = key_of(address), point
        self._road: RoadLine | None = None
        self._sought = False

    def _passing(self) -> RoadLine | None:
        """The road of the point, when the address names none by its number."""
        if not self._sought:
            self._sought = True
            if self.point is not None and not class_of(self.written):
                self._road = road_at(self.point)
        return self._road

    def holds(self, rule: Competence) -> bool:
        """Do the road and the class of the rule fit?"""
        if rule.road_class and rule.road_class != self._class():
            return False
        if not rule.street_key:
            return True
        key = key_of(rule.street_key)
        if f"-{key}-" in f"-{self.written}-":
            return True
        road = self._passing()
        return road is not None and f"-{key}-" in f"-{key_of(road.number)}-{key_of(road.name)}-"

    def _class(self) -> str:
        road = None if class_of(self.written) else self._passing()
        return road.road_class if road else class_of(self.written)


def read_roads(collection: object) -> tuple[list[RoadLine], int]:
    """The roads of a GeoJSON collection (RFC 7946), and how many features were not roads of a known class.

    The class is read in « classe », « classement » or the column of the BD TOPO, else in the number. Raises ValueError
    when it is no collection.
    """
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        raise ValueError("no collection")
    roads: list[RoadLine] = []
    left = 0
    for feature in features:
        found = list(_roads_of(feature))
        roads += found
        left += not found
    return roads, left


_NUMBERS = ("numero", "ref", "cpx_numero", "num_route", "numero_route")
_NAMES = ("nom", "name", "nom_voie", "cpx_toponyme_route_nommee", "nom_collaboratif_gauche")
_CLASSES = ("classe", "classement", "cpx_classement_administratif", "class_adm", "road_class")


def _roads_of(feature) -> Iterable[RoadLine]:
    """One road for each line of a feature; none when it is no line, or of no class that is known."""
    properties = feature.get("properties") or {} if isinstance(feature, dict) else {}
    told = {str(name).lower(): str(value).strip() for name, value in properties.items() if value is not None}
    number, name, said = (
        next((told[one] for one in names if told.get(one)), "") for names in (_NUMBERS, _NAMES, _CLASSES)
    )
    road_class = _class_said(said) or class_of(number)
    geometry = feature.get("geometry") or {} if isinstance(feature, dict) else {}
    lines = {"LineString": [geometry.get("coordinates")], "MultiLineString": geometry.get("coordinates")}
    for line in (lines.get(geometry.get("type")) or []) if road_class else []:
        try:
            points = [(float(x), float(y)) for x, y, *_height in line]
        except (TypeError, ValueError):
            continue
        if len(points) > 1 and all(abs(x) <= 180 and abs(y) <= 90 for x, y in points):
            yield RoadLine(number=number[:20], name=name[:120], road_class=road_class).along(points)


def _class_said(text: str) -> str:
    """The class in plain words: « Départementale », « Voie communale », « Route nationale »…"""
    words = slugify(text)
    for sign, kind in (
        ("autoroute", RoadClass.NATIONAL),
        ("national", RoadClass.NATIONAL),
        ("departement", RoadClass.DEPARTMENTAL),
        ("intercommunal", RoadClass.INTERCOMMUNAL),
        ("communautaire", RoadClass.INTERCOMMUNAL),
        ("communal", RoadClass.COMMUNAL),
        ("rural", RoadClass.RURAL),
        ("prive", RoadClass.PRIVATE),
    ):
        if sign in words:
            return kind
    return words if words in RoadClass.values else ""
