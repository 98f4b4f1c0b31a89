"""Be told of what is reported around a place: ask, confirm, stop."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from beffroi.kernel import limits
from beffroi.modules.reports import actions
from beffroi.modules.reports.forms.watch import WatchForm
from beffroi.modules.reports.models import Watch

HOUR = 3600


@login_not_required
@never_cache
def ask(request):
    """The form; the answer is the same whether the address is known or not."""
    start = {"commune": request.GET.get("commune", "")[:80], "family": request.GET.get("categorie", "")[:40]}
    form = WatchForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            limits.limit(request, "reports.watch", most=20, seconds=HOUR)
            limits.limit_key("reports.watch.email", wanted["email"].lower(), most=5, seconds=HOUR)
        except limits.TooMany:
            form.add_error(None, "Trop de demandes depuis une heure. Réessayez plus tard.")
        else:
            names = ("email", "commune", "location", "radius", "family")
            actions.ask_watch(**{name: wanted[name] for name in names})
            return HttpResponseRedirect(reverse("reports:watch_asked"))
    crumbs = [("Signalements", reverse("reports:list")), ("Être prévenu près de chez soi", "")]
    return render(request, "reports/watch.html", {"form": form, "breadcrumbs": crumbs})


@login_not_required
def asked(request):
    return render(request, "reports/watch_asked.html")


@login_not_required
@never_cache
def manage(request, token):
    """The page of the link: confirm, then stop. Nothing changes on a mere visit: mail programs open links alone."""
    watch = get_object_or_404(Watch.objects.select_related("commune", "family"), token=token)
    if request.method == "POST":
        if request.POST.get("geste") == "stop":
            actions.stop_watch(watch)
            messages.success(request, "Votre veille est supprimée, votre adresse aussi.")
            return HttpResponseRedirect(reverse("reports:list"))
        actions.confirm_watch(watch)
        messages.success(request, "Votre veille est confirmée.")
        return HttpResponseRedirect(watch.get_absolute_url())
    return render(request, "reports/watch_manage.html", {"watch": watch})
