"""The sheet of the day: at the desk, and on a tablet that may have no network."""

import datetime

from django.contrib import messages
from django.db.models import Max, Min, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, offline
from beffroi.modules.childcare import actions, calendars, lines, sheets
from beffroi.modules.childcare.access import ATTEND, HEALTH, REGISTER, VIEW
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.sheet import TickForm, UnexpectedForm
from beffroi.modules.childcare.models import Booking, Place, Site, Tick
from beffroi.modules.childcare.views.common import desk, my_sites

AROUND = datetime.timedelta(days=90)
TRANSPORT = "transport"


def asked_day(request) -> datetime.date:
    """The day of the address, today otherwise."""
    try:
        return datetime.date.fromisoformat(request.GET.get("jour", ""))
    except ValueError:
        return timezone.localdate()


def asked_site(request) -> tuple[Site | None, list[Site]]:
    sites = my_sites(request.user)
    return next((one for one in sites if one.slug == request.GET.get("site")), sites[0] if sites else None), sites


def _neighbours(site: Site | None, day: datetime.date) -> tuple:
    """The days before and after on which the site receives children."""
    if site is None:
        return None, None
    days = Place.objects.filter(group__site=site, day__range=(day - AROUND, day + AROUND))
    found = days.aggregate(before=Max("day", filter=Q(day__lt=day)), after=Min("day", filter=Q(day__gt=day)))
    return found["before"], found["after"]


@never_cache
@require_safe
@desk(VIEW)
def today(request):
    """Who is expected where, who came: the first page of the module."""
    day = asked_day(request)
    site, sites = asked_site(request)
    sheet = sheets.read(site, day, adults=False) if site else None
    before, after = _neighbours(site, day)
    context = {
        "day": day,
        "site": site,
        "sites": sites,
        "sheet": sheet,
        "before": before,
        "after": after,
        "is_today": day == timezone.localdate(),
        "is_past": day < timezone.localdate(),
        "may_register": bool(site) and access.can(request.user, REGISTER, site.organisation_id),
        "holiday": calendars.public_holiday(day) or calendars.school_holiday(day),
        "breadcrumbs": [("Bureau", "/bureau/"), ("Enfance", "")],
    }
    return render(request, "childcare/desk/today.html", context)


@never_cache
@require_safe
@desk(ATTEND)
def field(request, slug):
    """The sheet on a tablet: kept in the device, ticked without network."""
    site = get_object_or_404(Site.objects.visible_to(request.user, ATTEND), slug=slug)
    day = timezone.localdate()
    sheet = sheets.read(site, day)
    leaving = lines.departures(site, day)
    for row in sheet.rows:
        if line := leaving.get(row.booking.child_id):
            row.adults.insert(0, {"key": f"l-{line.pk}", "name": line.name, "relation": TRANSPORT, "pick_up": True})
    named = ((row.booking.group_id, row.booking.group.name, row.booking.child.last_name, row) for row in sheet.rows)
    parts = sheets.parts_of(named)
    wanted = request.GET.get("groupe", "")
    shown = next((part for part in parts if part.key == wanted), None)
    if shown is None and len(sheet.rows) > sheets.MOST_ROWS:
        shown = parts[0]
    context = {
        "site": site,
        "sheet": sheet,
        "day": day,
        "rows": shown.rows if shown else sheet.rows,
        "parts": parts,
        "shown": shown,
        "states": sheets.STATES,
        "may_read_health": access.can(request.user, HEALTH, site.organisation_id),
        "on_duty": any(one.worker_id == request.user.pk and one.left_at is None for one in sheet.shifts),
    }
    return offline.keep(render(request, "childcare/field/sheet.html", context))


def field_block(request):
    """The part of « ma journée » that holds the sheets of my sites: each page is kept in the device beforehand."""
    if not access.can(request.user, ATTEND):
        return None
    sites = {site.pk: site for site in my_sites(request.user, ATTEND)}
    expected = Booking.objects.filter(group__site__in=sites, day=timezone.localdate(), state="booked")
    rows = expected.order_by(*sheets.BY_NAME)
    found: dict[int, list] = {}
    for site, *line in rows.values_list("group__site", "group", "group__name", "child__last_name", "pk"):
        found.setdefault(site, []).append(line)
    if not found:
        return None
    shown = []
    for pk, names in found.items():
        parts = sheets.parts_of(names)
        shown.append(
            {
                "site": sites[pk],
                "parts": parts,
                "count": len(names),
                "is_split": len(parts) > 1,
                "may_read_health": access.can(request.user, HEALTH, sites[pk].organisation_id),
            }
        )
    return {"sites": sorted(shown, key=lambda one: one["site"].name)}


def _next(request, site: Site) -> HttpResponseRedirect:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = reverse("childcare:field_sheet", args=[site.slug])
    return HttpResponseRedirect(target)


def _refused(request, form):
    """The page of a gesture that cannot pass: its errors, so that a device may tell them."""
    return render(request, "childcare/field/refused.html", {"form": form}, status=200)


@never_cache
@require_POST
@desk(ATTEND)
def tick(request):
    """One gesture on one booking; a replay is harmless."""
    form = TickForm(request.POST, request.FILES)
    rows = Booking.objects.visible_to(request.user, ATTEND).select_related("group__site", "child", "unit")
    booking = rows.filter(pk=request.POST.get("booking") or 0).first()
    if booking is None:
        raise Http404("réservation")
    if not form.is_valid():
        return _refused(request, form)
    data = form.cleaned_data
    leaving = data["kind"] == Tick.Kind.LEFT
    with_name, contact = _collector(booking, data["with"]) if leaving else ("", None)
    signature = (data["signature"] or None) if leaving else None
    try:
        actions.tick(
            booking,
            data["kind"],
            actor=request.user,
            at=offline.made_at(request),
            client_uuid=data["client_uuid"],
            with_name=with_name or data["with_name"],
            contact=contact,
            signature=signature,
            quantity=data["quantity"] if data["kind"] == Tick.Kind.ARRIVED else None,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, form)
    return _next(request, booking.group.site)


def _collector(booking: Booking, value: str):
    """(name, contact) of who leaves with the child: a contact of its homes, a guardian, a line, or nobody."""
    kind, _, pk = value.partition("-")
    if not pk.isdigit():
        return "", None
    if kind == "l":
        line = lines.departures(booking.group.site, booking.day).get(booking.child_id)
        return (f"{line.name} ({TRANSPORT})", None) if line is not None and line.pk == int(pk) else ("", None)
    child = type(booking.child).objects.prefetch_related(sheets.homes_prefetch()).get(pk=booking.child_id)
    for home in child.current_homes:
        for contact in home.contacts.all():
            if kind == "c" and contact.pk == int(pk) and contact.may_pick_up:
                return contact.name, contact
        for guardian in home.active_guardians:
            if kind == "g" and guardian.pk == int(pk):
                return str(guardian.person), None
    return "", None


@never_cache
@desk(ATTEND)
def unexpected(request, slug):
    """A child who is not on the sheet is there: counted, and booked as such. The page is kept in the device."""
    site = get_object_or_404(Site.objects.visible_to(request.user, ATTEND), slug=slug)
    form = UnexpectedForm(request.POST or None, site=site)
    if request.method != "POST":
        return offline.keep(render(request, "childcare/field/unexpected.html", {"site": site, "form": form}))
    if not form.is_valid():
        return render(request, "childcare/field/unexpected.html", {"site": site, "form": form})
    data = form.cleaned_data
    try:
        booking, created = actions.receive_unexpected(
            data["child"],
            data["unit"],
            group=data["group"],
            actor=request.user,
            at=offline.made_at(request),
            client_uuid=data["client_uuid"],
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return render(request, "childcare/field/unexpected.html", {"site": site, "form": form})
    if created:
        messages.success(request, f"{booking.child.first_name} est ajouté à la feuille.")
    page = sheets.page_of(booking)
    return HttpResponseRedirect(
        reverse("childcare:field_sheet", args=[booking.group.site.slug]) + (f"?groupe={page}" if page else "")
    )
