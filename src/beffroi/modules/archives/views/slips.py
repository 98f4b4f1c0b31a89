"""Slips of elimination: the list, one slip, its steps."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, journal, pdf, sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.archives import actions, exports, paper, rights
from beffroi.modules.archives.forms import records as forms
from beffroi.modules.archives.forms.lists import ELIMINATIONS, RecordFilters
from beffroi.modules.archives.models import Elimination, Line
from beffroi.modules.archives.views.common import SLIPS, crumbs, get_slip, page_of, step_page, take_step
from beffroi.modules.archives.workflow import State, elimination_workflow
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing.models import Folder as SignFolder

LABELS = {
    "slip": "Bordereau",
    "signed": "Bordereau signé",
    "visa": "Bordereau visé",
    "certificate": "Attestation de destruction",
}


@never_cache
@require_safe
@permission_required(rights.VIEW)
def index(request):
    """Every slip, the latest first."""
    form, rows = _selection(request)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "filters": form,
        "page": page_of(request, exports.summed(rows)),
        "query": kept.urlencode(),
        "kinds": sheets.LABELS,
        "breadcrumbs": crumbs((SLIPS[0], "")),
    }
    return render(request, "archives/slips.html", context)


def _selection(request):
    form = RecordFilters(request.GET, user=request.user, states=ELIMINATIONS)
    return form, form.apply(Elimination.objects.visible_to(request.user)).select_related("organisation")


@never_cache
@require_safe
@permission_required(rights.VIEW)
def table(request, kind):
    """The register of the slips as a table."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, rows = _selection(request)
    name = f"bordereaux-{timezone.localdate():%Y-%m-%d}"
    return sheets.response(kind, name, [exports.slips_sheet(rows)])


@never_cache
@require_safe
@permission_required(rights.VIEW)
def show(request, pk):
    """A slip: its lines, its visa, its pieces, what can be done now."""
    slip = get_slip(request, pk)
    user = request.user
    lines = list(slip.lines.select_related("folder", "box"))
    accepted = [line for line in lines if line.outcome == Line.Outcome.ACCEPTED]
    files = [file for file in StoredFile.objects.about(slip) if file.kind in LABELS]
    for file in files:
        file.label = LABELS[file.kind]
    may_eliminate = access.can(user, rights.ELIMINATE, slip.organisation_id)
    may_set_aside = may_eliminate and slip.state in (State.VISAED, State.CONFIRMED, State.DESTROYING)
    context = {
        "slip": slip,
        "lines": lines,
        "totals": paper.sum_of(lines),
        "gone": len([line for line in accepted if line.purged_at]),
        "accepted": len(accepted),
        "steps": elimination_workflow.available(slip, user),
        "may_prepare": slip.state == State.DRAFT and access.can(user, rights.PREPARE, slip.organisation_id),
        "may_set_aside": may_set_aside,
        "may_resume": may_eliminate and slip.state == State.DESTROYING,
        "files": files,
        "folder": SignFolder.objects.about(slip).first(),
        "history": journal.story(slip, limit=40),
        "breadcrumbs": crumbs(SLIPS, (slip.reference, "")),
    }
    return render(request, "archives/slip.html", context)


@never_cache
@require_safe
@permission_required(rights.VIEW)
def printed(request, pk):
    """The slip as it is now."""
    slip = get_slip(request, pk)
    return pdf.response(slip.reference, paper.slip(slip))


@never_cache
@permission_required(rights.PREPARE)
def edit(request, pk):
    """The words of a slip in preparation and the observations of its lines."""
    slip = get_slip(request, pk)
    if slip.state != State.DRAFT or not rights.can_prepare(request.user, slip):
        raise PermissionDenied(rights.PREPARE)
    form = forms.SlipForm(*posted(request), instance=slip)
    return write(
        request,
        form,
        lambda: actions.update_elimination(
            slip,
            actor=request.user,
            title=form.cleaned_data["title"],
            note=form.cleaned_data["note"],
            observations=form.observations(),
        ),
        done="Le bordereau est enregistré.",
        to=slip.get_absolute_url,
        heading="Modifier le bordereau",
        button="Enregistrer",
        back=slip.get_absolute_url(),
        breadcrumbs=crumbs(SLIPS, (slip.reference, slip.get_absolute_url()), ("Modifier", "")),
    )


@never_cache
@require_POST
@permission_required(rights.PREPARE)
def remove_line(request, pk, line):
    """Take a line off."""
    slip = get_slip(request, pk)
    found = get_object_or_404(slip.lines, pk=line)
    try:
        actions.remove_line(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "La ligne est retirée : son dossier est de nouveau dans la liste.")
    return HttpResponseRedirect(slip.get_absolute_url())


def _sign_on_paper(slip, *, actor, document):
    return actions.sign_on_paper(slip, actor=actor, document=document[0])


def _visa(slip, *, actor, scan, **given):
    return actions.record_visa(slip, actor=actor, scan=scan[0], **given)


STEPS = {
    "sign": (forms.SignForm, actions.sign_elimination, "Le bordereau est parti au parapheur ; signé, il revient ici."),
    "sign_on_paper": (forms.PaperForm, _sign_on_paper, "Le bordereau signé est gardé : faites-le viser."),
    "visa": (forms.VisaForm, _visa, "La réponse du service d’archives est enregistrée."),
    "confirm": (
        forms.NothingForm,
        actions.confirm_elimination,
        "Première étape faite. Rien n’est encore détruit.",
    ),
    "step_back": (forms.NothingForm, actions.step_back, "Rien n’a été détruit : le bordereau est de nouveau « Visé »."),
    "destroy": (forms.DestroyForm, actions.start_destruction, "La destruction est lancée."),
    "cancel": (forms.ReasonForm, actions.cancel_elimination, "Le bordereau est annulé ; son numéro reste pris."),
}

ABOUT = {
    "sign": "Le bordereau est figé, puis signé par l’autorité territoriale.",
    "sign_on_paper": "Imprimez-le, faites-le signer, numérisez-le.",
    "visa": "Recopiez ce que porte le bordereau que le service d’archives vous a rendu.",
    "confirm": "Première des deux étapes : chaque ligne est revérifiée, gels compris. Rien n’est détruit encore.",
    "step_back": "Rien n’a été détruit.",
    "destroy": "Seconde étape : les contenus sont effacés pour toujours ; noms et empreintes restent.",
}


@never_cache
@permission_required(rights.VIEW)
def step(request, pk, verb):
    """Take one step: a page of its own, that cannot be taken by mistake."""
    return take_step(request, get_slip(request, pk), verb, elimination_workflow, STEPS, ABOUT, SLIPS)


@never_cache
@permission_required(rights.ELIMINATE)
def set_aside(request, pk, line):
    """Take a line off a slip that is visaed already."""
    slip = get_slip(request, pk)
    if not rights.can_eliminate(request.user, slip):
        raise PermissionDenied(rights.ELIMINATE)
    found = get_object_or_404(slip.lines, pk=line)
    form = forms.ReasonForm(*posted(request), record=slip, actor=request.user)
    return step_page(
        request,
        slip,
        form,
        lambda: actions.set_aside(found, actor=request.user, **form.cleaned_data),
        done="La ligne est retirée : elle ne sera pas détruite.",
        heading="Retirer une ligne",
        above=SLIPS,
        button="Retirer la ligne",
    )


@never_cache
@require_POST
@permission_required(rights.ELIMINATE)
def resume(request, pk):
    """Take a destruction up again, once what blocked it is gone."""
    slip = get_slip(request, pk)
    if not rights.can_eliminate(request.user, slip):
        raise PermissionDenied(rights.ELIMINATE)
    if slip.state == State.DESTROYING:
        found = actions.resume(slip)
        if found.state == State.DESTROYED:
            messages.success(request, "La destruction est achevée : l’attestation est faite.")
        else:
            messages.error(request, "Des lignes restent empêchées : chacune dit pourquoi.")
    return HttpResponseRedirect(reverse("archives:elimination", args=[pk]))
