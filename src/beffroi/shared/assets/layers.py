"""The assets on the map: points and drawings, or counts by square where there are too many to draw."""

from collections.abc import Iterator

from django.urls import reverse

from beffroi.shared.assets.listing import filtered
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations.squares import MOST, squares

FIELDS = ("pk", "tag", "location", "geometry", "kind_id", "status", "code", "name")


def public_features(request, bbox) -> Iterator[dict]:
    """What anyone may know of, each leading to its public page; `?type=` keeps one kind."""
    assets = Asset.objects.public()
    if code := request.GET.get("type", "").strip()[:40]:
        assets = assets.filter(kind__code=code)
    yield from _drawn(assets, bbox, "assets:public", "tag")


def desk_features(request, bbox) -> Iterator[dict]:
    """The assets of one's bodies that the address asks for, each leading to its page at the desk."""
    assets = filtered(request.GET, Asset.objects.visible_to(request.user))
    yield from _drawn(assets, bbox, "assets:asset", "pk")


def _drawn(assets, bbox, page: str, key: str) -> Iterator[dict]:
    assets = assets.filter(location__isnull=False)
    if bbox:
        assets = assets.in_box(bbox)
    lines = list(assets.order_by().values(*FIELDS)[: MOST + 1])
    if len(lines) > MOST:
        yield from squares(assets, bbox, "équipement")
        return
    kinds = dict(AssetKind.objects.values_list("pk", "label"))
    for line in lines:
        yield from features_of(line, kinds[line["kind_id"]], reverse(page, args=[line[key]]))


def features_of(line: dict, kind: str, url: str) -> Iterator[dict]:
    """Its point, and its line or surface where it has one."""
    status = Asset.Status(line["status"])
    properties = {
        "id": line["pk"],
        "title": line["name"],
        "text": line["code"],
        "kind": f"{kind}, {status.label}",
        "tone": Asset.TONES[status],
        "url": url,
    }
    point = {"type": "Point", "coordinates": list(line["location"])}
    yield {"type": "Feature", "id": line["pk"], "geometry": point, "properties": properties}
    if line["geometry"]:
        yield {"type": "Feature", "geometry": line["geometry"], "properties": properties}
