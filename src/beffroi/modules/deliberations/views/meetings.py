"""The meetings at the desk."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import journal
from beffroi.kernel.access import permission_required
from beffroi.kernel.models import Delivery
from beffroi.kernel.writing import posted, write
from beffroi.modules.deliberations import access, quorum
from beffroi.modules.deliberations.actions import meetings as actions
from beffroi.modules.deliberations.forms import desk as steps
from beffroi.modules.deliberations.forms import meetings as forms
from beffroi.modules.deliberations.meeting_workflow import MeetingState, meeting_workflow
from beffroi.modules.deliberations.models import Councillor, Item, Meeting
from beffroi.modules.deliberations.views.desk import crumbs
from beffroi.shared.files.models import StoredFile

A_PAGE = 30
SEATS_A_PAGE = 50
MEETINGS = ("Séances", "/bureau/actes/seances/")


def get_meeting(request, pk: int, *, write: bool = False) -> Meeting:
    """The meeting, if the person may see it at the desk (404), and change it when `write` (403)."""
    found = get_object_or_404(
        Meeting.objects.visible_to(request.user).select_related("organisation", "chair", "secretary"), pk=pk
    )
    if write and not access.can_edit(request.user, found):
        raise PermissionDenied(access.EDIT)
    return found


def meeting_crumbs(meeting, *more):
    return crumbs(MEETINGS, (str(meeting), meeting.desk_url()), *more)


@never_cache
@require_safe
@permission_required(access.VIEW)
def index(request):
    meetings = Meeting.objects.visible_to(request.user).select_related("organisation")
    context = {
        "page_obj": Paginator(meetings, A_PAGE).get_page(request.GET.get("page")),
        "several": access.bodies_where(request.user, access.VIEW).count() > 1,
        "may_write": access.bodies_where(request.user, access.EDIT).exists(),
        "breadcrumbs": crumbs((MEETINGS[0], "")),
    }
    return render(request, "deliberations/desk/meetings.html", context)


@never_cache
@require_safe
@permission_required(access.VIEW)
def show(request, pk):
    """A meeting: its agenda, its convocation, who came, what came out."""
    meeting = get_meeting(request, pk)
    seats = list(meeting.seats.select_related("councillor", "proxy"))
    may_write = access.can_edit(request.user, meeting)
    convened = journal.lines_about(meeting).filter(verb="deliberations.convene")
    context = {
        "meeting": meeting,
        "items": list(meeting.items.select_related("act")),
        "seats": seats,
        "quorum": quorum.of_meeting(meeting, seats),
        "sent": Delivery.objects.filter(entry__in=convened, channel=Delivery.Channel.EMAIL).order_by("pk"),
        "without_address": sum(1 for seat in seats if not seat.councillor.email),
        "steps": meeting_workflow.available(meeting, request.user),
        "may_write": may_write,
        "is_draft": meeting.state == MeetingState.DRAFT,
        "is_open": meeting.state in (MeetingState.CONVENED, MeetingState.HELD),
        "minutes": StoredFile.objects.about(meeting).filter(kind="minutes").first(),
        "history": journal.story(meeting),
        "breadcrumbs": crumbs(MEETINGS, (str(meeting), "")),
    }
    return render(request, "deliberations/desk/meeting.html", context)


@never_cache
@permission_required(access.EDIT)
def edit(request, pk=None):
    """Prepare a meeting, or change it before it is convened."""
    meeting = get_meeting(request, pk, write=True) if pk else Meeting()
    bodies = access.bodies_where(request.user, access.EDIT)
    form = forms.MeetingForm(*posted(request), instance=meeting, bodies=bodies)
    heading = "Modifier la séance" if pk else "Préparer une séance"
    return write(
        request,
        form,
        lambda: actions.save_meeting(form.instance, actor=request.user),
        done="La séance est enregistrée.",
        to=lambda: form.instance.desk_url(),
        heading=heading,
        button="Enregistrer",
        back=meeting.desk_url() if pk else MEETINGS[1],
        breadcrumbs=crumbs(MEETINGS, (heading, "")),
    )


@never_cache
@require_POST
@permission_required(access.EDIT)
def item_gesture(request, pk, item, gesture):
    """Move a point of the agenda, or take it off."""
    meeting = get_meeting(request, pk, write=True)
    line = get_object_or_404(meeting.items, pk=item)
    try:
        if gesture == "retirer":
            actions.remove_item(line, actor=request.user)
        elif gesture in ("monter", "descendre"):
            actions.move_item(line, actor=request.user, up=gesture == "monter")
        else:
            raise Http404
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(meeting.desk_url() + "#ordre")


@never_cache
@permission_required(access.EDIT)
def add_item(request, pk):
    """Put a point on the agenda."""
    meeting = get_meeting(request, pk, write=True)
    form = forms.ItemForm(*posted(request), instance=Item(meeting=meeting, position=0))
    return write(
        request,
        form,
        lambda: actions.add_item(meeting, actor=request.user, **form.cleaned_data),
        done="Le point est à l’ordre du jour.",
        to=lambda: meeting.desk_url() + "#ordre",
        heading="Ajouter un point à l’ordre du jour",
        button="Ajouter",
        back=meeting.desk_url(),
        breadcrumbs=meeting_crumbs(meeting, ("Ajouter un point", "")),
    )


STEPS = {
    "convene": (steps.PublishForm, actions.convene_meeting, "Les convocations partent."),
    "hold": (steps.PublishForm, actions.hold_meeting, "La séance est close."),
    "call_off": (steps.ReasonForm, actions.call_off_meeting, "La séance est annulée."),
}


@never_cache
@permission_required(access.EDIT)
def step(request, pk, verb):
    """Convene, close or call off a meeting: a page of its own."""
    meeting = get_meeting(request, pk, write=True)
    if verb not in STEPS:
        raise Http404
    form_class, action, done = STEPS[verb]
    taken = meeting_workflow.transitions[verb]
    form = form_class(*posted(request))
    members = list(meeting.organisation.councillors.active(meeting.day)) if verb == "convene" else []
    return write(
        request,
        form,
        lambda: action(meeting, actor=request.user, **form.cleaned_data),
        done=done,
        to=meeting.desk_url,
        template="deliberations/desk/meeting_step.html",
        meeting=meeting,
        step=taken,
        members=members,
        without_address=[member for member in members if not member.email],
        breadcrumbs=meeting_crumbs(meeting, (taken.label, "")),
    )


@never_cache
@permission_required(access.EDIT)
def attendance(request, pk):
    """Note who is there; the quorum is told at once."""
    meeting = get_meeting(request, pk, write=True)
    if meeting.state != MeetingState.CONVENED:
        raise PermissionDenied(access.EDIT)
    seats = list(meeting.seats.select_related("councillor", "proxy"))
    page = Paginator(seats, SEATS_A_PAGE).get_page(request.GET.get("page"))
    form = forms.AttendanceForm(*posted(request), seats=seats, meeting=meeting, page=page, is_last=not page.has_next())
    following = f"?page={page.next_page_number()}" if page.has_next() else ""
    return write(
        request,
        form,
        lambda: actions.note_attendance(meeting, actor=request.user, noted=form.noted(), **form.office()),
        done=f"Les présences de la page {page.number} sont notées." if following else "Les présences sont notées.",
        to=lambda: request.path + following if following else meeting.desk_url() + "#presences",
        template="deliberations/desk/attendance.html",
        meeting=meeting,
        page_obj=page,
        breadcrumbs=meeting_crumbs(meeting, ("Présences", "")),
    )


@never_cache
@permission_required(access.EDIT)
def settle(request, pk, item):
    """What the assembly did of a point."""
    meeting = get_meeting(request, pk, write=True)
    line = get_object_or_404(meeting.items.select_related("meeting", "act"), pk=item)
    start = {"outcome": line.outcome, "act": line.act_id}
    form = forms.SettleForm(*posted(request), item=line, initial=start)
    return write(
        request,
        form,
        lambda: actions.settle_item(line, actor=request.user, **form.cleaned_data),
        done="L’issue est notée.",
        to=lambda: reverse("deliberations:item", args=[meeting.pk, line.pk]),
        heading=f"Issue du point {line.position}",
        about=line.title,
        button="Enregistrer",
        back=meeting.desk_url(),
        breadcrumbs=meeting_crumbs(meeting, (f"Point {line.position}", "")),
    )


@never_cache
@permission_required(access.EDIT)
def draft(request, pk, item):
    """Open the deliberation of a point."""
    meeting = get_meeting(request, pk, write=True)
    line = get_object_or_404(meeting.items.select_related("meeting"), pk=item)
    form = forms.DraftForm(*posted(request))
    return write(
        request,
        form,
        lambda: actions.draft_act(line, actor=request.user, **form.cleaned_data),
        done="Le projet de délibération est ouvert.",
        to=lambda: line.act.desk_url() if line.act_id else meeting.desk_url(),
        heading="Ouvrir la délibération",
        about=line.title,
        button="Ouvrir",
        back=meeting.desk_url(),
        breadcrumbs=meeting_crumbs(meeting, ("Ouvrir la délibération", "")),
    )


@never_cache
@require_POST
@permission_required(access.EDIT)
def publish_list(request, pk):
    """Put online the list of the deliberations examined."""
    meeting = get_meeting(request, pk, write=True)
    try:
        actions.publish_list(meeting, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "La liste des délibérations est en ligne.")
    return HttpResponseRedirect(meeting.desk_url())


@never_cache
@permission_required(access.EDIT)
def minutes(request, pk):
    """Put online the minutes, once approved."""
    meeting = get_meeting(request, pk, write=True)
    if meeting.state != MeetingState.HELD:
        raise PermissionDenied(access.EDIT)
    form = forms.MinutesForm(*posted(request, files=True), actor=request.user)
    return write(
        request,
        form,
        lambda: actions.publish_minutes(
            meeting, actor=request.user, document=next(iter(form.cleaned_data["document"]), None)
        ),
        done="Le procès-verbal est publié.",
        to=meeting.desk_url,
        heading="Publier le procès-verbal",
        about="Il se publie dans la semaine qui suit la séance où l’assemblée l’a arrêté (CGCT, article L2121-15).",
        button="Publier",
        back=meeting.desk_url(),
        breadcrumbs=meeting_crumbs(meeting, ("Procès-verbal", "")),
    )


@never_cache
@require_safe
@permission_required(access.VIEW)
def councillors(request):
    """The members of the assemblies of my bodies."""
    bodies = access.bodies_where(request.user, access.VIEW)
    members = Councillor.objects.filter(organisation__in=bodies).select_related("organisation")
    context = {
        "page_obj": Paginator(members.order_by("organisation__name", "rank", "last_name"), 100).get_page(
            request.GET.get("page")
        ),
        "bodies": access.bodies_where(request.user, access.EDIT),
        "breadcrumbs": crumbs(MEETINGS, ("Membres des assemblées", "")),
    }
    return render(request, "deliberations/desk/councillors.html", context)


@never_cache
@permission_required(access.EDIT)
def councillor(request, slug, pk=None):
    """Add or change a member of an assembly."""
    body = get_object_or_404(access.bodies_where(request.user, access.EDIT), slug=slug)
    member = get_object_or_404(Councillor, organisation=body, pk=pk) if pk else Councillor(organisation=body)
    heading = str(member) if pk else "Nouveau membre"
    form = forms.CouncillorForm(*posted(request), instance=member)
    return write(
        request,
        form,
        lambda: actions.save_councillor(form.instance, actor=request.user),
        done="Le membre de l’assemblée est enregistré.",
        to=lambda: reverse("deliberations:councillors"),
        heading=heading,
        about=body.name,
        button="Enregistrer",
        back=reverse("deliberations:councillors"),
        breadcrumbs=crumbs(MEETINGS, ("Membres des assemblées", reverse("deliberations:councillors")), (heading, "")),
    )
