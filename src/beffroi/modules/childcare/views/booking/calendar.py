"""The calendar of an activity: register, see what is left, tick days."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.modules.childcare import actions, calendars, custody, deadlines
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.booking import PatternForm
from beffroi.modules.childcare.models import Booking, CustodyException, Place, Site
from beffroi.modules.childcare.places import slots_of
from beffroi.modules.childcare.views.booking.who import Desk, period_of

MONTH_OVER = 45


@never_cache
def calendar(request, slug, pk=None):
    """Tick the days; or say a pattern; then read what it will be."""
    who = Desk(request, slug, pk)
    if not who.homes:
        return redirect("childcare:child_new") if not who.is_desk else HttpResponseRedirect(who.back)
    enrolled = who.enrolled
    chosen = {child: home for child, home in who.chosen().items() if child in enrolled}
    period, periods = period_of(who)
    missing = [home.child for child, home in who.homes.items() if child not in enrolled]
    sites = sorted(who.sites.values(), key=lambda one: one.name)
    context = who.context(
        children=[(who.homes[child].child, enrolled[child], child in chosen) for child in who.homes
                  if child in enrolled],
        missing=missing, sites=sites, period=period, periods=periods,
    )  # fmt: skip
    if chosen and period:
        days, months, month = _days(request, period)
        rows = _rows(who, chosen, enrolled, days)
        context |= {
            "rows": rows, "shared": list(dict.fromkeys(child for row in rows for child in row["other"])),
            "months": months, "month": month, "units": who.units,
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
    return {"child": one.child, "what": one.what, "own": own, "state": one.get_state_display(), "tone": one.tone}


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
            actions.enrol(home.child, who.activity, site, home=home, actor=request.user)
    except (Refused, ValidationError) as refusal:
        messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
    else:
        if asked:
            names = ", ".join(home.child.first_name for home in asked.values())
            messages.success(request, f"{names} : l’inscription est faite. Choisissez les jours.")
            if who.activity.down_payment and not who.is_desk:
                messages.info(request, "La facture de l’acompte est dans « Mes factures ».")
        else:
            messages.error(request, "Cochez au moins un enfant.")
    return HttpResponseRedirect(who.url("calendar"))
