"""`/signalements/chiffres/`: the figures of the territory and of each commune, without anybody's name."""

import datetime
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import sheets
from beffroi.modules.reports import figures_file, statistics
from beffroi.modules.reports.statistics import Scope
from beffroi.shared.organisations.models import Commune

PERIODS = {"12": ("Douze mois", 365), "3": ("Trois mois", 91), "24": ("Deux ans", 730)}


def period(request) -> tuple[str, datetime.datetime, datetime.datetime]:
    """The period asked for: its code, its start, now."""
    code = request.GET.get("periode", "")
    code = code if code in PERIODS else "12"
    now = timezone.now()
    return code, now - datetime.timedelta(days=PERIODS[code][1]), now


def period_tabs(request, code: str, kept: dict[str, str]) -> list[tuple[str, str]]:
    """The links to each period, for `{% tabs %}`; that of the page is written as the page is."""
    return [
        (words, request.get_full_path() if key == code else f"{request.path}?{urlencode({'periode': key, **kept})}")
        for key, (words, _days) in PERIODS.items()
    ]


@login_not_required
@require_safe
def figures(request):
    """Volumes, delays, ages; of a commune with `?commune=`."""
    code, since, until = period(request)
    slug = request.GET.get("commune", "").strip()[:80]
    commune = get_object_or_404(Commune.objects.members(), slug=slug) if slug else None
    scope = Scope(commune=commune.pk if commune else None)
    if request.GET.get("export") in sheets.TYPES:
        return figures_file.response(request.GET["export"], scope, since, until)
    kept = {"commune": slug} if slug else {}
    cut = "category" if commune else "commune"
    found = statistics.cuts(("all", cut), scope, since, until)
    context = {
        "commune": commune,
        "communes": Commune.objects.members().values_list("slug", "name"),
        "periode": code,
        "periods": period_tabs(request, code, kept),
        "total": found["all"][0],
        "lines": found[cut],
        "months": statistics.months(scope, since, until),
        "ages": statistics.ages(scope),
        "refusals": statistics.refusals(scope, since, until),
        "formats": sheets.LABELS.items(),
        "download": f"?{urlencode({'periode': code, **kept})}",
        "layer": f"/carte/couches/signalements.geojson?{urlencode({'etat': 'ouverts', **kept})}",
        "breadcrumbs": [("Signalements", reverse("reports:list")), ("Chiffres", "")],
    }
    return render(request, "reports/figures.html", context)
