"""Choosing an activity, days, children; reading what it will be before saying yes; cancelling."""

from collections import defaultdict

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.modules.childcare import actions, calendars, custody, deadlines, pricing
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.booking import PatternForm
from beffroi.modules.childcare.models import (
    Activity,
    Booking,
    Child,
    ChildHome,
    CustodyException,
    Enrolment,
    Group,
    Guardian,
    Place,
    Site,
    Unit,
)
from beffroi.modules.childcare.places import slots_of
from beffroi.modules.childcare.views.common import my_homes
from beffroi.modules.childcare.wishes import BOOK, NO, WAIT, Weighing, Wish, read_token

MOST = 400
MONTH_OVER = 45


class Desk:
    """Who books: a parent for their home, or an agent for a family. The pages are the same."""

    def __init__(self, request, slug: str, pk: int | None = None):
        self.request, self.is_desk = request, pk is not None
        activities = Activity.objects.visible_to(request.user, REGISTER) if self.is_desk else Activity.objects.public()
        units = Unit.objects.filter(is_active=True, activity__in=activities.filter(slug=slug))
        self.units = list(units.select_related("activity").order_by("order", "pk"))
        self.activity = self.units[0].activity if self.units else get_object_or_404(activities, slug=slug)
        groups = Prefetch("groups", Group.objects.filter(is_active=True).select_related("site"))
        prefetch_related_objects([self.activity], "periods", groups)
        if self.is_desk:
            self.all_homes = list(self._homes(Child.objects.visible_to(request.user, REGISTER).filter(pk=pk)))
            if not self.all_homes:
                raise Http404("enfant")
            wanted = request.POST.get("foyer") or request.GET.get("foyer")
            found = [home for home in self.all_homes if str(home.pk) == wanted] or self.all_homes
            self.homes = {found[0].child_id: found[0]}
            self.base, self.args = "ui/desk.html", [pk, slug]
        else:
            own = Guardian.objects.active().filter(home=OuterRef("pk"), person__user=request.user)
            homes = self._homes(Child.objects.of_parent(request.user)).annotate(mine=Exists(own))
            self.all_homes, self.homes = list(homes), {}
            for home in self.all_homes:
                if home.mine:
                    self.homes.setdefault(home.child_id, home)
            self.base, self.args = "ui/account.html", [slug]

    def _homes(self, children):
        """The current homes of children, both of those who have two, with `.site_id` where the child is registered."""
        where = Enrolment.objects.filter(child=OuterRef("child"), activity=self.activity, end=None).values("site")[:1]
        homes = ChildHome.objects.current().filter(child__in=children).annotate(site_id=Subquery(where))
        homes = homes.select_related("child__custody", "household__commune")
        return homes.order_by("child__birth_date", "child_id", "rank")

    @property
    def sites(self) -> dict[int, Site]:
        """The sites where the activity takes place."""
        return {group.site_id: group.site for group in self.activity.groups.all()}

    @property
    def enrolled(self) -> dict[int, Site]:
        """{child: site} of those who are registered where the activity still takes place."""
        sites = self.sites
        return {child: sites[home.site_id] for child, home in self.homes.items() if home.site_id in sites}

    def url(self, name: str) -> str:
        return reverse(f"childcare:{'desk_' if self.is_desk else ''}{name}", args=self.args)

    @property
    def calendar_url(self) -> str:
        return self.url("calendar")

    @property
    def enrol_url(self) -> str:
        return self.url("enrol")

    @property
    def review_url(self) -> str:
        return self.url("review")

    @property
    def home(self) -> ChildHome | None:
        """The home for which an agent books."""
        return next(iter(self.homes.values()), None) if self.is_desk else None

    @property
    def back(self) -> str:
        if self.is_desk:
            return reverse("childcare:child", args=self.args[:1])
        return reverse("childcare:my_bookings")

    def chosen(self) -> dict[int, ChildHome]:
        """The children ticked on the page (all those that are enrolled by default)."""
        asked = self.request.POST.getlist("enfant") or self.request.GET.getlist("enfant")
        if self.is_desk or not asked:
            return self.homes
        return {child: home for child, home in self.homes.items() if str(child) in asked}

    def context(self, title: str = "", **more) -> dict:
        last = [(title, "")] if title else []
        here = [(str(self.activity), self.url("calendar") if title else "")]
        if self.is_desk:
            child = next(iter(self.homes.values())).child if self.homes else ""
            start = [("Enfance", reverse("childcare:today")), (str(child), self.back)]
        else:
            start = [("Mes enfants", reverse("childcare:my_children"))]
        context = {
            "desk": self, "activity": self.activity, "base": self.base, "is_desk": self.is_desk,
            "add_words": deadlines.to_add(self.activity).words,
            "cancel_words": deadlines.to_cancel(self.activity).words,
            "breadcrumbs": [*start, *here, *last],
        }  # fmt: skip
        return context | more


def _period(desk_: Desk):
    periods = [one for one in desk_.activity.periods.all() if one.end >= timezone.localdate()]
    if not periods:
        return None, []
    wanted = desk_.request.POST.get("periode") or desk_.request.GET.get("periode")
    return next((one for one in periods if str(one.pk) == wanted), periods[0]), periods


@never_cache
def calendar(request, slug, pk=None):
    """Tick the days; or say a pattern; then read what it will be."""
    who = Desk(request, slug, pk)
    if not who.homes:
        return redirect("childcare:child_new") if not who.is_desk else HttpResponseRedirect(who.back)
    enrolled = who.enrolled
    chosen = {child: home for child, home in who.chosen().items() if child in enrolled}
    period, periods = _period(who)
    missing = [home.child for child, home in who.homes.items() if child not in enrolled]
    sites = sorted(who.sites.values(), key=lambda one: one.name)
    context = who.context(
        children=[(who.homes[child].child, enrolled[child], child in chosen) for child in who.homes
                  if child in enrolled],
        missing=missing, sites=sites, period=period, periods=periods,
    )  # fmt: skip
    if chosen and period:
        days, months, month = _days(request, period)
        context |= {
            "rows": _rows(who, chosen, enrolled, days), "months": months, "month": month, "units": who.units,
            "pattern": PatternForm(units=who.units, weekdays=period.weekdays, period=period),
        }  # fmt: skip
    return render(request, "childcare/book/calendar.html", context)


def _days(request, period):
    """The days to show: all of them, or one month when there are many. (days, months, the month shown)"""
    today = timezone.localdate()
    days = [day for day in calendars.days_of(period) if day >= today]
    if len(days) <= MONTH_OVER:
        return days, [], None
    months = sorted({day.replace(day=1) for day in days})
    wanted = request.GET.get("mois", "")
    month = next((one for one in months if f"{one:%Y-%m}" == wanted), months[0])
    return [day for day in days if day.replace(day=1) == month], months, month


def _rows(who: Desk, chosen, enrolled, days) -> list[dict]:
    """One row a day: what is held, whose day it is, and for each unit what is left."""
    sites = {enrolled[child].pk for child in chosen}
    groups = [one for one in who.activity.groups.all() if one.site_id in sites and one.is_active]
    free = {(one.group_id, one.day, one.slot): one.free for one in Place.objects.filter(group__in=groups, day__in=days)}
    held = defaultdict(list)
    for one in Booking.objects.live().filter(child__in=chosen, day__in=days).select_related("unit", "child"):
        held[one.day].append(one)
    whose = _whose(who, chosen)
    now, rule = timezone.now(), deadlines.to_add(who.activity)
    rows = []
    for day in days:
        closes = rule.moment(day)
        rows.append(
            {
                "day": day,
                "holiday": calendars.school_holiday(day),
                "held": [_held(one, chosen) for one in held[day]],
                "other": [home.child for child, home in chosen.items() if not whose(child, day)],
                "late": closes < now and not who.is_desk,
                "elsewhere": all(not whose(child, day) for child in chosen),
                "closes": closes,
                "cells": [
                    {"unit": unit, "free": _free(unit, day, chosen, enrolled, groups, free)} for unit in who.units
                ],
            }
        )
    return rows


def _held(one: Booking, chosen) -> dict:
    own = chosen[one.child_id].pk == one.home_id
    return {"child": one.child, "unit": one.unit, "own": own, "state": one.get_state_display(), "tone": one.tone}


def _whose(who: Desk, chosen):
    """A function that says whether a day of a child may be booked by the home that books."""
    if who.is_desk:
        return lambda child, day: True
    homes, exceptions = defaultdict(list), defaultdict(list)
    for home in who.all_homes:
        homes[home.child_id].append(home)
    for one in CustodyException.objects.filter(child__in=chosen).exclude(agreed_at=None):
        exceptions[one.child_id].append(one)
    rhythms = {child: getattr(home.child, "custody", None) for child, home in chosen.items()}

    def allowed(child, day):
        home = custody.home_of(rhythms[child], homes[child], exceptions[child], day)
        return home is None or home.pk == chosen[child].pk

    return allowed


def _free(unit, day, chosen, enrolled, groups, free) -> int | None:
    """The places left for the fullest of the children's groups; None when nobody can have this unit that day."""
    if unit.only_on not in (None, day):
        return None
    found = []
    for child, home in chosen.items():
        age = home.child.age(day)
        fits = (g for g in groups if g.site_id == enrolled[child].pk and g.age_min <= age <= g.age_max)
        group = next(fits, None)
        keys = [(group.pk, day, slot) for slot in slots_of(unit)] if group else []
        if keys and all(key in free for key in keys):
            found.append(min(free[key] for key in keys))
    return min(found) if found else None


@never_cache
@require_POST
def enrol(request, slug, pk=None):
    """Register children on a site, to be able to book."""
    who = Desk(request, slug, pk)
    site = get_object_or_404(Site, pk=request.POST.get("site") or 0)
    asked = {child: home for child, home in who.homes.items() if str(child) in request.POST.getlist("inscrire")}
    try:
        for home in asked.values():
            actions.enrol(home.child, who.activity, site, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if asked:
            names = ", ".join(home.child.first_name for home in asked.values())
            messages.success(request, f"{names} : l’inscription est faite. Choisissez les jours.")
        else:
            messages.error(request, "Cochez au moins un enfant.")
    return HttpResponseRedirect(who.url("calendar"))


def _wishes(who: Desk, enrolled) -> tuple[list[Wish], PatternForm | None]:
    """What was asked: tokens (to confirm), boxes of the calendar, or a pattern."""
    request = who.request
    chosen = [child for child in who.chosen() if child in enrolled]
    if tokens := request.POST.getlist("ligne"):
        wishes = [wish for wish in map(read_token, tokens[:MOST]) if wish and wish.child_id in who.homes]
        return wishes, None
    if "motif" in request.POST:
        period, _periods = _period(who)
        if period is None:
            raise Http404("période")
        form = PatternForm(request.POST, units=who.units, weekdays=period.weekdays, period=period)
        if not form.is_valid():
            return [], form
        days = form.days(calendars.days_of(period))
        return [Wish(day, child, form.cleaned_data["unit"]) for day in days for child in chosen], form
    wishes = []
    for box in request.POST.getlist("jour")[:MOST]:
        for child in chosen:
            if wish := read_token(f"{child}.{box}"):
                wishes.append(wish)
    return wishes, None


@never_cache
@require_POST
def review(request, slug, pk=None):
    """What each line will be, and its price, before anything is written; then the confirmation."""
    who = Desk(request, slug, pk)
    enrolled = who.enrolled
    wishes, form = _wishes(who, enrolled)
    if not wishes:
        if form is not None and form.errors:
            messages.error(request, " ".join(message for errors in form.errors.values() for message in errors))
        else:
            messages.error(request, "Choisissez au moins un jour et un enfant.")
        return HttpResponseRedirect(who.url("calendar"))
    homes = {child: home for child, home in who.homes.items() if child in {wish.child_id for wish in wishes}}
    if "confirmer" in request.POST:
        return _confirm(request, who, wishes, homes)
    lines = Weighing(wishes, homes, desk=who.is_desk).lines()
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in (BOOK, WAIT, NO)}
    total = pricing.quote(lines)
    context = who.context(
        "Vérifier", lines=lines, counts=counts, total=total, priced=any(line.price is not None for line in lines),
        unknown=any("quotient familial inconnu" in line.explanation for line in lines),
    )  # fmt: skip
    return render(request, "childcare/book/review.html", context)


def _confirm(request, who: Desk, wishes, homes):
    lines = actions.book(wishes, homes, actor=request.user, desk=who.is_desk)
    booked = sum(line.verdict == BOOK for line in lines)
    waiting = sum(line.verdict == WAIT for line in lines)
    refused = [line for line in lines if line.verdict == NO]
    if booked:
        messages.success(request, f"C’est réservé : {booked} jour{'s' if booked > 1 else ''}.")
    if waiting:
        messages.warning(
            request,
            f"Complet pour {waiting} jour{'s' if waiting > 1 else ''} : vous êtes sur la liste d’attente, et prévenu "
            "dès qu’une place se libère.",
        )
    for line in refused[:3]:
        messages.error(request, f"{line.child.first_name}, {line.wish.day:%d/%m} : {line.reason}")
    return HttpResponseRedirect(who.back)


@never_cache
def bookings(request):
    """What my homes have booked, ahead and behind; cancel, answer an offer."""
    homes = my_homes(request.user)
    today = timezone.localdate()
    past = request.GET.get("vue") == "passees"
    rows = Booking.objects.filter(home__in=homes.values()).select_related(
        "child", "unit", "activity", "group__site", "attendance"
    )
    if past:
        rows = rows.filter(day__lt=today).order_by("-day", "child", "pk")[:200]
    else:
        recent = Q(state="expired") | Q(state="cancelled", late=True)
        live = Q(state__in=("booked", "offered", "waiting"))
        rows = rows.filter(Q(day__gte=today) & (live | recent)).order_by("day", "child", "pk")[:200]
    now = timezone.now()
    shown = []
    for one in rows:
        closes = deadlines.to_cancel(one.activity).moment(one.day)
        shown.append({"booking": one, "closes": closes, "late": closes < now, "started": one.during.lower <= now})
    tabs = [
        ("À venir", reverse("childcare:my_bookings")),
        ("Passées", reverse("childcare:my_bookings") + "?vue=passees"),
    ]
    context = {"rows": shown, "tabs": tabs, "past": past, "homes": homes}
    return render(request, "childcare/space/bookings.html", context)


@never_cache
@require_POST
def cancel(request):
    """Cancel what is ticked; what is past the deadline has been said on the page."""
    wanted = request.POST.getlist("choix")
    mine = Booking.objects.of_parent(request.user).live().filter(pk__in=[pk for pk in wanted if pk.isdigit()])
    found = list(mine)
    if not found:
        messages.error(request, "Cochez au moins un jour.")
        return redirect("childcare:my_bookings")
    try:
        late = actions.cancel(found, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"C’est annulé : {len(found)} jour{'s' if len(found) > 1 else ''}.")
        if late:
            messages.warning(request, "Le délai étant passé pour certains, ils restent dus.")
    return redirect("childcare:my_bookings")


@never_cache
@require_POST
def answer(request, pk):
    """Take the place that is offered, or leave it."""
    booking = get_object_or_404(Booking.objects.of_parent(request.user).select_related("activity"), pk=pk)
    try:
        if request.POST.get("reponse") == "oui":
            actions.take_offer(booking, actor=request.user)
            messages.success(request, "La place est à vous.")
        else:
            actions.cancel([booking], actor=request.user)
            messages.success(request, "La place est laissée à la famille suivante.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("childcare:my_bookings")
