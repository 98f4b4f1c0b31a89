"""The lists of letters that an agent keeps under a name."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.mail import rights
from beffroi.modules.mail.forms.lists import ViewForm
from beffroi.modules.mail.views.common import crumbs
from beffroi.shared.cases import desk_actions
from beffroi.shared.cases.models import SavedView

PAGE = "mail:list"


@never_cache
@require_safe
@permission_required(rights.VIEW)
def views(request):
    """Those of the person."""
    found = SavedView.objects.filter(owner=request.user, page=PAGE)
    return render(request, "mail/views.html", {"views": found, "breadcrumbs": crumbs(("Vues enregistrées", ""))})


@never_cache
@permission_required(rights.VIEW)
def save(request):
    """Keep the filters of the address under a name."""
    query = (request.POST if request.method == "POST" else request.GET).get("filtres", "")[:1000]
    form = ViewForm(*posted(request), initial={"filtres": query})
    return write(
        request,
        form,
        lambda: desk_actions.save_view(
            actor=request.user, page=PAGE, name=form.cleaned_data["name"], query=form.cleaned_data["filtres"]
        ),
        done="La vue est enregistrée.",
        to=lambda: f"{reverse(PAGE)}?{query}",
        heading="Garder cette vue",
        about="Les filtres de la liste, sous un nom, pour vous.",
        button="Enregistrer",
        back=f"{reverse(PAGE)}?{query}",
        breadcrumbs=crumbs(("Garder cette vue", "")),
    )


@never_cache
@require_POST
@permission_required(rights.VIEW)
def remove(request, pk):
    """Forget one."""
    desk_actions.remove_view(get_object_or_404(SavedView, owner=request.user, page=PAGE, pk=pk), actor=request.user)
    messages.success(request, "La vue est supprimée.")
    return HttpResponseRedirect(reverse("mail:views"))
