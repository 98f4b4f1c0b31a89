"""`/bureau/horaires/`: the week of a town hall, its exceptional days, and what the public reads of them."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from beffroi.kernel import journal
from beffroi.kernel.access import permission_required
from beffroi.kernel.models import Entry
from beffroi.shared.organisations import access, actions, forms, hours, week
from beffroi.shared.organisations.models import ExceptionalDay

PER_PAGE = 30
HISTORY = ("organisations.hours", "organisations.exception", "organisations.exception_removed")
ICONS = {"organisations.hours": "clock", "organisations.exception": "calendar-plus"}
may_edit = permission_required(access.HOURS)


def _organisation(request, slug):
    body = get_object_or_404(access.with_hours_to_edit(request.user), slug=slug)
    return actions.concrete(body)


def _crumbs(*more) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), ("Horaires", reverse("organisations:hours") if more else ""), *more]


@may_edit
def index(request):
    """The organisations whose hours I keep, open or closed now; straight to it when there is one only."""
    query = access.with_hours_to_edit(request.user)
    if not request.GET and query[:2].count() == 1:
        return HttpResponseRedirect(reverse("organisations:hours_of", args=[query.get().slug]))
    form = forms.FindForm(request.GET)
    wanted = form.cleaned_data["q"].strip() if form.is_valid() else ""
    if wanted:
        query = query.filter(name__unaccent__icontains=wanted)
    page = Paginator(hours.with_hours(query.order_by("kind", "name")), PER_PAGE).get_page(request.GET.get("page"))
    lines = [
        {
            "organisation": one,
            "status": hours.status(one),
            "week": week.lines(one),
            "exceptions": len(one.exceptional_days.all()),
        }
        for one in page.object_list
    ]
    context = {"form": form, "page_obj": page, "lines": lines, "breadcrumbs": _crumbs()}
    return render(request, "organisations/hours_list.html", context)


@may_edit
def organisation(request, slug):
    """What the public reads now, the week, what will differ; add an exceptional day."""
    body = _organisation(request, slug)
    form = forms.ExceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("kind")
        actions.add_exceptional_day(body, actor=request.user, **values)
        messages.success(request, "C’est enregistré : le public le lit dès maintenant.")
        return HttpResponseRedirect(reverse("organisations:hours_of", args=[body.slug]))
    context = {
        "organisation": body,
        "status": hours.status(body),
        "week": week.lines(body),
        "exceptions": [
            {"day": day, "words": week.say_exception(day)}
            for day in body.exceptional_days.filter(end__gte=timezone.localdate()).order_by("start", "opens")
        ],
        "form": form,
        "history": _history(body),
        "breadcrumbs": _crumbs((body.name, "")),
    }
    return render(request, "organisations/hours.html", context)


def _history(body) -> list[dict]:
    kind = ContentType.objects.get_for_model(body)
    lines = Entry.objects.filter(target_type=kind, target_id=body.pk, verb__in=HISTORY).select_related("actor")
    return [
        {
            "at": line.at,
            "title": journal.words(line.verb),
            "text": _told(line),
            "author": line.actor or "la plateforme",
            "icon": ICONS.get(line.verb, "undo-2"),
        }
        for line in lines.order_by("-id")[:12]
    ]


def _told(line) -> str:
    """What the journal kept of the change, in words."""
    if line.verb == "organisations.hours":
        days: list[list] = [[] for _ in range(7)]
        for day, opens, closes in line.data.get("ranges", []):
            days[day].append((week.clock(opens), week.clock(closes)))
        told = [f"{one.days} : {one.hours}" for one in week.lines_of(days)]
        return "\n".join(told) or "Aucun horaire."
    start, end = (week.date(line.data[name]) for name in ("start", "end"))
    return f"Le {hours.say_date(start)}" if start == end else f"Du {hours.say_date(start)} au {hours.say_date(end)}"


@may_edit
def edit_week(request, slug):
    """The usual week; a preview, the copy of a day to others, then the save."""
    body = _organisation(request, slug)
    form = forms.WeekForm(request.POST or None, week=week.by_day(body))
    gesture = request.POST.get("geste", "")
    preview = None
    if request.method == "POST" and form.is_valid():
        if gesture == "copy":
            if form.cleaned_data["copied"] is None or not form.cleaned_data["targets"]:
                form.add_error("copied", "Choisissez le jour à recopier et les jours qui le reçoivent.")
            else:
                preview = form.copy_week()
                form = forms.WeekForm(week=preview)
        elif gesture == "preview":
            preview = form.week()
        else:
            return _save(request, body, form.week())
    context = {
        "organisation": body,
        "form": form,
        "preview": week.lines_of(preview) if preview is not None else None,
        "today": week.say_ranges(preview[timezone.localdate().weekday()]) if preview else "",
        "breadcrumbs": _crumbs((body.name, reverse("organisations:hours_of", args=[body.slug])), ("La semaine", "")),
    }
    return render(request, "organisations/hours_week.html", context)


def _save(request, body, days):
    ranges = [(day, opens, closes) for day, held in enumerate(days) for opens, closes in held]
    if actions.set_opening_hours(body, ranges, actor=request.user):
        body = actions.concrete(type(body).objects.get(pk=body.pk))
        messages.success(request, f"Les horaires sont enregistrés. En ce moment : {hours.status(body)}.")
    else:
        messages.info(request, "Les horaires n’ont pas changé.")
    return HttpResponseRedirect(reverse("organisations:hours_of", args=[body.slug]))


@may_edit
@require_POST
def remove_exception(request, slug, pk):
    body = _organisation(request, slug)
    day = get_object_or_404(ExceptionalDay, pk=pk, organisation_id=body.pk)
    actions.remove_exceptional_day(day, actor=request.user)
    messages.success(request, "Ces jours reprennent les horaires habituels.")
    return HttpResponseRedirect(reverse("organisations:hours_of", args=[body.slug]))
