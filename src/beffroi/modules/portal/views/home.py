"""`/`: search, services, what is near, what happens."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beffroi.kernel import modules
from beffroi.kernel.finding import url_of
from beffroi.kernel.ui.blocks import filled
from beffroi.modules.portal import town_halls
from beffroi.modules.portal.models import News, Occurrence

TILES = 8


@login_not_required
@require_safe
def home(request):
    """The first page. `?commune=slug` shows what is near; nothing is kept of that choice but the address."""
    communes = town_halls.members()
    halls = town_halls.all_now(communes)
    chosen = next((hall for hall in halls if hall.commune.slug == request.GET.get("commune")), None)
    services = [(service, url) for service in modules.collect("services") if (url := url_of(service))]
    blocks = filled("home_blocks", request)
    dates = Occurrence.objects.public().coming()
    news = News.objects.public().with_place("photo")
    if chosen:
        dates, news = dates.around(chosen.commune), news.around(chosen.commune)
    context = {
        "services": services[:TILES],
        "communes": communes,
        "population": sum(commune.population or 0 for commune in communes),
        "open_count": sum(hall.status.is_open for hall in halls),
        "chosen": chosen,
        "dates": dates[:5],
        "news_items": news[:3],
        "neighbours": _neighbours(chosen, communes) if chosen else [],
        "aside_blocks": [block for block in blocks if block.aside],
        "wide_blocks": [block for block in blocks if not block.aside],
    }
    return render(request, "portal/home.html", context)


def _neighbours(chosen, communes) -> list[town_halls.TownHall]:
    """The nearest other town halls that are open now."""
    near = town_halls.place_of(chosen.commune)
    others = [commune for commune in communes if commune.pk != chosen.commune.pk]
    return [hall for hall in town_halls.all_now(others, near=near) if hall.status.is_open][:3] if near else []
