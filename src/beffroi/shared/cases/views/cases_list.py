"""`/bureau/demandes/`: all that I may see, filtered, sorted, exported."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import sheets
from beffroi.kernel.access import agent_required
from beffroi.kernel.remembered import remembered
from beffroi.shared.cases import basket as piles
from beffroi.shared.cases import rows
from beffroi.shared.cases.kept_lists import offered
from beffroi.shared.cases.lists import (
    CASES,
    COLUMNS,
    ORDERS,
    FilterForm,
    selection,
    situation_of,
    situation_tabs,
    sort_of,
)
from beffroi.shared.cases.models import Case

PAGE = 30
EXPORT_LIMIT = 20_000


@never_cache
@require_safe
@agent_required
def case_list(request):
    form, cases = selection(request.user, request.GET)
    figures = piles.counts(request.user)
    paginator = Paginator(cases, PAGE)
    if form is None and situation_of(request.GET) in figures:
        paginator.count = figures[situation_of(request.GET)]
    page = paginator.get_page(request.GET.get("page"))
    # The thirty are chosen by their numbers alone: sorting ten thousand whole lines would be slow.
    chosen = Case.objects.filter(pk__in=page.object_list.values("pk"))
    page.object_list = rows.lines(sort_of(chosen, request.GET))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "filters": _filters(request, form),
        "page": page,
        "kept": CASES,
        "columns": form.columns if form else CASES.chosen(None),
        "tabs": situation_tabs(request.GET, request.path, figures),
        "filtered": form is not None and bool(set(form.wanted) - {"colonnes"}),
        "saved": offered(request.user, CASES),
        "query": kept.urlencode(),
        "exports": [
            (label, f"{reverse('cases:export', args=[kind])}?{kept.urlencode()}")
            for kind, label in sheets.LABELS.items()
        ],
        "breadcrumbs": [("Bureau", "/bureau/"), ("Demandes", "")],
    }
    return render(request, "cases/desk/list.html", context)


def _filters(request, form) -> str:
    """The filters, written; without any set they are the same until the journal's next line."""
    user, situation, sort = request.user, situation_of(request.GET), request.GET.get("tri", "")
    sort = sort if sort.removeprefix("-") in ORDERS else ""

    def write(bound: FilterForm) -> str:
        filtered = bool(set(bound.wanted) - {"colonnes"})
        context = {"form": bound, "situation": situation, "sort": sort, "filtered": filtered}
        return render_to_string("cases/desk/filters.html", context, request)

    if form is not None:
        return write(form)
    return remembered(user, f"cases:filters:{situation}:{sort}", lambda: write(FilterForm(request.GET, user=user)))


@never_cache
@require_safe
@agent_required
def export(request, kind):
    """The whole filtered list as a table, without the names and contacts of the requesters."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, cases = selection(request.user, request.GET)
    more = (("Prise en charge", 18), ("Close", 18), ("En retard", 10))
    rows = (
        [
            case.reference,
            *(column.value(case) for column in COLUMNS),
            case.acknowledged_at,
            case.closed_at,
            case.is_late,
        ]
        for case in cases.with_names()[:EXPORT_LIMIT]
    )
    sheet = sheets.Sheet(
        title="Demandes",
        headers=["Référence", *(column.label for column in COLUMNS), *(label for label, _width in more)],
        rows=rows,
        widths=[18, *(column.width for column in COLUMNS), *(width for _label, width in more)],
    )
    return sheets.response(kind, f"demandes-{timezone.localdate():%Y-%m-%d}", [sheet])
