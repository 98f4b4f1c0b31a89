"""What the pages share: whose children, which homes, which sites."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.modules.childcare.access import REGISTER, VIEW
from beffroi.modules.childcare.models import Child, ChildHome, Site
from beffroi.shared.organisations.models import Organisation


def operator() -> Organisation:
    """The body that runs the childcare service: the EPCI."""
    return get_object_or_404(Organisation, is_operator=True)


def my_bodies(user, permission: str) -> list[Organisation]:
    """The bodies for which this agent has `permission`: the EPCI first; for who may everything, the EPCI alone."""
    allowed = access.organisations_where(user, permission)
    rows = (
        Organisation.objects.filter(is_operator=True)
        if allowed is None
        else Organisation.objects.filter(pk__in=allowed)
    )
    return list(rows.order_by("-is_operator", "name", "pk"))


def body_of(request, permission: str, bodies: list[Organisation] | None = None) -> Organisation:
    """The body for which this agent writes: the one that the address names, else the first of theirs; 403 without."""
    bodies = my_bodies(request.user, permission) if bodies is None else bodies
    if not bodies:
        raise PermissionDenied(permission)
    wanted = request.GET.get("organisme", "")
    found = next((one for one in bodies if one.slug == wanted), None)
    if wanted and found is None:
        raise Http404("organisme")
    return found or bodies[0]


def my_homes(user) -> dict[int, ChildHome]:
    """{child: the home in the name of which this account's owner acts}; the first one, for who answers in both."""
    homes = ChildHome.objects.current().of_parent(user).select_related("child", "household__commune", "payer")
    found: dict[int, ChildHome] = {}
    for home in homes.order_by("child__birth_date", "child_id", "rank"):
        found.setdefault(home.child_id, home)
    return found


def my_home(request, pk: int) -> ChildHome:
    """The home of this account's owner for that child, or 404."""
    homes = ChildHome.objects.current().of_parent(request.user).select_related("child", "household__commune")
    return get_object_or_404(homes.filter(child=pk).order_by("rank")[:1])


def find_child(request, pk: int, permission: str = VIEW) -> Child:
    """The child whose file this agent may open, or 404."""
    return get_object_or_404(Child.objects.visible_to(request.user, permission), pk=pk)


def find_home(request, pk: int, home: int) -> ChildHome:
    """A home of a child whose file this agent may write, or 404."""
    mine = Child.objects.visible_to(request.user, REGISTER)
    homes = ChildHome.objects.current().filter(child__in=mine).select_related("household", "child", "payer")
    return get_object_or_404(homes, pk=home, child=pk)


def my_sites(user, permission: str = VIEW) -> list[Site]:
    """The sites where this agent works."""
    return list(Site.objects.visible_to(user, permission).filter(is_active=True).order_by("name"))


def desk(permission: str):
    """A page of the desk for who holds `permission`."""
    return permission_required(permission)
