"""`/agenda/travaux/<secret>.ics`: the calendar of a team, for whoever holds its address; opened at the desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import calendars
from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance import actions, ical
from beffroi.modules.maintenance.access import MANAGE
from beffroi.modules.maintenance.forms import bodies
from beffroi.modules.maintenance.models import TeamFeed
from beffroi.modules.maintenance.views.common import desk
from beffroi.shared.organisations.models import Team


@login_not_required
@never_cache
@require_safe
def feed(request, key):
    found = TeamFeed.objects.select_related("team").filter(key=key, team__is_active=True).first()
    if found is None:
        raise Http404(key[:4])
    content = ical.calendar(ical.of_team(found.team), f"Travaux – {found.team}")
    response = HttpResponse(content, content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="travaux.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


@desk
@require_POST
@permission_required(MANAGE)
def feed_move(request, pk, verb):
    """Open the calendar of a team, draw another address, or close it."""
    team = get_object_or_404(
        Team.objects.filter(organisation__in=bodies(request.user, MANAGE)).select_related("organisation"), pk=pk
    )
    if verb == "ouvrir":
        actions.open_feed(team, actor=request.user)
        messages.success(request, f"L’agenda de l’équipe {team} a une nouvelle adresse.")
    elif verb == "fermer":
        actions.close_feed(team, actor=request.user)
        messages.success(request, f"L’agenda de l’équipe {team} ne s’ouvre plus.")
    else:
        raise Http404(verb)
    return HttpResponseRedirect(f"{reverse('maintenance:team_settings')}?organisme={team.organisation.slug}")
