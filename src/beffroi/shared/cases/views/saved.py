"""The lists that an agent keeps under a name; every list of the desk has these pages (`urls`)."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access
from beffroi.kernel.access import agent_required
from beffroi.kernel.writing import posted
from beffroi.shared.cases import desk_actions
from beffroi.shared.cases.desk_forms import SavedViewForm
from beffroi.shared.cases.kept_lists import KeptList, views_of
from beffroi.shared.cases.models import SavedView


def urls(kept: KeptList, root: str) -> list:
    """The addresses of the views of a list, under `root`, for the addresses of its own part."""
    given = {"kept": kept}
    return [
        path(f"{root}/", views, given, name="views"),
        path(f"{root}/enregistrer/", save, given, name="view_save"),
        path(f"{root}/<int:pk>/", edit, given, name="view"),
        path(f"{root}/<int:pk>/supprimer/", remove, given, name="view_remove"),
    ]


def _reader(view):
    """For the agents who may read the list."""

    @never_cache
    @agent_required
    @wraps(view)
    def guarded(request, kept: KeptList, **given):
        if kept.permission and not access.can(request.user, kept.permission):
            raise PermissionDenied(kept.permission)
        return view(request, kept, **given)

    return guarded


def _mine(request, kept: KeptList, pk) -> SavedView:
    return get_object_or_404(SavedView, owner=request.user, page=kept.url_name, pk=pk)


def _crumbs(kept: KeptList, last: str) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), (kept.title, reverse(kept.url_name)), (last, "")]


@_reader
@require_safe
def views(request, kept):
    context = {"kept": kept, "views": views_of(request.user, kept), "breadcrumbs": _crumbs(kept, "Vues enregistrées")}
    return render(request, "cases/desk/views.html", context)


@_reader
def save(request, kept):
    """Keep the filters of the address under a name."""
    query = (request.POST if request.method == "POST" else request.GET).get("filtres", "")[:1000]
    form = SavedViewForm(*posted(request), organisations=kept.organisations(request.user))
    if form.is_valid():
        data = form.cleaned_data
        view = desk_actions.save_view(
            actor=request.user, page=kept.url_name, name=data["name"], query=query, organisation=data["organisation"]
        )
        messages.success(request, f"La vue « {view.name} » est enregistrée.")
        return HttpResponseRedirect(f"{reverse(kept.url_name)}?{query}")
    context = {"kept": kept, "form": form, "query": query, "title": "Enregistrer cette vue"}
    return render(request, "cases/desk/view.html", context | {"breadcrumbs": _crumbs(kept, "Enregistrer")})


@_reader
def edit(request, kept, pk):
    view = _mine(request, kept, pk)
    initial = {"name": view.name, "organisation": view.organisation_id}
    form = SavedViewForm(*posted(request), organisations=kept.organisations(request.user), initial=initial)
    if form.is_valid():
        try:
            desk_actions.rename_view(view, actor=request.user, **form.cleaned_data)
        except ValidationError:
            form.add_error("name", "Une autre de vos vues porte déjà ce nom.")
        else:
            messages.success(request, "La vue est modifiée.")
            return HttpResponseRedirect(reverse(kept.views))
    context = {"kept": kept, "form": form, "view": view, "title": f"Vue « {view.name} »"}
    return render(request, "cases/desk/view.html", context | {"breadcrumbs": _crumbs(kept, "Vue")})


@_reader
@require_POST
def remove(request, kept, pk):
    desk_actions.remove_view(_mine(request, kept, pk), actor=request.user)
    messages.success(request, "La vue est supprimée.")
    return HttpResponseRedirect(reverse(kept.views))
