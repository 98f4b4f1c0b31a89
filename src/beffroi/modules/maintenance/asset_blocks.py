"""What the maintenance shows on the page of an asset: its orders, its plans, its meters."""

from datetime import datetime
from urllib.parse import quote

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from beffroi.modules.maintenance.around import plain
from beffroi.modules.maintenance.models import Meter, Order, Plan, Reading

LAST = 6


def new_url(asset) -> str:
    """Where an order about this asset is opened."""
    return f"/bureau/travaux/nouveau/?equipement={quote(asset.code)}"


def context(request, asset) -> dict:
    """Its last orders, how many more there are, its meters with their last reading."""
    orders = list(Order.objects.visible_to(request.user).filter(asset=asset).order_by("-created_at")[: LAST + 1])
    return {"asset": asset, "orders": orders[:LAST], "more": len(orders) > LAST} | _upkeep(asset)


def _upkeep(asset) -> dict:
    """The names of its plans, and its meters, in one query."""
    last = Reading.objects.filter(meter=OuterRef("pk")).order_by("-at", "-pk")
    meters = Meter.objects.filter(asset=OuterRef("pk")).order_by("name")
    told = JSONObject(
        pk="pk",
        name="name",
        unit="unit",
        value=Subquery(last.values("value")[:1]),
        at=Subquery(last.values("at")[:1]),
    )
    plans = Plan.objects.filter(assets=OuterRef("pk"), is_active=True).order_by("name").values("name")
    found = (
        type(asset)
        .objects.filter(pk=asset.pk)
        .values_list(ArraySubquery(plans[:LAST]), ArraySubquery(meters.values(told=told)))
        .get()
    )
    for meter in found[1]:
        meter["at"] = meter["at"] and datetime.fromisoformat(meter["at"])
        meter["value"] = plain(meter["value"])
    return {"plans": found[0], "meters": found[1]}
