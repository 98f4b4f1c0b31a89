"""The assets that an agent may have before them outside: what the device keeps of them for a day without network."""

import math
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from beffroi.modules.maintenance.access import WORK
from beffroi.modules.maintenance.forms import bodies
from beffroi.modules.maintenance.models import Meter, Order, Reading
from beffroi.shared.assets.models import Asset
from beffroi.shared.organisations.models import Organisation

# As many as a telephone reads at once without waiting, and a slow network brings in a few seconds.
MOST = 250
ORDERS = 40
NEAR = 0.01  # degrees of latitude: about a kilometre
CLOSE = 0.004  # about 450 metres around a work of the day
METRES = 111_320

Point = tuple[float, float]


def box_around(place: Point, half: float) -> tuple[float, float, float, float]:
    """(west, south, east, north) around a point; `half` = its half height, in degrees of latitude."""
    longitude, latitude = place
    wide = half / max(0.1, math.cos(math.radians(latitude)))
    return (longitude - wide, latitude - half, longitude + wide, latitude + half)


def metres_between(one: Point, other: Point) -> int:
    """On a plane tangent there: exact enough below a few kilometres."""
    east = (one[0] - other[0]) * math.cos(math.radians(other[1]))
    return round(math.hypot(east, one[1] - other[1]) * METRES)


def workable(user):
    """The assets on which `user` may have to work: those of their bodies, and those of the orders given to them."""
    given = Order.objects.for_field(user).filter(asset__isnull=False).values("asset")
    return Asset.objects.in_use().filter(Q(organisation__in=bodies(user, WORK)) | Q(pk__in=given))


def of_the_day(user) -> list[Asset]:
    """Those of the orders of `user`, those close to these, then those of the communes of their orders and of the town
    halls where they work; `MOST` at most, in that order, the most important first. Each is told as by `with_work`."""
    orders = list(Order.objects.for_field(user).order_by("planned_start", "pk").values("asset", "location", "commune"))
    named = {one["asset"] for one in orders[:ORDERS] if one["asset"]}
    places = [one["location"] for one in orders[:ORDERS] if one["location"]]
    held = bodies(user, WORK).filter(kind=Organisation.Kind.COMMUNE).values_list("pk", flat=True)
    communes = {one["commune"] for one in orders if one["commune"]} | set(held)
    mine = workable(user)
    close = set()
    if places:
        boxes = [box_around(place, CLOSE) for place in places]
        close = set(mine.in_box(*boxes).order_by("-criticality", "pk").values_list("pk", flat=True)[:MOST])
    rank = Case(When(pk__in=named, then=0), When(pk__in=close, then=1), default=2)
    kept = mine.filter(Q(pk__in=named | close) | Q(commune__in=communes)).order_by(rank, "-criticality", "code", "pk")
    return with_work(kept[:MOST], user)


def with_work(assets, user) -> list[Asset]:
    """These assets, each with `.to_do` (its unfinished orders that `user` may see) and `.meters_read` (its meters, with
    their last value, and the least that may be read next), in two queries."""
    last = Reading.objects.filter(meter=OuterRef("pk")).order_by("-at", "-pk")
    told = JSONObject(
        pk="pk",
        name="name",
        unit="unit",
        grows="is_cumulative",
        value=Subquery(last.values("value")[:1]),
        at=Subquery(last.values("at")[:1]),
    )
    meters = Meter.objects.filter(asset=OuterRef("pk")).order_by("name").values(told=told)
    related = ("kind", "commune", "organisation", "parent__parent")
    rows = assets.select_related(*related).defer("commune__outline").annotate(meters_read=ArraySubquery(meters))
    found = list(rows)
    unfinished = Order.objects.visible_to(user).unfinished().filter(asset__in=[one.pk for one in found])
    to_do: dict[int, list[Order]] = {}
    for order in unfinished.select_related("commune").order_by("planned_start", "pk")[: MOST * 2]:
        to_do.setdefault(order.asset_id, []).append(order)
    owned = set(bodies(user, WORK).values_list("pk", flat=True))
    for one in found:
        one.to_do = to_do.get(one.pk, [])
        one.is_ours = one.organisation_id in owned
        for meter in one.meters_read:
            meter["at"] = meter["at"] and parse_datetime(str(meter["at"]))
            meter["value"] = plain(meter["value"])
            meter["least"] = f"{meter['value']:f}" if meter["grows"] and meter["value"] is not None else ""
    return found


def plain(value) -> Decimal | None:
    """A number that JSON gave, without the zeros that the database keeps after the comma."""
    return None if value is None else Decimal(str(value)).normalize()


def nearest(assets, place: Point, most: int) -> list[Asset]:
    """The nearest of `assets` to a place, at a kilometre at most, each with `.metres`."""
    found = assets.select_related("kind", "commune").defer("commune__outline").in_box(box_around(place, NEAR))
    near = [one for one in found[:500] if one.location]
    for one in near:
        one.metres = metres_between(one.location, place)
    return sorted(near, key=lambda one: one.metres)[:most]
