"""Bringing a workbook into a plan, and taking the plan away: XLSX, ODS, PDF."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import sheets
from beffroi.modules.roadmap import actions, bundles, comparison, exports, importing
from beffroi.modules.roadmap.forms.revisions import ApplyForm, ImportForm
from beffroi.modules.roadmap.models import Action, ImportDraft
from beffroi.modules.roadmap.views.common import (
    desk_page,
    get_editable_plan,
    get_plan,
    plan_context,
    plan_crumbs,
)


@desk_page
def index(request, slug):
    """What can be taken away; for those who edit the plan, a workbook to bring in."""
    plan = get_plan(request, slug)
    form = ImportForm()
    if request.method == "POST":
        get_editable_plan(request, slug)
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid() and (draft := _receive(request, plan, form)):
            return HttpResponseRedirect(reverse("roadmap:import", args=[plan.slug, draft.pk]))
    context = plan_context(request, plan, form=form, breadcrumbs=plan_crumbs(plan, ("Importer, exporter", "")))
    return render(request, "roadmap/desk/exchange.html", context)


def _receive(request, plan, form):
    file = form.cleaned_data["file"]
    content = file.read()
    try:
        importing.read(content)
    except importing.Unreadable as error:
        form.add_error("file", str(error))
        return None
    return actions.keep_draft(plan, actor=request.user, name=file.name, content=content)


@desk_page
def trial(request, slug, pk):
    """What a workbook would change, line by line; then, on its author's word, the import."""
    plan = get_editable_plan(request, slug)
    draft = get_object_or_404(ImportDraft, pk=pk, plan=plan, author=request.user)
    form = ApplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = actions.apply_draft(draft, actor=request.user, reason=form.cleaned_data["reason"])
        if outcome.is_sound:
            messages.success(request, f"L’import est fait : {len(outcome.changes)} changements.")
            return HttpResponseRedirect(reverse("roadmap:table", args=[plan.slug]))
        if any(fault.column == "Motif du changement" for fault in outcome.faults):
            form.add_error("reason", "Ces changements touchent des engagements du plan : dites pourquoi.")
    else:
        outcome = importing.rehearse(plan, importing.read(bytes(draft.content)), actor=request.user)
    context = plan_context(
        request,
        plan,
        draft=draft,
        form=form,
        outcome=outcome,
        changes=comparison.readable(plan, outcome.changes, agents=True),
        breadcrumbs=plan_crumbs(plan, ("Importer, exporter", reverse("roadmap:exchange", args=[slug])), ("Essai", "")),
    )
    return render(request, "roadmap/desk/import.html", context)


@desk_page
def template(request, slug, kind):
    """An empty workbook with its instructions."""
    get_plan(request, slug)
    if kind not in ("xlsx", "ods"):
        raise Http404
    return sheets.response(kind, "modele-feuille-de-route", exports.template())


@desk_page
def workbook(request, slug, kind):
    """The whole plan as the reader may see it."""
    plan = get_plan(request, slug)
    if kind not in ("xlsx", "ods"):
        raise Http404
    actions = Action.objects.visible_to(request.user).filter(axis__plan=plan)
    lines = bundles.fetch(actions.for_lists(), *bundles.EVERYTHING)
    name = exports.file_name(plan, "complet", timezone.localdate())
    return sheets.response(kind, name, exports.sheets(plan, lines))
