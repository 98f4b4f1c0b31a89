"""`/bureau/enfance/enfants/`: the children, and one file as the agents see it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access, journal
from beffroi.modules.childcare import actions, sheets
from beffroi.modules.childcare.access import REGISTER, VIEW, can_read_health, can_register
from beffroi.modules.childcare.forms.desk import ChildrenFilter
from beffroi.modules.childcare.forms.files import DocumentForm
from beffroi.modules.childcare.models import (
    Activity,
    Booking,
    Child,
    ChildHome,
    Contact,
    Document,
    Enrolment,
    Guardian,
    Proposal,
    Site,
    Support,
)
from beffroi.modules.childcare.residences import Residences
from beffroi.modules.childcare.views.common import desk
from beffroi.modules.childcare.views.dossier import crumbs
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
    rows = rows.prefetch_related(enrolments, sheets.homes_prefetch(adults=False)).order_by(
        "last_name", "first_name", "pk"
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "may_register": access.can(request.user, REGISTER),
        "breadcrumbs": [("Enfance", reverse("childcare:today")), ("Enfants", "")],
    }
    return render(request, "childcare/desk/children.html", context)


def _find(request, pk) -> Child:
    waiting = Proposal.objects.filter(child=OuterRef("pk"), decided_at=None).order_by("pk").values("pk")[:1]
    unchecked = Document.objects.filter(child=OuterRef("pk"), checked_at=None, refused_at=None)
    rows = Child.objects.visible_to(request.user).select_related("custody")
    return get_object_or_404(rows.annotate(proposal=Subquery(waiting), to_check=Exists(unchecked)), pk=pk)


def _homes(child: Child) -> list[ChildHome]:
    """The homes with their guardians, their contacts and what is proved of their address, who pays, in four queries."""
    found: dict[int, ChildHome] = {}
    guardians = (
        Guardian.objects.active().filter(home__child=child).select_related("home__household", "home__payer", "person")
    )
    for guardian in guardians.order_by("home__rank", "pk"):
        home = found.setdefault(guardian.home_id, guardian.home)
        home.active_guardians = [*getattr(home, "active_guardians", ()), guardian]
        home.named = []
    proved = Residences(home.household_id for home in found.values())
    paying = {one.home_id: one for one in Support.objects.active().filter(home__in=found).select_related("body")}
    for home in found.values():
        home.support = paying.get(home.pk)
        home.residence = proved.status(home.household)
    for contact in Contact.objects.filter(home__in=found):
        found[contact.home_id].named.append(contact)
    return list(found.values())


@never_cache
@require_safe
@desk(VIEW)
def child(request, pk):
    """One file: civil status, homes, what is booked."""
    held = _find(request, pk)
    bookings = Booking.objects.live().filter(child=held, day__gte=timezone.localdate())
    current = Enrolment.objects.filter(child=held, activity=OuterRef("pk"), end=None)
    offered = Activity.objects.visible_to(request.user)
    where, which = current.values("site__name")[:1], current.values("pk")[:1]
    context = {
        "child": held,
        "homes": _homes(held),
        "custody": getattr(held, "custody", None),
        "bookings": bookings.select_related("unit", "group__site", "home").order_by("day", "pk")[:20],
        "activities": offered.annotate(enrolled=Subquery(where), enrolment=Subquery(which)).order_by("name"),
        "may_register": can_register(request.user, held),
        "may_read_health": can_read_health(request.user, held),
        "breadcrumbs": crumbs(None, str(held)),
    }
    return render(request, "childcare/desk/child.html", context)


@never_cache
@desk(VIEW)
def documents(request, pk):
    """The documents of a file: open, accept, refuse, and keep one that is handed over at the counter."""
    held = _find(request, pk)
    may_register, form = can_register(request.user, held), None
    if may_register:
        form = DocumentForm(request.POST or None, request.FILES or None, child=held)
        form.fields["files"].actor = request.user
    elif request.method == "POST":
        raise PermissionDenied(REGISTER)
    if request.method == "POST" and form is not None and form.is_valid():
        data = form.cleaned_data
        made = actions.add_document(
            held, data["kind"], data["files"], actor=request.user, expires_on=data["expires_on"]
        )
        actions.judge_document(made, actor=request.user, accept=True)
        messages.success(request, "La pièce est dans le dossier, et vérifiée.")
        return redirect(request.path)
    context = {
        "child": held,
        "documents": documents_of(held),
        "may_register": may_register,
        "form": form,
        "breadcrumbs": crumbs(held, "Pièces"),
    }
    return render(request, "childcare/desk/documents.html", context)


@never_cache
@require_safe
@desk(VIEW)
def history(request, pk):
    """Who did what in a file, and who opened the health sheet."""
    held = _find(request, pk)
    context = {"child": held, "history": journal.story(held, limit=100), "breadcrumbs": crumbs(held, "Historique")}
    return render(request, "childcare/desk/history.html", context)
