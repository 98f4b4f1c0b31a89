"""`/bureau/equipements/`: the list, filtered, sorted, exported, and its map."""

from django.db.models import F
from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.kernel.remembered import remembered
from beffroi.shared.assets import exports, gis
from beffroi.shared.assets.access import MANAGE, VIEW
from beffroi.shared.assets.forms.asset import FilterForm
from beffroi.shared.assets.listing import ASSETS, PILES, SORTS, filtered, ordered
from beffroi.shared.assets.models import Asset
from beffroi.shared.assets.views.common import crumbs, desk
from beffroi.shared.cases.kept_lists import KeyPaginator, in_order, offered

PAGE = 30
EXPORT_LIMIT = 100_000
# Parameters that narrow nothing.
PLAIN = {"page", "tri", "colonnes"}
HEAVY = ("geometry", "values", "notes")


def selection(request):
    """The assets that this person sees and the address asks for, in its order."""
    return ordered(request.GET, filtered(request.GET, Asset.objects.visible_to(request.user)))


def _query(request, *without, **more) -> str:
    kept = request.GET.copy()
    for name in ("page", *without):
        kept.pop(name, None)
    for name, value in more.items():
        kept[name] = value
    return f"?{kept.urlencode()}" if kept else ""


def _tabs(request) -> list[tuple]:
    return [
        (label, f"{request.path}{_query(request, 'vue', **({'vue': code} if code else {}))}", None)
        for code, label in PILES
    ]


def _shown():
    """What the list shows of an asset, and nothing more."""
    names = [one.attname for one in Asset._meta.concrete_fields if one.name not in HEAVY]
    rows = Asset.objects.select_related("kind", "organisation").annotate(commune_name=F("commune__name"))
    return rows.only(*names, "kind__label", "organisation__name")


def _filters(request, form: FilterForm) -> str:
    """The filters, written; without any set they are the same until the journal's next line."""
    pile, sort, whole = (request.GET.get(name, "") for name in ("vue", "tri", "dans"))
    pile = pile if pile in dict(PILES) else ""
    sort = sort if sort.removeprefix("-") in SORTS else ""
    whole = whole if whole.isdecimal() else ""

    def write() -> str:
        context = {"form": form, "pile": pile, "sort": sort, "whole": whole, "filtered": form.filtered}
        return render_to_string("assets/filters.html", context, request)

    if whole or form.filtered or "colonnes" in request.GET:
        return write()
    return remembered(request.user, f"assets:filters:{pile}:{sort}", write)


@desk
@require_safe
@permission_required(VIEW)
def asset_list(request):
    form = FilterForm(request.GET, user=request.user)
    rows = selection(request)
    paginator = KeyPaginator(rows, PAGE)
    if not form.filtered and not set(request.GET) - PLAIN:
        paginator.count = remembered(request.user, "assets:count", rows.count)
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = in_order(_shown(), page.object_list)
    whole = request.GET.get("dans", "")
    branch = Asset.objects.visible_to(request.user).filter(pk=whole).first() if whole.isdecimal() else None
    context = {
        "filters": _filters(request, form),
        "kept": ASSETS,
        "saved": offered(request.user, ASSETS),
        "query": _query(request).removeprefix("?"),
        "columns": form.columns,
        "page": page,
        "branch": branch,
        "filtered": form.filtered,
        "tabs": _tabs(request),
        "exports": [
            (label, f"{reverse('assets:export', args=[kind])}{_query(request)}") for kind, label in exports.LABELS
        ],
        "layer": f"/carte/couches/equipements-bureau.geojson{_query(request, 'tri')}",
        "labels": f"{reverse('assets:labels')}{_query(request)}",
        "manages": access.can(request.user, MANAGE),
        "breadcrumbs": crumbs(),
    }
    return render(request, "assets/list.html", context)


@desk
@require_safe
@permission_required(VIEW)
def export(request, kind):
    """The filtered list as a table or a geographical file."""
    name = f"equipements-{timezone.localdate():%Y-%m-%d}"
    rows = selection(request).select_related("kind", "organisation", "commune", "parent", "supplier")
    table = exports.table(rows.defer("commune__outline")[:EXPORT_LIMIT])
    if kind in exports.SHEETS:
        return exports.sheet_response(kind, name, table)
    if kind in gis.WRITERS:
        return gis.response(kind, name, table)
    raise Http404(kind)
