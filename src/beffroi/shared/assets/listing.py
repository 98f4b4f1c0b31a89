"""The assets that an address asks for: the same for the list, its map, the files and the labels."""

import datetime

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from beffroi.kernel import access
from beffroi.shared.assets.access import VIEW
from beffroi.shared.assets.models import Asset
from beffroi.shared.organisations.models import Organisation

SORTS = {
    "code": "code",
    "nom": "name",
    "type": "kind__label",
    "commune": "commune__name",
    "remplacement": "replace_on",
    "garantie": "warranty_until",
}
SOON = datetime.timedelta(days=365)
# Views that are a question rather than a filter: (code, label).
PILES = (
    ("", "Tous"),
    ("panne", "En panne"),
    ("remplacer", "À remplacer dans l’année"),
    ("garantie", "Sous garantie"),
    ("sans-lieu", "Sans position"),
)


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
    if code := given.get("type", "").replace("\x00", "")[:40]:
        assets = assets.filter(kind__code=code)
    if slug := given.get("commune", "").replace("\x00", "")[:80]:
        assets = assets.filter(commune__slug=slug)
    if slug := given.get("proprietaire", "").replace("\x00", "")[:80]:
        assets = assets.filter(organisation__slug=slug)
    if given.get("importance", "") in {"1", "2", "3", "4"}:
        assets = assets.filter(criticality=int(given["importance"]))
    whole = given.get("dans", "")
    if whole.isdecimal() and len(whole) < 16:
        assets = assets.below(Asset(pk=int(whole)))
    if typed := given.get("q", "").replace("\x00", "").strip()[:100]:
        assets = assets.matching(typed)
    return assets


def ordered(given, assets):
    """In the order asked for, else by number."""
    sort = given.get("tri", "")
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return assets.order_by("code", "pk")
    order = F(key).desc(nulls_last=True) if sort.startswith("-") else F(key).asc(nulls_last=True)
    return assets.order_by(order, "code", "pk")


def bodies_of(user) -> list[Organisation]:
    """The bodies whose assets this person reads, to choose among them."""
    ids = access.organisations_where(user, VIEW)
    bodies = Organisation.objects.filter(is_active=True, kind__in=("epci", "commune", "syndicat")).order_by("name")
    if ids is not None:
        bodies = bodies.filter(pk__in=ids)
    return list(bodies.filter(Exists(Asset.objects.filter(organisation=OuterRef("pk")))))
