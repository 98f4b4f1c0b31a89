"""`/bureau/equipements/`: the list, filtered, sorted, exported, and its map."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.shared.assets import exports, gis
from beffroi.shared.assets.access import MANAGE, VIEW
from beffroi.shared.assets.forms.asset import FilterForm
from beffroi.shared.assets.listing import PILES, bodies_of, filtered, ordered
from beffroi.shared.assets.models import Asset
from beffroi.shared.assets.views.common import crumbs, desk

PAGE = 30
EXPORT_LIMIT = 100_000


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


@desk
@require_safe
@permission_required(VIEW)
def asset_list(request):
    form = FilterForm(request.GET, bodies=bodies_of(request.user))
    form.is_valid()
    rows = selection(request).select_related("kind", "commune", "organisation").defer("commune__outline")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    whole = request.GET.get("dans", "")
    branch = Asset.objects.visible_to(request.user).filter(pk=whole).first() if whole.isdecimal() else None
    context = {
        "form": form,
        "page": page,
        "branch": branch,
        "filtered": any(form.cleaned_data.values()),
        "tabs": _tabs(request),
        "exports": [
            (label, f"{reverse('assets:export', args=[kind])}{_query(request)}") for kind, label in exports.LABELS
        ],
        "layer": f"/carte/couches/equipements-bureau.geojson{_query(request, 'tri')}",
        "labels": f"{reverse('assets:labels')}{_query(request)}",
        "manages": access.can(request.user, MANAGE),
        "several": "proprietaire" in form.fields,
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
