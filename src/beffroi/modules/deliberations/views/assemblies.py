"""What everyone reads of the meetings, and the papers of those who were convened."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.modules.deliberations.listing import publishers
from beffroi.modules.deliberations.meeting_workflow import MeetingState
from beffroi.modules.deliberations.models import Meeting
from beffroi.shared.files import access as files
from beffroi.shared.files.models import StoredFile

A_PAGE = 25
ACTS = ("Actes", "/actes/")


@login_not_required
@require_safe
def index(request):
    """The meetings to come and those that were held."""
    meetings = Meeting.objects.public().select_related("organisation")
    slug = request.GET.get("collectivite", "").strip()[:80]
    body = publishers().filter(slug=slug).first() if slug else None
    if body is not None:
        meetings = meetings.filter(organisation=body)
    context = {
        "page_obj": Paginator(meetings, A_PAGE).get_page(request.GET.get("page")),
        "body": body,
        "breadcrumbs": [ACTS, ("Séances", "")],
    }
    return render(request, "deliberations/meetings.html", context)


@login_not_required
@require_safe
def show(request, pk):
    """A public meeting: its agenda, then the list of the deliberations examined and the minutes."""
    meeting = get_object_or_404(Meeting.objects.public().select_related("organisation"), pk=pk)
    items = list(meeting.items.select_related("act__organisation"))
    context = {
        "meeting": meeting,
        "items": items,
        "is_held": meeting.state == MeetingState.HELD,
        "minutes": StoredFile.objects.about(meeting).filter(kind="minutes", public=True).first(),
        "breadcrumbs": [ACTS, ("Séances", reverse("deliberations:public_meetings")), (str(meeting), "")],
    }
    return render(request, "deliberations/meeting.html", context)


@login_not_required
@never_cache
@require_safe
def papers(request, token):
    """The convocation, the agenda and the notes, by the secret link of the convocation."""
    meeting = get_object_or_404(
        Meeting.objects.exclude(state=MeetingState.DRAFT).select_related("organisation"), token=token
    )
    items = list(meeting.items.select_related("act"))
    acts = [item.act for item in items if item.act is not None]
    ready = {file.target_id for file in StoredFile.objects.about(*acts).filter(kind="act")} if acts else set()
    for item in items:
        item.has_project = item.act_id in ready
    return render(request, "deliberations/papers.html", {"meeting": meeting, "items": items})


@login_not_required
@never_cache
@require_safe
def project(request, token, item):
    """The project of deliberation of a point, for those who were convened (CGCT L2121-12, L2121-13)."""
    meeting = get_object_or_404(Meeting.objects.exclude(state=MeetingState.DRAFT), token=token)
    line = get_object_or_404(meeting.items.select_related("act").exclude(act=None), pk=item)
    file = StoredFile.objects.about(line.act).filter(kind="act").first()
    if file is None:
        raise Http404
    return HttpResponseRedirect(files.url_for(file))
