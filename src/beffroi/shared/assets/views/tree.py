"""`/bureau/equipements/arbre/`: sites, buildings, networks, and what is in them."""

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Window
from django.db.models.functions import RowNumber
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beffroi.kernel.access import permission_required
from beffroi.shared.assets.access import VIEW
from beffroi.shared.assets.models import Asset
from beffroi.shared.assets.views.common import crumbs, desk, find_asset

PAGE = 20
HAS_PARTS = Exists(Asset.objects.in_use().filter(parent=OuterRef("pk")))
SHOWN = 20


@desk
@require_safe
@permission_required(VIEW)
def tree(request, pk=None):
    """From the largest to the smallest: three levels at once, the next ones a step away."""
    seen = Asset.objects.visible_to(request.user).in_use()
    root = find_asset(request, pk) if pk else None
    page, levels = tree_levels(request, seen, root)
    context = {
        "root": root,
        "page": page,
        "levels": levels,
        "breadcrumbs": crumbs(root, ("Arbre", "")) if pk else crumbs(None, ("Arbre", "")),
    }
    return render(request, "assets/tree.html", context)


def tree_levels(request, seen, root):
    """(page of the first level, its assets with `.parts` two levels deep and `.hidden` = how many are not shown)."""
    first = seen.filter(parent=root) if root else seen.filter(HAS_PARTS, parent=None)
    page = Paginator(first.select_related("kind", "commune").defer("commune__outline").order_by("code"), PAGE)
    page = page.get_page(request.GET.get("page"))
    level = list(page)
    for _depth in range(2):
        level = _hang(level)
    _hang(level, show=False)
    return page, list(page)


def _hang(level: list[Asset], show: bool = True) -> list[Asset]:
    """Give each its first parts and how many it has; returns those parts."""
    parts = Asset.objects.in_use().filter(parent__in=[one.pk for one in level])
    found: dict[int, list[Asset]] = {}
    counts: dict[int, int] = {}
    if level and show:
        ranked = parts.annotate(
            rank=Window(RowNumber(), partition_by=[F("parent")], order_by=[F("code"), F("pk")]),
            total=Window(Count("pk"), partition_by=[F("parent")]),
        )
        for part in ranked.filter(rank__lte=SHOWN).select_related("kind").order_by("code", "pk"):
            found.setdefault(part.parent_id, []).append(part)
            counts[part.parent_id] = part.total
    elif level:
        counts = dict(parts.order_by().values_list("parent").annotate(count=Count("pk")))
    for one in level:
        one.parts = found.get(one.pk, [])
        one.count = counts.get(one.pk, 0)
        one.hidden = one.count - len(one.parts)
    return [part for parts in found.values() for part in parts]
