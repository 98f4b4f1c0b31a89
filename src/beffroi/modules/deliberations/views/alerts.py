"""Be told of new acts by e-mail: ask, confirm, stop."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from beffroi.kernel import telling
from beffroi.kernel.writing import posted
from beffroi.modules.deliberations import actions, matters
from beffroi.modules.deliberations.forms.public import AlertForm
from beffroi.modules.deliberations.models import Alert

NAMES = ("email", "organisation", "theme")


@login_not_required
@never_cache
def ask(request):
    start = {"organisation": request.GET.get("collectivite", ""), "theme": request.GET.get("theme", "")}
    return telling.ask(
        request,
        AlertForm(*posted(request), initial=start),
        code="deliberations.alert",
        act=lambda wanted: actions.ask_alert(**{name: wanted[name] for name in NAMES}),
        then=reverse("deliberations:alert_asked"),
        template="deliberations/alert.html",
        breadcrumbs=[("Actes", reverse("deliberations:list")), ("Être prévenu", "")],
    )


@login_not_required
def asked(request):
    return render(request, "deliberations/alert_asked.html")


@login_not_required
@never_cache
def manage(request, token):
    alert = get_object_or_404(Alert.objects.select_related("organisation"), token=token)
    return telling.manage(
        request,
        alert,
        confirm=actions.confirm_alert,
        stop=actions.stop_alert,
        name="Votre alerte",
        home=reverse("deliberations:list"),
        template="deliberations/alert_manage.html",
        alert=alert,
        theme=matters.FIRST.get(alert.theme, ""),
    )
