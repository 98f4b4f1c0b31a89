"""The desk's own views of a plan: where everything stands, and the board by state."""

from django.shortcuts import render
from django.utils import timezone

from beffroi.modules.roadmap import access, bundles, statistics
from beffroi.modules.roadmap import board as boards
from beffroi.modules.roadmap.actions.revisions import revision_due_on
from beffroi.modules.roadmap.models import Action, Plan
from beffroi.modules.roadmap.views.common import DESK, desk_page, get_plan, plan_context, plan_crumbs


@desk_page
def index(request):
    """The plans, and the actions that I carry."""
    tallies = statistics.tallies(Action.objects.visible_to(request.user), by="axis__plan_id")
    plans = [
        {"plan": plan, "tally": tallies.get(plan.pk, statistics.Tally())}
        for plan in Plan.objects.visible_to(request.user).select_related("organisation")
    ]
    mine = Action.objects.piloted_by(request.user).distinct_ones().exclude(state__in=["done", "dropped"])
    crumbs = [("Bureau", "/bureau/"), (DESK[0], "")]
    context = {
        "plans": plans,
        "mine": mine.for_lists().with_shown_state()[:50],
        "may_open": access.may_open_plans(request.user),
        "breadcrumbs": crumbs,
    }
    return render(request, "roadmap/desk/index.html", context)


@desk_page
def board(request, slug):
    """The actions in columns, one a state."""
    plan = get_plan(request, slug)
    actions = Action.objects.visible_to(request.user).filter(axis__plan=plan).distinct_ones()
    lines = bundles.fetch(actions.for_lists().with_shown_state(), "steps")
    editable = access.editable_ids(request.user, lines)
    context = plan_context(
        request,
        plan,
        columns=boards.columns(lines, editable),
        due=_revision_due(plan),
        breadcrumbs=plan_crumbs(plan)[:-1] + [(plan.title, "")],
    )
    return render(request, "roadmap/desk/board.html", context)


def _revision_due(plan: Plan):
    """The day since which the plan should have been revised, or None."""
    today = timezone.localdate()
    due = revision_due_on(plan)
    return due if due <= today <= plan.end else None
