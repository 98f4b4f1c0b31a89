"""`/bureau/travaux/reglages/`: plans, lists, absences, hourly rates."""

import datetime

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import MANAGE
from beffroi.modules.maintenance.forms import bodies
from beffroi.modules.maintenance.forms_upkeep import (
    AbsenceForm,
    ChecklistForm,
    LineForm,
    LineFormSet,
    PlanForm,
    RateForm,
)
from beffroi.modules.maintenance.models import Absence, Checklist, Plan, Rate
from beffroi.modules.maintenance.views.common import attempt, desk
from beffroi.shared.organisations.models import Team

YEAR = datetime.timedelta(days=365)
PREVIEW = 24


def _owned(request, model):
    return model.objects.filter(organisation__in=bodies(request.user, MANAGE)).select_related("organisation")


def page_crumbs(*more) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), ("Travaux", reverse("maintenance:orders")), *more]


def form_page(request, form, title, back, **more):
    crumbs = page_crumbs((more.pop("parent", "Réglages"), back), (title, ""))
    context = {"form": form, "title": title, "back": back, "breadcrumbs": crumbs, **more}
    return render(request, "maintenance/upkeep_form.html", context)


@desk
@require_safe
@permission_required(MANAGE)
def plans(request):
    """The plans, and what they will open in a year: the preview of the generation."""
    found = list(_owned(request, Plan).with_dates().order_by("name"))
    today = timezone.localdate()
    due = []
    for plan in found:
        asked = list(actions.due_of(plan, today + YEAR)) if plan.is_active else []
        plan.next = next((one for one in asked if one.day >= today), None)
        opened = [one.order for one in plan.occurrences.all()]
        plan.late = len(actions.overdue_of(plan, today)) + sum(order.is_late for order in opened)
        due += asked
    due.sort(key=lambda one: (one.day, one.plan.name))
    context = {
        "plans": found,
        "due": due[:PREVIEW],
        "more": max(0, len(due) - PREVIEW),
        "today": today,
        "breadcrumbs": page_crumbs(("Plans d’entretien", "")),
    }
    return render(request, "maintenance/plans.html", context)


@desk
@require_POST
@permission_required(MANAGE)
def generate(request):
    """Open now what the plans of my bodies ask for."""
    count = actions.generate(actor=request.user, organisations=bodies(request.user, MANAGE))
    messages.success(request, f"Ordres ouverts : {count}." if count else "Aucun ordre n’était à ouvrir.")
    return HttpResponseRedirect(reverse("maintenance:plans"))


@desk
@permission_required(MANAGE)
def plan(request, pk=None):
    instance = get_object_or_404(_owned(request, Plan), pk=pk) if pk else Plan()
    form = PlanForm(request.POST or None, instance=instance, user=request.user)
    if form.is_valid() and attempt(
        form, lambda: actions.save_plan(form.instance, actor=request.user, assets=form.assets)
    ):
        messages.success(request, "Le plan est enregistré.")
        return HttpResponseRedirect(reverse("maintenance:plans"))
    title = f"Plan « {instance.name} »" if pk else "Nouveau plan d’entretien"
    return form_page(request, form, title, reverse("maintenance:plans"), parent="Plans d’entretien")


@desk
@require_safe
@permission_required(MANAGE)
def checklists(request):
    context = {"checklists": _owned(request, Checklist), "breadcrumbs": page_crumbs(("Listes de contrôle", ""))}
    return render(request, "maintenance/checklists.html", context)


@desk
@permission_required(MANAGE)
def checklist(request, pk=None):
    instance = get_object_or_404(_owned(request, Checklist), pk=pk) if pk else Checklist()
    form = ChecklistForm(request.POST or None, instance=instance, user=request.user)
    initial = [LineForm.initial_of(line) for line in instance.lines]
    lines = LineFormSet(request.POST or None, initial=initial, prefix="lignes")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        form.instance.lines = [line for one in lines if (line := one.line())]
        if attempt(form, lambda: actions.save_checklist(form.instance, actor=request.user)):
            messages.success(request, "La liste est enregistrée. Les ordres déjà ouverts gardent la leur.")
            return HttpResponseRedirect(reverse("maintenance:checklists"))
    title = f"Liste « {instance.name} »" if pk else "Nouvelle liste de contrôle"
    more = {"formset": lines, "parent": "Listes de contrôle"}
    return form_page(request, form, title, reverse("maintenance:checklists"), **more)


def _body(request):
    owned = list(bodies(request.user, MANAGE))
    wanted = request.GET.get("organisme", "")
    return owned, next((one for one in owned if one.slug == wanted), owned[0] if owned else None)


def _feeds(request, organisation) -> list:
    """The teams of a body, with the address of their calendar, if it is open."""
    teams = list(Team.objects.filter(organisation=organisation, is_active=True).select_related("work_feed"))
    for team in teams:
        feed = getattr(team, "work_feed", None)
        team.address = request.build_absolute_uri(feed.get_absolute_url()) if feed else ""
    return teams


@desk
@permission_required(MANAGE)
def team_settings(request):
    """Absences to come, hourly rates."""
    owned, organisation = _body(request)
    kind = request.POST.get("kind", "")
    absence = AbsenceForm(request.POST if kind == "absence" else None, organisation=organisation, auto_id="absence_%s")
    rate = RateForm(request.POST if kind == "rate" else None, user=request.user, instance=Rate(), auto_id="cout_%s")
    here = f"{reverse('maintenance:team_settings')}?organisme={organisation.slug}"
    if (
        kind == "absence"
        and absence.is_valid()
        and attempt(absence, lambda: actions.add_absence(absence.instance, actor=request.user))
    ):
        messages.success(request, "L’absence est notée.")
        return HttpResponseRedirect(here)
    if (
        kind == "rate"
        and rate.is_valid()
        and attempt(rate, lambda: actions.set_rate(rate.instance, actor=request.user))
    ):
        messages.success(request, "Le coût horaire est enregistré.")
        return HttpResponseRedirect(here)
    away = Absence.objects.filter(organisation=organisation, end__gte=timezone.localdate()).select_related("worker")
    context = {
        "owned": owned,
        "organisation": organisation,
        "absences": away,
        "teams": _feeds(request, organisation),
        "rates": Rate.objects.filter(organisation=organisation).select_related("team"),
        "absence_form": absence,
        "rate_form": rate,
        "breadcrumbs": page_crumbs(("Équipes", "")),
    }
    return render(request, "maintenance/team_settings.html", context)


@desk
@require_POST
def absence_remove(request, pk):
    absence = get_object_or_404(_owned(request, Absence), pk=pk)
    access.require(request.user, MANAGE, absence.organisation_id)
    actions.remove_absence(absence, actor=request.user)
    messages.success(request, "L’absence est retirée.")
    return HttpResponseRedirect(reverse("maintenance:team_settings"))
