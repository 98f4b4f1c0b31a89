"""What my homes have booked: cancel, answer an offer."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.modules.childcare import actions, deadlines
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking
from beffroi.modules.childcare.views.common import my_homes


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
    now, rows = timezone.now(), list(rows)
    places = actions.told_ranks(rows)
    shown = []
    for one in rows:
        closes = deadlines.to_cancel(one.activity).moment(one.day)
        shown.append({"booking": one, "closes": closes, "late": closes < now, "started": one.during.lower <= now})
        shown[-1]["rank"] = places.get(one.pk, "")
    tabs = [
        ("À venir", reverse("childcare:my_bookings")),
        ("Passées", reverse("childcare:my_bookings") + "?vue=passees"),
    ]
    context = {
        "rows": shown,
        "tabs": tabs,
        "past": past,
        "homes": homes,
        "order": actions.ORDER_WORDS if places else "",
    }
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
