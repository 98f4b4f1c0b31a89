"""The sheets of the catalogue at the desk."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import modules
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.transparency import access, actions
from beffroi.modules.transparency.forms import SheetForm
from beffroi.modules.transparency.models import DatasetSheet

HOME = ("Catalogue des données", "/bureau/donnees/")


def crumbs(*more):
    return [("Bureau", "/bureau/"), HOME if more else (HOME[0], ""), *more]


def _guard(request) -> None:
    if not access.can_configure(request.user):
        raise PermissionDenied(access.CONFIGURE)


@never_cache
@require_safe
@permission_required(access.CONFIGURE)
def index(request):
    """Each dataset with its sheet."""
    _guard(request)
    titles = {dataset.code: dataset.title for dataset in modules.collect("datasets")}
    lines = [{"sheet": one, "title": titles[one.code]} for one in DatasetSheet.objects.all() if one.code in titles]
    waiting = sorted(set(titles) - {line["sheet"].code for line in lines} - {"catalogue"})
    context = {"lines": lines, "waiting": [titles[code] for code in waiting], "breadcrumbs": crumbs()}
    return render(request, "transparency/desk/catalogue.html", context)


@never_cache
@permission_required(access.CONFIGURE)
def sheet(request, code):
    """Complete the sheet of a dataset."""
    _guard(request)
    found = get_object_or_404(DatasetSheet, code=code)
    dataset = modules.find("datasets", code)
    title = dataset.title if dataset is not None else code
    form = SheetForm(*posted(request), instance=found)
    return write(
        request,
        form,
        lambda: actions.save_sheet(form.instance, actor=request.user),
        done="La fiche est enregistrée.",
        to=lambda: reverse("transparency:catalogue"),
        heading=title,
        about="Ce que le catalogue dit de ce jeu de données, en plus de son titre, de sa licence et de son rythme.",
        button="Enregistrer",
        back=reverse("transparency:catalogue"),
        breadcrumbs=crumbs((title, "")),
    )
