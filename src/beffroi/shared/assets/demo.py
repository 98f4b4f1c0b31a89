"""Invented assets over the real communes, written in bulk so that the demonstration starts quickly.

Numbers, brands and dates are invented; the same at each load. A second load changes nothing.
"""

import datetime
import random

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, search
from beffroi.shared.assets.actions import install_usual_kinds, receive_import
from beffroi.shared.assets.demo_plan import STREETS, Plan
from beffroi.shared.assets.importing.reading import Content
from beffroi.shared.assets.models import Asset, AssetImport, AssetKind, Downtime
from beffroi.shared.organisations.models import Area, Commune, Organisation
from beffroi.shared.organisations.places import communes_at

LARGER = {"Doullens": 40, "Beauval": 18, "Bernaville": 12, "Domart-en-Ponthieu": 10, "Naours": 8}
LAMPS = 6
BATCH = 400


@transaction.atomic
def load() -> None:
    """Kinds, then the assets of every commune, and one import under way."""
    install_usual_kinds(actor=None)
    operator = Organisation.objects.filter(is_operator=True).first()
    if operator is None or Asset.objects.exists():
        return
    kinds = {kind.code: kind for kind in AssetKind.objects.all()}
    plan = Plan(kinds, random.Random(80253), timezone.localdate())  # noqa: S311  sample data: the same at each load
    towns = list(Commune.objects.members().filter(centroid__isnull=False).order_by("code_insee").defer("outline"))
    for town in towns:
        _town(plan, operator, town)
    plan.depot(operator, next((town for town in towns if town.name == "Doullens"), towns[0]))
    _inside(plan)
    _write(plan)
    _import(operator, kinds["banc"])
    journal.record("assets.demonstration", operator, actor=None, data={"assets": len(plan.assets)})


def _town(plan: Plan, operator, town: Commune) -> None:
    """What one commune has: its lights, its town hall with what is in it, its signs, sometimes a playground."""
    lamps = LARGER.get(town.name, LAMPS)
    plan.lights(operator, town, lamps)
    plan.town_hall(town)
    for _number in range(2 + lamps // 10):
        plan.sign(operator, town)
    if plan.draw.random() < 0.5 or town.name in LARGER:
        plan.playground(town if plan.draw.random() < 0.5 else operator, town)
    if plan.draw.random() < 0.6:
        plan.aed(town)
    plan.small(town)


def _inside(plan: Plan) -> None:
    """What fell outside its commune is brought back near its centre."""
    if not Area.objects.exists():
        return
    placed = [asset for asset in plan.assets if asset.location]
    for asset, commune in zip(placed, communes_at([one.location for one in placed]), strict=True):
        if commune != asset.commune_id:
            asset.location = asset.commune.centroid
            asset.geometry = None


def _write(plan: Plan) -> None:
    """By levels of the tree, so that a whole is there before its parts."""
    levels: dict[int, list[Asset]] = {}
    for asset in plan.assets:
        levels.setdefault(plan.depth[asset.code], []).append(asset)
    for depth in sorted(levels):
        for asset in levels[depth]:
            if asset.parent is not None:
                asset.parent_id = asset.parent.pk
        Asset.objects.bulk_create(levels[depth], batch_size=BATCH)
    now = timezone.now()
    stops = []
    for asset in plan.assets:
        if asset.status == Asset.Status.DOWN:
            start = now - datetime.timedelta(days=plan.draw.randint(1, 20))
            stops.append(Downtime(asset=asset, start=start, reason="Ne fonctionne plus"))
        elif plan.draw.random() < 0.05:
            start = now - datetime.timedelta(days=plan.draw.randint(30, 300))
            end = start + datetime.timedelta(hours=plan.draw.randint(4, 200))
            stops.append(Downtime(asset=asset, start=start, end=end, reason="Réparé"))
    Downtime.objects.bulk_create(stops)
    search.refresh_all(Asset.objects.select_related("kind"))


def _import(operator, kind: AssetKind) -> None:
    """A file that waits for its columns, to try the import at once."""
    if AssetImport.objects.exists():
        return
    content = Content("csv", columns=["ref", "libelle", "rue", "lon", "lat", "etat"])
    for number in range(1, 13):
        street = STREETS[number % len(STREETS)]
        place = ("2.3405", "50.1569") if number != 7 else ("23,405", "50.1569")
        content.rows.append((number + 1, [f"BB-{number:03d}", f"Banc, {street}", street, *place, "en service"], None))
    for status in (AssetImport.Status.RECEIVED, AssetImport.Status.CANCELLED):
        run = receive_import(content, actor=None, organisation=operator, kind=kind, name="bancs-du-centre.csv")
        AssetImport.objects.filter(pk=run.pk).update(status=status)
