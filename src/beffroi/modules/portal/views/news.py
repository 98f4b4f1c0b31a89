"""`/actualites/`: the news, by commune and theme; `/alertes/`: what is to be known now."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beffroi.kernel.ui.tags.tables import query_with
from beffroi.modules.portal import text
from beffroi.modules.portal.context import with_communes
from beffroi.modules.portal.forms import FilterNewsForm
from beffroi.modules.portal.models import Alert, News
from beffroi.modules.portal.views.agenda import HOME, chosen

PER_PAGE = 12


def filtered(values, commune):
    """The public news that the filters keep, newest first."""
    news = News.objects.public().with_place("photo")
    if commune:
        news = news.around(commune)
    return news.filter(theme=values["theme"]) if values.get("theme") else news


@login_not_required
@require_safe
def news_list(request):
    form = FilterNewsForm(request.GET)
    values, commune = chosen(form)
    kept = query_with(request, page=None).removeprefix("?")
    context = {
        "form": form,
        "page_obj": Paginator(filtered(values, commune), PER_PAGE).get_page(request.GET.get("page")),
        "feed_query": f"?{kept}" if kept else "",
        "breadcrumbs": [HOME, ("Actualités", "")],
    }
    return render(request, "portal/news_list.html", context)


@login_not_required
@require_safe
def news(request, slug):
    found = get_object_or_404(News.objects.public().with_place("organisation", "photo__blob"), slug=slug)
    context = {
        "news": found,
        "body": text.html(found.body),
        "others": News.objects.public().exclude(pk=found.pk).with_place("photo")[:3],
        "breadcrumbs": [HOME, ("Actualités", reverse("portal:news_list")), (found.title, "")],
    }
    return render(request, "portal/news.html", context)


@login_not_required
@require_safe
def alerts(request):
    """Every alert in force, wherever it is."""
    context = {
        "alerts": with_communes(Alert.objects.ongoing().select_related("organisation")),
        "breadcrumbs": [HOME, ("Alertes", "")],
    }
    return render(request, "portal/alerts.html", context)
