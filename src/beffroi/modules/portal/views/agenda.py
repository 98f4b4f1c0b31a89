"""`/agenda/`: what is coming, by commune, theme and date; one page, one calendar entry for each event."""

import datetime

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import calendars
from beffroi.kernel.dated import midnight, midnight_after
from beffroi.kernel.ui.tags.tables import query_with
from beffroi.modules.portal import ical, text
from beffroi.modules.portal.forms import FilterAgendaForm
from beffroi.modules.portal.models import Event, Occurrence
from beffroi.shared.organisations.models import Commune

PER_PAGE = 20
FEED = 200
HOME = ("Accueil", "/")


def chosen(form) -> tuple[dict, Commune | None]:
    """The valid filters, and the commune among them."""
    form.is_valid()
    values = getattr(form, "cleaned_data", {})
    slug = values.get("commune")
    return values, Commune.objects.members().only("slug", "name").filter(slug=slug).first() if slug else None


def coming(values: dict, commune: Commune | None):
    """The public dates that the filters keep."""
    dates = Occurrence.objects.public().coming()
    if commune:
        dates = dates.around(commune)
    if values.get("theme"):
        dates = dates.filter(event__theme=values["theme"])
    if values.get("du"):
        dates = dates.filter(ends_at__gt=midnight(values["du"]))
    if values.get("au"):
        dates = dates.filter(starts_at__lt=midnight_after(values["au"]))
    return dates


@login_not_required
@require_safe
def agenda(request):
    """The dates to come, twenty a page."""
    form = FilterAgendaForm(request.GET)
    values, commune = chosen(form)
    kept = query_with(request, page=None).removeprefix("?")
    context = {
        "form": form,
        "page_obj": Paginator(coming(values, commune), PER_PAGE).get_page(request.GET.get("page")),
        "commune": commune,
        "shortcuts": _shortcuts(request),
        "feed_query": f"?{kept}" if kept else "",
        "breadcrumbs": [HOME, ("Agenda", "")],
    }
    return render(request, "portal/agenda.html", context)


def _shortcuts(request) -> list[tuple[str, str, bool]]:
    """(label, address, is the one shown): today, this week-end, the thirty days to come."""
    today = timezone.localdate()
    saturday = today + datetime.timedelta(days=(5 - today.weekday()) % 7)
    saturday = today if today.weekday() == 6 else saturday
    sunday = today + datetime.timedelta(days=6 - today.weekday())
    spans = (
        ("Aujourd’hui", today, today),
        ("Ce week-end", saturday, sunday),
        ("Les 30 prochains jours", today, today + datetime.timedelta(days=30)),
    )
    shown = (request.GET.get("du"), request.GET.get("au"))
    return [
        (
            label,
            query_with(request, du=first.isoformat(), au=last.isoformat(), page=None),
            shown == (first.isoformat(), last.isoformat()),
        )
        for label, first, last in spans
    ]


def _event(slug: str) -> Event:
    return get_object_or_404(Event.objects.public().with_place("organisation", "photo__blob"), slug=slug)


@login_not_required
@require_safe
def event(request, slug):
    """Everything about one event, its next dates and what else happens around."""
    found = _event(slug)
    dates = list(found.occurrences.coming()[:12])
    others = Occurrence.objects.public().coming().exclude(event=found)
    if found.commune:
        others = others.around(found.commune)
    context = {
        "event": found,
        "dates": dates,
        "first": dates[0] if dates else found.occurrences.order_by("-starts_at").first(),
        "body": text.html(found.body),
        "others": others[:4],
        "breadcrumbs": [HOME, ("Agenda", reverse("portal:agenda")), (found.title, "")],
    }
    return render(request, "portal/event.html", context)


@login_not_required
@require_safe
def event_calendar(request, slug):
    """One event, for the visitor's own calendar."""
    found = _event(slug)
    response = HttpResponse(ical.calendar([found], found.title), content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.ics"'
    return response


@login_not_required
@require_safe
def calendar(request):
    """The agenda to subscribe to, with the filters of the page."""
    values, commune = chosen(FilterAgendaForm(request.GET))
    events: dict[int, Event] = {}
    for occurrence in coming(values, commune)[: FEED * 3]:
        events.setdefault(occurrence.event_id, occurrence.event)
    name = f"Agenda, {commune.name}" if commune else "Agenda du territoire"
    return HttpResponse(ical.calendar(list(events.values())[:FEED], name), content_type=calendars.CONTENT_TYPE)
