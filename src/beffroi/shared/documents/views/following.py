"""What a person follows, and the days that they want to remember."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.writing import posted, write
from beffroi.shared.documents import actions
from beffroi.shared.documents.forms.following import ReminderForm
from beffroi.shared.documents.models import Document, Folder, Following, Reminder
from beffroi.shared.documents.views.common import crumbs, desk, get_document, get_folder, trail


@desk
@require_POST
def follow(request, kind, pk):
    """Be told of what is new there, or no longer."""
    thing = get_folder(request, pk) if kind == "dossiers" else get_document(request, pk)
    try:
        kept = actions.toggle_following(thing, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, "Vous serez prévenu le matin, quand il y aura du nouveau." if kept else "Vous ne le suivez plus."
        )
    return HttpResponseRedirect(thing.get_absolute_url())


@desk
@require_safe
def index(request):
    """What I follow, and my days to remember."""
    user = request.user
    mine = Following.objects.filter(user=user).select_related("folder__space", "document__space", "document__folder")
    seen = mine.filter(
        Q(folder__in=Folder.objects.visible_to(user)) | Q(document__in=Document.objects.visible_to(user))
    )
    reminders = Reminder.objects.filter(user=user, document__in=Document.objects.visible_to(user))
    context = {
        "followings": seen.order_by("folder__name", "document__name"),
        "reminders": reminders.filter(due_on__gte=timezone.localdate()).select_related("document"),
        "breadcrumbs": crumbs(("Suivis et rappels", "")),
    }
    return render(request, "documents/following.html", context)


@desk
@require_POST
def stop(request, pk):
    """Stop following."""
    actions.stop_following(get_object_or_404(Following, pk=pk, user=request.user), actor=request.user)
    messages.success(request, "Vous ne le suivez plus.")
    return HttpResponseRedirect(reverse("documents:following"))


@desk
def remind(request, pk):
    """The days to remember of a document: those of its fields, mine, and one more."""
    document = get_document(request, pk)
    form = ReminderForm(*posted(request))
    url = document.get_absolute_url()
    reminders = document.reminders.filter(Q(user=request.user) | Q(user__isnull=True))
    return write(
        request,
        form,
        lambda: actions.add_reminder(document, actor=request.user, **form.cleaned_data),
        done="Vous serez prévenu ce jour-là.",
        to=lambda: reverse("documents:remind", args=[document.pk]),
        template="documents/remind.html",
        document=document,
        reminders=reminders,
        dates=_dates(document),
        today=timezone.localdate(),
        breadcrumbs=trail(request.user, document.folder, document.space, (document.name, url), ("Rappels", "")),
    )


def _dates(document) -> list[tuple]:
    """(field, date, days before) of the typed fields that will be told."""
    specs = document.kind.fields if document.kind else []
    told = [spec for spec in specs if spec["type"] == "date" and spec.get("remind")]
    found = [(spec["label"], _day(document.values.get(spec["name"], "")), spec["remind"]) for spec in told]
    return [(label, day, before) for label, day, before in found if day is not None and day >= timezone.localdate()]


def _day(said: object):
    try:
        return parse_date(str(said))
    except ValueError:
        return None  # a program wrote a date that does not exist


@desk
@require_POST
def drop(request, pk):
    """Forget a day of mine."""
    reminder = get_object_or_404(Reminder, pk=pk, user=request.user)
    actions.drop_reminder(reminder, actor=request.user)
    messages.success(request, "Le rappel est ôté.")
    return HttpResponseRedirect(reverse("documents:following"))
