"""`/demo/payfip/`: the stand-in for the payment service. It exists in a demonstration only, and says what it is."""

import requests
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from beffroi.shared.billing.online.standin import CHOICES, Shared, StandIn


def _standin() -> StandIn:
    if not settings.DEMO:
        raise Http404("demonstration")
    return StandIn(Shared(), timezone.localtime)


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def service(request):
    """The SOAP service."""
    status, body = _standin().handle(request.body)
    return HttpResponse(body, status=status, content_type="text/xml; charset=utf-8")


@login_not_required
@never_cache
def page(request):
    """The page of payment: what happens is chosen here, the loss of the notification and of the return included."""
    standin = _standin()
    operation = request.POST.get("idop") or request.GET.get("idop", "")
    kept = standin.alive(operation)
    if request.method == "POST" and kept is not None:
        done = standin.choose(operation, request.POST.get("resultat", ""))
        if done is not None:
            if not request.POST.get("sans_notification"):
                _notify(done["urlnotif"], operation)
            if not request.POST.get("sans_retour"):
                return HttpResponseRedirect(f"{done['urlredirect']}?idop={operation}")
            return render(request, "billing/standin.html", {"lost": True})
    context = {"operation": operation, "kept": kept, "choices": CHOICES.items()}
    if kept is not None:
        context["amount"] = int(kept["montant"])
    return render(request, "billing/standin.html", context)


def _notify(url: str, operation: str) -> None:
    """Tell the platform, as the service does; one that does not answer is not insisted upon."""
    if not url.startswith(settings.SITE_URL):
        return
    try:
        requests.post(url, data={"idop": operation}, timeout=5)
    except requests.RequestException:
        return
