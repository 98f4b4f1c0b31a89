"""The one search box: /recherche/ for everyone, /bureau/recherche/ on the desk."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beffroi.kernel import finding, journal
from beffroi.kernel.access import agent_required
from beffroi.kernel.ui.tags.tables import query_with

MOST_PAGES = 50


def _number(text: str) -> int:
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdigit() else 1


def _page(request, template: str, breadcrumbs):
    typed = finding.clean(request.GET.get("q", ""))
    kind = request.GET.get("type", "")
    number = _number(request.GET.get("page", ""))
    answer = finding.find(typed, request.user, kind=kind, page=number)
    paginator = Paginator(range(min(answer.total, MOST_PAGES * finding.PAGE)), finding.PAGE)
    if answer.total and number > paginator.num_pages:
        return redirect(request.path + query_with(request, page=paginator.num_pages))
    context = {
        "answer": answer,
        "services": [(service, finding.url_of(service)) for service in answer.services],
        "kind": kind if kind in finding.kinds() else "",
        "page_obj": paginator.get_page(number),
        "suggestions_url": reverse("kernel:suggestions"),
        "breadcrumbs": breadcrumbs,
    }
    return render(request, template, context)


@login_not_required
@require_safe
def search(request):
    """What everyone may find, and the person's own."""
    return _page(request, "kernel/search.html", [("Accueil", "/"), ("Recherche", request.path)])


@agent_required
@require_safe
def desk_search(request):
    """The same engine, in the desk."""
    return _page(request, "kernel/desk_search.html", [("Bureau", "/bureau/"), ("Recherche", request.path)])


@login_not_required
@require_safe
def suggestions(request):
    """`{"suggestions": [{"label", "url", "kind"}]}` for what is being typed; a visitor's are kept one minute."""
    typed = finding.clean(request.GET.get("q", ""))[:60]
    if request.user.is_authenticated:
        response = JsonResponse({"suggestions": finding.suggest(typed, request.user)})
        response["Cache-Control"] = "private, max-age=30"
        return response
    key = f"suggest:{journal.version()}:{finding.fold(typed).encode().hex()}"
    found = caches["pages"].get(key)
    if found is None:
        found = finding.suggest(typed)
        caches["pages"].set(key, found, 60)
    response = JsonResponse({"suggestions": found})
    response["Cache-Control"] = "public, max-age=60"
    return response
