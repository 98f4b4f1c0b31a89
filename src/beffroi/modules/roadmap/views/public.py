"""What everyone reads: where the plans stand, each action, what happened, in plain words."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from beffroi.modules.roadmap import comparison, facts, outline, statistics
from beffroi.modules.roadmap.measures import measured
from beffroi.modules.roadmap.models import Action, Plan
from beffroi.shared.files.models import StoredFile

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
    branches = outline.build(shown, actions)
    lines = [action for branch in branches for action in branch.actions]
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
    shown = get_object_or_404(Action.objects.public().for_lists().with_shown_state(), slug=slug)
    followed = shown.followed
    if shown.same_as_id:
        followed = get_object_or_404(Action.objects.public().for_lists().with_shown_state(), pk=shown.same_as_id)
    money = shown.plan.budget_is_public
    history = facts.public_facts([followed])
    crumbs = [HOME, (str(shown.axis), f"{shown.plan.get_absolute_url()}#axe-{shown.axis.code}"), (shown.title, "")]
    context = {
        "action": shown,
        "followed": followed,
        "plan": shown.plan,
        "steps": followed.steps.all(),
        "indicators": measured(indicator for indicator in followed.indicators.all() if indicator.may_be_public),
        "budget": followed.budget_lines.all() if money else (),
        "fundings": followed.fundings.exclude(status="refused") if money else (),
        "files": StoredFile.objects.about(followed).filter(public=True),
        "links": [link for link in followed.links.all() if link.url],
        "partners": followed.partners.all(),
        "communes": followed.communes.all(),
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
