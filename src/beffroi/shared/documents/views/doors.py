"""Tools of the person (keys), and what comes by itself (mailboxes, scan folders)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import jobs
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, tell, write
from beffroi.shared.documents import access
from beffroi.shared.documents.actions import doors
from beffroi.shared.documents.forms.doors import InletForm, KeyForm
from beffroi.shared.documents.models import AccessKey, Inlet, Space
from beffroi.shared.documents.views.common import crumbs, desk

TOOLS = ("Mes outils", "/bureau/documents/outils/")
INLETS = ("Arrivées automatiques", "/bureau/documents/arrivees/")


@desk
def tools(request):
    """The keys of the person, and a new one: its secret is shown once."""
    form = KeyForm(*posted(request))
    secret = ""
    if form.is_valid():
        try:
            _key, secret = doors.make_key(actor=request.user, label=form.cleaned_data["label"])
        except ValidationError as error:
            tell(form, error)
        else:
            form = KeyForm()
    context = {
        "form": form,
        "secret": secret,
        "keys": request.user.document_keys.all(),
        "address": request.build_absolute_uri("/dav/"),
        "api": request.build_absolute_uri("/api/documents/"),
        "breadcrumbs": crumbs((TOOLS[0], "")),
    }
    return render(request, "documents/tools.html", context)


@desk
@require_POST
def drop_key(request, pk):
    """Take a key back."""
    key = get_object_or_404(AccessKey, pk=pk, user=request.user)
    doors.drop_key(key, actor=request.user)
    messages.success(request, f"« {key.label} » n’ouvre plus rien.")
    return HttpResponseRedirect(TOOLS[1])


def _managed(user):
    """The spaces that the person manages."""
    return Space.objects.filter(organisation__in=access.bodies_where(user, access.MANAGE))


@desk
@require_safe
@permission_required(access.MANAGE)
def inlets(request):
    """What comes by itself, where it goes, when it was read."""
    found = Inlet.objects.filter(folder__space__in=_managed(request.user)).select_related("folder__space__organisation")
    context = {"inlets": found, "breadcrumbs": crumbs((INLETS[0], ""))}
    return render(request, "documents/inlets.html", context)


@desk
@permission_required(access.MANAGE)
def inlet(request, pk=None):
    """Add or change a mailbox or a scan folder."""
    mine = _managed(request.user)
    found = get_object_or_404(Inlet, pk=pk, folder__space__in=mine) if pk else Inlet()
    form = InletForm(*posted(request), instance=found, folders=mine)
    heading = "Régler l’arrivée" if pk else "Nouvelle arrivée automatique"
    return write(
        request,
        form,
        lambda: doors.save_inlet(form.instance, actor=request.user),
        done="L’arrivée est enregistrée : elle est relevée toutes les cinq minutes.",
        to=lambda: INLETS[1],
        heading=heading,
        button="Enregistrer",
        back=INLETS[1],
        breadcrumbs=crumbs(INLETS, (heading, "")),
    )


@desk
@require_POST
@permission_required(access.MANAGE)
def read_now(request, pk):
    """Read an inlet without waiting."""
    found = get_object_or_404(Inlet, pk=pk, folder__space__in=_managed(request.user))
    jobs.defer("documents.read_inlet", inlet_id=found.pk)
    messages.success(request, "La relève est demandée : actualisez dans un instant.")
    return HttpResponseRedirect(reverse("documents:inlets"))
