"""The lists that an agent keeps under a name."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.access import agent_required
from beffroi.kernel.remembered import remembered
from beffroi.kernel.writing import posted
from beffroi.shared.cases import desk_actions
from beffroi.shared.cases.desk_forms import SavedViewForm
from beffroi.shared.cases.lists import bodies_of, organisations_of
from beffroi.shared.cases.models import SavedView

PAGE = "cases:list"


def views_of(user):
    """Mine, and those that agents of my bodies share."""
    bodies = bodies_of(user)
    shared = Q(shared=True) if bodies is None else Q(shared=True, organisation_id__in=bodies)
    return SavedView.objects.filter(Q(owner=user) | shared, page=PAGE).select_related("owner", "organisation")


def offered(user) -> list[tuple[str, str, str]]:
    """(name, filters, author when it is somebody else) of these views, remembered: they are above every list."""
    return remembered(
        user,
        "cases:views",
        lambda: [(one.name, one.query, "" if one.owner_id == user.pk else str(one.owner)) for one in views_of(user)],
    )


def _mine(request, pk) -> SavedView:
    return get_object_or_404(SavedView, owner=request.user, page=PAGE, pk=pk)


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), ("Demandes", reverse("cases:list")), (last, "")]


@never_cache
@require_safe
@agent_required
def views(request):
    context = {"views": views_of(request.user), "breadcrumbs": _crumbs("Vues enregistrées")}
    return render(request, "cases/desk/views.html", context)


@never_cache
@agent_required
def save(request):
    """Keep the filters of the address under a name."""
    query = (request.POST if request.method == "POST" else request.GET).get("filtres", "")[:1000]
    form = SavedViewForm(*posted(request), organisations=organisations_of(request.user))
    if form.is_valid():
        data = form.cleaned_data
        view = desk_actions.save_view(
            actor=request.user, page=PAGE, name=data["name"], query=query, organisation=data["organisation"]
        )
        messages.success(request, f"La vue « {view.name} » est enregistrée.")
        return HttpResponseRedirect(f"{reverse('cases:list')}?{query}")
    context = {"form": form, "query": query, "title": "Enregistrer cette vue", "breadcrumbs": _crumbs("Enregistrer")}
    return render(request, "cases/desk/view.html", context)


@never_cache
@agent_required
def edit(request, pk):
    view = _mine(request, pk)
    initial = {"name": view.name, "organisation": view.organisation_id}
    form = SavedViewForm(
        *posted(request),
        organisations=organisations_of(request.user),
        initial=initial,
    )
    if form.is_valid():
        try:
            desk_actions.rename_view(view, actor=request.user, **form.cleaned_data)
        except ValidationError:
            form.add_error("name", "Une autre de vos vues porte déjà ce nom.")
        else:
            messages.success(request, "La vue est modifiée.")
            return HttpResponseRedirect(reverse("cases:views"))
    context = {"form": form, "view": view, "title": f"Vue « {view.name} »", "breadcrumbs": _crumbs("Vue")}
    return render(request, "cases/desk/view.html", context)


@never_cache
@require_POST
@agent_required
def remove(request, pk):
    desk_actions.remove_view(_mine(request, pk), actor=request.user)
    messages.success(request, "La vue est supprimée.")
    return HttpResponseRedirect(reverse("cases:views"))
