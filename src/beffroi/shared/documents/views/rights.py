"""Who sees this, and why; the rights of a place or of one document."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from beffroi.kernel import access as rights
from beffroi.kernel.models import User
from beffroi.kernel.writing import write
from beffroi.shared.documents import access, actions, fences
from beffroi.shared.documents.actions.spaces import surrounded
from beffroi.shared.documents.forms import RightForm
from beffroi.shared.documents.models import Document, Fence, Folder, Grant, Space
from beffroi.shared.documents.views.common import desk, get_document, get_place, managed, trail
from beffroi.shared.organisations.models import Membership

MOST = 300


def _thing(request, kind: str, pk: int) -> Space | Folder | Document:
    if kind == "documents":
        return get_document(request, pk)
    return get_place(request, kind, pk).thing


def _fence(thing) -> Fence:
    return fences.of_space(thing) if isinstance(thing, Space) else thing.fence


def _kind(thing) -> str:
    return {Space: "espaces", Folder: "dossiers", Document: "documents"}[type(thing)]


def _is_own(fence: Fence, thing) -> bool:
    if isinstance(thing, Space):
        return True
    return thing.pk == (fence.folder_id if isinstance(thing, Folder) else fence.document_id)


@desk
def show(request, kind, pk):
    """The rights that count here, whence they come, and the people whom they let in."""
    thing = _thing(request, kind, pk)
    space = thing if isinstance(thing, Space) else thing.space
    fence = _fence(thing)
    may_manage = access.can_manage(request.user, space)
    own = _is_own(fence, thing)
    posted = request.POST if request.method == "POST" and may_manage else None
    form = RightForm(posted, organisation=space.organisation_id)
    url = reverse("documents:rights", args=[kind, pk])
    explained = fences.explain(fence)
    folder = thing if isinstance(thing, Folder) else getattr(thing, "folder", None)
    last = () if not isinstance(thing, Document) else ((thing.name, thing.get_absolute_url()),)

    def give():
        surrounding = fence if own else actions.fence_off(thing, actor=request.user, inherits=True)
        actions.give_right(surrounding, actor=request.user, **form.cleaned_data)

    return write(
        request,
        form,
        give,
        done="Le droit est donné.",
        to=lambda: url,
        template="documents/rights.html",
        thing=thing,
        kind=kind,
        is_space=isinstance(thing, Space),
        own=own,
        inherits=fence.inherits if own else True,
        explained=explained,
        people=_people(explained, space),
        may_manage=may_manage,
        back=thing.get_absolute_url(),
        breadcrumbs=trail(request.user, folder, space, *last, ("Qui voit cela", "")),
    )


def _people(explained, space: Space) -> list[tuple[User, str, str]]:
    """(person, what they may do, why): each once, by their strongest right, then those who manage."""
    grants = [grant for _fence, given in explained for grant in given]
    teams = {grant.team_id for grant in grants if grant.team_id}
    bodies = {grant.organisation_id for grant in grants if grant.organisation_id}
    active = Membership.objects.active().filter(user__is_active=True).select_related("user")
    roles_in = active.filter(Q(team__in=teams) | Q(organisation__in=bodies | {space.organisation_id}))
    found: dict[int, tuple[int, User, str]] = {}

    def keep(user: User, level: int, why: str) -> None:
        if user.pk not in found or found[user.pk][0] < level:
            found[user.pk] = (level, user, why)

    for grant in grants:
        if grant.user_id:
            keep(grant.user, grant.level, "à son nom")
    for member in roles_in[: MOST * 4]:
        permissions = rights.permissions_of(member.role)
        if member.organisation_id == space.organisation_id and access.MANAGE in permissions:
            keep(member.user, 3, "gère les documents de la collectivité")
        for grant in grants:
            if grant.team_id and grant.team_id == member.team_id:
                keep(member.user, grant.level, f"équipe {grant.team.name}")
            if grant.organisation_id == member.organisation_id:
                _of_body(grant, member, permissions, keep)
    words = {1: "lire", 2: "lire et modifier", 3: "tout"}
    ordered = sorted(found.values(), key=lambda line: (-line[0], line[1].last_name, line[1].pk))
    return [(user, words[level], why) for level, user, why in ordered[:MOST]]


def _of_body(grant: Grant, member: Membership, permissions, keep) -> None:
    if access.READ not in permissions:
        return
    level = grant.level if access.WRITE in permissions else min(grant.level, 1)
    keep(member.user, level, f"a un rôle dans {grant.organisation.name}")


@desk
@require_POST
def inherit(request, kind, pk):
    """Give a place rights of its own, in the place of those from above; or those from above again."""
    thing = managed(request, _thing(request, kind, pk))
    if isinstance(thing, Space):
        raise Http404
    gesture = request.POST.get("geste", "")
    if gesture == "isoler":
        actions.fence_off(thing, actor=request.user, inherits=False)
        said = "Les droits du dessus ne valent plus ici : donnez ceux qu’il faut."
    elif gesture == "ouvrir":
        actions.fence_off(thing, actor=request.user, inherits=True)
        said = "Les droits du dessus valent aussi ici."
    else:
        actions.unfence(thing, actor=request.user)
        said = "Seuls les droits du dessus valent ici."
    messages.success(request, said)
    return HttpResponseRedirect(reverse("documents:rights", args=[kind, pk]))


@desk
@require_POST
def take(request, pk):
    """Take a right back."""
    grant = get_object_or_404(Grant.objects.select_related("fence__space", "fence__folder", "fence__document"), pk=pk)
    if not access.can_manage(request.user, grant.fence.space):
        raise PermissionDenied(access.MANAGE)
    thing = surrounded(grant.fence)
    actions.take_right(grant, actor=request.user)
    messages.success(request, "Le droit est retiré.")
    return HttpResponseRedirect(reverse("documents:rights", args=[_kind(thing), thing.pk]))
