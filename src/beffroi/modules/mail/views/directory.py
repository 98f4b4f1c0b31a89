"""The directory of those who write to a body, and to whom it writes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Func, IntegerField, OuterRef, Q, Subquery, TextField
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, journal
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.mail import actions, rights
from beffroi.modules.mail.forms.letters import CorrespondentForm
from beffroi.modules.mail.forms.lists import DirectoryFilters, MergeForm
from beffroi.modules.mail.models import Correspondent, Letter, Merge
from beffroi.modules.mail.views.common import crumbs

A_PAGE = 40
LAST = 20
TRAIL = ("Correspondants", "/bureau/courrier/correspondants/")


def _get(request, pk: int) -> Correspondent:
    found = Correspondent.objects.visible_to(request.user).select_related("organisation", "body", "merged_into")
    return get_object_or_404(found, pk=pk)


def alike(correspondent: Correspondent):
    """The records of the same body that may be the same one: same name in another writing, e-mail or SIRET."""
    others = Correspondent.objects.filter(organisation=correspondent.organisation_id).current()
    others = others.exclude(pk=correspondent.pk)
    same = Q(pk__in=others.named(correspondent.name).values("pk"))
    if correspondent.email:
        same |= Q(email__iexact=correspondent.email)
    if correspondent.siret:
        same |= Q(siret__startswith=correspondent.siret[:9])
    return others.filter(same)


@never_cache
@require_safe
@permission_required(rights.HANDLE)
def index(request):
    """The directory, filtered."""
    form = DirectoryFilters(request.GET)
    found = form.apply(Correspondent.objects.visible_to(request.user).current())
    letters = Letter.objects.filter(
        Q(correspondent=OuterRef("pk")) | Q(correspondent__merged_into=OuterRef("pk"))
    ).order_by()
    letters = letters.annotate(one=Func(function="count", template="count(*)", output_field=IntegerField())).values(
        "one"
    )
    page = Paginator(found.order_by(Func("name", function="kernel_fold", output_field=TextField()), "pk"), A_PAGE)
    page = page.get_page(request.GET.get("page"))
    page.object_list = page.object_list.select_related("organisation").annotate(letters_count=Subquery(letters))
    bodies = rights.bodies_where(request.user, rights.HANDLE).count()
    context = {
        "filters": form,
        "page": page,
        "several": bodies > 1,
        "may_add": access.can(request.user, rights.REGISTER),
        "breadcrumbs": crumbs((TRAIL[0], "")),
    }
    return render(request, "mail/directory.html", context)


@never_cache
@require_safe
@permission_required(rights.HANDLE)
def show(request, pk):
    """A record, its letters that the person sees, those that look like it, its merges."""
    found = _get(request, pk)
    own = Q(correspondent=found) | Q(correspondent__merged_into=found)
    letters = Letter.objects.visible_to(request.user).filter(own).select_related("register")
    context = {
        "correspondent": found,
        "letters": letters.order_by("-registered_on", "-pk")[:LAST],
        "total": letters.count(),
        "alike": alike(found)[:6] if not found.merged_into_id else [],
        "merges": found.merges.select_related("absorbed", "merged_by", "undone_by"),
        "may_edit": access.can(request.user, rights.REGISTER, found.organisation_id) and not found.merged_into_id,
        "history": journal.story(found, limit=LAST),
        "breadcrumbs": crumbs(TRAIL, (found.name, "")),
    }
    return render(request, "mail/correspondent.html", context)


@never_cache
@permission_required(rights.REGISTER)
def new(request):
    """Add a record to the directory of one's body."""
    bodies = rights.bodies_where(request.user, rights.REGISTER)
    instance = Correspondent(organisation=bodies.first())
    form = CorrespondentForm(*posted(request), instance=instance)
    return _edit(request, form, "Ajouter un correspondant", reverse("mail:directory"))


@never_cache
@permission_required(rights.REGISTER)
def edit(request, pk):
    """Change a record."""
    found = _get(request, pk)
    if not access.can(request.user, rights.REGISTER, found.organisation_id) or found.merged_into_id:
        raise PermissionDenied(rights.REGISTER)
    form = CorrespondentForm(*posted(request), instance=found)
    return _edit(request, form, f"Modifier : {found.name}", found.get_absolute_url())


def _edit(request, form, heading, back):
    return write(
        request,
        form,
        lambda: actions.save_correspondent(form.instance, actor=request.user),
        done="La fiche est enregistrée.",
        to=lambda: form.instance.get_absolute_url(),
        heading=heading,
        button="Enregistrer",
        back=back,
        breadcrumbs=crumbs(TRAIL, (heading, "")),
    )


@never_cache
@permission_required(rights.REGISTER)
def merge(request, pk):
    """Say that this record is the same as another, which is kept."""
    found = _get(request, pk)
    if not access.can(request.user, rights.REGISTER, found.organisation_id) or found.merged_into_id:
        raise PermissionDenied(rights.REGISTER)
    form = MergeForm(*posted(request), choices=alike(found))
    return write(
        request,
        form,
        lambda: actions.merge_correspondents(form.cleaned_data["other"], found, actor=request.user),
        done="Les deux fiches n’en font plus qu’une ; cela peut se défaire.",
        to=lambda: form.cleaned_data["other"].get_absolute_url(),
        heading="Fusionner deux fiches",
        about=f"{found.label} : ses courriers seront montrés avec ceux de la fiche gardée.",
        button="Fusionner",
        back=found.get_absolute_url(),
        breadcrumbs=crumbs(TRAIL, (found.name, found.get_absolute_url()), ("Fusionner", "")),
    )


@never_cache
@require_POST
@permission_required(rights.REGISTER)
def undo(request, pk, merge):
    """Take the two records apart again."""
    found = _get(request, pk)
    if not access.can(request.user, rights.REGISTER, found.organisation_id):
        raise PermissionDenied(rights.REGISTER)
    try:
        actions.undo_merge(get_object_or_404(Merge, kept=found, pk=merge), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "La fusion est défaite.")
    return HttpResponseRedirect(found.get_absolute_url())
