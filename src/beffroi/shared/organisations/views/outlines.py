"""The outlines that every map draws: /carte/contours.geojson."""

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from beffroi.shared.organisations import exports


@login_not_required
@require_safe
def outlines(request):
    """The communes of the territory, as GeoJSON (RFC 7946)."""
    collection = {"type": "FeatureCollection", "features": list(exports.outlines(request, None))}
    return JsonResponse(collection, content_type="application/geo+json")
