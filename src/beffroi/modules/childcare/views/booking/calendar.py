"""The calendar of an activity: register, see what is left, tick days."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.kernel.ui import formats
from beffroi.modules.childcare import actions, calendars, custody, deadlines
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.booking import PatternForm
from beffroi.modules.childcare.models import Booking, CustodyException, Place, Site
from beffroi.modules.childcare.places import slots_of
from beffroi.modules.childcare.views.booking.who import Desk, period_of

MOST_CELLS = 90  # days × formules on a page: what a telephone shows without waiting


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
        children=[
            (who.homes[child].child, enrolled[child], child in chosen) for child in who.homes if child in enrolled
        ],
        missing=missing,
        sites=sites,
        period=period,
        periods=periods,
    )
    if chosen and period:
        stretches = stretches_of(_coming(period), len(who.units))
        rank = _asked(request, stretches)
        rows = _rows(who, chosen, enrolled, stretches[rank].days if stretches else [])
        context |= {
            "rows": rows,
            "shared": list(dict.fromkeys(child for row in rows for child in row["other"])),
            "stretches": stretches if len(stretches) > 1 else (),
            "stretch": stretches[rank] if stretches else None,
            "following": stretches[rank + 1] if rank + 1 < len(stretches) else None,
            "units": who.units,
            "pattern": PatternForm(units=who.units, weekdays=period.weekdays, period=period),
        }
    return render(request, "childcare/book/calendar.html", context)


@dataclass(frozen=True)
class Stretch:
    """The days that one page of the calendar shows; `key` names it in the address."""

    days: list[datetime.date]
    label: str

    @property
    def key(self) -> str:
        return self.days[0].isoformat()


def _coming(period) -> list[datetime.date]:
    """The days of the period that are not past."""
    today = timezone.localdate()
    return [day for day in calendars.days_of(period) if day >= today]


def stretches_of(days: list[datetime.date], units: int) -> list[Stretch]:
    """The pages of the calendar: whole months, as many as fit in `MOST_CELLS`; the weeks of a month that is too full.

    Each day is on one page, in order; a page has one week at least, however many formules it has.
    """
    most = max(MOST_CELLS // max(units, 1), 1)
    blocks: list[list[datetime.date]] = []
    for _month, found in groupby(days, key=lambda day: day.replace(day=1)):
        month = list(found)
        weeks = [list(week) for _week, week in groupby(month, key=lambda day: day.isocalendar()[:2])]
        blocks += [month] if len(month) <= most else weeks
    pages: list[list[datetime.date]] = []
    for block in blocks:
        if pages and len(pages[-1]) + len(block) <= most:
            pages[-1] += block
        else:
            pages.append(list(block))
    split = {month for month, count in Counter(_month_starts(pages)).items() if count > 1}
    return [Stretch(page, _label(page, split)) for page in pages]


def _month_starts(pages: list[list[datetime.date]]) -> list[datetime.date]:
    """Each month of each page, once a page."""
    return [month for page in pages for month in dict.fromkeys(day.replace(day=1) for day in page)]


def _label(days: list[datetime.date], split: set[datetime.date]) -> str:
    """« Novembre 2026 à janvier 2027 »; the days themselves when a month is cut in two."""
    first, last = days[0], days[-1]
    if split & {first.replace(day=1), last.replace(day=1)}:
        words = formats.period(first, last)
        return words[:1].upper() + words[1:]
    names = [f"{formats.MONTHS[day.month - 1]} {day.year}" for day in (first, last)]
    if names[0] == names[1]:
        return names[0].capitalize()
    start = names[0] if first.year != last.year else formats.MONTHS[first.month - 1]
    return f"{start} à {names[1]}".capitalize()


def _asked(request, stretches: list[Stretch]) -> int:
    """The rank of the page asked for: the one that holds that day, or comes after it; the first otherwise."""
    wanted = request.GET.get("mois", "")
    return next((rank for rank, one in enumerate(stretches) if one.days[-1].isoformat() >= wanted), 0) if wanted else 0


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
