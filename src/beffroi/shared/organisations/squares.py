"""Points counted by square of a grid, in the database, where a map would have too many to draw."""

from collections.abc import Iterator

from django.db.models import Count, F, FloatField, Func, IntegerField
from django.db.models.functions import Floor

from beffroi.kernel.ui.formats import counted

# Past this many, points are counted by square.
MOST = 2000
# Squares along the width of what is seen.
ACROSS = 24


class Longitude(Func):
    """The longitude of a point column."""

    template = "(%(expressions)s)[0]"
    output_field = FloatField()


class Latitude(Func):
    """The latitude of a point column."""

    template = "(%(expressions)s)[1]"
    output_field = FloatField()


def squares(queryset, bbox, words: str, place: str = "location") -> Iterator[dict]:
    """GeoJSON points, one for each square that holds something, with their `count`.

    The grid does not move with the view: the same zoom gives the same squares. `words` = « équipement ».
    """
    side = side_of(bbox[2] - bbox[0] if bbox else 1.0)
    column = Floor(Longitude(F(place)) / side, output_field=IntegerField())
    row = Floor(Latitude(F(place)) / side, output_field=IntegerField())
    grouped = queryset.order_by().annotate(column=column, row=row).values("column", "row").annotate(total=Count("pk"))
    for square in grouped:
        longitude, latitude = (square["column"] + 0.5) * side, (square["row"] + 0.5) * side
        name = f"g{square['column']}-{square['row']}"
        yield {
            "type": "Feature",
            "id": name,
            "geometry": {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]},
            "properties": {
                "id": name,
                "title": counted(square["total"], words),
                "text": "Rapprochez-vous pour les voir un par un.",
                "count": square["total"],
                "tone": "neutral",
            },
        }


def side_of(width: float) -> float:
    """The side of a square, in degrees: a power of two, about a twenty-fourth of the width."""
    side = 1.0
    while side > width / ACROSS:
        side /= 2
    return side
