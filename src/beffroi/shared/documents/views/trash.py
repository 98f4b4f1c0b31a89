"""The trash and its undoing; holds."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.writing import posted, write
from beffroi.shared.documents import actions
from beffroi.shared.documents.actions.trash import LIFE
from beffroi.shared.documents.forms import HoldForm, ReasonForm
from beffroi.shared.documents.models import Document, Fence, Folder, Hold, Level, Removal
from beffroi.shared.documents.views.common import crumbs, desk, get_document, get_folder, managed

SHOWN = 100


def _mine(user):
    """The removals of what the person could write in."""
    open_ones = Fence.objects.open_to(user, Level.WRITE).values("pk")
    documents = Document.objects.filter(removal__isnull=False, fence__in=open_ones).values("removal")
    folders = Folder.objects.filter(removal__isnull=False, fence__in=open_ones).values("removal")
    return Removal.objects.filter(pk__in=documents.union(folders, all=True))


@desk
@require_safe
def trash(request):
    """What was thrown away, and until when it can be taken back."""
    found = _mine(request.user).select_related("space__organisation", "by")[:SHOWN]
    context = {
        "lines": [(removal, removal.at + LIFE) for removal in found],
        "breadcrumbs": crumbs(("Corbeille", "")),
    }
    return render(request, "documents/trash.html", context)


def _throw(request, thing, throw, back):
    try:
        throw(thing, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(thing.get_absolute_url())
    messages.success(request, f"« {thing.name} » est à la corbeille pour trente jours.")
    return HttpResponseRedirect(back)


def _above(thing: Folder | Document) -> str:
    above = thing.parent if isinstance(thing, Folder) else thing.folder
    return (above or thing.space).get_absolute_url()


@desk
@require_POST
def throw_folder(request, pk):
    """Put a folder in the trash."""
    folder = get_folder(request, pk)
    return _throw(request, folder, actions.throw_folder, _above(folder))


@desk
@require_POST
def throw_document(request, pk):
    """Put a document in the trash."""
    document = get_document(request, pk)
    return _throw(request, document, actions.throw_document, _above(document))


@desk
@require_POST
def restore(request, pk):
    """Take back what was thrown away."""
    removal = get_object_or_404(_mine(request.user), pk=pk)
    try:
        actions.restore(removal, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"« {removal.label} » est revenu à sa place.")
    return HttpResponseRedirect(reverse("documents:trash"))


def _thing(request, kind: str, pk: int) -> Folder | Document:
    return managed(request, get_folder(request, pk) if kind == "dossiers" else get_document(request, pk))


@desk
def hold(request, kind, pk):
    """Freeze a folder or a document."""
    thing = _thing(request, kind, pk)
    form = HoldForm(*posted(request))
    url = thing.get_absolute_url()
    return write(
        request,
        form,
        lambda: actions.set_hold(thing, actor=request.user, reason=form.cleaned_data["reason"]),
        done="Le gel est posé : rien ne peut être jeté, éliminé ni versé.",
        to=lambda: url,
        heading="Poser un gel",
        about=thing.name,
        button="Geler",
        back=url,
        breadcrumbs=crumbs((thing.name, url), ("Poser un gel", "")),
    )


@desk
def lift(request, pk):
    """Lift a hold."""
    found = get_object_or_404(Hold.objects.select_related("folder__space", "document__space"), pk=pk, lifted_at=None)
    thing = _thing(request, "dossiers" if found.folder_id else "documents", found.folder_id or found.document_id)
    form = ReasonForm(*posted(request))
    url = thing.get_absolute_url()
    return write(
        request,
        form,
        lambda: actions.lift_hold(found, actor=request.user, reason=form.cleaned_data["reason"]),
        done="Le gel est levé.",
        to=lambda: url,
        heading="Lever le gel",
        about=found.reason,
        button="Lever",
        back=url,
        breadcrumbs=crumbs((thing.name, url), ("Lever le gel", "")),
    )
