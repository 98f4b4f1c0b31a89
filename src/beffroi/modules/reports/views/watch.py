"""Be told of what is reported around a place: ask, confirm, stop."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from beffroi.kernel import telling
from beffroi.kernel.writing import posted
from beffroi.modules.reports import actions
from beffroi.modules.reports.forms.watch import WatchForm
from beffroi.modules.reports.models import Watch

NAMES = ("email", "commune", "location", "radius", "family")


@login_not_required
@never_cache
def ask(request):
    start = {"commune": request.GET.get("commune", "")[:80], "family": request.GET.get("categorie", "")[:40]}
    return telling.ask(
        request,
        WatchForm(*posted(request), initial=start),
        code="reports.watch",
        act=lambda wanted: actions.ask_watch(**{name: wanted[name] for name in NAMES}),
        then=reverse("reports:watch_asked"),
        template="reports/watch.html",
        breadcrumbs=[("Signalements", reverse("reports:list")), ("Être prévenu près de chez soi", "")],
    )


@login_not_required
def asked(request):
    return render(request, "reports/watch_asked.html")


@login_not_required
@never_cache
def manage(request, token):
    watch = get_object_or_404(Watch.objects.select_related("commune", "family"), token=token)
    return telling.manage(
        request,
        watch,
        confirm=actions.confirm_watch,
        stop=actions.stop_watch,
        name="Votre veille",
        home=reverse("reports:list"),
        template="reports/watch_manage.html",
        watch=watch,
    )
