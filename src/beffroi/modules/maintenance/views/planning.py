"""`/bureau/travaux/planning/`: the week, by team and day; moved by hand, by buttons, or by the form."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import MANAGE, VIEW
from beffroi.modules.maintenance.forms import bodies
from beffroi.modules.maintenance.models import Absence, Order, Plan, Rate, TeamFeed, Trigger
from beffroi.modules.maintenance.views.common import absent_names, desk, managed
from beffroi.shared.cases.locking import Changed
from beffroi.shared.organisations.models import Membership, Team
from beffroi.shared.organisations.public_holidays import name_of

DAY = datetime.timedelta(days=1)
FIRST_HOUR = datetime.time(8)
USUAL = datetime.timedelta(hours=1)
WAITING = 60
RECENTLY = 90 * DAY


def _monday(text: str) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        day = timezone.localdate()
    return day - datetime.timedelta(days=day.weekday())


def _moment(day: datetime.date, hour=datetime.time()) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, hour))


def _days(monday, planned) -> list[datetime.date]:
    """Monday to Friday, and the days of the week-end on which something is planned."""
    busy = {timezone.localtime(order.planned_start).date() for order in planned}
    return [day for day in (monday + n * DAY for n in range(7)) if day.weekday() < 5 or day in busy]


def _absent(organisation, days) -> dict[tuple[int | None, datetime.date], list[str]]:
    """(team, day) → who is away."""
    away = Absence.objects.filter(organisation=organisation, start__lte=days[-1], end__gte=days[0])
    away = list(away.select_related("worker"))
    teams = Membership.objects.active().filter(user__in=[one.worker_id for one in away], team__isnull=False)
    team_of = {}
    for user, team in teams.values_list("user", "team"):
        team_of.setdefault(user, set()).add(team)
    found: dict = {}
    for one in away:
        for day in days:
            if one.start <= day <= one.end:
                for team in team_of.get(one.worker_id, {None}):
                    found.setdefault((team, day), []).append(str(one.worker))
    return found


def _works(since: datetime.datetime) -> Q:
    """Is it a team of works: with an order that is not ended, or that ended not long before; named by a plan or by a
    meter, with a cost of its hour or a calendar of its works?"""
    recent = Q(finished_at__isnull=True) | Q(finished_at__gte=since - RECENTLY)
    rule = Q(Exists(Order.objects.filter(recent, team=OuterRef("pk"))))
    for model in (Plan, Trigger, Rate, TeamFeed):
        rule |= Q(Exists(model.objects.filter(team=OuterRef("pk"))))
    return rule


def _chosen(request):
    owned = list(bodies(request.user, VIEW))
    wanted = request.GET.get("organisme", "")
    return owned, next((body for body in owned if body.slug == wanted), owned[0] if owned else None)


@desk
@require_safe
@permission_required(VIEW)
def board(request):
    owned, organisation = _chosen(request)
    monday = _monday(request.GET.get("semaine", ""))
    orders = Order.objects.visible_to(request.user).filter(organisation=organisation)
    orders = orders.select_related("team", "commune", "asset").prefetch_related("assignees")
    window = {"planned_start__gte": _moment(monday), "planned_start__lt": _moment(monday + 7 * DAY)}
    week = Q(**window) & ~Q(state="cancelled")
    shown = list(orders.filter(week | Q(state="open")).order_by("planned_start", "-priority", "due_on", "pk"))
    planned = [order for order in shown if order.state != "open"]
    waiting = [order for order in shown if order.state == "open"]
    days = _days(monday, planned)
    active = Team.objects.filter(organisation=organisation, is_active=True).annotate(works=_works(_moment(monday)))
    every = list(active)
    teams = [team for team in every if team.works] or every
    others = len(every) - len(teams)
    if others and request.GET.get("equipes") == "toutes":
        teams = every
    absent = _absent(organisation, days)
    cells: dict = {}
    for order in planned:
        key = (order.team_id, timezone.localtime(order.planned_start).date())
        cells.setdefault(key, []).append(order)
    rows = []
    for team in [*teams, None]:
        pk = team.pk if team else None
        line = [
            {
                "target": f"{pk or 0}_{day.isoformat()}",
                "orders": cells.get((pk, day), []),
                "absent": absent.get((pk, day), []),
            }
            for day in days
        ]
        if team or any(cell["orders"] for cell in line):
            rows.append((team, line))
    departement = organisation.postal_code[:2] if organisation else ""
    context = {
        "organisation": organisation,
        "owned": owned,
        "monday": monday,
        "sunday": monday + 6 * DAY,
        "previous": monday - 7 * DAY,
        "following": monday + 7 * DAY,
        "days": [(day, name_of(day, departement)) for day in days],
        "today": timezone.localdate(),
        "rows": rows,
        "others": others,
        "all_teams": others > 0 and len(teams) == len(every),
        "waiting": sorted(waiting, key=lambda order: -order.priority)[:WAITING],
        "manages": organisation is not None and access.can(request.user, MANAGE, organisation),
        "breadcrumbs": [("Bureau", "/bureau/"), ("Travaux", reverse("maintenance:orders")), ("Planning", "")],
    }
    return render(request, "maintenance/planning.html", context)


def _target(text: str, order: Order):
    """(team, day) of a cell; None when it is none. « -1 » and « +1 » are the working days before and after."""
    if text in ("-1", "+1") and order.planned_start:
        day = timezone.localtime(order.planned_start).date() + int(text) * DAY
        departement = order.organisation.postal_code[:2]
        while day.weekday() > 4 or name_of(day, departement):
            day += int(text) * DAY
        return order.team, day
    number, _, day = text.partition("_")
    try:
        when = datetime.date.fromisoformat(day)
        team = Team.objects.filter(pk=int(number), organisation=order.organisation_id).first()
    except ValueError:
        return None
    return (team, when) if team is not None or number == "0" else None


@desk
@require_POST
def move(request, reference):
    """Give an order to another team or day; its hour and length stay."""
    order = managed(request, reference)
    found = _target(request.POST.get("verb", ""), order)
    if found is None:
        messages.error(request, "Cette case du planning n’existe plus : rechargez la page.")
        return HttpResponseRedirect(reverse("maintenance:planning"))
    team, day = found
    local = timezone.localtime(order.planned_start) if order.planned_start else None
    start = _moment(day, local.time() if local else FIRST_HOUR)
    length = order.planned_end - order.planned_start if order.planned_start and order.planned_end else USUAL
    seen = request.POST.get("version") or request.GET.get("version", "")
    try:
        actions.plan_order(
            order,
            actor=request.user,
            start=start,
            end=start + length,
            team=team,
            version=int(seen) if seen.isdecimal() else None,
        )
    except Changed:
        messages.error(request, f"{order.reference} vient d’être modifié par quelqu’un d’autre : rien n’a été déplacé.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if names := absent_names(order):
            messages.warning(request, f"{order.reference} est déplacé, mais ce jour-là, absence prévue : {names}.")
        else:
            messages.success(request, f"{order.reference} est au planning.")
    query = f"?semaine={(day - datetime.timedelta(days=day.weekday())).isoformat()}&organisme={order.organisation.slug}"
    return HttpResponseRedirect(reverse("maintenance:planning") + query)
