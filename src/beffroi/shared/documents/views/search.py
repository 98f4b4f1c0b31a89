"""Searching in the documents, and what a person keeps of it."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from beffroi.shared.documents import searching
from beffroi.shared.documents.models import Folder
from beffroi.shared.documents.views.common import crumbs, desk

FILTERS = ("espace", "serie", "type", "fichier", "annee", "etat", "dans", "etiquette", "auteur", "du", "au", "favoris")


@desk
@require_safe
def search(request):
    """Words, filters, facets, results."""
    number = request.GET.get("page", "1")
    page = min(int(number), 250) if number.isascii() and number.isdecimal() and int(number[:6]) > 0 else 1
    answer = searching.find(request.user, request.GET, page)
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    inside = request.GET.get("dans", "")
    folder = Folder.objects.visible_to(request.user).filter(pk=inside).first() if inside.isdecimal() else None
    context = {
        "answer": answer,
        "page": page,
        "more": answer.total > page * searching.A_PAGE,
        "kept": kept,
        "folder": folder,
        "by_date": request.GET.get("tri") == "date",
        "breadcrumbs": crumbs(("Rechercher", "")),
    }
    return render(request, "documents/search.html", context)
