"""The profiles of the units of a body: the list, one profile, its schema."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.archives import actions, rights
from beffroi.modules.archives.forms.records import UnitProfileForm
from beffroi.modules.archives.models import UnitProfile
from beffroi.modules.archives.views.common import crumbs, page_of
from beffroi.modules.archives.views.profiles import SETTINGS


def _body(request, slug: str):
    return get_object_or_404(rights.bodies_where(request.user, rights.MANAGE), slug=slug)


def _address(body) -> str:
    return reverse("archives:unit_profiles", args=[body.slug])


@never_cache
@require_safe
@permission_required(rights.MANAGE)
def index(request, slug):
    """The profiles of units that the archives gave to a body."""
    body = _body(request, slug)
    rows = UnitProfile.objects.filter(organisation=body).select_related("series__activity", "kind")
    context = {
        "body": body,
        "page": page_of(request, rows),
        "breadcrumbs": crumbs(SETTINGS, (f"Profils d’unité – {body.name}", "")),
    }
    return render(request, "archives/unit_profiles.html", context)


@never_cache
@permission_required(rights.MANAGE)
def new(request, slug):
    """Add a profile of unit."""
    return _edit(request, UnitProfile(organisation=_body(request, slug)), "Ajouter un profil d’unité")


@never_cache
@permission_required(rights.MANAGE)
def edit(request, pk):
    """Change a profile of unit, or the schema that it follows."""
    found = get_object_or_404(UnitProfile.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    return _edit(request, found, str(found))


def _edit(request, profile: UnitProfile, heading: str):
    body = profile.organisation
    form = UnitProfileForm(*posted(request, files=True), instance=profile)
    return write(
        request,
        form,
        lambda: actions.save_unit_profile(form.instance, actor=request.user, given=form.given()),
        done="Le profil d’unité est enregistré.",
        to=lambda: _address(body),
        heading=heading,
        about=f"Ce que le service d’archives demande pour une sorte d’unités – {body.name}.",
        button="Enregistrer",
        back=_address(body),
        breadcrumbs=crumbs(SETTINGS, (f"Profils d’unité – {body.name}", _address(body)), (heading, "")),
    )


@never_cache
@require_safe
@permission_required(rights.MANAGE)
def schema(request, pk):
    """The schema of a profile of unit."""
    found = get_object_or_404(UnitProfile.objects.visible_to(request.user).exclude(schema={}), pk=pk)
    answer = JsonResponse(found.schema, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="profil-{slugify(found.identifier) or found.pk}.json"'
    return answer
