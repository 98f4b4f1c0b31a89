"""`/bureau/equipements/<id>/`: facts left, history in the middle, gestures right; and its writing."""

import datetime
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import journal
from beffroi.kernel.access import permission_required
from beffroi.kernel.ui import blocks
from beffroi.kernel.writing import posted
from beffroi.shared.assets import actions, positions
from beffroi.shared.assets.access import MANAGE, can_manage
from beffroi.shared.assets.forms.asset import AssetForm, KindChoiceForm, PlaceForm
from beffroi.shared.assets.models import Asset, AssetKind, Downtime
from beffroi.shared.assets.views.common import attempt, crumbs, desk, find_asset, managed
from beffroi.shared.files.models import StoredFile

CHILDREN = 12
LINES = 30
STOPS = 50
YEAR = datetime.timedelta(days=365)


@dataclass
class Part:
    """What the page shows of a part, read in the query of its whole."""

    pk: int
    code: str
    name: str
    kind: str
    status: str

    @property
    def tone(self) -> str:
        return Asset.TONES[Asset.Status(self.status)]

    @property
    def status_label(self) -> str:
        return Asset.Status(self.status).label


@dataclass
class Stop:
    """A downtime, read in the query of its asset."""

    start: datetime.datetime
    end: datetime.datetime | None
    reason: str

    def __post_init__(self):
        self.start, self.end = (
            value and datetime.datetime.fromisoformat(str(value)) for value in (self.start, self.end)
        )


def _parts() -> ArraySubquery:
    parts = Asset.objects.in_use().filter(parent=OuterRef("pk")).order_by("code", "pk")
    told = JSONObject(pk="pk", code="code", name="name", kind="kind__label", status="status")
    return ArraySubquery(parts.values(told=told)[: CHILDREN + 1])


def _stops() -> ArraySubquery:
    stops = Downtime.objects.filter(asset=OuterRef("pk")).order_by("-start")
    return ArraySubquery(stops.values(told=JSONObject(start="start", end="end", reason="reason"))[:STOPS])


def availability(downtimes, now) -> tuple[float, datetime.timedelta]:
    """(share of the last twelve months in use, in per cent; time out of order in them)."""
    since = now - YEAR
    lost = datetime.timedelta()
    for one in downtimes:
        start, end = max(one.start, since), one.end or now
        lost += max(end - start, datetime.timedelta())
    return 100 * (1 - lost / YEAR), lost


def _history(asset: Asset) -> list[dict]:
    about = [asset, asset.imported_in] if asset.imported_in_id else [asset]
    lines = journal.lines_about(*about).order_by("-id")[:LINES]
    return [
        {"at": line.at, "title": journal.words(line.verb), "author": str(line.actor or "la plateforme")}
        for line in reversed(lines)
        if line.verb not in {"assets.import_received", "assets.import_checked", "assets.import_started"}
    ]


@desk
@require_safe
def asset_page(request, pk):
    asset = find_asset(request, pk, parts=_parts(), stops=_stops())
    files = list(StoredFile.objects.about(asset))
    downtimes = [Stop(**one) for one in asset.stops]
    share, lost = availability(downtimes, timezone.now())
    context = {
        "asset": asset,
        "place": positions.place_of(asset),
        "described": asset.described(),
        "manages": can_manage(request.user, asset),
        "photos": [one for one in files if one.blob.is_image],
        "documents": [one for one in files if not one.blob.is_image],
        "children": [Part(**one) for one in asset.parts[:CHILDREN]],
        "more_children": len(asset.parts) > CHILDREN,
        "downtimes": downtimes[:8],
        "share": share,
        "lost_days": lost.total_seconds() / 86400,
        "today": timezone.localdate(),
        "blocks": blocks.of_object(request, asset, asset.organisation_id),
        "gestures": blocks.gestures_of(request.user, asset, asset.organisation_id),
        "items": _history(asset),
        "breadcrumbs": crumbs(asset),
    }
    return render(request, "assets/asset.html", context)


@desk
@permission_required(MANAGE)
def asset_new(request):
    """Of what kind and for whom, then the rest."""
    choice = KindChoiceForm(request.GET if "kind" in request.GET else None, user=request.user, initial=_asked(request))
    if "kind" not in request.GET or not choice.is_valid():
        return render(request, "assets/new.html", {"form": choice, "breadcrumbs": crumbs(None, ("Nouveau", ""))})
    given = choice.cleaned_data
    asset = Asset(kind=given["kind"], organisation=given["organisation"])
    data = request.POST if request.method == "POST" else None
    parent = request.GET.get("ensemble", "")
    form = AssetForm(data, instance=asset)
    place = PlaceForm(data, asset=asset, initial={"parent_code": parent} if parent else {})
    if data is not None and form.is_valid() and place.is_valid():
        place.apply()

        def write():
            nonlocal asset
            asset, _created = actions.save_asset(
                asset, actor=request.user, client_uuid=form.cleaned_data["client_uuid"]
            )

        if attempt(form, write):
            messages.success(request, f"« {asset.name} » est à l’inventaire, sous le numéro {asset.code}.")
            return HttpResponseRedirect(asset.get_absolute_url())
    context = {"form": form, "place": place, "asset": asset, "breadcrumbs": crumbs(None, ("Nouveau", ""))}
    return render(request, "assets/form.html", context)


def _asked(request) -> dict:
    """What an address already says: `?type=candelabre`."""
    kind = AssetKind.objects.filter(code=request.GET.get("type", "")[:40]).first()
    return {"kind": kind.pk} if kind else {}


@desk
def asset_edit(request, pk):
    asset = managed(request, pk)
    form = AssetForm(*posted(request), instance=asset)
    if form.is_valid():

        def write():
            actions.save_asset(form.instance, actor=request.user, version=form.cleaned_data["version"])

        if attempt(form, write):
            messages.success(request, "L’équipement est corrigé.")
            return HttpResponseRedirect(asset.get_absolute_url())
    context = {"form": form, "asset": asset, "breadcrumbs": crumbs(asset, ("Corriger", ""))}
    return render(request, "assets/form.html", context)


@desk
def asset_move(request, pk):
    """In another whole, or at another place."""
    asset = managed(request, pk)
    form = PlaceForm(*posted(request), asset=asset)
    if form.is_valid():

        def write():
            actions.move_asset(asset, actor=request.user, version=form.cleaned_data["version"], **form.values())

        if attempt(form, write):
            messages.success(request, "L’équipement est déplacé.")
            return HttpResponseRedirect(reverse("assets:asset", args=[asset.pk]))
    context = {"place": form, "asset": asset, "breadcrumbs": crumbs(find_asset(request, pk), ("Déplacer", ""))}
    return render(request, "assets/move.html", context)
