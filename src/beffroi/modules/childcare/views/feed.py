"""`/agenda/enfance/<secret>/`: a family's bookings in its own calendar; opened, renewed and closed from its account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import calendars
from beffroi.modules.childcare import actions, ical
from beffroi.modules.childcare.models import BookingFeed


@login_not_required
@never_cache
@require_safe
def feed(request, token):
    """The calendar, for whoever holds its address."""
    found = BookingFeed.objects.select_related("user").filter(key=token, user__is_active=True).first()
    if found is None:
        raise Http404("agenda")
    response = HttpResponse(ical.calendar(ical.of_family(found.user)), content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="reservations.ics"'
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_safe
def my_feed(request):
    """The address, to copy in a calendar; renew it, close it."""
    found = BookingFeed.objects.filter(user=request.user).first()
    address = f"{settings.SITE_URL}{found.get_absolute_url()}" if found else ""
    context = {
        "feed": found,
        "address": address,
        "webcal": "webcal://" + address.partition("://")[2] if found else "",
        "breadcrumbs": [("Réservations", reverse("childcare:my_bookings")), ("Dans mon agenda", "")],
    }
    return render(request, "childcare/space/feed.html", context)


@never_cache
@require_POST
def feed_move(request, verb):
    """Open the address, draw another, or close it."""
    if verb == "ouvrir":
        actions.open_feed(actor=request.user)
        messages.success(request, "Votre agenda a une nouvelle adresse.")
    elif verb == "fermer":
        actions.close_feed(actor=request.user)
        messages.success(request, "L’adresse ne montre plus rien.")
    else:
        raise Http404(verb)
    return redirect("childcare:my_feed")
