"""Spaces and folders: what they hold, how they are opened, described, moved, closed."""

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from beffroi.kernel import access as rights
from beffroi.kernel.ui import blocks
from beffroi.kernel.writing import posted, write
from beffroi.shared.documents import access, actions
from beffroi.shared.documents.forms import CloseForm, FolderForm, MoveForm, ReasonForm, SpaceForm
from beffroi.shared.documents.models import Document, Favourite, Fence, Folder, Following, Grant, SavedSearch, Space
from beffroi.shared.documents.views.common import (
    HOME,
    crumbs,
    desk,
    get_folder,
    get_place,
    managed,
    trail,
    writable,
)

A_PAGE = 50
SORTS = {
    "nom": "name",
    "date": "dated_on",
    "ajout": "created_at",
    "taille": "current__size",
    "etat": "state",
    "fin": "retention_end",
}


@desk
@require_safe
def home(request):
    """The spaces of the person, what is shared with them beside those, what came last."""
    user = request.user
    inside = Fence.objects.open_to(user).filter(folder__isnull=True, document__isnull=True)
    spaces = list(
        Space.objects.filter(pk__in=inside.values("space"), is_active=True)
        .select_related("organisation", "team")
        .order_by("-organisation__is_operator", "organisation__name", "name")
    )
    mine = Grant.objects.held_by(user)
    named = mine.filter(fence__folder__isnull=False).values("fence__folder")
    shared = Folder.objects.visible_to(user).filter(pk__in=named).exclude(space__in=spaces)
    shared = shared.select_related("space__organisation")[:30]
    recent = (
        Document.objects.visible_to(user).with_file().select_related("space", "folder").order_by("-created_at", "-pk")
    )
    context = {
        "spaces": spaces,
        "shared": shared,
        "recent": recent[:12],
        "favourites": Favourite.objects.filter(user=user)
        .filter(_still(user))
        .select_related("folder", "document")[:30],
        "searches": SavedSearch.objects.filter(user=user),
        "may_manage": rights.can(user, access.MANAGE),
        "breadcrumbs": crumbs(),
    }
    return render(request, "documents/home.html", context)


def _still(user) -> Q:
    """The favourites that the person may still see."""
    folders, documents = Folder.objects.visible_to(user), Document.objects.visible_to(user)
    return Q(folder__in=folders.values("pk")) | Q(document__in=documents.values("pk"))


def _sorted(request, documents):
    asked = request.GET.get("tri", "nom")
    name = SORTS.get(asked.removeprefix("-"), "name")
    return documents.order_by(f"{'-' if asked.startswith('-') else ''}{name}", "pk")


@desk
@require_safe
def place(request, kind, pk):
    """What a folder, or the root of a space, holds."""
    here = get_place(request, kind, pk)
    user, folder = request.user, here.folder
    folders = Folder.objects.visible_to(user).filter(space=here.space, parent=folder)
    documents = Document.objects.visible_to(user).filter(space=here.space, folder=folder).with_file()
    if text := request.GET.get("nom", "").strip()[:80]:
        documents = documents.filter(Q(name__unaccent__icontains=text))
    page = Paginator(_sorted(request, documents.select_related("checked_out_by")), A_PAGE).get_page(
        request.GET.get("page")
    )
    may_write = access.can_write(user, here.thing) and (folder is None or folder.state == "open")
    context = {
        "place": here,
        "space": here.space,
        "folder": folder,
        "folders": folders.select_related("effective_series") if page.number == 1 else [],
        "page_obj": page,
        "sort": "nom",
        "name_filter": text,
        "may_write": may_write,
        "may_manage": access.can_manage(user, here.space),
        **_kept(user, folder),
        "can_close": may_write,
        "gestures": blocks.gestures_of(user, folder, here.space.organisation_id) if folder else [],
        "holds": folder.holds.filter(lifted_at=None).select_related("set_by") if folder and folder.held else [],
        "here": {
            name: here.url(name) for name in ("new_folder", "upload", "rights", "begin_upload", "finish_upload", "pack")
        },
        "breadcrumbs": trail(user, folder, here.space),
    }
    return render(request, "documents/place.html", context)


def _kept(user, folder: Folder | None) -> dict[str, bool]:
    """Is the folder among the person's favourites, and followed? One query."""
    if folder is None:
        return {"favourite": False, "followed": False}
    own = {"user": user, "folder": OuterRef("pk")}
    asked = {"favourite": Exists(Favourite.objects.filter(**own)), "followed": Exists(Following.objects.filter(**own))}
    return Folder.objects.filter(pk=folder.pk).values(**asked).get()


@desk
def new_space(request):
    """Open a space."""
    bodies = access.bodies_where(request.user, access.MANAGE)
    rights.require(request.user, access.MANAGE)
    form = SpaceForm(*posted(request), bodies=bodies)
    made: list[Space] = []

    def create():
        given = form.cleaned_data
        made.append(
            actions.create_space(
                actor=request.user,
                organisation=given["organisation"],
                name=given["name"],
                team=given["team"],
                about=given["about"],
            )
        )

    return write(
        request,
        form,
        create,
        done="L’espace est ouvert.",
        to=lambda: made[0].get_absolute_url(),
        heading="Ouvrir un espace",
        button="Ouvrir",
        back=HOME[1],
        breadcrumbs=crumbs(("Ouvrir un espace", "")),
    )


@desk
def edit_space(request, pk):
    """Change the name of a space, or close it."""
    space = managed(request, get_place(request, "espaces", pk).space)
    bodies = access.bodies_where(request.user, access.MANAGE)
    form = SpaceForm(*posted(request), instance=space, bodies=bodies)
    return write(
        request,
        form,
        lambda: actions.update_space(form.instance, actor=request.user),
        done="L’espace est enregistré.",
        to=space.get_absolute_url,
        heading="Régler l’espace",
        about=space.name,
        button="Enregistrer",
        back=space.get_absolute_url(),
        breadcrumbs=trail(request.user, None, space, ("Régler", "")),
    )


@desk
def new_folder(request, kind, pk):
    """Open a folder in a place."""
    here = get_place(request, kind, pk)
    writable(request, here.thing)
    inherited = here.folder.effective_series if here.folder else None
    form = FolderForm(*posted(request), space=here.space, inherited=inherited)
    made: list[Folder] = []

    def create():
        given = form.cleaned_data
        made.append(
            actions.create_folder(
                actor=request.user,
                space=here.space,
                parent=here.folder,
                name=given["name"],
                series=given["series"],
                about=given["about"],
                reference=given["reference"],
                opened_on=given["opened_on"],
            )
        )

    back = here.thing.get_absolute_url()
    return write(
        request,
        form,
        create,
        done="Le dossier est ouvert.",
        to=lambda: made[0].get_absolute_url(),
        heading="Nouveau dossier",
        about=str(here.thing),
        button="Ouvrir le dossier",
        back=back,
        breadcrumbs=trail(request.user, here.folder, here.space, ("Nouveau dossier", "")),
    )


def _folder_form(request, folder, form, action, **words):
    """One form about a folder, which leads back to it."""
    url = folder.get_absolute_url()
    heading = words.pop("heading")
    return write(
        request,
        form,
        action,
        to=lambda: url,
        heading=heading,
        about=words.pop("about", folder.name),
        back=url,
        breadcrumbs=trail(request.user, folder, folder.space, (heading, "")),
        **words,
    )


@desk
def edit_folder(request, pk):
    """Change the name, the series, the words of a folder."""
    folder = writable(request, get_folder(request, pk))
    above = Folder.objects.select_related("effective_series").filter(pk=folder.parent_id).first()
    form = FolderForm(
        *posted(request),
        instance=get_object_or_404(Folder, pk=folder.pk),
        space=folder.space,
        inherited=above.effective_series if above else None,
    )
    return _folder_form(
        request,
        folder,
        form,
        lambda: actions.update_folder(form.instance, actor=request.user),
        done="Le dossier est enregistré ; ses durées sont recomptées.",
        heading="Modifier le dossier",
        button="Enregistrer",
    )


@desk
def move_folder(request, pk):
    """Put a folder elsewhere."""
    folder = writable(request, get_folder(request, pk))
    form = MoveForm(
        *posted(request),
        user=request.user,
        organisation_id=folder.space.organisation_id,
        without=folder,
    )

    def move():
        space, parent = form.chosen()
        actions.move_folder(folder, actor=request.user, space=space, parent=parent)

    return _folder_form(
        request,
        folder,
        form,
        move,
        done="Le dossier est déplacé : ses droits hérités sont ceux du nouvel endroit.",
        heading="Déplacer le dossier",
        button="Déplacer",
    )


@desk
def close_folder(request, pk):
    """Close a folder: its DUA begins."""
    folder = writable(request, get_folder(request, pk))
    form = CloseForm(*posted(request))
    return _folder_form(
        request,
        folder,
        form,
        lambda: actions.close_folder(folder, actor=request.user, day=form.cleaned_data["day"]),
        done="Le dossier est clos : sa durée d’utilité est comptée.",
        heading="Clore le dossier",
        button="Clore",
    )


@desk
def reopen_folder(request, pk):
    """Open a closed folder again."""
    folder = managed(request, get_folder(request, pk))
    form = ReasonForm(*posted(request))
    return _folder_form(
        request,
        folder,
        form,
        lambda: actions.reopen_folder(folder, actor=request.user, reason=form.cleaned_data["reason"]),
        done="Le dossier est rouvert.",
        heading="Rouvrir le dossier",
        button="Rouvrir",
    )


def root(request, pk):
    """The address of a space, for its links."""
    return place(request, "espaces", pk)


def folder(request, pk):
    """The address of a folder, for its links."""
    return place(request, "dossiers", pk)
