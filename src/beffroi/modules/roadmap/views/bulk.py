"""One gesture on the ticked lines of the list of a plan, then what became of each."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from beffroi.modules.roadmap import bulk as gestures
from beffroi.modules.roadmap.forms.bulk import GESTURES
from beffroi.modules.roadmap.views.common import desk_page, get_plan, plan_crumbs

REPORT = "roadmap_bulk_report"


def _list(plan) -> str:
    return reverse("roadmap:table", args=[plan.slug])


@desk_page
@require_POST
def bulk(request, slug):
    """Ask what the gesture needs, then do it and tell."""
    plan = get_plan(request, slug)
    chosen = gestures.chosen(request.user, plan, request.POST.getlist("choix"))
    form_class = GESTURES.get(request.POST.get("geste", ""))
    if not chosen or form_class is None:
        messages.error(request, "Cochez au moins une action, puis choisissez ce qu’il faut en changer.")
        return HttpResponseRedirect(_list(plan))
    form = form_class(request.POST if "valider" in request.POST else None, plan=plan, chosen=chosen)
    if form.is_valid():
        lines = gestures.run(chosen, request.user, form)
        titles = {action.pk: (action.slug, action.title) for action in chosen}
        kept = [[line.reference, line.done, line.text, *titles[a.pk]] for a, line in zip(chosen, lines, strict=True)]
        request.session[REPORT] = {"plan": plan.slug, "title": form.title, "lines": kept}
        return HttpResponseRedirect(reverse("roadmap:bulk_report", args=[plan.slug]))
    crumbs = plan_crumbs(plan, ("Liste", _list(plan)), (form.title, ""))
    context = {"plan": plan, "form": form, "actions": chosen, "breadcrumbs": crumbs}
    return render(request, "roadmap/desk/bulk.html", context)


@desk_page
@require_safe
def report(request, slug):
    """What became of each action of the last gesture."""
    plan = get_plan(request, slug)
    kept = request.session.get(REPORT)
    if not kept or kept["plan"] != plan.slug:
        return HttpResponseRedirect(_list(plan))
    names = ("reference", "done", "text", "slug", "title")
    lines = [dict(zip(names, line, strict=True)) for line in kept["lines"]]
    context = {
        "plan": plan,
        "title": kept["title"],
        "done": [line for line in lines if line["done"]],
        "refused": [line for line in lines if not line["done"]],
        "breadcrumbs": plan_crumbs(plan, ("Liste", _list(plan)), ("Rapport", "")),
    }
    return render(request, "roadmap/desk/bulk_report.html", context)
