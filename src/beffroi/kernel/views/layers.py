"""The map of the territory: its layers as GeoJSON, and the page that shows them with the list that says the same."""

import hashlib
from dataclasses import dataclass
from itertools import islice

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from beffroi.kernel import layers, modules

PER_PAGE = 50
MOST_LISTED = 2000


@dataclass(frozen=True)
class Line:
    """A feature as the list shows it."""

    layer: modules.Layer
    id: str
    title: str
    text: str
    kind: str
    url: str
    is_point: bool


@login_not_required
@require_safe
def layer(request, code):
    """One layer, `?bbox=west,south,east,north` for a part of it; one that may not be seen does not exist."""
    found = modules.find("layers", code)
    if found is None or not layers.may_see(found, request.user):
        raise Http404("layer")
    try:
        bbox = layers.parse_bbox(request.GET.get("bbox", ""))
    except layers.BadBox as fault:
        return JsonResponse({"error": f"bbox : {fault}."}, status=400)
    body = layers.collection(found, request, bbox)
    response = HttpResponse(body, content_type="application/geo+json")
    response["Access-Control-Allow-Origin"] = "*"
    if found.permission:
        patch_cache_control(response, private=True, no_cache=True)
        del response["Access-Control-Allow-Origin"]
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response)


@login_not_required
@require_safe
def atlas(request):
    """The map, the choice of layers, and beside them every point in words."""
    available = layers.visible_to(request.user)
    wanted = request.GET.getlist("couche")
    chosen = [one for one in available if one.code in wanted] or available[:1]
    sought = request.GET.get("q", "").strip()
    lines = [line for one in chosen for line in _lines(one, request) if sought.lower() in line.title.lower()]
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    choices = [{"layer": one, "checked": one in chosen} for one in available]
    context = {"choices": choices, "page_obj": page, "sought": sought, "several": len(chosen) > 1}
    return render(request, "kernel/map.html", context)


def _lines(one: modules.Layer, request):
    for feature in islice(one.features(request, None), MOST_LISTED):
        properties = feature.get("properties") or {}
        yield Line(
            layer=one,
            id=str(feature.get("id", properties.get("id", ""))),
            title=str(properties.get("title", "")) or one.label,
            text=str(properties.get("text") or ""),
            kind=str(properties.get("kind") or ""),
            url=str(properties.get("url") or ""),
            is_point=(feature.get("geometry") or {}).get("type") == "Point",
        )
