"""The stops of a child: said by the family for its own home, or by an agent for a home."""

import datetime

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.kernel.ui.formats import ordinal
from beffroi.modules.childcare import actions, lines
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.errors import Full, Refused
from beffroi.modules.childcare.forms.transport import RideForm, SkipForm
from beffroi.modules.childcare.models import ChildHome, Ride, RideSkip, SeatWish, Trip
from beffroi.modules.childcare.views.common import desk, find_home, my_home
from beffroi.modules.childcare.views.dossier import attempt, crumbs

DAY = datetime.timedelta(days=1)


def _groups(rides: list[Ride]) -> list[list[Ride]]:
    """The rides that differ by the day of the week alone, together, the morning first."""
    found: dict[tuple, list[Ride]] = {}
    for ride in sorted(rides, key=lambda one: (one.trip != Trip.MORNING, one.start, one.weekday)):
        who = tuple(sorted(one.pk for one in ride.receivers.all()))
        found.setdefault((ride.trip, ride.stop_id, ride.start, ride.end, ride.alone, who), []).append(ride)
    return list(found.values())


class _Pages:
    """Whose pages these are: a parent for their home, or an agent for a home of the child."""

    def __init__(self, home: ChildHome, *, is_desk: bool):
        self.home, self.is_desk, self.today = home, is_desk, timezone.localdate()
        self.prefix = "desk_" if is_desk else "my_"
        self.args = [home.child_id, home.pk] if is_desk else [home.child_id]
        self.base = "ui/desk.html" if is_desk else "ui/account.html"

    @property
    def first_day(self) -> datetime.date:
        """A family speaks of tomorrow: the list of today is in the vehicle. An agent may telephone to the driver."""
        return self.today if self.is_desk else self.today + DAY

    def url(self, name: str = "transport") -> str:
        return reverse(f"childcare:{self.prefix}{name}", args=self.args)

    @property
    def address(self) -> str:
        return self.url()

    @property
    def skip_address(self) -> str:
        return self.url("ride_skip")

    @property
    def end_address(self) -> str:
        return self.url("ride_end")

    @property
    def breadcrumbs(self) -> list[tuple[str, str]]:
        child = self.home.child
        if self.is_desk:
            return crumbs(child, "Transport")
        mine = reverse("childcare:my_child", args=[child.pk])
        return [("Mes enfants", reverse("childcare:my_children")), (str(child), mine), ("Transport", "")]

    def show(self, request, form=None, skip=None):
        rides = Ride.objects.to_come(self.today).filter(home=self.home).select_related("line__site", "stop")
        held = list(rides.prefetch_related("receivers", "skips").order_by("weekday", "trip", "start", "pk"))
        for ride in held:
            ride.hour = ride.stop.at(ride.trip)
            ride.coming_skips = [one for one in ride.skips.all() if one.day >= self.first_day]
        wishes = list(SeatWish.objects.filter(home=self.home).select_related("line", "stop"))
        for wish in wishes:
            wish.rank = ordinal(lines.rank_of(wish))
        given = {"home": self.home, "first_day": self.first_day}
        context = {
            "pages": self,
            "base": self.base,
            "child": self.home.child,
            "home": self.home,
            "groups": _groups(held),
            "rides": held,
            "wishes": wishes,
            "waiting_words": lines.WAITING_WORDS,
            "form": form or RideForm(**given),
            "skip": skip or SkipForm(**given),
            "breadcrumbs": self.breadcrumbs,
        }
        return render(request, "childcare/ride/page.html", context)

    def register(self, request):
        """Show the page, or register on the stops that were chosen."""
        if request.method != "POST":
            return self.show(request)
        if "renoncer" in request.POST:
            return self._leave(request)
        form = RideForm(request.POST, home=self.home, first_day=self.first_day)
        waits = "attendre" in request.POST
        if form.is_valid() and attempt(form, lambda: self._write(form, request.user, waits)):
            name = self.home.child.first_name
            done = f"C’est noté : {name} est attendu à l’arrêt ces jours-là."
            messages.success(request, "C’est noté : vous êtes sur la liste d’attente." if waits else done)
            return redirect(self.address)
        return self.show(request, form=form)

    def _write(self, form: RideForm, actor, waits: bool) -> None:
        data = form.cleaned_data
        gesture = actions.wait_for_seat if waits else actions.register_rides
        try:
            gesture(
                self.home,
                data["stop"],
                data["trips"],
                data["weekdays"],
                actor=actor,
                start=data["start"],
                receivers=data.get("receivers", ()),
                alone=data.get("alone", False),
            )
        except Full:
            form.is_full = True
            raise

    def _leave(self, request):
        """The home waits no more for a seat."""
        given = request.POST["renoncer"]
        pk = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0
        actions.stop_waiting(get_object_or_404(SeatWish, pk=pk, home=self.home), actor=request.user)
        messages.success(request, "C’est noté : vous n’attendez plus de place dans cette ligne.")
        return redirect(self.address)

    def skip(self, request):
        """A day without the line, or that day taken back."""
        if taken := request.POST.get("reprendre", ""):
            rows = RideSkip.objects.filter(ride__home=self.home, day__gte=self.first_day)
            actions.take_back_skip(
                get_object_or_404(rows, pk=taken if taken.isascii() and taken.isdigit() else 0), actor=request.user
            )
            messages.success(request, "C’est noté : il est de nouveau attendu à l’arrêt.")
            return redirect(self.address)
        form = SkipForm(request.POST, home=self.home, first_day=self.first_day)
        if not form.is_valid():
            return self.show(request, skip=form)
        for ride in form.rides:
            actions.skip_ride(ride, form.cleaned_data["day"], actor=request.user)
        messages.success(request, "C’est noté : personne ne l’attend à l’arrêt ce jour-là.")
        return redirect(self.address)

    def end(self, request):
        """The child no longer takes the line on the rides that were ticked."""
        chosen = [int(one) for one in request.POST.getlist("choix") if one.isascii() and one.isdigit()]
        try:
            count = actions.end_rides(self.home, chosen, actor=request.user, last=self.first_day - DAY)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            if count:
                messages.success(request, f"Trajets terminés : {count}.")
            else:
                messages.error(request, "Cochez au moins un trajet.")
        return redirect(self.address)


@never_cache
def mine(request, pk):
    """Where my child gets on and off, the days of my home."""
    return _Pages(my_home(request, pk), is_desk=False).register(request)


@never_cache
@require_POST
def my_skip(request, pk):
    return _Pages(my_home(request, pk), is_desk=False).skip(request)


@never_cache
@require_POST
def my_end(request, pk):
    return _Pages(my_home(request, pk), is_desk=False).end(request)


@never_cache
@desk(REGISTER)
def desk_page(request, pk, home):
    """The same, for a home, by an agent: from today on."""
    return _Pages(find_home(request, pk, home), is_desk=True).register(request)


@never_cache
@require_POST
@desk(REGISTER)
def desk_skip(request, pk, home):
    return _Pages(find_home(request, pk, home), is_desk=True).skip(request)


@never_cache
@require_POST
@desk(REGISTER)
def desk_end(request, pk, home):
    return _Pages(find_home(request, pk, home), is_desk=True).end(request)
