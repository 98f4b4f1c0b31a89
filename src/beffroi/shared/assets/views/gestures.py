"""What one does to an asset: its situation, its retirement, its photos and documents, its drawing on a map."""

from django.contrib import messages
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.writing import posted
from beffroi.shared.assets import actions, positions
from beffroi.shared.assets.forms.asset import FilesForm, RemoveForm, StatusForm
from beffroi.shared.assets.layers import features_of
from beffroi.shared.assets.models import Asset
from beffroi.shared.assets.views.common import attempt, crumbs, desk, find_asset, managed
from beffroi.shared.files.actions import remove_file, set_visibility
from beffroi.shared.files.models import StoredFile


def gesture_page(request, form, asset: Asset, title: str, submit: str, **more):
    context = {"form": form, "asset": asset, "title": title, "submit": submit} | more
    return render(request, "assets/gesture.html", context | {"breadcrumbs": crumbs(asset, (title, ""))})


@desk
def status(request, pk):
    """In service, out of order."""
    asset = managed(request, pk)
    form = StatusForm(*posted(request), asset=asset)
    if form.is_valid():
        data = form.cleaned_data

        def write():
            actions.set_status(asset, data["status"], actor=request.user, reason=data["reason"], at=data["at"])

        if attempt(form, write):
            messages.success(request, f"« {asset.name} » est {dict(Asset.Status.choices)[data['status']]}.")
            return HttpResponseRedirect(asset.get_absolute_url())
    return gesture_page(request, form, asset, "Changer la situation", "Enregistrer")


@desk
def remove(request, pk):
    """Out of the inventory in use; nothing of its history is lost."""
    asset = managed(request, pk)
    form = RemoveForm(*posted(request))
    if form.is_valid():
        data = form.cleaned_data
        count = []

        def write():
            count.append(
                actions.remove_asset(
                    asset,
                    actor=request.user,
                    reason=data["reason"],
                    at=data["at"] or timezone.now(),
                    whole=data["whole"],
                )
            )

        if attempt(form, write):
            more = f" Avec lui, {count[0] - 1} autres." if count[0] > 1 else ""
            messages.success(request, f"« {asset.name} » est retiré. Son historique est gardé.{more}")
            return HttpResponseRedirect(asset.get_absolute_url())
    return gesture_page(request, form, asset, "Retirer", "Retirer de l’inventaire", grave=True)


@desk
def files(request, pk):
    """Photos and documents to add."""
    asset = managed(request, pk)
    form = FilesForm(*posted(request), request.FILES or None, asset=asset, user=request.user)
    if form.is_valid():
        data = form.cleaned_data

        def write():
            actions.add_files(asset, data["photos"], actor=request.user, public=bool(data.get("public")))
            actions.add_files(asset, data["documents"], actor=request.user)

        if attempt(form, write):
            messages.success(request, "Les fichiers sont ajoutés.")
            return HttpResponseRedirect(asset.get_absolute_url())
    return gesture_page(request, form, asset, "Ajouter des photos ou des documents", "Ajouter", multipart=True)


@desk
@require_POST
def file_change(request, pk, file, verb):
    """Show a photo to everyone, keep it for agents, or remove a file."""
    asset = managed(request, pk)
    stored = get_object_or_404(StoredFile.objects.about(asset), pk=file)
    if verb == "retirer":
        remove_file(stored, actor=request.user)
        messages.success(request, "Le fichier est retiré.")
    else:
        set_visibility(stored, actor=request.user, public=verb == "montrer" and asset.kind.published)
        messages.success(request, "La photo est publique." if stored.public else "La photo est gardée pour les agents.")
    return HttpResponseRedirect(asset.get_absolute_url())


@desk
@require_safe
def shape(request, pk):
    """The asset alone on a map."""
    asset = find_asset(request, pk)
    place = positions.place_of(asset)
    line = {
        "pk": asset.pk,
        "location": place,
        "geometry": asset.geometry,
        "status": asset.status,
        "code": asset.code,
        "name": asset.name,
    }
    found = list(features_of(line, asset.kind.label, "")) if place else []
    return JsonResponse({"type": "FeatureCollection", "features": found}, content_type="application/geo+json")
