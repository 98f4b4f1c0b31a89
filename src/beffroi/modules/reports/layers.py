"""The reports on the map: points, or counts by square where there are too many to draw."""

from collections.abc import Iterator

from django.urls import reverse

from beffroi.kernel.ui.formats import near_day
from beffroi.modules.reports.listing import filtered
from beffroi.modules.reports.models import Category, Report
from beffroi.shared.organisations.squares import MOST, squares

# Degrees from west to east: past this, a box holds a good part of a territory.
WIDE = 0.1


def features(request, bbox) -> Iterator[dict]:
    """The public reports that the address asks for, in the box; past two thousand, one point for each square."""
    wanted = filtered(request.GET)
    reports = wanted.in_box(bbox) if bbox else wanted
    if reports.order_by().values("pk")[MOST : MOST + 1]:
        many = wanted.in_box(bbox, wide=True) if bbox and bbox[2] - bbox[0] > WIDE else reports
        yield from squares(many, bbox, "signalement")
    else:
        labels = dict(Category.objects.values_list("pk", "label"))
        yield from (point(line, labels) for line in _lines(reports))


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
