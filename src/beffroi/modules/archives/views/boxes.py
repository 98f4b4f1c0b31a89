"""Boxes of paper, their places and their loans."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, bulk, journal, pdf, sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.archives import actions, communicability, exports, paper, rights
from beffroi.modules.archives.forms import boxes as forms
from beffroi.modules.archives.forms.lists import BoxFilters, Filters
from beffroi.modules.archives.models import Box, Loan, Shelf
from beffroi.modules.archives.views.common import BOXES, crumbs, get_box, page_of, step_page

SHELVES = ("Emplacements", "/bureau/archives/emplacements/")
LABELS_AT_ONCE = 60


def _selection(request):
    form = BoxFilters(request.GET, user=request.user)
    rows = form.apply(Box.objects.visible_to(request.user).with_loan())
    return form, rows.select_related("organisation", "series", "shelf")


@never_cache
@require_safe
@permission_required(rights.VIEW)
def index(request):
    """The boxes, filtered."""
    form, rows = _selection(request)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "filters": form,
        "page": page_of(request, rows),
        "query": kept.urlencode(),
        "kinds": sheets.LABELS,
        "bodies": rights.bodies_where(request.user, rights.PREPARE)[:80],
        "breadcrumbs": crumbs((BOXES[0], "")),
    }
    return render(request, "archives/boxes.html", context)


@never_cache
@require_safe
@permission_required(rights.VIEW)
def table(request, kind):
    """The boxes as a table."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, rows = _selection(request)
    return sheets.response(kind, "boites", [exports.boxes_sheet(rows)])


@never_cache
@require_safe
@permission_required(rights.VIEW)
def show(request, pk):
    """A box: what it holds, where it is, until when, who has it."""
    box = get_box(request, pk)
    loans = list(box.loans.all()[:30])
    context = {
        "box": box,
        "loan": next((loan for loan in loans if loan.returned_on is None), None),
        "loans": loans,
        "slips": list(box.lines_of_slips.select_related("elimination")),
        "known": communicability.access_of(box.series, box.last_on, closed=box.closed_on),
        "may_prepare": box.state == "kept" and access.can(request.user, rights.PREPARE, box.organisation_id),
        "may_hold": box.state == "kept" and access.can(request.user, rights.MANAGE, box.organisation_id),
        "history": journal.story(box, limit=30),
        "breadcrumbs": crumbs(BOXES, (box.reference, "")),
    }
    return render(request, "archives/box.html", context)


@never_cache
@require_safe
@permission_required(rights.VIEW)
def label(request, pk):
    """The label of a box, with the list of what it holds."""
    box = get_box(request, pk)
    return pdf.response(f"etiquette-{box.reference}", paper.labels([box]))


@never_cache
@require_POST
@permission_required(rights.VIEW)
def labels(request):
    """The labels of the boxes that are ticked."""
    pks = bulk.numbers(request.POST.getlist("choix"))[:LABELS_AT_ONCE]
    found = Box.objects.visible_to(request.user).filter(pk__in=pks).select_related("organisation", "series", "shelf")
    if not found:
        messages.error(request, "Cochez au moins une boîte.")
        return HttpResponseRedirect(reverse("archives:boxes"))
    return pdf.response("etiquettes", paper.labels(found.order_by("year", "number")))


def _form_page(request, form, action, *, done, to, heading, back, above):
    return write(
        request,
        form,
        action,
        done=done,
        to=to,
        heading=heading,
        button="Enregistrer",
        back=back,
        breadcrumbs=crumbs(above, (heading, "")),
    )


@never_cache
@permission_required(rights.PREPARE)
def new(request, slug):
    """Describe a new box of a body."""
    body = get_object_or_404(rights.bodies_where(request.user, rights.PREPARE), slug=slug)
    form = forms.BoxForm(*posted(request), instance=Box(organisation=body))
    return _form_page(
        request,
        form,
        lambda: actions.save_box(form.instance, actor=request.user),
        done="La boîte est décrite.",
        to=lambda: form.instance.get_absolute_url(),
        heading=f"Nouvelle boîte – {body.name}",
        back=reverse("archives:boxes"),
        above=BOXES,
    )


def _mine(request, pk, permission=rights.PREPARE) -> Box:
    box = get_box(request, pk)
    if not access.can(request.user, permission, box.organisation_id):
        raise PermissionDenied(permission)
    return box


@never_cache
@permission_required(rights.PREPARE)
def edit(request, pk):
    """Correct the description of a box."""
    box = _mine(request, pk)
    form = forms.BoxForm(*posted(request), instance=box)
    return _form_page(
        request,
        form,
        lambda: actions.save_box(form.instance, actor=request.user),
        done="La boîte est enregistrée.",
        to=box.get_absolute_url,
        heading=f"Modifier {box.reference}",
        back=box.get_absolute_url(),
        above=BOXES,
    )


@never_cache
@permission_required(rights.PREPARE)
def lend(request, pk):
    """Lend a box."""
    box = _mine(request, pk)
    form = forms.LoanForm(*posted(request), box=box)
    return step_page(
        request,
        box,
        form,
        lambda: actions.lend_box(form.instance, actor=request.user),
        done="Le prêt est noté.",
        heading="Prêter la boîte",
        above=BOXES,
        button="Noter le prêt",
    )


@never_cache
@permission_required(rights.PREPARE)
def bring_back(request, pk, loan):
    """Note that a box is back."""
    box = _mine(request, pk)
    found = get_object_or_404(Loan.objects.visible_to(request.user).filter(box=box), pk=loan)
    form = forms.ReturnForm(*posted(request))
    return step_page(
        request,
        box,
        form,
        lambda: actions.return_box(found, actor=request.user, **form.cleaned_data),
        done="La boîte est de retour.",
        heading="Noter le retour",
        above=BOXES,
    )


@never_cache
@permission_required(rights.MANAGE)
def hold(request, pk):
    """Lay a hold on a box."""
    box = _mine(request, pk, rights.MANAGE)
    form = forms.HoldForm(*posted(request))
    return step_page(
        request,
        box,
        form,
        lambda: actions.hold_box(box, actor=request.user, **form.cleaned_data),
        done="Le gel est posé.",
        heading="Poser un gel",
        above=BOXES,
    )


@never_cache
@require_POST
@permission_required(rights.MANAGE)
def release(request, pk):
    """Lift the hold."""
    box = _mine(request, pk, rights.MANAGE)
    try:
        actions.hold_box(box, actor=request.user, reason="")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Le gel est levé.")
    return HttpResponseRedirect(box.get_absolute_url())


@never_cache
@require_safe
@permission_required(rights.VIEW)
def shelves(request):
    """The places, with what is left on each."""
    form = Filters(request.GET, user=request.user)
    rows = form.apply(rights.of_bodies(Shelf.objects.all(), request.user), text="room")
    kept = Q(boxes__state="kept")
    rows = (
        rows.select_related("organisation")
        .annotate(total=Count("boxes", filter=kept), taken=Sum("boxes__metres", filter=kept))
        .order_by("building", "room", "shelf", "pk")
    )
    context = {
        "filters": form,
        "page": page_of(request, rows),
        "bodies": rights.bodies_where(request.user, rights.PREPARE)[:80],
        "breadcrumbs": crumbs((SHELVES[0], "")),
    }
    return render(request, "archives/shelves.html", context)


@never_cache
@permission_required(rights.PREPARE)
def new_shelf(request, slug):
    """Add a place."""
    body = get_object_or_404(rights.bodies_where(request.user, rights.PREPARE), slug=slug)
    return _shelf(request, Shelf(organisation=body), f"Nouvel emplacement – {body.name}")


@never_cache
@permission_required(rights.PREPARE)
def edit_shelf(request, pk):
    """Change a place."""
    found = get_object_or_404(rights.of_bodies(Shelf.objects.all(), request.user, rights.PREPARE), pk=pk)
    return _shelf(request, found, "Modifier l’emplacement")


def _shelf(request, shelf: Shelf, heading: str):
    form = forms.ShelfForm(*posted(request), instance=shelf)
    return _form_page(
        request,
        form,
        lambda: actions.save_shelf(form.instance, actor=request.user),
        done="L’emplacement est enregistré.",
        to=lambda: reverse("archives:shelves"),
        heading=heading,
        back=reverse("archives:shelves"),
        above=SHELVES,
    )
