"""`/bureau/equipements/importer/`: a file, its columns, its trial, its writing."""

import csv

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted
from beffroi.shared.assets import actions
from beffroi.shared.assets.access import MANAGE
from beffroi.shared.assets.forms.imports import ColumnsForm, UploadForm
from beffroi.shared.assets.models import AssetImport
from beffroi.shared.assets.views.common import attempt, crumbs, desk

STEPS = ("Le fichier", "Les colonnes", "La vérification", "L’importation")
LAST = 20
SHOWN = 200


def _mine(request, pk) -> AssetImport:
    rows = AssetImport.objects.visible_to(request.user).select_related("kind", "organisation").defer("rows")
    return get_object_or_404(rows, pk=pk)


@desk
@permission_required(MANAGE)
def imports(request):
    """The last ones, and a new one."""
    form = UploadForm(*posted(request), request.FILES or None, user=request.user)
    if form.is_valid() and form.content is not None:
        data = form.cleaned_data
        run = actions.receive_import(
            form.content,
            actor=request.user,
            organisation=data["organisation"],
            kind=data["kind"],
            name=data["file"].name,
            crs=data["crs"],
        )
        return HttpResponseRedirect(reverse("assets:import_columns", args=[run.pk]))
    rows = AssetImport.objects.visible_to(request.user).select_related("kind", "organisation").defer("rows", "faults")
    context = {
        "form": form,
        "imports": rows[:LAST],
        "steps": STEPS,
        "breadcrumbs": crumbs(None, ("Importer", "")),
    }
    return render(request, "assets/imports.html", context)


def _crumbs(run: AssetImport) -> list:
    return crumbs(None, ("Importer", reverse("assets:imports")), (run.name, ""))


@desk
def columns(request, pk):
    """Which column is what."""
    run = _mine(request, pk)
    if run.status not in (AssetImport.Status.RECEIVED, AssetImport.Status.CHECKED):
        return HttpResponseRedirect(run.get_absolute_url())
    form = ColumnsForm(*posted(request), run=run)
    if form.is_valid() and attempt(form, lambda: actions.check_columns(run, form.mapping(), actor=request.user)):
        return HttpResponseRedirect(run.get_absolute_url())
    context = {"run": run, "form": form, "steps": STEPS, "breadcrumbs": _crumbs(run)}
    return render(request, "assets/import_columns.html", context)


@desk
@require_safe
def import_page(request, pk):
    """How far it has come, and what is wrong line by line."""
    run = _mine(request, pk)
    if run.status == AssetImport.Status.RECEIVED:
        return HttpResponseRedirect(reverse("assets:import_columns", args=[pk]))
    step = 4 if run.status in (AssetImport.Status.WRITING, AssetImport.Status.DONE) else 3
    context = {
        "run": run,
        "steps": STEPS,
        "step": step,
        "faults": run.faults[:SHOWN],
        "more": max(0, len(run.faults) - SHOWN),
        "good": run.created + run.updated,
        "unit": "ligne" if run.format == AssetImport.Format.CSV else "objet",
        "breadcrumbs": _crumbs(run),
    }
    return render(request, "assets/import.html", context)


GESTURES = {
    "confirmer": (actions.start_import, "L’importation est lancée. Vous pouvez fermer cette page."),
    "reprendre": (actions.resume_import, "Le travail reprend où il était."),
    "abandonner": (actions.cancel_import, "L’importation est abandonnée."),
}


@desk
@require_POST
def import_move(request, pk, verb):
    run = _mine(request, pk)
    if verb not in GESTURES:
        raise Http404(verb)
    gesture, told = GESTURES[verb]
    try:
        gesture(run, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, told)
    return HttpResponseRedirect(run.get_absolute_url())


@desk
@require_safe
def import_faults(request, pk):
    """Every fault that was kept, as a table."""
    run = _mine(request, pk)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="fautes-{run.pk}.csv"'
    writer = csv.writer(answer, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Ligne", "Champ", "Raison"])
    writer.writerows(run.faults)
    return answer
