"""The assets that an address asks for: the same for the list, its map, the files and the labels."""

import datetime
from html import escape

from django.db.models import Exists, F, OuterRef, Subquery
from django.utils import timezone

from beffroi.kernel.ui.formats import short_day, typo
from beffroi.shared.assets.access import VIEW
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.cases.kept_lists import Column, DeskList, state
from beffroi.shared.organisations.access import owning
from beffroi.shared.organisations.models import Commune, Organisation

COLUMNS = (
    Column("nom", "Nom", lambda asset: asset.name, ("name",), width=34),
    Column("type", "Type", lambda asset: asset.kind.label, ("kind__label",)),
    Column("commune", "Commune", lambda asset: asset.commune_name, ("commune__name",)),
    Column("proprietaire", "Propriétaire", lambda asset: asset.organisation.name, ("organisation__name",), shown=False),
    Column("importance", "Importance", lambda asset: asset.get_criticality_display(), ("criticality",), shown=False),
    Column("marque", "Marque", lambda asset: f"{asset.brand} {asset.model}".strip(), ("brand", "model"), shown=False),
    Column("serie", "Numéro de série", lambda asset: asset.serial, ("serial",), shown=False),
    Column("etiquette", "Étiquette", lambda asset: asset.tag, shown=False),
    Column("fabricant", "Étiquette du fabricant", lambda asset: asset.maker_label, ("maker_label",), shown=False),
    Column("service", "En service le", lambda asset: asset.in_service_on, ("in_service_on",), shown=False),
    Column("garantie", "Garantie", lambda asset: asset.warranty_until, ("warranty_until",), shown=False),
    Column("remplacement", "À remplacer", lambda asset: asset.replace_on, ("replace_on",)),
    Column("situation", "Situation", lambda asset: asset.get_status_display(), ("status",)),
)
SOON = datetime.timedelta(days=365)
# Views that are a question rather than a filter: (code, label).
PILES = (
    ("", "Tous"),
    ("panne", "En panne"),
    ("remplacer", "À remplacer dans l’année"),
    ("garantie", "Sous garantie"),
    ("sans-lieu", "Sans position"),
)


def _name(asset, today) -> str:
    where = f'<br><span class="soft small">{escape(typo(asset.address))}</span>' if asset.address else ""
    return f"<span>{escape(typo(asset.name))}{where}</span>"


def _situation(asset, today) -> str:
    weight = ""
    if asset.criticality > Asset.Criticality.NORMAL:
        weight = f' <span class="soft small nowrap">importance {escape(asset.get_criticality_display())}</span>'
    return f"<span>{state(asset.get_status_display(), asset.tone)}{weight}</span>"


def _day(name: str):
    def write(asset, today) -> str:
        value = getattr(asset, name)
        return escape(short_day(value)) if value else "—"

    return write


def readable(user):
    """The bodies whose assets this person reads, as a queryset."""
    return owning(user, VIEW)


ASSETS = DeskList(
    url_name="assets:list",
    title="Équipements",
    columns=COLUMNS,
    heading=lambda asset: (asset.pk, asset.code, asset.get_absolute_url()),
    organisations=readable,
    permission=VIEW,
    cells={
        "nom": _name,
        "situation": _situation,
        "service": _day("in_service_on"),
        "garantie": _day("warranty_until"),
        "remplacement": _day("replace_on"),
    },
)
SORTS = {"code": ("code",)} | ASSETS.orders


def pile(code: str) -> dict:
    """What a view asks, as conditions."""
    today = timezone.localdate()
    rules: dict[str, dict] = {
        "panne": {"status": Asset.Status.DOWN},
        "remplacer": {"replace_on__lte": today + SOON},
        "garantie": {"warranty_until__gte": today},
        "sans-lieu": {"location__isnull": True, "parent__isnull": True},
    }
    return rules.get(code, {})


def _one(model, **named) -> Subquery:
    """The number of the one of that name: found first, so that the list is then walked in its order, without a join."""
    return Subquery(model.objects.filter(**named).order_by().values("pk")[:1])


def filtered(given, assets):
    """The assets among `assets` that these parameters (a QueryDict) ask for, in no order."""
    picked = [int(one) for one in given.getlist("choix") if one.isdecimal() and len(one) < 16]
    if picked:
        assets = assets.filter(pk__in=picked)
    situation = given.get("situation", "")
    if situation in Asset.Status.values:
        assets = assets.filter(status=situation)
    elif situation != "tous":
        assets = assets.in_use()
    assets = assets.filter(**pile(given.get("vue", "")))
    if code := given.get("type", "").strip()[:40]:
        assets = assets.filter(kind=_one(AssetKind, code=code))
    if slug := given.get("commune", "").strip()[:80]:
        assets = assets.filter(commune=_one(Commune, slug=slug))
    if slug := given.get("proprietaire", "").strip()[:80]:
        assets = assets.filter(organisation=_one(Organisation, slug=slug))
    if given.get("importance", "") in {"1", "2", "3", "4"}:
        assets = assets.filter(criticality=int(given["importance"]))
    whole = given.get("dans", "")
    if whole.isdecimal() and len(whole) < 16:
        assets = assets.below(Asset(pk=int(whole)))
    if typed := given.get("q", "").strip()[:100]:
        assets = assets.matching(typed)
    return assets


def ordered(given, assets):
    """In the order asked for, else by number."""
    sort = given.get("tri", "")
    down = sort.startswith("-")
    keys = SORTS.get(sort.removeprefix("-"), ())
    if keys == SORTS["code"]:
        keys = ("-code", "-pk") if down else ()
        return assets.order_by(*(keys or ("code", "pk")))
    orders = [F(key).desc(nulls_last=True) if down else F(key).asc(nulls_last=True) for key in keys]
    return assets.order_by(*orders, "code", "pk")


def bodies_of(user) -> list[Organisation]:
    """Those that have some, to choose among them."""
    return list(readable(user).filter(Exists(Asset.objects.filter(organisation=OuterRef("pk")))))
