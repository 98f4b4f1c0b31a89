"""`/communes/`, a commune's page, `/mairies/`: from what the organisations know, hours read at this minute."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import journal, modules
from beffroi.kernel.finding import clean, url_of
from beffroi.kernel.ui.blocks import filled
from beffroi.modules.portal import silhouette, town_halls
from beffroi.modules.portal.forms import FindTownHallForm
from beffroi.modules.portal.models import News, Occurrence
from beffroi.shared.organisations import addresses, names, week
from beffroi.shared.organisations.models import Commune

PER_PAGE = 80
HOME = ("Accueil", "/")


@login_not_required
@require_safe
def index(request):
    """Every commune of the territory, by name or by what was typed."""
    everyone = list(Commune.objects.members().defer("outline"))
    typed = clean(request.GET.get("q", ""))
    communes = town_halls.matching(everyone, typed)
    context = {
        "communes": communes,
        "total": len(everyone),
        "population": sum(commune.population or 0 for commune in everyone),
        "typed": typed,
        "breadcrumbs": [HOME, ("Communes", "")],
    }
    return render(request, "portal/communes.html", context)


@login_not_required
@require_safe
def commune(request, slug):
    """One commune: its town hall and hours, where it is, what happens there."""
    everyone = town_halls.members()
    body = next((found for found in everyone if found.slug == slug), None)
    if body is None:
        raise Http404(slug)
    hall = town_halls.all_now([body])[0]
    blocks = filled("commune_blocks", request, body)
    context = {
        "commune": body,
        "hall": hall,
        "codes": town_halls.codes(body),
        "phone_link": town_halls.phone_link(body.phone),
        "week": week.lines(body),
        "today": timezone.localdate().weekday(),
        "exceptions": week.exceptions(body),
        "of_name": names.of(body.name),
        "neighbours": _nearest(body, everyone),
        "dates": Occurrence.objects.public().coming().around(body)[:5],
        "news_items": News.objects.public().around(body).with_place("photo")[:4],
        "services": [(service, url) for service in modules.collect("services") if (url := url_of(service))][:6],
        "aside_blocks": [block for block in blocks if block.aside],
        "wide_blocks": [block for block in blocks if not block.aside],
        "breadcrumbs": [HOME, ("Communes", reverse("portal:communes")), (body.name, "")],
    }
    return render(request, "portal/commune.html", context)


def _nearest(body: Commune, everyone: list[Commune], count: int = 4) -> list[town_halls.TownHall]:
    """The town halls around, nearest first."""
    near = town_halls.place_of(body)
    if near is None:
        return []
    others = [other for other in everyone if other.pk != body.pk]
    return town_halls.all_now(others, near=near)[:count]


@login_not_required
@require_safe
def town_halls_page(request):
    """The directory: all the town halls, those open now, nearest first when a place is given."""
    form = FindTownHallForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    everyone = town_halls.members()
    near, near_label = _place(values.get("pres", ""), everyone)
    halls = town_halls.all_now(everyone, near=near)
    kept = {found.pk for found in town_halls.matching(everyone, values.get("q", ""))}
    shown = [h for h in halls if h.commune.pk in kept and (h.status.is_open or not values.get("ouvertes"))]
    context = {
        "form": form,
        "page_obj": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "shown": len(shown),
        "total": len(halls),
        "open_count": sum(hall.status.is_open for hall in halls),
        "near_label": near_label,
        "not_found": bool(values.get("pres")) and near is None,
        "breadcrumbs": [HOME, ("Mairies", "")],
    }
    return render(request, "portal/town_halls.html", context)


def _place(typed: str, communes: list[Commune]):
    """The point that « près de » means, and how to say it; (None, "") when nothing answers."""
    wanted = town_halls.plain(typed)
    if not wanted:
        return None, ""
    exact = [c for c in communes if town_halls.plain(c.name) == wanted or wanted in town_halls.codes(c)]
    for found in [*exact, *town_halls.matching(communes, typed)]:
        point = town_halls.place_of(found)
        if point:
            return point, names.of(found.name)
    for address in addresses.suggest(typed, 1):
        return (address.longitude, address.latitude), f"de « {address.label} »"
    return None, ""


@login_not_required
@require_safe
def picture(request):
    """The territory as a picture, `?commune=slug` in the accent colour; drawn once for each state of the journal."""
    chosen = clean(request.GET.get("commune", ""))[:80]
    key = f"silhouette:{journal.version()}:{chosen.encode().hex()}"
    drawn = caches["pages"].get(key)
    if drawn is None:
        drawn = silhouette.draw(Commune.objects.members().only("slug", "outline"), chosen)
        caches["pages"].set(key, drawn, 3600)
    if not drawn:
        return HttpResponse(status=404)
    response = HttpResponse(drawn, content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response
