"""The roads of the territory and whose they are: what a point of the map, alone, does not say."""

import math

from django.db import models

METRES = 111_320.0  # of a degree of latitude


class RoadClass(models.TextChoices):
    """Whose a road is."""

    NATIONAL = "national", "Nationale ou autoroute"
    DEPARTMENTAL = "departmental", "Départementale"
    INTERCOMMUNAL = "intercommunal", "Intercommunale"
    COMMUNAL = "communal", "Communale"
    RURAL = "rural", "Chemin rural"
    PRIVATE = "private", "Privée"


class RoadLineQuerySet(models.QuerySet):
    def around(self, point: tuple[float, float], metres: float):
        """Those whose box comes at so many metres of a point (longitude, latitude)."""
        north = metres / METRES
        east = north / max(0.1, math.cos(math.radians(point[1])))
        return self.filter(
            west__lte=point[0] + east,
            east__gte=point[0] - east,
            south__lte=point[1] + north,
            north__gte=point[1] - north,
        )


class RoadLine(models.Model):
    """A piece of road: `line` = its points [longitude, latitude]; the four sides of its box serve to find it."""

    number = models.CharField("numéro", max_length=20, blank=True)
    name = models.CharField("nom", max_length=120, blank=True)
    road_class = models.CharField("classe", max_length=14, choices=RoadClass)
    line = models.JSONField("tracé")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    objects = RoadLineQuerySet.as_manager()

    class Meta:
        verbose_name = "voie"
        verbose_name_plural = "voies"
        ordering = ["number", "name", "pk"]
        indexes = [models.Index(fields=["south", "north", "west", "east"], name="road_box")]

    def __str__(self):
        return self.number or self.name or self.get_road_class_display()

    def along(self, points: list[tuple[float, float]]) -> "RoadLine":
        """The same road, by these points."""
        self.line = [list(point) for point in points]
        longitudes, latitudes = zip(*points, strict=True)
        self.west, self.east = min(longitudes), max(longitudes)
        self.south, self.north = min(latitudes), max(latitudes)
        return self

    def metres_from(self, point: tuple[float, float]) -> float:
        """How far it passes from a point; the earth is flat at that distance."""
        wide = METRES * math.cos(math.radians(point[1]))
        flat = [((x - point[0]) * wide, (y - point[1]) * METRES) for x, y in self.line]
        return min(_to_origin(a, b) for a, b in zip(flat, flat[1:], strict=False))


def _to_origin(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The distance from the origin to a segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else max(0.0, min(1.0, -(a[0] * dx + a[1] * dy) / length))
    return math.hypot(a[0] + share * dx, a[1] + share * dy)
