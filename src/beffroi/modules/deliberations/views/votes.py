"""One point of a meeting at the desk: who is in the room, who stands aside, the vote."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import pdf
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.deliberations import access, minutes, quorum, wording
from beffroi.modules.deliberations.actions import votes as actions
from beffroi.modules.deliberations.forms import votes as forms
from beffroi.modules.deliberations.meeting_workflow import MeetingState
from beffroi.modules.deliberations.models import Change, Recusal
from beffroi.modules.deliberations.views.meetings import get_meeting, meeting_crumbs


def _get(request, pk: int, item: int, *, write: bool = True):
    meeting = get_meeting(request, pk, write=write)
    line = get_object_or_404(meeting.items.select_related("act", "chair"), pk=item)
    line.meeting = meeting
    return meeting, line


def _address(line) -> str:
    return reverse("deliberations:item", args=[line.meeting_id, line.pk])


def _crumbs(line, label):
    return meeting_crumbs(line.meeting, (f"Point {line.position}", _address(line)), (label, ""))


@never_cache
@require_safe
@permission_required(access.VIEW)
def show(request, pk, item):
    """A point: its quorum, who moved, who stands aside, how it was voted."""
    meeting, line = _get(request, pk, item, write=False)
    seats = list(meeting.seats.select_related("councillor"))
    ballots = list(line.ballots.select_related("councillor", "cast_by"))
    is_open = meeting.state in (MeetingState.CONVENED, MeetingState.HELD) and meeting.listed_at is None
    context = {
        "meeting": meeting,
        "item": line,
        "quorum": quorum.of_item(line, seats),
        "changes": line.changes.select_related("seat__councillor", "proxy"),
        "recusals": line.recusals.select_related("councillor"),
        "ballots": ballots,
        "told": wording.vote_sentence(line, ballots),
        "may_write": access.can_edit(request.user, meeting) and is_open,
        "may_tell": access.can_edit(request.user, meeting) and seats and meeting.minutes_at is None,
        "breadcrumbs": meeting_crumbs(meeting, (f"Point {line.position}", "")),
    }
    return render(request, "deliberations/desk/item.html", context)


@never_cache
@permission_required(access.EDIT)
def vote(request, pk, item):
    """Note the vote of a point."""
    meeting, line = _get(request, pk, item)
    found = quorum.of_item(line)
    if not found.voices:
        messages.error(request, "Notez d’abord les présences.")
        return HttpResponseRedirect(meeting.desk_url())
    turned = request.POST.get("page", "")  # another page is asked for: nothing is written, nothing typed is lost
    form = forms.VoteForm(
        *(() if turned else posted(request)),
        item=line,
        found=found,
        page=turned or request.POST.get("shown", ""),
        initial=request.POST.dict() if turned else None,
    )
    return write(
        request,
        form,
        lambda: actions.vote_item(line, actor=request.user, vote=form.vote()),
        done="Le vote est noté.",
        to=lambda: _address(line),
        template="deliberations/desk/vote.html",
        meeting=meeting,
        item=line,
        quorum=found,
        back=_address(line),
        breadcrumbs=_crumbs(line, "Vote"),
    )


def _simple(request, line, form, action, **texts):
    return write(
        request,
        form,
        action,
        to=lambda: _address(line),
        about=line.title,
        back=_address(line),
        breadcrumbs=_crumbs(line, texts["heading"]),
        **texts,
    )


@never_cache
@permission_required(access.EDIT)
def change(request, pk, item):
    """Note who arrives or leaves before a point."""
    meeting, line = _get(request, pk, item)
    form = forms.ChangeForm(*posted(request), item=line)

    def act():
        given = form.cleaned_data
        seat = meeting.seats.get(councillor=given["councillor"])
        actions.note_change(line, seat, actor=request.user, status=given["status"], proxy=given["proxy"])

    return _simple(
        request,
        line,
        form,
        act,
        done="Le mouvement est noté.",
        heading="Noter une arrivée ou un départ",
        button="Noter",
    )


@never_cache
@permission_required(access.EDIT)
def recuse(request, pk, item):
    """Note who stands aside for a point."""
    _meeting, line = _get(request, pk, item)
    form = forms.RecusalForm(*posted(request), item=line)
    return _simple(
        request,
        line,
        form,
        lambda: actions.recuse(line, actor=request.user, **form.cleaned_data),
        done="Le déport est noté.",
        heading="Noter un déport",
        button="Noter",
    )


@never_cache
@permission_required(access.EDIT)
def discussion(request, pk, item):
    """What was said about a point."""
    meeting, line = _get(request, pk, item)
    if meeting.state not in (MeetingState.CONVENED, MeetingState.HELD):
        raise PermissionDenied(access.EDIT)
    form = forms.DiscussionForm(*posted(request), initial={"discussion": line.discussion})
    return _simple(
        request,
        line,
        form,
        lambda: actions.save_discussion(line, actor=request.user, **form.cleaned_data),
        done="La teneur des discussions est enregistrée.",
        heading="Discussions du point",
        button="Enregistrer",
    )


@never_cache
@require_POST
@permission_required(access.EDIT)
def undo(request, pk, item, kind, number):
    """Take back a movement, a member who stood aside, or the vote."""
    _meeting, line = _get(request, pk, item)
    try:
        if kind == "mouvement":
            moved = get_object_or_404(Change.objects.select_related("item__meeting"), pk=number, item=line)
            actions.forget_change(moved, actor=request.user)
        elif kind == "deport":
            aside = get_object_or_404(Recusal.objects.select_related("item__meeting"), pk=number, item=line)
            actions.forget_recusal(aside, actor=request.user)
        else:
            actions.erase_vote(line, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "C’est effacé.")
    return HttpResponseRedirect(_address(line))


@never_cache
@require_safe
@permission_required(access.VIEW)
def draft_minutes(request, pk):
    """The minutes as they are noted so far, to read before they are approved."""
    meeting = get_meeting(request, pk)
    if meeting.state not in (MeetingState.CONVENED, MeetingState.HELD):
        raise PermissionDenied(access.VIEW)
    return pdf.response(f"proces-verbal-{meeting.day}-projet", minutes.render(meeting))
