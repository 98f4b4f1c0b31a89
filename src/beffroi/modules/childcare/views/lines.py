"""`/bureau/enfance/lignes/`: the transport lines, their stops, the list of a day to print or to export."""

import datetime
from collections import defaultdict

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access, journal, sheets
from beffroi.kernel.ui import formats
from beffroi.modules.childcare import actions, lines
from beffroi.modules.childcare.access import MANAGE, VIEW
from beffroi.modules.childcare.forms.offer import free_slug
from beffroi.modules.childcare.forms.transport import DayFilter, LineForm, StopForm
from beffroi.modules.childcare.models import Ride, Stop, TransportLine, Trip
from beffroi.modules.childcare.models.children import WEEKDAYS
from beffroi.modules.childcare.views.common import body_of, desk
from beffroi.modules.childcare.views.dossier import attempt

HEADERS = ["Arrêt", "Heure", "Nom", "Prénom", "État", "Remis à", "Peuvent le recevoir", "Téléphones"]
HISTORY = 50
MOST_WAITING = 40


def _crumbs(line: TransportLine | None = None, title: str = "") -> list[tuple[str, str]]:
    found = [("Enfance", reverse("childcare:today")), ("Lignes", reverse("childcare:lines") if title else "")]
    if line is not None and line.pk:
        found.append((str(line), line.get_absolute_url()))
    return [*found, (title, "")] if title else found


def _form(request, form, title: str, back: str, line: TransportLine | None = None, note: str = ""):
    context = {"form": form, "title": title, "back": back, "note": note, "breadcrumbs": _crumbs(line, title)}
    return render(request, "childcare/desk/gesture.html", context)


def _find(request, slug: str, permission: str = VIEW) -> TransportLine:
    rows = TransportLine.objects.visible_to(request.user, permission).select_related("site", "organisation")
    return get_object_or_404(rows, slug=slug)


@never_cache
@require_safe
@desk(VIEW)
def index(request):
    """The lines, with how many children ride on each."""
    today = timezone.localdate()
    running = Q(rides__end=None) | Q(rides__end__gte=today)
    rows = TransportLine.objects.visible_to(request.user).select_related("site").order_by("-is_active", "name")
    rows = rows.annotate(
        children=Count("rides__child", filter=running, distinct=True), stop_count=Count("stops", distinct=True)
    )
    context = {
        "lines": rows,
        "may_manage": access.can(request.user, MANAGE),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "childcare/desk/lines.html", context)


@never_cache
@require_safe
@desk(VIEW)
def line(request, slug):
    """One line: its stops in order, how full it is each day of the week, what happened to it."""
    held = _find(request, slug)
    today = timezone.localdate()
    rides = list(Ride.objects.to_come().filter(line=held, child__erased_at=None).select_related("child"))
    counts: dict[tuple[int, str], set[int]] = defaultdict(set)
    filling: dict[tuple[int, str], list[Ride]] = defaultdict(list)
    for ride in rides:
        counts[ride.stop_id, ride.trip].add(ride.child_id)
        filling[ride.weekday, ride.trip].append(ride)
    stops = [
        {"stop": stop, "morning": len(counts[stop.pk, Trip.MORNING]), "evening": len(counts[stop.pk, Trip.EVENING])}
        for stop in held.stops.all()
    ]
    days = [
        {
            "name": WEEKDAYS[day],
            "trips": [(label, lines.peak(filling[day, trip], today)) for trip, label in Trip.choices],
        }
        for day in sorted(held.weekdays)
    ]
    waiting = list(held.wishes.select_related("home__child", "stop"))
    context = {
        "line": held,
        "stops": stops,
        "days": days,
        "waiting": waiting[:MOST_WAITING],
        "waiting_count": len(waiting),
        "waiting_words": lines.WAITING_WORDS,
        "activities": held.activities.all(),
        "escorts": held.escorts.order_by("last_name", "pk"),
        "may_manage": access.can(request.user, MANAGE, held.organisation_id),
        "history": journal.story(held, limit=HISTORY),
        "breadcrumbs": _crumbs(title=str(held)),
    }
    return render(request, "childcare/desk/line.html", context)


@never_cache
@desk(MANAGE)
def line_edit(request, slug=None):
    """A line; the stops come afterwards."""
    if slug:
        held = _find(request, slug, MANAGE)
    else:
        held = TransportLine(organisation=body_of(request, MANAGE), start=timezone.localdate())
    form = LineForm(request.POST or None, instance=held)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        held.weekdays = sorted(data["weekdays"])
        held.slug = held.slug or free_slug(TransportLine, data["name"])
        if attempt(
            form,
            lambda: actions.save_line(held, actor=request.user, activities=data["activities"], escorts=data["escorts"]),
        ):
            messages.success(request, "La ligne est enregistrée." if slug else "La ligne est ouverte : ses arrêts ?")
            return redirect(held)
    back = reverse("childcare:line", args=[slug]) if slug else reverse("childcare:lines")
    return _form(request, form, f"Régler : {held}" if slug else "Nouvelle ligne", back, held if slug else None)


@never_cache
@desk(MANAGE)
def stop(request, slug, pk=None):
    """A stop, its hours; the families concerned are told of a change."""
    held = _find(request, slug, MANAGE)
    one = get_object_or_404(Stop, pk=pk, line=held) if pk else Stop(line=held)
    form = StopForm(request.POST or None, instance=one)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.save_stop(one, actor=request.user))
    ):
        messages.success(request, "L’arrêt est enregistré.")
        return redirect(held)
    note = "Si l’heure ou le lieu change, les familles qui le prennent sont prévenues." if pk else ""
    return _form(request, form, f"Arrêt : {one}" if pk else "Nouvel arrêt", held.get_absolute_url(), held, note)


def asked(request) -> tuple[datetime.date, str, DayFilter]:
    """(day, trip, form) of an address: today, the morning before noon and the evening after."""
    form = DayFilter(request.GET)
    form.is_valid()
    now = timezone.localtime()
    trip = form.cleaned_data.get("sens") or (Trip.MORNING if now.hour < 12 else Trip.EVENING)
    return form.cleaned_data.get("jour") or now.date(), trip, form


@never_cache
@require_safe
@desk(VIEW)
def day(request, slug):
    """The list of a day, one way: printed for the vehicle, or read afterwards."""
    held = _find(request, slug)
    wanted, trip, _form_ = asked(request)
    form = DayFilter({"jour": wanted.isoformat(), "sens": trip})
    context = {
        "line": held,
        "run": lines.read(held, wanted, trip),
        "form": form,
        "day": wanted,
        "trip": Trip(trip),
        "exports": [
            (label, reverse("childcare:line_export", args=[slug, kind]) + f"?jour={wanted}&sens={trip}")
            for kind, label in sheets.LABELS.items()
        ],
        "breadcrumbs": _crumbs(held, "Liste du jour"),
    }
    return render(request, "childcare/desk/line_day.html", context)


@never_cache
@require_safe
@desk(VIEW)
def export(request, slug, kind):
    """The same list as a table."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    held = _find(request, slug)
    wanted, trip, _form_ = asked(request)
    rows = []
    for halt, hour, riders in lines.read(held, wanted, trip).stops:
        for rider in riders:
            child, last = rider.ride.child, rider.last
            rows.append(
                [
                    halt.name,
                    formats.hour(hour) if hour else "",
                    child.last_name,
                    child.first_name,
                    rider.words[0],
                    last.with_name if last else "",
                    ", ".join(one["name"] for one in rider.receivers),
                    ", ".join(one["phone"] for one in rider.receivers if one["phone"]),
                ]
            )
    sheet = sheets.Sheet(f"{wanted:%d-%m-%Y}", HEADERS, rows, widths=[24, 8, 20, 16, 14, 24, 40, 40])
    return sheets.response(kind, f"{held.slug}-{wanted}-{Trip(trip).label.lower()}", [sheet])
