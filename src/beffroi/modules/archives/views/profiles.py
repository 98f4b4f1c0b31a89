"""The profiles of a body: the list, one profile, its schema."""

from django.db.models import Count
from django.db.models.functions import Length
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.archives import actions, rights
from beffroi.modules.archives.forms.records import ProfileForm
from beffroi.modules.archives.models import Profile
from beffroi.modules.archives.views.common import crumbs, page_of

SETTINGS = ("Réglages", "/bureau/archives/reglages/")


def _body(request, slug: str):
    return get_object_or_404(rights.bodies_where(request.user, rights.MANAGE), slug=slug)


def _address(body) -> str:
    return reverse("archives:profiles", args=[body.slug])


@never_cache
@require_safe
@permission_required(rights.MANAGE)
def index(request, slug):
    """The profiles that the archives gave to a body."""
    body = _body(request, slug)
    rows = Profile.objects.filter(organisation=body).annotate(weight=Length("schema")).defer("schema")
    context = {
        "body": body,
        "page": page_of(request, rows.annotate(count=Count("transfers")).order_by("name", "pk")),
        "breadcrumbs": crumbs(SETTINGS, (f"Profils – {body.name}", "")),
    }
    return render(request, "archives/profiles.html", context)


@never_cache
@permission_required(rights.MANAGE)
def new(request, slug):
    """Add a profile."""
    return _edit(request, Profile(organisation=_body(request, slug)), "Ajouter un profil")


@never_cache
@permission_required(rights.MANAGE)
def edit(request, pk):
    """Change a profile, or the schema that it follows."""
    found = get_object_or_404(Profile.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    return _edit(request, found, str(found))


def _edit(request, profile: Profile, heading: str):
    body = profile.organisation
    form = ProfileForm(*posted(request, files=True), instance=profile)
    return write(
        request,
        form,
        lambda: actions.save_profile(form.instance, actor=request.user, schema=form.schema()),
        done="Le profil est enregistré.",
        to=lambda: _address(body),
        heading=heading,
        about=f"Ce que le service d’archives demande pour une sorte de dossiers – {body.name}.",
        button="Enregistrer",
        back=_address(body),
        breadcrumbs=crumbs(SETTINGS, (f"Profils – {body.name}", _address(body)), (heading, "")),
    )


@never_cache
@require_safe
@permission_required(rights.MANAGE)
def schema(request, pk):
    """The schema of a profile, as it was given."""
    found = get_object_or_404(Profile.objects.visible_to(request.user).exclude(schema=b""), pk=pk)
    answer = HttpResponse(bytes(found.schema), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="profil-{slugify(found.identifier) or found.pk}.xml"'
    return answer
