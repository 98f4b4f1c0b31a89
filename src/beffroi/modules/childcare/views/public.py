"""`/enfance/`: what is offered, for anyone."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.modules.childcare import deadlines
from beffroi.modules.childcare.models import Activity


def offered():
    """The published activities, with all that is told of them, in a fixed number of queries."""
    related = ("groups__site__commune", "units", "periods", "documents")
    return Activity.objects.public().prefetch_related(*related)


@login_not_required
@require_safe
def activities(request):
    """Every activity, where and for which ages."""
    found = []
    for one in offered():
        groups = [group for group in one.groups.all() if group.is_active]
        if groups:
            found.append(
                {
                    "activity": one,
                    "youngest": min(group.age_min for group in groups),
                    "oldest": max(group.age_max for group in groups),
                    "sites": sorted({group.site.name for group in groups}),
                }
            )
    return render(request, "childcare/public/activities.html", {"activities": found})


@login_not_required
@require_safe
def activity(request, slug):
    """One activity: periods, units, groups, deadlines, documents asked for."""
    held = get_object_or_404(offered(), slug=slug)
    today = timezone.localdate()
    context = {
        "activity": held,
        "groups": [group for group in held.groups.all() if group.is_active],
        "units": [unit for unit in held.units.all() if unit.is_active],
        "periods": [period for period in held.periods.all() if period.end >= today],
        "add_words": deadlines.to_add(held).words,
        "cancel_words": deadlines.to_cancel(held).words,
        "breadcrumbs": [("Enfance", reverse("childcare:activities")), (held.name, "")],
        "now": timezone.now(),
    }
    return render(request, "childcare/public/activity.html", context)
