"""`/api/enfance/`: the offer and the places that are left, for any program. No line is about a family.

Answers in JSON, read only, without a key; the description is in docs/enfance.md.
"""

import datetime
from collections import defaultdict

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from beffroi.modules.childcare import deadlines
from beffroi.modules.childcare.models import Activity, Place
from beffroi.modules.childcare.places import slots_of
from beffroi.modules.childcare.views.public import offered

LONGEST = datetime.timedelta(days=62)


def _hour(moment: datetime.time) -> str:
    return f"{moment:%H:%M}"


def _asked(request, name: str) -> datetime.date | None:
    """A day of the address; None when it is not there. Raises ValueError."""
    typed = request.GET.get(name, "")
    day = parse_date(typed)
    if typed and day is None:
        raise ValueError(typed)
    return day


def _said(activity: Activity, today: datetime.date) -> dict:
    groups = [one for one in activity.groups.all() if one.is_active]
    return {
        "code": activity.slug,
        "name": activity.name,
        "description": activity.description,
        "booked": deadlines.to_add(activity).words,
        "cancelled": deadlines.to_cancel(activity).words,
        "groups": [
            {
                "id": one.pk,
                "name": one.name,
                "site": one.site.name,
                "ages": [one.age_min, one.age_max],
                "commune": one.site.commune.code_insee if one.site.commune else None,
            }
            for one in groups
        ],
        "units": [
            {"code": one.code, "name": one.name, "from": _hour(one.starts), "to": _hour(one.ends), "meal": one.meal}
            for one in activity.units.all()
            if one.is_active
        ],
        "periods": [
            {
                "name": one.name,
                "from": one.start,
                "to": one.end,
                "opens": one.opens_at,
                "opens_to_all": one.opens_to_all_at,
                "closes": one.closes_at,
            }
            for one in activity.periods.all()
            if one.end >= today
        ],
        "documents": [one.name for one in activity.documents.all()],
        "places": reverse("childcare:api_places", args=[activity.slug]),
    }


@login_not_required
@require_safe
def activities(request):
    """Every published activity: where, for which ages, when, until when it is booked and cancelled."""
    today = timezone.localdate()
    return JsonResponse({"activities": [_said(one, today) for one in offered()]})


@login_not_required
@require_safe
def places(request, slug):
    """What is left in each group, day by day and unit by unit: `?du=` and `?au=`, two months at most."""
    activity = Activity.objects.public().prefetch_related("groups__site", "units").filter(slug=slug).first()
    if activity is None:
        return JsonResponse({"error": "Aucune activité publiée ne porte ce code."}, status=404)
    today = timezone.localdate()
    try:
        start = _asked(request, "du") or today
        end = _asked(request, "au") or start + LONGEST
    except (ValueError, OverflowError):  # the thirtieth of February, the end of time
        return JsonResponse({"error": "Écrivez les jours comme 2026-12-02."}, status=400)
    if not start <= end or end - start > LONGEST:
        return JsonResponse({"error": "De un jour à deux mois."}, status=400)
    groups = {one.pk: one for one in activity.groups.all() if one.is_active}
    free: dict[tuple, dict[str, int]] = defaultdict(dict)
    held = Place.objects.filter(group__in=groups, day__range=(max(start, today), end)).order_by("day", "group")
    for one in held:
        free[one.day, one.group_id][one.slot] = one.free
    units = [one for one in activity.units.all() if one.is_active]
    days = []
    for (day, group), slots in free.items():
        left = {
            unit.code: min(slots[slot] for slot in slots_of(unit))
            for unit in units
            if unit.only_on in (None, day) and all(slot in slots for slot in slots_of(unit))
        }
        days.append({"day": day, "group": group, "site": groups[group].site.name, "free": left})
    return JsonResponse({"activity": activity.slug, "days": days})
