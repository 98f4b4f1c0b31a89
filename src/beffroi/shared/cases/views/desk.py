"""`/bureau/`: the first screen of an agent."""

from django.db.models import QuerySet
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access, modules
from beffroi.kernel.access import agent_required
from beffroi.kernel.counting import counted_together
from beffroi.kernel.remembered import remembered
from beffroi.kernel.ui import context
from beffroi.shared.cases import basket as piles
from beffroi.shared.cases import rows
from beffroi.shared.cases.lists import kinds_seen_by, ordered

SHORT = 5
PILES = {"mine": "moi", "late": "retard", "free": "libres", "unread": "lire"}


def _tiles(user) -> list[dict]:
    """The figures of every module, with where they lead."""
    tiles = [tile for tile in modules.collect("tiles") if not tile.permission or access.can(user, tile.permission)]
    values = [tile.value(user) for tile in tiles]
    counts = iter(counted_together(value for value in values if isinstance(value, QuerySet)))
    values = [next(counts) if isinstance(value, QuerySet) else value for value in values]
    return [
        {
            "label": tile.label,
            "value": value,
            "url": f"{context.address(tile.url_name)}{tile.query}" if tile.url_name else "",
            "tone": tile.tone if value else "neutral",
        }
        for tile, value in zip(tiles, values, strict=True)
    ]


def _pile(user, code: str) -> dict:
    cases = ordered(piles.pile(user, code), "", under_way=piles.BY_CODE[code].under_way)
    total = piles.counts(user).get(code, 0)
    return {
        "code": code,
        "cases": rows.lines(cases[:SHORT]) if total else [],
        "total": total,
        "url": f"{reverse('cases:list')}?vue={code}",
    }


@never_cache
@require_safe
@agent_required
def basket(request):
    user = request.user
    return render(request, "cases/desk/basket.html", remembered(user, "cases:basket", lambda: _first_screen(user)))


def _first_screen(user) -> dict:
    """The figures and the piles: they move with the journal, and with the minute for what is late."""
    works = bool(kinds_seen_by(user)) or piles.counts(user)["moi"]
    return {"tiles": _tiles(user), "works": works, **{name: _pile(user, code) for name, code in PILES.items()}}
