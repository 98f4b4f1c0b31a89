"""`/signalements/chiffres/`: the figures of the territory and of each commune, without anybody's name."""

import datetime

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.modules.reports import statistics
from beffroi.modules.reports.statistics import Scope
from beffroi.shared.organisations.models import Commune

PERIODS = {"12": ("Douze mois", 365), "3": ("Trois mois", 91), "24": ("Deux ans", 730)}


def period(request) -> tuple[str, datetime.datetime, datetime.datetime]:
    """The period asked for: its code, its start, now."""
    code = request.GET.get("periode", "")
    code = code if code in PERIODS else "12"
    now = timezone.now()
    return code, now - datetime.timedelta(days=PERIODS[code][1]), now


@login_not_required
@require_safe
def figures(request):
    """Volumes, delays, ages; of a commune with `?commune=`."""
    code, since, until = period(request)
    slug = request.GET.get("commune", "").replace("\x00", "")[:80]
    commune = get_object_or_404(Commune.objects.members(), slug=slug) if slug else None
    scope = Scope(commune=commune.pk if commune else None)
    given = f"&commune={slug}" if slug else ""
    context = {
        "commune": commune,
        "communes": Commune.objects.members().values_list("slug", "name"),
        "periode": code,
        "periods": [(words, f"{request.path}?periode={key}{given}") for key, (words, _d) in PERIODS.items()],
        "total": statistics.total(scope, since, until),
        "in_time": statistics.in_time(scope, since, until),
        "lines": statistics.lines("category" if commune else "commune", scope, since, until),
        "months": statistics.months(scope, since, until),
        "ages": statistics.ages(scope),
        "breadcrumbs": [("Signalements", reverse("reports:list")), ("Chiffres", "")],
    }
    return render(request, "reports/figures.html", context)
