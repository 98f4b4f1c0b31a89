"""`/bureau/demandes/<reference>/`: one layout for every kind.

Facts on the left, what happened and what is said in the middle, gestures on the right.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access, modules, pdf
from beffroi.kernel.access import agent_required
from beffroi.kernel.ui import blocks
from beffroi.shared.cases import answers, receipt, wording
from beffroi.shared.cases.desk_forms import PriorityForm, TextForm
from beffroi.shared.cases.models import Case, Follower, kind_of_reference
from beffroi.shared.cases.timeline import desk_thread

RELATED = ("filed_by", "mandate", "merged_into")


def find_case(request, reference: str) -> Case:
    """The concrete case that this agent may see at the desk, or 404."""
    model = kind_of_reference(reference.upper())
    if model is None:
        raise Http404(reference)
    rows = model.objects.on_desk_of(request.user).with_names(*RELATED, *model.related)
    followers = Follower.objects.confirmed().filter(case=OuterRef("pk")).order_by().values("case")
    counted = Coalesce(Subquery(followers.annotate(total=Count("pk")).values("total")), 0)
    case = rows.annotate(followed=counted).filter(reference=reference.upper()).first()
    if case is None:
        raise Http404(reference)
    return case


def crumbs(case: Case, *more) -> list[tuple[str, str]]:
    here = (case.reference, case.get_absolute_url() if more else "")
    return [("Bureau", "/bureau/"), ("Demandes", reverse("cases:list")), here, *more]


def object_actions(user, case: Case) -> list[dict]:
    """The buttons that other modules add to a case of this kind, or to any case."""
    labels = {case.kind, "cases.case"}
    return [
        {"label": action.label, "url": action.url(case), "icon": action.icon}
        for action in modules.collect("object_actions")
        if action.model.lower() in labels
        and (not action.permission or access.can(user, action.permission, case.organisation_id))
        and (action.shown is None or action.shown(user, case))
    ]


@never_cache
@require_safe
@agent_required
def receipt_file(request, reference):
    """The receipt to hand to somebody at the counter: it bears their secret link, so only who handles the case prints
    it."""
    case = find_case(request, reference)
    if not case.can_be_handled_by(request.user) and case.filed_by_id != request.user.pk:
        raise PermissionDenied("récépissé")
    link = request.build_absolute_uri(case.tracking_url())
    return pdf.response(f"recepisse-{case.reference}", receipt.render(case, link))


@never_cache
@require_safe
@agent_required
def case_page(request, reference):
    case = find_case(request, reference)
    handles = case.can_be_handled_by(request.user)
    steps = case.workflow.available(case, request.user)
    items, files = desk_thread(case)
    context = {
        "case": case,
        "handles": handles,
        "steps": [step for step in steps if step.tone != "danger"],
        "grave_steps": [step for step in steps if step.tone == "danger"],
        "can_merge": handles and "merge" in case.workflow.transitions and case.is_open,
        "due": wording.due_words(case),
        "items": items,
        "files": files,
        "object_actions": object_actions(request.user, case),
        "blocks": blocks.of_object(request, case, case.organisation_id),
        "breadcrumbs": crumbs(case),
        **case.desk_context(request),
    }
    if handles:
        context |= {
            "answer_form": TextForm(case=case, auto_id="id_reponse_%s"),
            "note_form": TextForm(case=case, auto_id="id_note_%s", label="Note"),
            "priority_form": PriorityForm(case=case, auto_id="id_priorite_%s"),
            "ready_answers": answers.ready_answers(case),
        }
    return render(request, "cases/desk/case.html", context)
