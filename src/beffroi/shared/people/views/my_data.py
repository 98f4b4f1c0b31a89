"""`/compte/mes-donnees/`: read and take away what is held about me, have it erased (RGPD, art. 15 to 20)."""

from pathlib import Path

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import limits, pdf
from beffroi.kernel.notices import filling
from beffroi.kernel.ui.formats import moment
from beffroi.shared.people import data, forms

TEMPLATE = Path(__file__).parent.parent / "data.typ"
MOST, HOUR = 20, 3600


@never_cache
@require_safe
def index(request):
    return render(request, "people/account/data.html", {"parts": data.parts()})


@never_cache
@reauthentication_required
@require_safe
def download(request, kind):
    """All of it, as JSON for a machine or as PDF to read."""
    try:
        limits.limit_key("people.data", str(request.user.pk), most=MOST, seconds=HOUR)
    except limits.TooMany:
        messages.error(request, "Vous avez déjà téléchargé vos données vingt fois : recommencez dans une heure.")
        return HttpResponseRedirect(reverse("people:my_data"))
    held = data.export(request.user)
    if kind == "json":
        response = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
        return response
    printed = {
        "title": "Mes données",
        "intro": f"Ce que {filling.territory().name} garde sur vous, au {moment(timezone.localtime())}.",
        "parts": [{"label": label, "lines": data.lines(value)} for label, value in held["données"].items()],
    }
    return pdf.response("mes-donnees", pdf.render(TEMPLATE, printed), inline=False)


@never_cache
@reauthentication_required
def erase(request):
    """What will be erased, what the law keeps and why; then, once confirmed in words, it is done at once."""
    form = forms.EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = data.erase(request.user)
        request.user.refresh_from_db()
        if request.user.is_active:
            messages.success(request, "Ce qui pouvait l’être est effacé. Votre compte reste, pour la raison dite.")
            return HttpResponseRedirect(reverse("people:my_data"))
        logout(request)
        return render(request, "people/account/erased.html", {"kept": [one for one in done if one.kept]})
    context = {"form": form, "parts": data.rehearse(request.user)}
    return render(request, "people/account/erase.html", context)
