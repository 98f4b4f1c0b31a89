"""Transfers of boxes of paper: the list, one slip, its steps."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import journal, pdf
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted
from beffroi.modules.archives import actions, paper, rights
from beffroi.modules.archives.forms import records as forms
from beffroi.modules.archives.models import PaperTransfer
from beffroi.modules.archives.views.common import PAPERS, SENDINGS, crumbs, get_paper, page_of, step_page, take_step
from beffroi.modules.archives.workflow import Delivering, paper_workflow
from beffroi.shared.files.models import StoredFile


@never_cache
@require_safe
@permission_required(rights.VIEW)
def index(request):
    """Every slip, the latest first."""
    rows = PaperTransfer.objects.visible_to(request.user).select_related("organisation")
    rows = rows.annotate(count=Count("lines"), metres=Sum("lines__metres")).order_by("-year", "-number", "-pk")
    context = {"page": page_of(request, rows), "breadcrumbs": crumbs(SENDINGS, (PAPERS[0], ""))}
    return render(request, "archives/papers.html", context)


@never_cache
@require_safe
@permission_required(rights.VIEW)
def show(request, pk):
    """A slip: its boxes, its discharge."""
    made = get_paper(request, pk)
    lines = list(made.lines.select_related("box"))
    context = {
        "made": made,
        "lines": lines,
        "total": paper.metres(sum(line.metres for line in lines)),
        "files": [file for file in StoredFile.objects.about(made) if file.kind == "discharge"],
        "steps": paper_workflow.available(made, request.user),
        "may_edit": made.state == Delivering.DRAFT and rights.can_transfer(request.user, made),
        "history": journal.story(made, limit=40),
        "breadcrumbs": crumbs(PAPERS, (made.reference, "")),
    }
    return render(request, "archives/paper.html", context)


@never_cache
@require_safe
@permission_required(rights.VIEW)
def printed(request, pk):
    """The slip, to sign in two copies."""
    made = get_paper(request, pk)
    return pdf.response(made.reference, paper.transfer_slip(made))


@never_cache
@permission_required(rights.TRANSFER)
def edit(request, pk):
    """The words, before the boxes are handed over."""
    made = get_paper(request, pk)
    if made.state != Delivering.DRAFT or not rights.can_transfer(request.user, made):
        raise PermissionDenied(rights.TRANSFER)
    form = forms.PaperTransferForm(*posted(request), instance=made)
    return step_page(
        request,
        made,
        form,
        lambda: actions.update_paper(made, actor=request.user, **form.cleaned_data),
        done="Le versement est enregistré.",
        heading="Modifier le versement",
        above=PAPERS,
        button="Enregistrer",
    )


def _receive(made, *, actor, scan, **given):
    return actions.receive_paper(made, actor=actor, scan=scan[0], **given)


STEPS = {
    "deliver": (forms.DeliverForm, actions.deliver_paper, "La remise est notée : attendez le bordereau signé."),
    "receive": (forms.ReceiveForm, _receive, "La prise en charge est enregistrée."),
    "keep_paper": (forms.ReasonForm, actions.keep_paper, "Le versement est abandonné ; son numéro reste pris."),
}
ABOUT = {
    "deliver": "Les boîtes restent à l’inventaire jusqu’à la prise en charge.",
    "receive": "Les boîtes quittent l’inventaire ; le bordereau signé est gardé et scellé.",
}


@never_cache
@permission_required(rights.VIEW)
def step(request, pk, verb):
    """Take one step."""
    return take_step(request, get_paper(request, pk), verb, paper_workflow, STEPS, ABOUT, PAPERS)
