"""Restitutions and communications; from when a file may be read, and by which article."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access, journal
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.archives import actions, communicability, rights
from beffroi.modules.archives.forms import records as forms
from beffroi.modules.archives.forms.lists import HANDOVERS, RecordFilters
from beffroi.modules.archives.models import Handover
from beffroi.modules.archives.views.common import HANDED, crumbs, get_handover, page_of, take_step
from beffroi.modules.archives.workflow import handover_workflow
from beffroi.shared.documents.models import Folder
from beffroi.shared.files.models import StoredFile


@never_cache
@require_safe
@permission_required(rights.VIEW)
def index(request):
    """Every request, the latest first."""
    form = RecordFilters(request.GET, user=request.user, states=HANDOVERS)
    rows = form.apply(Handover.objects.visible_to(request.user), text="folder__name")
    context = {
        "filters": form,
        "page": page_of(request, rows.select_related("organisation", "folder")),
        "breadcrumbs": crumbs((HANDED[0], "")),
    }
    return render(request, "archives/handovers.html", context)


def _folder(request, pk: int, permission: str = rights.VIEW) -> Folder:
    found = rights.of_bodies(Folder.objects.alive(), request.user, permission, path="space__organisation")
    return get_object_or_404(found.select_related("space__organisation", "effective_series"), pk=pk)


@never_cache
@require_safe
@permission_required(rights.VIEW)
def access_to(request, pk):
    """From when a file may be read by everyone, and what may be asked of it."""
    folder = _folder(request, pk)
    known = actions.access_to(folder)
    context = {
        "folder": folder,
        "known": known,
        "is_open": known.is_open(timezone.localdate()),
        "derogation": communicability.DEROGATION,
        "may_ask": access.can(request.user, rights.TRANSFER, folder.space.organisation_id)
        and folder.state in ("open", "closed"),
        "asked": list(folder.archive_handovers.select_related("organisation")[:20]),
        "breadcrumbs": crumbs(HANDED, (folder.name, "")),
    }
    return render(request, "archives/access.html", context)


@never_cache
@permission_required(rights.TRANSFER)
def new(request, pk):
    """Write a request down."""
    folder = _folder(request, pk, rights.TRANSFER)
    form = forms.HandoverForm(*posted(request), instance=Handover(folder=folder), folder=folder)
    return write(
        request,
        form,
        lambda: actions.ask_handover(form.instance, actor=request.user, **form.dates()),
        done="La demande est inscrite.",
        to=lambda: form.instance.get_absolute_url(),
        heading="Communiquer ou restituer un dossier",
        about=f"{folder.name}. {actions.access_to(folder).text}",
        button="Inscrire la demande",
        back=reverse("archives:access", args=[folder.pk]),
        breadcrumbs=crumbs(HANDED, ("Nouvelle demande", "")),
    )


@never_cache
@require_safe
@permission_required(rights.VIEW)
def show(request, pk):
    """A request, what it is founded on, the copy."""
    handover = get_handover(request, pk)
    may = access.can(request.user, rights.TRANSFER, handover.organisation_id)
    context = {
        "handover": handover,
        "files": list(StoredFile.objects.about(handover)) if may else [],
        "steps": handover_workflow.available(handover, request.user),
        "history": journal.story(handover, limit=30),
        "breadcrumbs": crumbs(HANDED, (handover.reference, "")),
    }
    return render(request, "archives/handover.html", context)


STEPS = {
    "make_copy": (forms.NothingForm, actions.make_copy, "La copie est prête : téléchargez-la, puis notez la remise."),
    "hand": (forms.NothingForm, actions.hand, "La remise est notée ; il reste l’empreinte de la copie."),
    "decline": (forms.ReasonForm, actions.decline, "Le refus est inscrit."),
}

ABOUT = {
    "make_copy": "Un paquet SEDA : les documents, ce qui les décrit, leurs empreintes.",
    "hand": "La copie est détruite ici ; son empreinte reste parmi les preuves.",
}


@never_cache
@permission_required(rights.VIEW)
def step(request, pk, verb):
    """Take one step."""
    return take_step(request, get_handover(request, pk), verb, handover_workflow, STEPS, ABOUT, HANDED)
