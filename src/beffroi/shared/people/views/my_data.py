"""`/compte/mes-donnees/`: read and take away what is held about me, have it erased (RGPD, art. 15 to 20)."""

from functools import wraps
from pathlib import Path

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import limits, pdf
from beffroi.kernel.notices import filling
from beffroi.kernel.ui.formats import moment
from beffroi.shared.people import actions, data, forms
from beffroi.shared.people.models import Erasure

TEMPLATE = Path(__file__).parent.parent / "data.typ"
RECEIPT = Path(__file__).parent.parent / "erasure.typ"
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
    """What will be erased, what the law keeps and why; then, once confirmed in words, a job does it."""
    under_way = Erasure.objects.filter(user=request.user, done_at=None).first()
    if under_way is not None:
        return HttpResponseRedirect(under_way.get_absolute_url())
    form = forms.EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return HttpResponseRedirect(actions.ask_erasure(request.user, actor=request.user).get_absolute_url())
    context = {"form": form, "parts": data.rehearse(request.user)}
    return render(request, "people/account/erase.html", context)


def _secret(view):
    """For whoever holds the link: the person can no longer sign in."""

    @login_not_required
    @never_cache
    @require_safe
    @wraps(view)
    def guarded(request, token):
        response = view(request, get_object_or_404(Erasure, token=token))
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded


@_secret
def erasure(request, asked):
    """Where it stands, then what was done."""
    return render(request, "people/account/erased.html", {"erasure": asked})


@_secret
def erasure_receipt(request, asked):
    """The proof that it was done, without the name of anybody."""
    if asked.done_at is None:
        return HttpResponseRedirect(asked.get_absolute_url())
    printed = {
        "title": f"Récépissé d’effacement {asked.reference}",
        "territory": filling.territory().name,
        "asked": moment(asked.asked_at),
        "done": moment(asked.done_at),
        "account_kept": asked.account_kept,
        "steps": [{"label": step.label, "kept": step.kept} for step in asked.steps],
    }
    content = pdf.render(RECEIPT, printed, at=asked.done_at)
    return pdf.response(f"effacement-{asked.reference}", content, inline=False)
