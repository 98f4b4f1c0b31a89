"""The reports on the map: points, or counts by square where there are too many to draw."""

from collections.abc import Iterator

from django.db.models import Count, F, FloatField, Func, IntegerField
from django.db.models.functions import Floor
from django.urls import reverse

from beffroi.kernel.ui.formats import counted, near_day
from beffroi.modules.reports.listing import filtered
from beffroi.modules.reports.models import Category, Report

MOST = 2000
# Squares along the width of what is seen.
SQUARES = 24


class Longitude(Func):
    template = "(%(expressions)s)[0]"
    output_field = FloatField()


class Latitude(Func):
    template = "(%(expressions)s)[1]"
    output_field = FloatField()


def features(request, bbox) -> Iterator[dict]:
    """The public reports that the address asks for, in the box; past two thousand, one point for each square."""
    reports = filtered(request.GET)
    if bbox:
        reports = reports.in_box(bbox)
    lines = list(_lines(reports)[: MOST + 1])
    if len(lines) <= MOST:
        labels = dict(Category.objects.values_list("pk", "label"))
        yield from (point(line, labels) for line in lines)
    else:
        yield from _squares(reports, bbox)


def desk_features(request, bbox) -> Iterator[dict]:
    """The open reports of one's bodies, private ones included, each leading to its page at the desk."""
    reports = Report.objects.on_desk_of(request.user).open()
    reports = reports.in_box(bbox) if bbox else reports
    labels = dict(Category.objects.values_list("pk", "label"))
    for line in _lines(reports)[:MOST]:
        feature = point(line, labels)
        feature["properties"]["url"] = reverse("cases:case", args=[line[1]])
        yield feature


def _lines(reports):
    return reports.order_by("-created_at").values_list(
        "pk", "reference", "location", "category_id", "state", "created_at", "commune__name"
    )


def point(line: tuple, labels: dict[int, str]) -> dict:
    """One report as a GeoJSON feature."""
    pk, reference, location, category, state, created_at, commune = line
    return {
        "type": "Feature",
        "id": pk,
        "geometry": {"type": "Point", "coordinates": list(location)},
        "properties": {
            "id": pk,
            "title": labels[category],
            "text": f"{commune}, {near_day(created_at)}",
            "kind": Report.states(state).label,
            "tone": Report.tones.get(state, "neutral"),
            "url": reverse("reports:report", args=[reference]),
        },
    }


def _squares(reports, bbox) -> Iterator[dict]:
    """Counts by square of a grid that does not move with the view: the same zoom gives the same squares."""
    side = _side(bbox[2] - bbox[0] if bbox else 1.0)
    column = Floor(Longitude(F("location")) / side, output_field=IntegerField())
    row = Floor(Latitude(F("location")) / side, output_field=IntegerField())
    grouped = reports.order_by().annotate(column=column, row=row).values("column", "row").annotate(total=Count("pk"))
    for square in grouped:
        longitude, latitude = (square["column"] + 0.5) * side, (square["row"] + 0.5) * side
        yield {
            "type": "Feature",
            "id": f"g{square['column']}-{square['row']}",
            "geometry": {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]},
            "properties": {
                "id": f"g{square['column']}-{square['row']}",
                "title": counted(square["total"], "signalement"),
                "text": "Rapprochez-vous pour les voir un par un.",
                "count": square["total"],
                "tone": "neutral",
            },
        }


def _side(width: float) -> float:
    """The side of a square, in degrees: a power of two, about a twenty-fourth of the width."""
    side = 1.0
    while side > width / SQUARES:
        side /= 2
    return side
