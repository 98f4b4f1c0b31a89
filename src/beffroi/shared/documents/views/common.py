"""What the pages of the documents share: where one is, what one may do there."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache

from beffroi.kernel.access import permission_required
from beffroi.shared.documents import access
from beffroi.shared.documents.models import (
    Document,
    Favourite,
    Fence,
    Folder,
    Following,
    Level,
    Link,
    Space,
    Suggestion,
    Tag,
    Version,
)

HOME = ("Documents", "/bureau/documents/")
SERIES = "effective_series__activity"


def desk(view):
    """A page for whoever enters the documents."""
    return never_cache(permission_required(access.READ)(view))


def crumbs(*more):
    return [("Bureau", "/bureau/"), HOME if more else (HOME[0], ""), *more]


@dataclass(frozen=True)
class Place:
    """A folder, or the root of a space."""

    space: Space
    folder: Folder | None = None

    @property
    def thing(self) -> Space | Folder:
        return self.folder or self.space

    @property
    def kind(self) -> str:
        return "dossiers" if self.folder else "espaces"

    def url(self, name: str) -> str:
        """An address below this place: « documents:upload »."""
        return reverse(f"documents:{name}", args=[self.kind, self.thing.pk])


def get_space(request, pk: int) -> Space:
    """A space in which the person may see something; else 404."""
    inside = Fence.objects.open_to(request.user).values("space")
    return get_object_or_404(Space.objects.select_related("organisation", "team").filter(pk__in=inside), pk=pk)


def get_folder(request, pk: int, *, trash: bool = False) -> Folder:
    """The folder, if the person may see it; else 404."""
    folders = Folder.objects.reachable_by(request.user) if trash else Folder.objects.visible_to(request.user)
    return get_object_or_404(folders.select_related("space__organisation", "series", SERIES, "created_by"), pk=pk)


def get_document(request, pk: int) -> Document:
    """The document, if the person may see it; else 404."""
    return get_object_or_404(_documents(request.user), pk=pk)


def _documents(user):
    found = Document.objects.visible_to(user).with_file()
    return found.select_related(
        "space__organisation",
        "folder",
        "series",
        SERIES,
        "kind",
        "created_by",
        "checked_out_by",
        "current__reading__searchable",
        "current__author",
    )


def get_document_whole(request, pk: int) -> Document:
    """The same, with what its page asks about it, in the one query: `tag_names`, `favourite`, `followed`,
    `may_write`, and whether there is anything to read in `has_links`, `has_suggestions`, `has_twins`."""
    user, own = request.user, OuterRef("pk")
    others = Version.objects.filter(sha256=OuterRef("current__sha256")).exclude(document=own)
    found = _documents(user).annotate(
        tag_names=ArraySubquery(Tag.objects.filter(documents=own).order_by("name").values("name")),
        favourite=Exists(Favourite.objects.filter(user=user, document=own)),
        followed=Exists(Following.objects.filter(user=user, document=own)),
        may_write=Exists(Fence.objects.open_to(user, Level.WRITE).filter(pk=OuterRef("fence_id"))),
        has_links=Exists(Link.objects.filter(Q(one=own) | Q(other=own))),
        has_suggestions=Exists(Suggestion.objects.filter(document=own)),
        has_twins=Exists(others),
    )
    return get_object_or_404(found, pk=pk)


def get_place(request, kind: str, pk: int) -> Place:
    """The place of an address « espaces/3 » or « dossiers/12 »; else 404."""
    if kind == "dossiers":
        folder = get_folder(request, pk)
        return Place(folder.space, folder)
    if kind == "espaces":
        return Place(get_space(request, pk))
    raise Http404(kind)


def writable(request, thing):
    """The same thing, if the person may change it; else 403."""
    if not access.can_write(request.user, thing):
        raise PermissionDenied(access.WRITE)
    return thing


def managed(request, thing):
    """The same thing, if the person manages the documents of its body; else 403."""
    if not access.can_manage(request.user, thing):
        raise PermissionDenied(access.MANAGE)
    return thing


def trail(user, folder: Folder | None, space: Space, *more) -> list:
    """From the desk to a folder: the folders above it that the person may see, then `more`."""
    found = [(space.name, space.get_absolute_url())]
    if folder is not None:
        above = Folder.objects.visible_to(user).in_bulk(folder.path[:-1]) if len(folder.path) > 1 else {}
        found += [(above[pk].name, above[pk].get_absolute_url()) for pk in folder.path[:-1] if pk in above]
        found.append((folder.name, folder.get_absolute_url() if more else ""))
    elif not more:
        found = [(space.name, "")]
    return crumbs(*found, *more)
