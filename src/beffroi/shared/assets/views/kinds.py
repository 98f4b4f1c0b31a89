"""`/bureau/equipements/types/`: the kinds and their fields, kept by the administrator of the platform."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.access import permission_required
from beffroi.kernel.ui.formats import counted
from beffroi.shared.assets import actions
from beffroi.shared.assets.access import CONFIGURE
from beffroi.shared.assets.forms.kinds import FieldSet, KindForm, fields_of
from beffroi.shared.assets.models import AssetKind
from beffroi.shared.assets.views.common import attempt, crumbs


def configure(view):
    return never_cache(permission_required(CONFIGURE)(view))


@configure
@require_safe
def kinds(request):
    groups: dict[str, list[AssetKind]] = {}
    for kind in AssetKind.objects.annotate(count=Count("assets")).order_by("order", "label"):
        groups.setdefault(kind.group, []).append(kind)
    context = {"groups": groups.items(), "breadcrumbs": crumbs(None, ("Types", ""))}
    return render(request, "assets/kinds.html", context)


@configure
@require_POST
def install(request):
    """Add the usual kinds that are missing."""
    added = actions.install_usual_kinds(actor=request.user)
    messages.success(request, f"{counted(added, 'type ajouté')}." if added else "Tous les types usuels sont là.")
    return redirect("assets:kinds")


@configure
def kind(request, pk=None):
    found = get_object_or_404(AssetKind, pk=pk) if pk else AssetKind()
    data = request.POST if request.method == "POST" else None
    form = KindForm(data, instance=found)
    lines = FieldSet(data, initial=fields_of(found), prefix="champs")
    title = found.label if pk else "Nouveau type"
    if data is not None and form.is_valid() and lines.is_valid():
        form.instance.fields = [spec for line in lines if (spec := line.spec())]
        if attempt(form, lambda: actions.save_kind(form.instance, actor=request.user)):
            messages.success(request, f"« {form.instance} » est enregistré.")
            return redirect("assets:kinds")
    context = {"form": form, "lines": lines, "kind": found, "title": title}
    crumb = (("Types", reverse("assets:kinds")), (title, ""))
    return render(request, "assets/kind.html", context | {"breadcrumbs": crumbs(None, *crumb)})
