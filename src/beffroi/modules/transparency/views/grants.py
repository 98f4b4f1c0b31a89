"""The grants at the desk: list, its file, one grant, an import, publication."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import journal, sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.bulk import numbers
from beffroi.kernel.ui.formats import euros
from beffroi.kernel.workflow import TransitionRefused
from beffroi.kernel.writing import posted, tell, write
from beffroi.modules.transparency import access, actions, exports, listing
from beffroi.modules.transparency.forms import GrantFileForm, GrantForm, WithdrawForm
from beffroi.modules.transparency.models import Grant
from beffroi.modules.transparency.models.grant import THRESHOLD
from beffroi.modules.transparency.workflow import State
from beffroi.modules.transparency.workflow import grants as workflow

A_PAGE = 30
MOST_FAULTS = 100
DESK = ("Subventions", "/bureau/subventions/")


def crumbs(*more):
    return [("Bureau", "/bureau/"), DESK if more else (DESK[0], ""), *more]


def get_grant(request, pk: int) -> Grant:
    """The grant, if the person may see it at the desk; else 404."""
    rows = Grant.objects.visible_to(request.user).with_year_total().select_related("organisation")
    return get_object_or_404(rows, pk=pk)


def _filtered(request):
    mine = Grant.objects.visible_to(request.user)
    bodies = access.bodies_where(request.user, access.VIEW)
    form = listing.DeskGrantFilters(request.GET, bodies=bodies, periods=listing.grant_years(mine))
    rows = form.apply(mine).with_year_total().select_related("organisation")
    return form, listing.ordered(rows, request.GET.get("tri", ""))


@never_cache
@require_safe
@permission_required(access.VIEW)
def index(request):
    form, rows = _filtered(request)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filters": form,
        "page_obj": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "may_write": access.bodies_where(request.user, access.EDIT).exists(),
        "may_publish": access.bodies_where(request.user, access.PUBLISH).exists(),
        "threshold": THRESHOLD,
        "query": f"?{query.urlencode()}" if query else "",
        "kinds": sheets.LABELS,
        "sort": "-convention",
        "today": timezone.localdate(),
        "breadcrumbs": crumbs(),
    }
    return render(request, "transparency/desk/grants.html", context)


@never_cache
@require_safe
@permission_required(access.VIEW)
def list_file(request, kind):
    """The list, filtered and sorted as it is shown."""
    if kind not in sheets.TYPES:
        raise Http404
    _form, rows = _filtered(request)
    return sheets.response(kind, f"subventions-{timezone.localdate():%Y-%m-%d}", [exports.grants_sheet(rows)])


@never_cache
@permission_required(access.EDIT)
def new(request):
    """Register a grant."""
    return _edit(request, Grant(), "Enregistrer une subvention", DESK[1])


@never_cache
@permission_required(access.EDIT)
def edit(request, pk):
    """Correct a grant that is not online."""
    found = get_grant(request, pk)
    if not access.bodies_where(request.user, access.EDIT).filter(pk=found.organisation_id).exists():
        raise PermissionDenied(access.EDIT)
    return _edit(request, found, f"Modifier : {found}", found.desk_url())


def _edit(request, grant: Grant, heading: str, back: str):
    bodies = access.bodies_where(request.user, access.EDIT)
    form = GrantForm(*posted(request), instance=grant, bodies=bodies)
    return write(
        request,
        form,
        lambda: actions.save_grant(form.instance, actor=request.user),
        done="La subvention est enregistrée.",
        to=lambda: form.instance.desk_url(),
        heading=heading,
        about=f"Au-delà de {euros(THRESHOLD)} dans l’année pour un même bénéficiaire, la loi la veut en ligne.",
        button="Enregistrer",
        back=back,
        breadcrumbs=crumbs((heading, "")),
    )


@never_cache
@permission_required(access.EDIT)
def give(request):
    """Give a table of grants: all of it is kept, or nothing; « essai » never keeps anything."""
    bodies = access.bodies_where(request.user, access.EDIT)
    form = GrantFileForm(*posted(request, files=True), bodies=bodies)
    reading = form.reading if form.is_valid() else None
    if reading is not None and not reading.faults and "essai" not in request.POST:
        try:
            count = actions.import_grants(form.cleaned_data["organisation"], reading, actor=request.user)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, f"Subventions ajoutées : {count}. Déjà enregistrées : {reading.known}.")
            return HttpResponseRedirect(DESK[1])
    context = {
        "form": form,
        "heading": "Importer des subventions",
        "about": "Rien n’est public avant que vous le publiiez. Le fichier est pris en entier, ou pas du tout.",
        "button": "Importer",
        "what": "subvention",
        "count": len(reading.grants) if reading is not None else 0,
        "known": reading.known if reading is not None else 0,
        "faults": reading.faults[:MOST_FAULTS] if reading is not None else [],
        "more": max(0, len(reading.faults) - MOST_FAULTS) if reading is not None else 0,
        "tried": reading is not None and not reading.faults and not form.errors,
        "back": DESK[1],
        "breadcrumbs": crumbs(("Importer", "")),
    }
    return render(request, "transparency/desk/file.html", context)


@never_cache
@require_safe
@permission_required(access.VIEW)
def show(request, pk):
    """One grant, what may be done with it, its history."""
    found = get_grant(request, pk)
    editable = access.bodies_where(request.user, access.EDIT).filter(pk=found.organisation_id).exists()
    context = {
        "grant": found,
        "steps": workflow.available(found, request.user),
        "can_edit": editable and found.state != State.PUBLISHED,
        "can_remove": editable and found.published_at is None,
        "threshold": THRESHOLD,
        "history": journal.story(found),
        "breadcrumbs": crumbs((found.beneficiary, "")),
    }
    return render(request, "transparency/desk/grant.html", context)


@never_cache
@permission_required(access.PUBLISH)
def step(request, pk, verb):
    """Publish a grant, or withdraw it."""
    found = get_grant(request, pk)
    if not access.can_publish(request.user, found):
        raise PermissionDenied(access.PUBLISH)
    if verb == "publier":
        if request.method == "POST":
            try:
                actions.publish_grant(found, actor=request.user)
                messages.success(request, "La subvention est publiée.")
            except TransitionRefused as refusal:
                messages.error(request, str(refusal))
        return HttpResponseRedirect(found.desk_url())
    if verb != "retirer":
        raise Http404(verb)
    form = WithdrawForm(*posted(request))
    return write(
        request,
        form,
        lambda: actions.withdraw_grant(found, actor=request.user, reason=form.cleaned_data["reason"]),
        done="La subvention est retirée.",
        to=found.desk_url,
        heading="Retirer cette subvention",
        about=f"{found}. Elle n’est plus lisible en ligne.",
        button="Retirer",
        back=found.desk_url(),
        breadcrumbs=crumbs((found.beneficiary, found.desk_url()), ("Retirer", "")),
    )


@require_POST
@permission_required(access.EDIT)
def remove(request, pk):
    """Erase a grant that was never published."""
    found = get_grant(request, pk)
    if not access.bodies_where(request.user, access.EDIT).filter(pk=found.organisation_id).exists():
        raise PermissionDenied(access.EDIT)
    try:
        actions.remove_grant(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(found.desk_url())
    messages.success(request, "La subvention est effacée.")
    return HttpResponseRedirect(reverse("transparency:grants"))


@require_POST
@permission_required(access.PUBLISH)
def publish_many(request):
    """Publish the grants that are ticked."""
    allowed = access.of_bodies(Grant.objects.all(), request.user, access.PUBLISH)
    count = actions.publish_grants(allowed.filter(pk__in=numbers(request.POST.getlist("choix"))), actor=request.user)
    messages.success(request, f"Subventions publiées : {count}.")
    return HttpResponseRedirect(reverse("transparency:grants"))
