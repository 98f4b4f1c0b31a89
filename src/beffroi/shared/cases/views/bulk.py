"""One gesture on the ticked lines of the list, then what became of each."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.access import agent_required
from beffroi.shared.cases import bulk as gestures

REPORT = "cases_bulk_report"


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), ("Demandes", reverse("cases:list")), (last, "")]


@never_cache
@require_POST
@agent_required
def bulk(request):
    """Ask what the gesture needs, then do it and tell."""
    cases = gestures.chosen(request.user, request.POST.getlist("choix"))
    form_class = gestures.GESTURES.get(request.POST.get("geste", ""))
    if not cases or form_class is None:
        messages.error(request, "Cochez au moins une demande, puis choisissez ce qu’il faut en faire.")
        return HttpResponseRedirect(reverse("cases:list"))
    asked = "valider" in request.POST
    form = form_class(request.POST if asked else None, actor=request.user, cases=cases)
    if form.is_valid():
        lines = gestures.run(cases, request.user, form.perform)
        request.session[REPORT] = {
            "title": form.title,
            "lines": [[line.reference, line.done, line.text] for line in lines],
        }
        return HttpResponseRedirect(reverse("cases:bulk_report"))
    context = {
        "form": form,
        "cases": cases,
        "gesture": request.POST["geste"],
        "breadcrumbs": _crumbs(form.title),
    }
    return render(request, "cases/desk/bulk.html", context)


@never_cache
@require_safe
@agent_required
def report(request):
    """What became of each case of the last gesture."""
    kept = request.session.get(REPORT)
    if not kept:
        return HttpResponseRedirect(reverse("cases:list"))
    lines = [{"reference": reference, "done": done, "text": text} for reference, done, text in kept["lines"]]
    context = {
        "title": kept["title"],
        "done": [line for line in lines if line["done"]],
        "refused": [line for line in lines if not line["done"]],
        "breadcrumbs": _crumbs("Rapport"),
    }
    return render(request, "cases/desk/bulk_report.html", context)
