"""The page of an action at the desk: facts, story, gestures."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import finding
from beffroi.modules.roadmap import access, bundles, completeness, facts
from beffroi.modules.roadmap.board import moves_of
from beffroi.modules.roadmap.forms.details import NoteForm
from beffroi.modules.roadmap.measures import measured
from beffroi.modules.roadmap.models import Action
from beffroi.modules.roadmap.money import ZERO
from beffroi.modules.roadmap.views.common import desk_page, plan_crumbs
from beffroi.shared.cases.models import Case

SHOWN = (
    "steps",
    "pilots",
    "budget_lines",
    "fundings",
    "indicators",
    "partners",
    "communes",
    "links",
    "notes",
    "files",
)


@desk_page
def show(request, slug):
    return page_of(request, slug, NoteForm(initial={"public": False}))


def page_of(request, slug, note_form, status=200):
    """The page, with the note being written (kept when it came back with a fault)."""
    actions = access.with_pilotage(Action.objects.visible_to(request.user), request.user)
    actions = actions.for_lists().with_shown_state().select_related("axis__plan__organisation")
    action = bundles.one(actions.filter(slug=slug), *SHOWN)
    if action is None:
        raise Http404
    followed = action
    if action.same_as_id:
        followed = bundles.one(actions.filter(pk=action.same_as_id), *SHOWN) or action.same_as
    may_edit = access.can_edit_action(request.user, action)
    budget, fundings = list(followed.budget_lines.all()), list(followed.fundings.all())
    context = {
        "action": action,
        "followed": followed,
        "plan": action.axis.plan,
        "can_edit": access.can_edit_plan(request.user, action.axis.plan),
        "may_write": may_edit and not action.same_as_id,
        "completeness": completeness.of_action(action) if may_edit and not action.same_as_id else None,
        "moves": moves_of(action) if may_edit and not action.same_as_id else [],
        "move_url": reverse("roadmap:move", args=[action.slug]),
        "steps": followed.steps.all(),
        "measures": measured(followed.indicators.all()),
        "budget": budget,
        "planned": sum((line.planned for line in budget), ZERO),
        "actual": sum((line.actual or ZERO for line in budget), ZERO),
        "fundings": fundings,
        "links": _links(request, followed),
        "files": getattr(followed, "stored_files", ()),
        "notes": followed.notes.all()[:20],
        "history": facts.told(facts.history(followed)),
        "note_form": note_form,
        "today": timezone.localdate(),
        "breadcrumbs": plan_crumbs(action.axis.plan, (f"{action.reference} {action.title}", "")),
    }
    return render(request, "roadmap/desk/action.html", context, status=status)


def _links(request, action) -> list[dict]:
    """The links; of a case or an object of another part, only what the reader may open of it."""
    links = list(action.links.all())
    wanted = [link.case_id for link in links if link.case_id]
    seen = (
        set(Case.objects.visible_to(request.user).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else ()
    )
    objects = finding.seen_objects(
        [(one.target_type_id, one.target_id) for one in links if one.target_id], request.user
    )
    lines = []
    for link in links:
        if link.case_id:
            url = reverse("cases:case", args=[link.case.reference]) if link.case_id in seen else ""
            title = link.case.title if url else "demande d’un autre service"
            lines.append({"link": link, "label": f"{link.case.reference}\u202f: {title}", "url": url})
        elif link.target_id:
            entry = objects.get((link.target_type_id, link.target_id))
            label = f"{entry.source}\u202f: {entry.title}" if entry else "objet d’un autre service"
            lines.append({"link": link, "label": label, "url": entry.url if entry else ""})
        else:
            lines.append({"link": link, "label": link.label, "url": link.url})
    return lines
