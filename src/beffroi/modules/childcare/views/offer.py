"""`/bureau/enfance/activites/`: what is offered, and to whom."""

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.modules.childcare import actions, calendars, deadlines
from beffroi.modules.childcare.access import MANAGE
from beffroi.modules.childcare.forms.offer import (
    ActivityForm,
    DocumentKindForm,
    GroupForm,
    PeriodForm,
    SiteForm,
    StaffForm,
    UnitForm,
    free_slug,
)
from beffroi.modules.childcare.models import Activity, DocumentKind, Group, Period, Site, Unit
from beffroi.modules.childcare.views.common import body_of, desk, my_bodies
from beffroi.modules.childcare.views.dossier import attempt

PARTS: dict[str, tuple] = {
    "periode": (Period, PeriodForm, "Période"),
    "groupe": (Group, GroupForm, "Groupe"),
    "formule": (Unit, UnitForm, "Formule"),
}


def _crumbs(activity=None, title: str = "") -> list[tuple[str, str]]:
    found = [("Enfance", reverse("childcare:today")), ("Activités", reverse("childcare:offer") if title else "")]
    if activity is not None and activity.pk:
        found.append((str(activity), reverse("childcare:offer_activity", args=[activity.slug])))
    return [*found, (title, "")] if title else found


def _form(request, form, title: str, back: str, activity=None, note: str = ""):
    context = {"form": form, "title": title, "back": back, "note": note, "breadcrumbs": _crumbs(activity, title)}
    return render(request, "childcare/desk/gesture.html", context)


@never_cache
@require_safe
@desk(MANAGE)
def offer(request):
    """Activities, sites, documents asked for."""
    bodies = my_bodies(request.user, MANAGE)
    body = body_of(request, MANAGE, bodies)
    context = {
        "body": body,
        "bodies": bodies,
        "activities": Activity.objects.filter(organisation=body).annotate(
            group_count=Count("groups", distinct=True),
            unit_count=Count("units", distinct=True),
            period_count=Count("periods", distinct=True),
        ),
        "sites": Site.objects.filter(organisation=body).select_related("commune"),
        "kinds": DocumentKind.objects.filter(organisation=body),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "childcare/desk/offer.html", context)


@never_cache
@require_safe
@desk(MANAGE)
def activity(request, slug):
    """One activity with its periods, groups and units."""
    rows = Activity.objects.visible_to(request.user, MANAGE).prefetch_related(
        Prefetch("groups", Group.objects.select_related("site")), "units", "periods", "documents", "incompatible"
    )
    held = get_object_or_404(rows, slug=slug)
    context = {
        "activity": held,
        "periods": [(period, len(calendars.days_of(period))) for period in held.periods.all()],
        "add_words": deadlines.to_add(held).words,
        "cancel_words": deadlines.to_cancel(held).words,
        "breadcrumbs": [*_crumbs(title=str(held))],
    }
    return render(request, "childcare/desk/offer_activity.html", context)


@never_cache
@desk(MANAGE)
def activity_edit(request, slug=None):
    rows = Activity.objects.visible_to(request.user, MANAGE)
    held = get_object_or_404(rows, slug=slug) if slug else Activity(organisation=body_of(request, MANAGE))
    form = ActivityForm(request.POST or None, instance=held)
    back = reverse("childcare:offer_activity", args=[slug]) if slug else reverse("childcare:offer")
    if request.method == "POST" and form.is_valid():
        held.slug = held.slug or free_slug(Activity, form.cleaned_data["name"])
        data = form.cleaned_data

        def write():
            actions.save_activity(
                form.instance, actor=request.user, documents=data["documents"], incompatible=data["incompatible"]
            )

        if attempt(form, write):
            messages.success(request, "L’activité est enregistrée.")
            return redirect("childcare:offer_activity", held.slug)
    title = f"Régler : {held}" if slug else "Nouvelle activité"
    return _form(request, form, title, back, held if slug else None)


@never_cache
@desk(MANAGE)
def part(request, slug, kind, pk=None):
    """A period, a group or a unit; the places follow at once."""
    if kind not in PARTS:
        raise Http404(kind)
    model, form_class, noun = PARTS[kind]
    held_activity = get_object_or_404(Activity.objects.visible_to(request.user, MANAGE), slug=slug)
    held = get_object_or_404(model, pk=pk, activity=held_activity) if pk else model(activity=held_activity)
    more = {"organisation": held_activity.organisation} if model is Group else {}
    form = form_class(request.POST or None, instance=held, **more)
    back = reverse("childcare:offer_activity", args=[slug])
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.save_part(form.instance, actor=request.user))
    ):
        messages.success(request, f"{noun} : c’est enregistré, les places sont à jour.")
        return redirect(back)
    title = f"{noun} : {held}" if pk else f"{noun} de plus"
    return _form(request, form, title, back, held_activity)


@never_cache
@desk(MANAGE)
def staff(request, slug):
    """Fewer or more facilitators one day: the places follow."""
    held = get_object_or_404(Activity.objects.visible_to(request.user, MANAGE), slug=slug)
    form = StaffForm(request.POST or None, activity=held, initial={"day": timezone.localdate()})
    back = reverse("childcare:offer_activity", args=[slug])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.set_group_day(data["group"], data["day"], actor=request.user, staff=data["staff"], note=data["note"])
        messages.success(request, "Les places de ce jour suivent l’encadrement. Les réservations faites sont gardées.")
        return redirect(back)
    return _form(request, form, "Encadrement d’un jour", back, held)


@never_cache
@desk(MANAGE)
def site(request, slug=None):
    held = (
        get_object_or_404(Site.objects.visible_to(request.user, MANAGE), slug=slug)
        if slug
        else Site(organisation=body_of(request, MANAGE))
    )
    form = SiteForm(request.POST or None, instance=held)
    if request.method == "POST" and form.is_valid():
        held.slug = held.slug or free_slug(Site, form.cleaned_data["name"])
        if attempt(form, lambda: actions.save_site(form.instance, actor=request.user)):
            messages.success(request, "Le site est enregistré.")
            return redirect("childcare:offer")
    return _form(request, form, f"Site : {held}" if slug else "Nouveau site", reverse("childcare:offer"))


@never_cache
@desk(MANAGE)
def document_kind(request, pk=None):
    bodies = my_bodies(request.user, MANAGE)
    held = (
        get_object_or_404(DocumentKind, pk=pk, organisation__in=bodies)
        if pk
        else DocumentKind(organisation=body_of(request, MANAGE))
    )
    form = DocumentKindForm(request.POST or None, instance=held)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.save_document_kind(form.instance, actor=request.user))
    ):
        messages.success(request, "C’est enregistré.")
        return redirect("childcare:offer")
    return _form(request, form, f"Pièce : {held}" if pk else "Nouvelle pièce", reverse("childcare:offer"))
