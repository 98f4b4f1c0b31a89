"""Near duplicates: the same kind of problem, close by, still open or just ended."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from beffroi.modules.reports.models import Category, Report
from beffroi.modules.reports.wording import words

RECENT = timedelta(days=14)
MOST = 5
COMMON = frozenset(
    words("avec cette dans depuis elle entre est les leur mais nous pas plus pour que qui sans sont sur une vous")
)


def near(category: Category, point: tuple[float, float], text: str = "", *, public: bool = True) -> list[Report]:
    """Reports that may be the same, the likeliest first (five at most), each with `.away` in metres.

    Those of the same category, or of its family when the texts look alike; open, or ended less than two weeks ago.
    """
    reports = Report.objects.public() if public else Report.objects.exclude(state="merged")
    alive = Q(closed_at__isnull=True) | Q(closed_at__gt=timezone.now() - RECENT)
    family = Q(category=category) | Q(category__parent__isnull=False, category__parent=category.parent_id)
    found = reports.filter(alive, family).around(point, category.radius).select_related("category", "commune")[:30]
    asked = _meaning(text)
    scored = [(_score(report, category, asked), report) for report in found]
    scored.sort(key=lambda pair: -pair[0])
    return [report for score, report in scored if score > 0][:MOST]


def _score(report: Report, category: Category, asked: set[str]) -> float:
    nearness = 1 - report.away / (category.radius + 1)
    said = _meaning(report.description)
    alike = len(asked & said) / len(asked | said) if asked and said else 0.0
    if report.category_id == category.pk:
        return 1 + nearness + alike
    return nearness + alike if alike >= 0.25 else 0.0


def _meaning(text: str) -> set[str]:
    return {word for word in words(text) if len(word) > 2} - COMMON
