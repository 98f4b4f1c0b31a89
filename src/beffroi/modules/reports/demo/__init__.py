"""Nine hundred invented reports over the real communes, twelve months of them.

Their steps follow the workflow's own table, at past dates; the rows are written together, so that it takes seconds.
Nobody is told of them; the photos are drawn. A second load changes nothing.
"""

import datetime
import random

from django.db import connection, transaction
from django.utils import timezone

from beffroi.kernel import search
from beffroi.modules.reports import actions, defaults
from beffroi.modules.reports.demo import drawing, lives, texts
from beffroi.modules.reports.demo.rows import Invented, write
from beffroi.modules.reports.models import Category, Competence, Report, Watch
from beffroi.modules.reports.routing import Matrix
from beffroi.shared.assets.models import Asset
from beffroi.shared.organisations.models import Commune, Organisation

COUNT = 900
DAYS = 365
# How many of them say again what another one said.
TWINS = 14
# What happens most, and when in the year each family happens more.
OFTEN = {"nid-de-poule": 6, "lampadaire-eteint": 6, "depot-sauvage": 5, "avaloir": 3, "collecte": 3, "panneau": 2}
SEASONS = {"eclairage": (10, 11, 12, 1, 2), "voirie": (1, 2, 3, 11), "espaces-verts": (4, 5, 6, 7, 8, 9)}
_INSIDE = """
SELECT t.n FROM unnest(%s::int[], %s::float8[], %s::float8[], %s::bigint[]) AS t(n, x, y, commune)
WHERE EXISTS (SELECT 1 FROM organisations_area a
              WHERE a.commune_id = t.commune AND NOT a.is_hole AND a.ring @> point(t.x, t.y))
  AND NOT EXISTS (SELECT 1 FROM organisations_area h
                  WHERE h.commune_id = t.commune AND h.is_hole AND h.ring @> point(t.x, t.y))
"""


@transaction.atomic
def load() -> None:
    """Categories and competences, then the reports."""
    if Report.objects.exists():
        return
    defaults.install(actor=None)
    _departmental_roads()
    towns = list(Commune.objects.members().filter(centroid__isnull=False).order_by("code_insee"))
    if towns:
        draw = random.Random(80600)  # noqa: S311  sample data: the same at each load
        write(_invent(towns, draw), draw)
        _watches(towns)
        for source in search.sources_of(Report):
            search.reindex(source)


def _watches(towns: list[Commune]) -> None:
    """Two neighbours who watch: a whole commune, and a kilometre around its middle."""
    town, now = next((one for one in towns if one.name == "Doullens"), towns[0]), timezone.now()
    middle = town.location or town.centroid
    Watch.objects.create(email="veilleuse@example.invalid", commune=town, confirmed_at=now)
    Watch.objects.create(email="voisin.attentif@example.invalid", location=middle, confirmed_at=now)


def _departmental_roads() -> None:
    """The roads of the Département are its own."""
    body = Organisation.objects.filter(kind=Organisation.Kind.DEPARTEMENT).first()
    if body is None:
        return
    for category in Category.objects.filter(code__in=("voirie", "nid-de-poule")):
        for road in ("D 925", "D 916", "D 938"):
            reason = "Les routes départementales relèvent du Département."
            rule = Competence(category=category, organisation=body, street=road, reason=reason)
            actions.save_competence(rule, actor=None)


def _invent(towns: list[Commune], draw: random.Random) -> list[Invented]:
    """The reports, oldest first, each with its place, its competent body and its life."""
    now, matrix = timezone.now(), Matrix()
    categories = [one for one in Category.objects.offered() if one.code in texts.TEXTS]
    labels = Labels(categories)
    album = drawing.album([one.code for one in categories], draw)
    ages = sorted((draw.random() * DAYS for _rank in range(COUNT - TWINS)), reverse=True)
    chosen = [*towns, *draw.choices(towns, [(town.population or 200) ** 0.8 for town in towns], k=COUNT)][: len(ages)]
    draw.shuffle(chosen)
    places = _places(chosen, draw)
    made = []
    for rank, (age, town) in enumerate(zip(ages, chosen, strict=True)):
        created = lives.filed(now - datetime.timedelta(days=age), draw, now)
        category = draw.choices(categories, [_likely(one, created.month) for one in categories])[0]
        family = category.parent.code
        road = family == "voirie" and draw.random() < 0.2
        address = f"{draw.choice(texts.ROADS if road else texts.STREETS)}, {town.name}"
        asset = labels.draw(category, town)
        place, address = (asset.location, asset.address) if asset else (places[rank], address)
        way = matrix.route(category, commune=town, address=address, asset=asset)
        strays = way.organisation.pk == town.pk and way.external is None and draw.random() < 0.12
        life = lives.live(lives.Life(created, now), family, draw, strays=strays)
        one = Invented(rank, category, town, place, address, way, life, texts.told(category.code, draw), asset=asset)
        one.photograph(album, draw)
        made.append(one)
    twins = [_twin(one, draw) for one in draw.sample([one for one in made if one.may_have_twin], TWINS)]
    return sorted([*made, *twins], key=lambda one: one.life.created)


class Labels:
    """The assets whose label a resident may have scanned, by category and commune."""

    def __init__(self, categories: list[Category]):
        self.chance = random.Random(80601)  # noqa: S311  sample data: the same at each load
        self.found: dict[tuple[str, int | None], list[Asset]] = {}
        rows = Asset.objects.public().filter(kind__report_category__in=[one.code for one in categories])
        rows = rows.filter(location__isnull=False).exclude(address="")
        for asset in rows.select_related("kind").only("location", "address", "commune", "kind").order_by("code"):
            self.found.setdefault((asset.kind.report_category, asset.commune_id), []).append(asset)

    def draw(self, category: Category, town: Commune) -> Asset | None:
        """One of them for about two reports in three; None where there is none."""
        there = self.found.get((category.code, town.pk))
        return self.chance.choice(there) if there and self.chance.random() < 0.65 else None


def _twin(one: Invented, draw: random.Random) -> Invented:
    """Somebody else who says the same the next day; an agent brings them together."""
    life = lives.Life(one.life.created + datetime.timedelta(hours=draw.randint(12, 30)), one.life.until)
    words = draw.choice(texts.TWINS)
    place = (one.place[0] + 0.00012, one.place[1] + 0.00006)
    twin = Invented(COUNT + one.number, one.category, one.commune, place, one.address, one.way, life, words)
    life.step("merge", life.created + datetime.timedelta(hours=3))
    twin.into, twin.asset = one, one.asset
    return twin


def _likely(category: Category, month: int) -> float:
    season = SEASONS.get(category.parent.code, ())
    return OFTEN.get(category.code, 1.4) * (2.2 if month in season else 1)


def _places(towns: list[Commune], draw: random.Random) -> list[tuple[float, float]]:
    """A point for each, near the middle of its commune and inside it: the database says which of four tries are."""
    tries = []
    for town in towns:
        longitude, latitude = town.location or town.centroid
        tries += [
            (round(longitude + draw.gauss(0, 0.006), 6), round(latitude + draw.gauss(0, 0.004), 6)) for _t in range(4)
        ]
    numbers, owners = list(range(len(tries))), [towns[rank // 4].pk for rank in range(len(tries))]
    with connection.cursor() as cursor:
        cursor.execute(_INSIDE, [numbers, [x for x, _y in tries], [y for _x, y in tries], owners])
        inside = {row[0] for row in cursor.fetchall()}
    found = []
    for rank, town in enumerate(towns):
        good = next((one for one in range(rank * 4, rank * 4 + 4) if one in inside), None)
        found.append(tries[good] if good is not None else (town.location or town.centroid))
    return found
