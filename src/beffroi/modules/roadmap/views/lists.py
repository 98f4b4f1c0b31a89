"""The other views of a plan: list, calendar, axes, elected referents, budget; and the files of the list."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from beffroi.kernel import sheets
from beffroi.kernel.ui.formats import euros, percent
from beffroi.modules.roadmap import access, bundles, exports, filters, gantt, money, outline
from beffroi.modules.roadmap.models import Action, Plan, Referent
from beffroi.modules.roadmap.views.common import desk_page, get_plan, plan_context, plan_crumbs

A_PAGE = 50


def _visible(request, plan: Plan):
    return Action.objects.visible_to(request.user).filter(axis__plan=plan)


def _filtered(request, plan: Plan):
    """The form, and the actions that it keeps, in the order asked for."""
    form = filters.ActionFilter(request.GET, plan=plan)
    actions = money.with_money(_visible(request, plan).for_lists().with_shown_state())
    return form, filters.sort(form.apply(actions), request.GET.get("tri", "reference"))


def _page(request, actions, *parts):
    """One page of them, with these parts."""
    page = Paginator(actions, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = bundles.fetch(page.object_list, *parts)
    return page


@desk_page
def table(request, slug):
    plan = get_plan(request, slug, filters.with_choices)
    form, actions = _filtered(request, plan)
    page = _page(request, actions, "steps", "pilots")
    query = request.GET.urlencode()
    context = plan_context(
        request,
        plan,
        form=form,
        page_obj=page,
        sort="reference",
        query=f"?{query}" if query else "",
        kinds=sheets.LABELS,
        editable=access.editable_ids(request.user, page.object_list),
        breadcrumbs=plan_crumbs(plan, ("Liste", "")),
    )
    return render(request, "roadmap/desk/table.html", context)


@desk_page
def table_file(request, slug, kind):
    """The list as it is filtered and sorted, as a file."""
    if kind not in sheets.TYPES:
        raise Http404
    plan = get_plan(request, slug, filters.with_choices)
    _form, actions = _filtered(request, plan)
    name = exports.file_name(plan, "liste", timezone.localdate())
    return sheets.response(kind, name, [exports.list_sheet(bundles.fetch(actions, "steps", "pilots"))])


@desk_page
def calendar(request, slug):
    """The plan as bars on the months."""
    plan = get_plan(request, slug, filters.with_choices)
    form, actions = _filtered(request, plan)
    page = _page(request, actions.distinct_ones(), "steps")
    context = plan_context(
        request,
        plan,
        form=form,
        page_obj=page,
        calendar=gantt.build(plan, page.object_list, timezone.localdate()),
        breadcrumbs=plan_crumbs(plan, ("Calendrier", "")),
    )
    return render(request, "roadmap/desk/gantt.html", context)


@desk_page
def axes(request, slug):
    plan = get_plan(request, slug)
    lines = _visible(request, plan).for_lists().with_shown_state()
    branches = outline.build(plan, lines)
    crumbs = plan_crumbs(plan, ("Par axe", ""))
    return render(request, "roadmap/desk/axes.html", plan_context(request, plan, branches=branches, breadcrumbs=crumbs))


@desk_page
def referents(request, slug):
    """The actions that each elected referent answers for, and those that nobody does."""
    plan = get_plan(request, slug)
    actions = _visible(request, plan).distinct_ones().for_lists().with_shown_state()
    by_referent: dict[int | None, list[Action]] = {}
    for action in money.with_money(actions):
        by_referent.setdefault(action.referent_id, []).append(action)
    people = list(Referent.objects.filter(organisation=plan.organisation)) if by_referent else []
    known = {person.pk for person in people}
    others = [actions[0].referent for pk, actions in by_referent.items() if pk and pk not in known]
    groups = [_group(person, by_referent.get(person.pk, [])) for person in [*people, *others]]
    if None in by_referent:
        groups.append(_group(None, by_referent[None]))
    crumbs = plan_crumbs(plan, ("Par élu référent", ""))
    return render(
        request, "roadmap/desk/referents.html", plan_context(request, plan, groups=groups, breadcrumbs=crumbs)
    )


def _group(person, actions: list[Action]) -> dict:
    return {
        "referent": person,
        "actions": actions,
        "late": sum(1 for action in actions if action.shown_state.code == "late"),
        "planned": sum((action.planned or money.ZERO for action in actions), money.ZERO),
        "actual": sum((action.actual or money.ZERO for action in actions), money.ZERO),
    }


@desk_page
def budget(request, slug):
    """Planned, spent and funded euros: by year, by axis, by structure, by elected referent, by funder."""
    plan = get_plan(request, slug)
    actions = _visible(request, plan)
    spread = money.spread(actions)
    years, whole = spread.years, spread.whole
    funded = money.funded(actions)
    share = money.funded_share(whole.total.planned, funded.granted)
    context = plan_context(
        request,
        plan,
        years=years,
        whole=whole,
        by_axis=[(line, [(year.year, line.years.get(year.year)) for year in years]) for line in spread.axes],
        cuts=[
            ("par-structure", "Par structure pilote", "Structure", spread.structures),
            ("par-elu", "Par élu référent", "Élu référent", spread.referents),
        ],
        funded=funded,
        planned_text=euros(whole.total.planned),
        actual_text=euros(whole.total.actual),
        granted_text=euros(funded.granted),
        share_text="" if share is None else percent(share),
        kinds=sheets.LABELS,
        breadcrumbs=plan_crumbs(plan, ("Budget", "")),
    )
    return render(request, "roadmap/desk/budget.html", context)


@desk_page
def budget_file(request, slug, kind):
    """The money of the plan as a file: each line of each action, then the fundings."""
    if kind not in sheets.TYPES:
        raise Http404
    plan = get_plan(request, slug)
    actions = bundles.fetch(_visible(request, plan).distinct_ones().for_lists(), *bundles.EVERYTHING)
    name = exports.file_name(plan, "budget", timezone.localdate())
    money_sheets = [sheet for sheet in exports.sheets(plan, actions) if sheet.title in {"Budget", "Financements"}]
    return sheets.response(kind, name, money_sheets)
