"""What the pages of the desk share: who may open them, the plan they speak of, their breadcrumbs and tabs."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from beffroi.kernel.access import permission_required
from beffroi.modules.roadmap import access
from beffroi.modules.roadmap.models import Action, Plan

VIEW = "roadmap.view"
desk_page = permission_required(VIEW)
DESK = ("Feuille de route", "/bureau/feuille-de-route/")


def get_plan(request, slug: str, more: Callable[[QuerySet], QuerySet] = lambda plans: plans) -> Plan:
    """The plan, if the person may see it; else 404. `more` = what to fetch with it."""
    plans = Plan.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(more(plans), slug=slug)


def get_editable_plan(request, slug: str) -> Plan:
    """The plan, for those who may change all of it; 403 for those who only read it."""
    plan = get_plan(request, slug)
    if not access.can_edit_plan(request.user, plan):
        raise PermissionDenied("roadmap.edit")
    return plan


def get_action(request, slug: str) -> Action:
    """The action, if the person may see it; else 404."""
    visible = access.with_pilotage(Action.objects.visible_to(request.user), request.user)
    return get_object_or_404(visible.select_related("axis__plan__organisation", "same_as__axis", "referent"), slug=slug)


def get_editable_action(request, slug: str) -> Action:
    """The action, for those who may update it; 403 for those who only read it."""
    action = get_action(request, slug)
    if not access.can_edit_action(request.user, action):
        raise PermissionDenied("roadmap.pilot")
    return action


def plan_crumbs(plan: Plan, *more) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), DESK, (plan.title, reverse("roadmap:board", args=[plan.slug])), *more]


def action_crumbs(action: Action, *more) -> list[tuple[str, str]]:
    return plan_crumbs(action.axis.plan, (str(action), reverse("roadmap:action", args=[action.slug])), *more)


VIEWS = (
    ("Par état", "board"),
    ("Liste", "table"),
    ("Calendrier", "gantt"),
    ("Par axe", "axes"),
    ("Par élu", "referents"),
    ("Budget", "budget"),
    ("Révisions", "revisions"),
    ("Importer, exporter", "exchange"),
)


def plan_context(request, plan: Plan, **more) -> dict:
    """The variables of every page of a plan."""
    tabs = [(label, reverse(f"roadmap:{name}", args=[plan.slug])) for label, name in VIEWS]
    return {"plan": plan, "tabs": tabs, "can_edit": access.can_edit_plan(request.user, plan), **more}
