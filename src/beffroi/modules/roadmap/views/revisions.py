"""The revisions of a plan: list, freeze, adoption, comparison of any two."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from beffroi.kernel.writing import tell
from beffroi.modules.roadmap import access, actions, comparison, snapshots
from beffroi.modules.roadmap.actions.revisions import pending_changes, revision_due_on
from beffroi.modules.roadmap.forms.revisions import AdoptForm, FreezeForm
from beffroi.modules.roadmap.views.common import (
    desk_page,
    get_editable_plan,
    get_plan,
    plan_context,
    plan_crumbs,
)

NOW = "maintenant"


def _list(plan) -> str:
    return reverse("roadmap:revisions", args=[plan.slug])


@desk_page
def index(request, slug):
    plan = get_plan(request, slug)
    revisions = list(plan.revisions.defer("content", "changes").select_related("frozen_by"))
    context = plan_context(
        request,
        plan,
        revisions=revisions,
        due=revision_due_on(plan),
        pairs=[(str(one.number), str(one)) for one in revisions],
        breadcrumbs=plan_crumbs(plan, ("Révisions", "")),
    )
    return render(request, "roadmap/desk/revisions.html", context)


@desk_page
def freeze(request, slug):
    """Freeze the plan as it is, each change explained."""
    plan = get_editable_plan(request, slug)
    changes = pending_changes(plan)
    form = FreezeForm(request.POST or None, changes=changes)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.freeze_revision(
                plan, actor=request.user, label=values["label"], summary=values["summary"], reasons=form.reasons
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "La révision est figée : plus personne ne peut la modifier.")
            return HttpResponseRedirect(_list(plan))
    context = {
        "form": form,
        "heading": "Figer une révision",
        "about": plan.title,
        "intro": f"{len(changes)} fiches ou axes ont changé depuis la dernière révision." if changes else "",
        "back": _list(plan),
        "button": "Figer la révision",
        "breadcrumbs": plan_crumbs(plan, ("Révisions", _list(plan)), ("Figer une révision", "")),
    }
    return render(request, "roadmap/desk/form.html", context)


@desk_page
def adopt(request, slug, number):
    """Write that the assembly adopted it."""
    plan = get_editable_plan(request, slug)
    revision = get_object_or_404(plan.revisions, number=number)
    form = AdoptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.adopt_revision(revision, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "L’adoption est enregistrée ; la révision paraît sur le site.")
            return HttpResponseRedirect(_list(plan))
    context = {
        "form": form,
        "heading": "Enregistrer l’adoption",
        "about": str(revision),
        "back": _list(plan),
        "breadcrumbs": plan_crumbs(plan, ("Révisions", _list(plan)), ("Adoption", "")),
    }
    return render(request, "roadmap/desk/form.html", context)


@desk_page
def show(request, slug, number):
    """What a revision changed, and whether it is still what was frozen."""
    plan = get_plan(request, slug)
    revision = get_object_or_404(plan.revisions.select_related("frozen_by"), number=number)
    context = plan_context(
        request,
        plan,
        revision=revision,
        intact=snapshots.is_intact(revision),
        changes=comparison.readable(plan, _readable(request, plan, revision.changes), agents=True),
        breadcrumbs=plan_crumbs(plan, ("Révisions", _list(plan)), (str(revision), "")),
    )
    return render(request, "roadmap/desk/revision.html", context)


@desk_page
def compare(request, slug):
    """Two revisions, or one and the plan as it is now."""
    plan = get_plan(request, slug)
    revisions = {revision.number: revision for revision in plan.revisions.order_by("number")}
    choices = [(str(number), f"Révision {number}") for number in revisions] + [(NOW, "Le plan aujourd’hui")]
    before = _chosen(request.GET.get("avant"), revisions, default=max(revisions, default=NOW))
    after = _chosen(request.GET.get("apres"), revisions, default=NOW)
    now = snapshots.take(plan)
    contents = {NOW: now} | {number: revision.content for number, revision in revisions.items()}
    changes = snapshots.compare(contents[before], contents[after])
    reasons = _reasons(plan, revisions, {before, after}, now)
    for change in changes:
        change["reason"] = " — ".join(reasons.get(change["uid"], []))
    shown = _readable(request, plan, changes)
    kinds = [change["kind"] for change in shown]
    moved = sum(1 for change in shown for field in change["fields"] if field["name"] == "state")
    context = plan_context(
        request,
        plan,
        choices=choices,
        before=str(before),
        after=str(after),
        counts=[
            ("ajoutées", kinds.count("added")),
            ("retirées", kinds.count("removed")),
            ("modifiées", kinds.count("changed")),
            ("changements d’état", moved),
        ],
        changes=comparison.readable(plan, shown, agents=True),
        breadcrumbs=plan_crumbs(plan, ("Révisions", _list(plan)), ("Comparer", "")),
    )
    return render(request, "roadmap/desk/compare.html", context)


def _chosen(value, revisions, default):
    if value == NOW:
        return NOW
    return int(value) if value and value.isdecimal() and int(value) in revisions else default


def _reasons(plan, revisions, chosen, now) -> dict[str, list[str]]:
    """Why, by action: what the revisions in between say, then what was noted since the last one."""
    found: dict[str, list[str]] = {}
    numbers = [number for number in chosen if number != NOW]
    low, high = min(numbers, default=0), max(revisions, default=0) if NOW in chosen else max(numbers, default=0)
    for number, revision in revisions.items():
        for change in revision.changes if low < number <= high else ():
            found.setdefault(change["uid"], []).append(change["reason"])
    if NOW in chosen and revisions:
        for change in pending_changes(plan, revisions[max(revisions)], now):
            if change["reason"]:
                found.setdefault(change["uid"], []).append(change["reason"])
    return {uid: list(dict.fromkeys(reasons)) for uid, reasons in found.items()}


def _readable(request, plan, changes) -> list[dict]:
    """Restricted actions only for those who read them."""
    if access.can_read_restricted(request.user, plan):
        return list(changes)
    return [change for change in changes if not change["restricted"]]
