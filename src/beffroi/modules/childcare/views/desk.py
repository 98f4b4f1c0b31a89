"""`/bureau/enfance/enfants/`: the children, and one file as the agents see it."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access, journal
from beffroi.modules.childcare import sheets
from beffroi.modules.childcare.access import REGISTER, VIEW, can_read_health, can_register
from beffroi.modules.childcare.forms.desk import ChildrenFilter
from beffroi.modules.childcare.models import Activity, Booking, Child, Enrolment, Site
from beffroi.modules.childcare.views.common import desk
from beffroi.modules.childcare.views.files import documents_of

PAGE = 40


@never_cache
@require_safe
@desk(VIEW)
def children(request):
    """The files, by name."""
    sites = Site.objects.visible_to(request.user).filter(is_active=True)
    form = ChildrenFilter(request.GET, sites=sites)
    rows = Child.objects.visible_to(request.user)
    form.is_valid()
    for word in form.cleaned_data.get("q", "").split():
        rows = rows.filter(last_name__unaccent__icontains=word) | rows.filter(first_name__unaccent__icontains=word)
    if site := form.cleaned_data.get("site"):
        rows = rows.filter(enrolments__site=site, enrolments__end=None).distinct()
    enrolments = Prefetch(
        "enrolments",
        Enrolment.objects.filter(end=None).select_related("activity", "site"),
        to_attr="current_enrolments",
    )
    rows = rows.prefetch_related(enrolments, sheets.homes_prefetch()).order_by("last_name", "first_name", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form, "page_obj": page, "may_register": access.can(request.user, REGISTER),
        "breadcrumbs": [("Enfance", reverse("childcare:today")), ("Enfants", "")],
    }  # fmt: skip
    return render(request, "childcare/desk/children.html", context)


@never_cache
@require_safe
@desk(VIEW)
def child(request, pk):
    """One file: civil status, homes, what is booked, what happened."""
    rows = Child.objects.visible_to(request.user).select_related("custody", "organisation")
    held = get_object_or_404(rows.prefetch_related(sheets.homes_prefetch()), pk=pk)
    bookings = Booking.objects.live().filter(child=held, day__gte=timezone.localdate())
    context = {
        "child": held,
        "homes": held.current_homes,
        "custody": getattr(held, "custody", None),
        "enrolments": held.enrolments.filter(end=None).select_related("activity", "site"),
        "bookings": bookings.select_related("unit", "activity", "group__site", "home__household").order_by("day", "pk")[
            :20
        ],
        "activities": Activity.objects.visible_to(request.user).order_by("name"),
        "documents": documents_of(held),
        "proposals": held.proposals.filter(decided_at=None),
        "may_register": can_register(request.user, held),
        "may_read_health": can_read_health(request.user, held),
        "history": [
            {"at": line.at, "title": journal.words(line.verb), "author": line.actor}
            for line in journal.lines_about(held).order_by("-at", "-id")[:15]
        ],
        "breadcrumbs": [
            ("Enfance", reverse("childcare:today")), ("Enfants", reverse("childcare:children")), (str(held), ""),
        ],
    }  # fmt: skip
    return render(request, "childcare/desk/child.html", context)
