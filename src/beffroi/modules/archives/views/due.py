"""What may leave: to eliminate, to sort, to transfer; digital files and boxes of paper."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, bulk, sheets
from beffroi.kernel.access import permission_required
from beffroi.modules.archives import actions, exports, listing, rights
from beffroi.modules.archives.models import Box, Elimination
from beffroi.modules.archives.views.common import crumbs, page_of
from beffroi.modules.archives.workflow import State
from beffroi.shared.documents.models import Folder
from beffroi.shared.organisations.models import Organisation


@never_cache
@require_safe
@permission_required(rights.VIEW)
def home(request):
    """The piles, the filters, the rows, each with what keeps it."""
    user = request.user
    fate, form, rows = listing.selection(user, request.GET)
    page = page_of(request, rows)
    listing.tell(page.object_list, paper=form.is_paper, destroying=fate == "eliminer")
    kept = request.GET.copy()
    kept.pop("page", None)
    drafts = Elimination.objects.visible_to(user).filter(state=State.DRAFT).order_by("-pk")[:20]
    context = {
        "filters": form,
        "fate": fate,
        "page": page,
        "paper": form.is_paper,
        "tabs": listing.tabs(reverse("archives:home")),
        "several": rights.bodies_where(user, rights.VIEW).count() > 1,
        "drafts": drafts if fate == "eliminer" else (),
        "methods": actions.METHODS,
        "may_act": _may_act(user, fate),
        "query": kept.urlencode(),
        "kinds": sheets.LABELS,
        "breadcrumbs": crumbs(),
    }
    return render(request, "archives/home.html", context)


def _may_act(user, fate: str) -> bool:
    if fate == "verser":
        return access.can(user, rights.TRANSFER)
    return access.can(user, rights.PREPARE)


@never_cache
@require_safe
@permission_required(rights.VIEW)
def table(request, kind):
    """The list as it is filtered, as a table."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    fate, form, rows = listing.selection(request.user, request.GET)
    name = f"archives-{fate}-{timezone.localdate():%Y-%m-%d}"
    return sheets.response(kind, name, [exports.due_sheet(rows, form.is_paper, fate)])


def _chosen(request) -> tuple[Organisation, list[Folder], list[Box]]:
    """What was ticked, of one body that the person reads. Raises ValidationError."""
    pks = bulk.numbers(request.POST.getlist("choix"))
    if request.POST.get("nature") == "papier":
        found = list(Box.objects.visible_to(request.user).filter(pk__in=pks).select_related("organisation"))
        bodies = {box.organisation for box in found}
    else:
        allowed = rights.of_bodies(Folder.objects.filter(pk__in=pks), request.user, path="space__organisation")
        found = list(allowed.select_related("space__organisation"))
        bodies = {folder.space.organisation for folder in found}
    if not found:
        raise ValidationError("Cochez au moins une ligne.")
    if len(bodies) > 1:
        raise ValidationError("Un bordereau est d’une seule collectivité : filtrez la liste d’abord.")
    (body,) = bodies
    is_paper = isinstance(found[0], Box)
    return body, ([] if is_paper else found), (found if is_paper else [])


def _back(request) -> str:
    return f"{reverse('archives:home')}?{request.POST.get('retour', '')[:300]}"


@never_cache
@require_POST
@permission_required(rights.VIEW)
def gesture(request):
    """What was asked of the rows that are ticked: a slip, a decision, a transfer."""
    try:
        body, folders, boxes = _chosen(request)
        asked = request.POST.get("geste")
        if asked == "bordereau":
            return HttpResponseRedirect(_slip(request, body, folders, boxes).get_absolute_url())
        if asked == "verser" and boxes:
            handed = actions.prepare_paper(body, actor=request.user, boxes=boxes)
            messages.success(request, f"Le versement {handed.reference} est ouvert.")
            return HttpResponseRedirect(handed.get_absolute_url())
        if asked == "verser":
            made = actions.prepare_transfer(body, actor=request.user, folders=folders)
            messages.success(request, f"Le versement {made.reference} est ouvert.")
            return HttpResponseRedirect(made.get_absolute_url())
        if asked == "trier":
            _sort(request, body, folders, boxes)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(_back(request))


def _slip(request, body, folders, boxes) -> Elimination:
    given = request.POST.get("bordereau", "")
    slip = None
    if given.isdecimal():
        drafts = Elimination.objects.visible_to(request.user).filter(organisation=body)
        slip = get_object_or_404(drafts, pk=int(given[:15]))
    made = actions.prepare_elimination(body, actor=request.user, folders=folders, boxes=boxes, slip=slip)
    messages.success(request, f"Le bordereau {made.reference} est en préparation.")
    return made


def _sort(request, body, folders, boxes) -> None:
    step = request.POST.get("pas", "")
    counts = actions.sort_files(
        body,
        actor=request.user,
        folders=folders,
        boxes=boxes,
        method=request.POST.get("methode", ""),
        step=int(step[:3]) if step.isdecimal() else 0,
    )
    messages.success(request, f"Le tri est décidé : {counts['destroy']} à éliminer, {counts['keep']} à conserver.")
