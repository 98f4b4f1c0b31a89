"""Be told of new acts by e-mail: ask, confirm, stop."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from beffroi.kernel import limits
from beffroi.modules.deliberations import actions, matters
from beffroi.modules.deliberations.forms.public import AlertForm
from beffroi.modules.deliberations.models import Alert

HOUR = 3600


@login_not_required
@never_cache
def ask(request):
    """The form; the answer is the same whether the address is known or not."""
    start = {"organisation": request.GET.get("collectivite", ""), "theme": request.GET.get("theme", "")}
    form = AlertForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        try:
            limits.limit(request, "deliberations.alert", most=20, seconds=HOUR)
            limits.limit_key("deliberations.alert", form.cleaned_data["email"].lower(), most=5, seconds=HOUR)
        except limits.TooMany:
            form.add_error(None, "Trop de demandes depuis une heure. Réessayez plus tard.")
        else:
            wanted = form.cleaned_data
            actions.ask_alert(email=wanted["email"], organisation=wanted["organisation"], theme=wanted["theme"])
            return HttpResponseRedirect(reverse("deliberations:alert_asked"))
    crumbs = [("Actes", reverse("deliberations:list")), ("Être prévenu", "")]
    return render(request, "deliberations/alert.html", {"form": form, "breadcrumbs": crumbs})


@login_not_required
def asked(request):
    return render(request, "deliberations/alert_asked.html")


@login_not_required
@never_cache
def manage(request, token):
    """The page of the link: confirm, then stop. Nothing changes on a mere visit: mail programs open links alone."""
    alert = get_object_or_404(Alert.objects.select_related("organisation"), token=token)
    if request.method == "POST":
        if request.POST.get("geste") == "stop":
            actions.stop_alert(alert)
            messages.success(request, "Votre alerte est supprimée, votre adresse aussi.")
            return HttpResponseRedirect(reverse("deliberations:list"))
        actions.confirm_alert(alert)
        messages.success(request, "Votre alerte est confirmée.")
        return HttpResponseRedirect(alert.get_absolute_url())
    context = {"alert": alert, "theme": matters.FIRST.get(alert.theme, "")}
    return render(request, "deliberations/alert_manage.html", context)
