"""The public indicators: where each stands, and its history."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from beffroi.kernel import indicators as registry
from beffroi.kernel import modules, sheets


@dataclass(frozen=True)
class Line:
    """An indicator in the table; `tone` says whether it goes the right way."""

    indicator: modules.Indicator
    current: Decimal | None
    previous: Decimal | None
    trend: str
    tone: str


def _public() -> list[modules.Indicator]:
    return [indicator for indicator in modules.collect("indicators") if indicator.public]


def _trend(indicator: modules.Indicator, values: list[Decimal | None]) -> tuple[str, str]:
    """In words and tone, from the last whole month to the one before; nothing without two values."""
    if len(values) < 2 or values[0] is None or values[1] is None:
        return "", "neutral"
    if values[0] == values[1]:
        return "stable", "neutral"
    rising = values[0] > values[1]
    good = rising == (indicator.better == "up")
    return ("en hausse" if rising else "en baisse"), ("done" if good else "late")


def _lines() -> list[Line]:
    found, this_month = registry.latest(), timezone.localdate().replace(day=1)
    lines = []
    for indicator in _public():
        months = found.get(indicator.code, [])
        current = next((month.value for month in months if month.start == this_month), None)
        whole = [month.value for month in months if month.start < this_month]
        trend, tone = _trend(indicator, whole)
        lines.append(Line(indicator, current, whole[0] if whole else None, trend, tone))
    return lines


@login_not_required
@require_safe
def index(request):
    """Every public indicator: this month so far, the last whole month, and its direction."""
    lines = _lines()
    kind = request.GET.get("format", "")
    if kind in sheets.TYPES:
        headers = ["Indicateur", "Unité", "Mois en cours", "Mois précédent", "Définition"]
        rows = [
            [line.indicator.label, line.indicator.unit, line.current, line.previous, line.indicator.description]
            for line in lines
        ]
        return sheets.response(kind, "indicateurs", [sheets.Sheet("Indicateurs", headers, rows, (40, 14, 16, 16, 60))])
    context = {
        "lines": lines,
        "formats": sheets.LABELS,
        "breadcrumbs": [("Données ouvertes", reverse("kernel:datasets")), ("Indicateurs", "")],
    }
    return render(request, "kernel/indicators.html", context)


@login_not_required
@require_safe
def indicator(request, code):
    """One indicator, month after month."""
    found = modules.find("indicators", code)
    if found is None or not found.public:
        raise Http404("indicator")
    months = registry.history(code)
    rows = [(date_format(month.start, "F Y"), month.value) for month in months]
    context = {
        "indicator": found,
        "rows": rows,
        "known": any(value is not None for _label, value in rows),
        "breadcrumbs": [
            ("Données ouvertes", reverse("kernel:datasets")),
            ("Indicateurs", reverse("kernel:indicators")),
            (found.label, ""),
        ],
    }
    return render(request, "kernel/indicator.html", context)
