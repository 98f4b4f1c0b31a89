"""Addresses while one types: /adresses/suggestions?q=."""

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from beffroi.kernel import limits
from beffroi.shared.organisations import addresses
from beffroi.shared.organisations.models import Commune

MOST, SECONDS = 150, 60


@login_not_required
@require_safe
def suggestions(request):
    """`{"suggestions": [{"label", "kind", "type", "lon", "lat", "city", "code_insee", "postal_code", "street"}]}`.

    `commune=` (an INSEE code or a short address) keeps to one commune; 429 past 150 requests a minute.
    """
    try:
        limits.limit(request, "addresses", most=MOST, seconds=SECONDS)
    except limits.TooMany:
        return JsonResponse({"suggestions": []}, status=429, headers={"Retry-After": str(SECONDS)})
    asked = request.GET.get("commune", "")[:80]
    commune = _commune(asked) if asked else None
    if asked and commune is None:
        return JsonResponse({"suggestions": []})
    found = addresses.suggest(request.GET.get("q", ""), commune=commune)
    response = JsonResponse({"suggestions": [one.as_json() for one in found]})
    response["Cache-Control"] = "private, max-age=300"
    return response


def _commune(text: str) -> Commune | None:
    members = Commune.objects.members()
    return members.filter(code_insee=text).first() or members.filter(slug=text).first()
