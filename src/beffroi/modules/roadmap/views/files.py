"""The plan as a document or a table: for everyone what is public, at the desk what the reader may see."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header

from beffroi.kernel import journal, pdf, sheets
from beffroi.modules.roadmap import bundles, exports, money, report
from beffroi.modules.roadmap.models import Action, Plan
from beffroi.modules.roadmap.report import word
from beffroi.modules.roadmap.views.common import desk_page, get_plan

KEPT = 3600


def _public(slug: str) -> tuple[Plan, object]:
    plan = get_object_or_404(Plan.objects.public().select_related("organisation"), slug=slug)
    return plan, Action.objects.public().filter(axis__plan=plan)


@login_not_required
def public_report(request, slug):
    """The progress report, made again only when the journal or the day has changed."""
    plan, actions = _public(slug)
    today = timezone.localdate()
    key = f"roadmap:report:{plan.pk}:{today.isoformat()}:{journal.version()}"
    content = caches["pages"].get(key)
    if content is None:
        content = report.render(plan, actions, for_agents=False)
        caches["pages"].set(key, content, KEPT)
    return pdf.response(exports.file_name(plan, "rapport", today), content)


@login_not_required
def public_table(request, slug, kind):
    """The public actions as a file."""
    if kind not in sheets.TYPES:
        raise Http404
    plan, actions = _public(slug)
    actions = money.with_money(actions.for_lists().with_shown_state())
    lines = bundles.fetch(actions.order_by("axis__position", "axis_id", "number"), "steps", "pilots")
    name = exports.file_name(plan, "actions", timezone.localdate())
    return sheets.response(kind, name, [exports.public_sheet(lines, with_money=plan.budget_is_public)])


@desk_page
def desk_word(request, slug):
    """The report of the desk, to rework in a word processor."""
    plan = get_plan(request, slug)
    actions = Action.objects.visible_to(request.user).filter(axis__plan=plan)
    name = exports.file_name(plan, "rapport-interne", timezone.localdate())
    response = HttpResponse(word.render(plan, actions, for_agents=True), content_type=word.TYPE)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.docx")
    return response


@desk_page
def desk_report(request, slug):
    """The same report, with everything that the reader may see."""
    plan = get_plan(request, slug)
    actions = Action.objects.visible_to(request.user).filter(axis__plan=plan)
    content = report.render(plan, actions, for_agents=True)
    return pdf.response(exports.file_name(plan, "rapport-interne", timezone.localdate()), content)
