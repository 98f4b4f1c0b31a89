"""What everyone reads: where the plans stand, each action, what happened, in plain words."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from beffroi.modules.roadmap import bundles, comparison, facts, outline, statistics
from beffroi.modules.roadmap.measures import measured
from beffroi.modules.roadmap.models import Action, Plan

SHOWN = ("steps", "pilots", "budget_lines", "fundings", "indicators", "partners", "communes", "links", "files")
HOME = ("Feuille de route", "/feuille-de-route/")


@login_not_required
def home(request):
    """Where the main plan stands; the other published plans are one press away."""
    plans = list(Plan.objects.public())
    if not plans:
        return render(request, "roadmap/none.html")
    return _show_plan(request, plans[0], plans, [])


@login_not_required
def plan(request, slug):
    plans = list(Plan.objects.public())
    shown = next((one for one in plans if one.slug == slug), None)
    if shown is None:
        raise Http404
    return _show_plan(request, shown, plans, [HOME, (shown.title, "")])


def _show_plan(request, shown: Plan, plans: list[Plan], breadcrumbs):
    actions = Action.objects.public().filter(axis__plan=shown).for_lists().with_shown_state()
    lines = list(actions)
    branches = outline.build(shown, lines)
    news = facts.public_facts(lines, limit=5)
    revisions = shown.revisions.filter(adopted_on__isnull=False).defer("content", "changes")
    context = {
        "plan": shown,
        "others": [other for other in plans if other.pk != shown.pk],
        "branches": branches,
        "tally": outline.whole(branches),
        "news": news,
        "news_items": facts.named(news),
        "revisions": revisions,
        "budget": statistics.budget_totals(actions) if shown.budget_is_public else None,
        "breadcrumbs": breadcrumbs,
    }
    return render(request, "roadmap/plan.html", context)


@login_not_required
def action(request, slug):
    actions = Action.objects.public().for_lists().with_shown_state()
    shown = bundles.one(actions.filter(slug=slug), *SHOWN)
    followed = bundles.one(actions.filter(pk=shown.same_as_id), *SHOWN) if shown and shown.same_as_id else shown
    if followed is None:
        raise Http404
    money = shown.plan.budget_is_public
    history = facts.public_facts([followed], steps=followed.steps.all())
    crumbs = [HOME, (str(shown.axis), f"{shown.plan.get_absolute_url()}#axe-{shown.axis.code}"), (shown.title, "")]
    context = {
        "action": shown,
        "followed": followed,
        "plan": shown.plan,
        "steps": followed.steps.all(),
        "indicators": measured(indicator for indicator in followed.indicators.all() if indicator.may_be_public),
        "budget": followed.budget_lines.all() if money else (),
        "fundings": [line for line in followed.fundings.all() if line.status != line.Status.REFUSED] if money else (),
        "files": [file for file in followed.stored_files if file.public],
        "links": [link for link in followed.links.all() if link.url],
        "history": history,
        "history_items": facts.told(history),
        "breadcrumbs": crumbs,
    }
    return render(request, "roadmap/action.html", context)


@login_not_required
def history(request):
    """Everything that happened to the published plans, newest first."""
    plans = Plan.objects.public()
    lines = facts.public_facts(Action.objects.public().select_related("axis__plan", "same_as"))
    lines = sorted([*lines, *facts.adoptions(plans)], key=lambda fact: (fact.day, fact.recorded_at), reverse=True)
    page = Paginator(lines, 30).get_page(request.GET.get("page"))
    context = {"page_obj": page, "items": facts.named(page), "breadcrumbs": [HOME, ("Historique", "")]}
    return render(request, "roadmap/history.html", context)


@login_not_required
def revision(request, slug, number):
    """What an adopted revision decided, restricted actions left out."""
    shown = get_object_or_404(Plan.objects.public(), slug=slug)
    one = get_object_or_404(shown.revisions.filter(adopted_on__isnull=False), number=number)
    changes = comparison.readable(shown, [change for change in one.changes if not change["restricted"]])
    crumbs = [HOME, (shown.title, reverse("roadmap:public_plan", args=[slug])), (one.label, "")]
    context = {"plan": shown, "revision": one, "changes": changes, "breadcrumbs": crumbs}
    return render(request, "roadmap/revision.html", context)
