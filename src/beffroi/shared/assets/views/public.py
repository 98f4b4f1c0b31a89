"""`/e/<label>/`: what a label leads to. Anyone reads what the asset is and says what is wrong with it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel.access import is_agent
from beffroi.shared.assets import positions
from beffroi.shared.assets.layers import features_of
from beffroi.shared.assets.models import Asset
from beffroi.shared.files.models import StoredFile

RELATED = ("kind", "organisation", "commune", "parent__parent__parent__parent")


def _public(tag: str) -> Asset | None:
    found = Asset.objects.public().select_related(*RELATED).defer("commune__outline")
    return found.filter(tag=tag.upper()).first()


@login_not_required
@never_cache
@require_safe
def public(request, tag):
    """The page of a label: for an agent it also leads to the desk, even where the public has no page."""
    asset, desk = _public(tag), None
    if is_agent(request.user):
        desk = Asset.objects.visible_to(request.user).filter(tag=tag.upper()).first()
    if asset is None:
        if desk is not None:
            return HttpResponseRedirect(desk.get_absolute_url())
        return render(request, "assets/unknown.html", status=404)
    try:
        report_url = f"{reverse('reports:new')}?equipement={asset.tag}"
    except NoReverseMatch:  # the reports are switched off
        report_url = ""
    place = positions.place_of(asset)
    context = {
        "asset": asset,
        "desk": desk,
        "place": place,
        "view": f"{place[1]:.6f},{place[0]:.6f},16" if place else "",
        "photos": [one for one in StoredFile.objects.about(asset).filter(public=True) if one.blob.is_image],
        "down_since": _down_since(asset),
        "report_url": report_url,
        "breadcrumbs": [(asset.name, "")],
    }
    return render(request, "assets/public.html", context)


def _down_since(asset: Asset):
    if asset.status != Asset.Status.DOWN:
        return None
    return asset.downtimes.filter(end__isnull=True).values_list("start", flat=True).first()


@login_not_required
@require_safe
def public_shape(request, tag):
    """The asset alone on a map, for everyone."""
    asset = _public(tag)
    place = positions.place_of(asset) if asset else None
    found = []
    if asset is not None and place is not None:
        line = {
            "pk": asset.pk,
            "location": place,
            "geometry": asset.geometry,
            "status": asset.status,
            "code": asset.code,
            "name": asset.name,
        }
        found = list(features_of(line, asset.kind.label, ""))
    return JsonResponse({"type": "FeatureCollection", "features": found}, content_type="application/geo+json")
