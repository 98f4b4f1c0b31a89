"""The list of a transport line on the telephone of who accompanies it: kept in the device, ticked without network."""

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, offline
from beffroi.modules.childcare import actions, lines
from beffroi.modules.childcare.access import ATTEND, ESCORT
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.transport import BoardingForm
from beffroi.modules.childcare.models import Boarding, Contact, Ride, TransportLine, Trip
from beffroi.modules.childcare.views.common import desk

WAYS = {"matin": Trip.MORNING, "soir": Trip.EVENING}


def _find(request, slug: str) -> TransportLine:
    rows = TransportLine.objects.escorted_by(request.user).filter(is_active=True)
    return get_object_or_404(rows.select_related("site"), slug=slug)


@never_cache
@require_safe
@desk(ESCORT)
def field(request, slug, way):
    """Who gets on where, this morning or this evening; a crowded line is cut stop by stop."""
    if way not in WAYS:
        raise Http404(way)
    line = _find(request, slug)
    run = lines.read(line, timezone.localdate(), WAYS[way])
    parts = run.parts
    shown = next((part for part in parts if part.key == request.GET.get("arret", "")), None)
    if shown is None and len(run.riders) > lines.MOST_ROWS:
        shown = parts[0]
    context = {
        "line": line,
        "run": run,
        "way": way,
        "trip": WAYS[way],
        "parts": parts,
        "shown": shown,
        "riders": shown.rows if shown else run.riders,
        "is_split": len(run.riders) > lines.MOST_ROWS,
        "states": lines.STATES,
        "ways": [(name, trip.label) for name, trip in WAYS.items()],
    }
    return offline.keep(render(request, "childcare/field/line.html", context))


def field_block(request):
    """The part of « ma journée » that holds the lines of the day: each page is kept in the device beforehand."""
    if not access.can(request.user, ESCORT):
        return None
    today = timezone.localdate()
    found = lines.expected(TransportLine.objects.escorted_by(request.user).running(today), today)
    shown = [
        {"line": line, "ways": [(name, trip.label, ways[trip]) for name, trip in WAYS.items() if trip in ways]}
        for line, ways in found.items()
    ]
    return {"lines": shown, "alone": not access.can(request.user, ATTEND)} if shown else None


def _refused(request, form):
    return render(request, "childcare/field/refused.html", {"form": form}, status=200)


@never_cache
@require_POST
@desk(ESCORT)
def tick(request, slug):
    """One gesture on one child; a replay is harmless."""
    line = _find(request, slug)
    form = BoardingForm(request.POST)
    rides = Ride.objects.filter(line=line, child__erased_at=None).select_related("line", "home", "child")
    ride = get_object_or_404(rides, pk=_number(request.POST.get("ride")))
    ride.line = line
    if not form.is_valid():
        return _refused(request, form)
    data = form.cleaned_data
    name, contact = "", None
    if data["kind"] == Boarding.Kind.HANDED:
        name, contact = _receiver(ride, data["with"])
    try:
        actions.tick_boarding(
            ride,
            data["kind"],
            actor=request.user,
            at=offline.made_at(request),
            client_uuid=data["client_uuid"],
            with_name=name,
            contact=contact,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, form)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        way = next(name for name, trip in WAYS.items() if trip == ride.trip)
        target = reverse("childcare:field_line", args=[line.slug, way])
    return HttpResponseRedirect(target)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


def _receiver(ride: Ride, value: str) -> tuple[str, Contact | None]:
    """(name, contact) of who received the child, among those who may; nothing for anybody else."""
    ride.home.active_guardians = list(ride.home.guardians.active().select_related("person"))
    for one in lines.receivers_of(ride):
        if one["key"] == value and value != lines.ALONE:
            return one["name"], one.get("contact")
    return "", None
