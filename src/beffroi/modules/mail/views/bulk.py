"""One gesture on the ticked lines of the list, then what became of each."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.access import permission_required
from beffroi.kernel.bulk import attempt, numbers
from beffroi.modules.mail import rights
from beffroi.modules.mail.forms.bulk import GESTURES
from beffroi.modules.mail.models import Letter
from beffroi.modules.mail.views.common import crumbs

REPORT = "mail_bulk_report"


@never_cache
@require_POST
@permission_required(rights.HANDLE)
def bulk(request):
    """Ask what the gesture needs, then do it and tell."""
    ticked = numbers(request.POST.getlist("choix"))
    letters = list(Letter.objects.visible_to(request.user).filter(pk__in=ticked).with_parties().order_by("pk"))
    kind = GESTURES.get(request.POST.get("geste", ""))
    if not letters or kind is None:
        messages.error(request, "Cochez au moins un courrier, puis choisissez ce qu’il faut en faire.")
        return HttpResponseRedirect(reverse("mail:list"))
    bodies = {letter.organisation_id for letter in letters}
    form = kind(request.POST if "valider" in request.POST else None, bodies=bodies)
    if form.is_valid():
        lines = [attempt(letter.chrono, lambda letter=letter: form.perform(letter, request.user)) for letter in letters]
        kept = [[letter.pk, line.reference, line.done, line.text] for letter, line in zip(letters, lines, strict=True)]
        request.session[REPORT] = {"title": form.title, "lines": kept}
        return HttpResponseRedirect(reverse("mail:bulk_report"))
    context = {
        "form": form,
        "letters": letters,
        "gesture": request.POST["geste"],
        "breadcrumbs": crumbs((form.title, "")),
    }
    return render(request, "mail/bulk.html", context)


@never_cache
@require_safe
@permission_required(rights.HANDLE)
def report(request):
    """What became of each letter of the last gesture."""
    kept = request.session.get(REPORT)
    if not kept:
        return HttpResponseRedirect(reverse("mail:list"))
    lines = [dict(zip(("pk", "reference", "done", "text"), line, strict=True)) for line in kept["lines"]]
    context = {
        "title": kept["title"],
        "done": [line for line in lines if line["done"]],
        "refused": [line for line in lines if not line["done"]],
        "breadcrumbs": crumbs(("Rapport", "")),
    }
    return render(request, "mail/bulk_report.html", context)
