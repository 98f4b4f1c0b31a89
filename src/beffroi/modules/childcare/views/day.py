"""The kitchen, the team, what waits for somebody."""

import datetime

from django.contrib import messages
from django.db.models import Count, Min
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import offline
from beffroi.modules.childcare import actions, kitchen, sheets
from beffroi.modules.childcare.access import ATTEND, HEALTH, MANAGE, REGISTER, VIEW
from beffroi.modules.childcare.diets import name_of
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.day import DishForm
from beffroi.modules.childcare.forms.files import ReasonForm
from beffroi.modules.childcare.models import (
    Attendance,
    Booking,
    Child,
    Dish,
    Document,
    Excuse,
    Likeness,
    MealOrder,
    Move,
    Proposal,
    Site,
)
from beffroi.modules.childcare.views.common import desk
from beffroi.modules.childcare.views.dossier import attempt, gesture
from beffroi.modules.childcare.views.sheet import asked_day, asked_site

LIMIT = 100


def _site(request, slug: str, permission: str) -> Site:
    return get_object_or_404(Site.objects.visible_to(request.user, permission), slug=slug)


@never_cache
@require_POST
@desk(ATTEND)
def shift(request, slug):
    """« J’arrive », « je pars »."""
    site = _site(request, slug, ATTEND)
    try:
        if request.POST.get("geste") == "depart":
            actions.end_shift(site, actor=request.user, at=offline.made_at(request))
            messages.success(request, "Votre départ est noté.")
        else:
            actions.start_shift(site, actor=request.user, at=offline.made_at(request))
            messages.success(request, "Votre arrivée est notée.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("childcare:field_sheet", slug)


@never_cache
@require_safe
@desk(HEALTH)
def emergency(request, slug):
    """Who is there today, whom to call, what to know: printed, or kept in the tablet. Each opening is journalled."""
    site = _site(request, slug, HEALTH)
    day = timezone.localdate()
    sheet = sheets.read(site, day)
    expected = {row.booking.child_id: row for row in sheet.rows if row.status in ("expected", "here")}
    contents = actions.read_emergency(site, list(expected), actor=request.user)
    rows = [{"row": row, "health": contents.get(child, {})} for child, row in expected.items()]
    return offline.keep(render(request, "childcare/field/emergency.html", {"site": site, "day": day, "rows": rows}))


@never_cache
@desk(VIEW)
def meals(request):
    """What to order for a site and a day; what has changed since."""
    day, (site, sites) = asked_day(request), asked_site(request)
    if request.method == "POST" and site is not None:
        try:
            order = actions.order_meals(site, day, actor=request.user)
            then = f"envoyée à {site.kitchen_email}" if site.kitchen_email else "la cuisine n’a pas de courriel"
            messages.success(request, f"Commande enregistrée : {order.total} repas ; {then}.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{request.path}?site={site.slug}&jour={day:%Y-%m-%d}")
    now = kitchen.counts(site, day) if site else {}
    orders = list(MealOrder.objects.filter(site=site, day=day).select_related("sent_by")) if site else []
    context = {
        "site": site,
        "sites": sites,
        "day": day,
        "orders": orders,
        "total": sum(now.values()),
        "lines": [(name_of(diet), count) for diet, count in sorted(now.items())],
        "changes": [(name_of(diet), f"{number:+d}") for diet, number in kitchen.changes(orders[0], now).items()]
        if orders
        else [],
        "cut_off": kitchen.cut_off(site, day) if site else None,
        "now": timezone.now(),
        "before": day - datetime.timedelta(days=1),
        "after": day + datetime.timedelta(days=1),
        "breadcrumbs": [("Enfance", reverse("childcare:today")), ("Repas", "")],
    }
    return render(request, "childcare/desk/meals.html", context)


@never_cache
@desk(MANAGE)
def menus(request):
    """The dishes of the coming days, published as open data."""
    site, sites = asked_site(request)
    dishes = Dish.objects.filter(site=site, day__gte=timezone.localdate() - datetime.timedelta(days=7))
    form = DishForm(request.POST or None, instance=Dish(site=site), initial={"day": timezone.localdate()})
    asked = request.method == "POST" and site is not None and form.is_valid()
    if asked and attempt(form, lambda: actions.save_dish(form.instance, actor=request.user)):
        messages.success(request, "Le plat est au menu.")
        return redirect(f"{request.path}?site={site.slug}")
    context = {
        "site": site,
        "sites": sites,
        "dishes": list(dishes[:LIMIT]),
        "form": form,
        "breadcrumbs": [("Enfance", reverse("childcare:today")), ("Menus", "")],
    }
    return render(request, "childcare/desk/menus.html", context)


@never_cache
@require_POST
@desk(MANAGE)
def dish_remove(request, pk):
    dish = get_object_or_404(Dish.objects.filter(site__in=Site.objects.visible_to(request.user, MANAGE)), pk=pk)
    slug = dish.site.slug
    actions.remove_dish(dish, actor=request.user)
    messages.success(request, "Le plat est retiré.")
    return redirect(f"{reverse('childcare:menus')}?site={slug}")


@never_cache
@require_safe
@desk(REGISTER)
def todo(request):
    """What waits for an agent: changes, moves, documents, absences to judge, the waiting lists."""
    today = timezone.localdate()
    mine = Booking.objects.visible_to(request.user, REGISTER)
    absences = Attendance.objects.filter(absence="waiting", excuse=None, booking__in=mine).select_related(
        "booking__child", "booking__activity", "booking__unit"
    )
    waiting = mine.filter(state="waiting", day__gte=today).values(
        "group", "day", "group__name", "group__site__name", "activity__name"
    )
    files = Child.objects.visible_to(request.user, REGISTER)
    documents = Document.objects.filter(checked_at=None, refused_at=None, child__in=files)
    context = {
        "proposals": Proposal.objects.filter(decided_at=None, child__in=files).select_related(
            "child", "home__household"
        )[:LIMIT],
        "moves": Move.objects.waiting().visible_to(request.user).select_related("household")[:LIMIT],
        "likenesses": Likeness.objects.waiting().visible_to(request.user).select_related("child")[:LIMIT],
        "documents": documents.select_related("child", "kind")[:LIMIT],
        "excuses": Excuse.objects.waiting().visible_to(request.user).select_related("child")[:LIMIT],
        "absences": absences.order_by("booking__day", "pk")[:LIMIT],
        "queues": waiting.annotate(count=Count("pk"), first=Min("booked_at")).order_by("day", "group")[:LIMIT],
        "offers": mine.filter(state="offered").select_related("child", "unit", "group__site").order_by("answer_by"),
        "breadcrumbs": [("Enfance", reverse("childcare:today")), ("À traiter", "")],
    }
    return render(request, "childcare/desk/todo.html", context)


@never_cache
@require_safe
@desk(REGISTER)
def queue(request, group, day):
    """One waiting list, in the order in which places will be offered, and why."""
    try:
        day = datetime.date.fromisoformat(day)
    except ValueError as error:
        raise Http404("jour") from error
    mine = Booking.objects.visible_to(request.user, REGISTER)
    held = actions.queue(group, day).filter(pk__in=mine.filter(group=group, day=day))
    rows = list(held.select_related("group__site"))
    context = {
        "rows": rows,
        "day": day,
        "group": rows[0].group if rows else None,
        "order": actions.ORDER_WORDS,
        "breadcrumbs": [
            ("Enfance", reverse("childcare:today")),
            ("À traiter", reverse("childcare:todo")),
            ("Attente", ""),
        ],
    }
    return render(request, "childcare/desk/queue.html", context)


@never_cache
@desk(REGISTER)
def absence(request, pk):
    """Justified (a document came in time) or not."""
    booking = get_object_or_404(
        Booking.objects.visible_to(request.user, REGISTER).select_related("child", "activity", "unit"), pk=pk
    )
    form = ReasonForm(request.POST or None)
    form.fields["reason"].required = False
    if request.method == "POST" and form.is_valid():
        justified, reason = "justifier" in request.POST, form.cleaned_data["reason"]

        def write():
            actions.judge_absence(booking, actor=request.user, justified=justified, reason=reason)

        if attempt(form, write):
            messages.success(request, "Absence justifiée." if justified else "Absence non justifiée.")
            return redirect("childcare:todo")
    limit = booking.day + datetime.timedelta(days=booking.activity.absence_days)
    note = f"{booking.child}, {booking.unit}, le {booking.day:%d/%m/%Y}. À justifier avant le {limit:%d/%m/%Y}."
    return gesture(
        request,
        form,
        "Absence",
        reverse("childcare:todo"),
        booking.child,
        note=note,
        choices=[("justifier", "Justifiée"), ("refuser", "Non justifiée")],
    )
