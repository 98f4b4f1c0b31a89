"""Who books, for whom, in which activity: the same pages for a parent and for an agent."""

from django.db.models import Exists, OuterRef, Prefetch, Subquery, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.childcare import deadlines
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.models import Activity, Child, ChildHome, Enrolment, Group, Guardian, Site, Unit


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
            "desk": self,
            "activity": self.activity,
            "base": self.base,
            "is_desk": self.is_desk,
            "add_words": deadlines.to_add(self.activity).words,
            "cancel_words": deadlines.to_cancel(self.activity).words,
            "breadcrumbs": [*start, *here, *last],
        }
        return context | more


def period_of(desk_: Desk):
    periods = [one for one in desk_.activity.periods.all() if one.end >= timezone.localdate()]
    if not periods:
        return None, []
    wanted = desk_.request.POST.get("periode") or desk_.request.GET.get("periode")
    return next((one for one in periods if str(one.pk) == wanted), periods[0]), periods
