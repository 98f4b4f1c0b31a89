"""`/bureau/regie/facturations/`: prepare, look, launch, follow."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, pdf, sheets
from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions, sources
from beffroi.shared.billing.access import INVOICE, VIEW
from beffroi.shared.billing.documents import invoice as document
from beffroi.shared.billing.forms import RunForm
from beffroi.shared.billing.models import Run
from beffroi.shared.billing.views.common import allowed, attempt, desk

PAGE = 20
IN_ONE_FILE = 100
TONES = {
    "preparing": "progress",
    "ready": "waiting",
    "running": "progress",
    "done": "done",
    "failed": "late",
    "cancelled": "neutral",
}
HERE = "Facturations"


def _crumbs(*steps):
    return [("Bureau", "/bureau/"), (HERE, reverse("billing:runs") if steps else ""), *steps]


def _find(request, pk) -> Run:
    return get_object_or_404(Run.objects.visible_to(request.user).select_related("regie", "created_by"), pk=pk)


@desk
@require_safe
@permission_required(VIEW)
def runs(request):
    found = Run.objects.visible_to(request.user).select_related("regie")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    for run in page:
        run.tone = TONES[run.status]
    context = {"page": page, "may_invoice": access.can(request.user, INVOICE), "breadcrumbs": _crumbs()}
    return render(request, "billing/runs.html", context)


def _last_month(today):
    end = today.replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end


@desk
@permission_required(INVOICE)
def run_new(request):
    """Choose what, for whom, which period."""
    start, end = _last_month(timezone.localdate())
    initial = {
        "start": start,
        "end": end,
        "issued_on": timezone.localdate(),
        "due_on": timezone.localdate() + timedelta(days=30),
    }
    form = RunForm(request.POST or None, user=request.user, initial=initial)
    made = []
    if form.is_valid() and attempt(
        form, lambda: made.append(actions.prepare_run(actor=request.user, **form.cleaned_data))
    ):
        messages.success(request, "L’aperçu se calcule. Rien n’est émis avant que vous le lanciez.")
        return HttpResponseRedirect(made[0].get_absolute_url())
    context = {"form": form, "sources": sources.choices(), "breadcrumbs": _crumbs(("Préparer", ""))}
    return render(request, "billing/run_form.html", context)


@desk
@require_safe
@permission_required(VIEW)
def run(request, pk):
    found = _find(request, pk)
    found.tone = TONES[found.status]
    context = {
        "run": found,
        "moving": found.status in (Run.Status.PREPARING, Run.Status.RUNNING),
        "may_invoice": access.can(request.user, INVOICE, found.regie.organisation_id),
        "invoices": found.invoices.order_by("rank")[:10] if found.done else [],
        "paper": _on_paper(found).count() if found.done else 0,
        "parts": range(1, min((found.done - 1) // IN_ONE_FILE + 2, 120)) if found.done else [],
        "breadcrumbs": _crumbs((found.label, "")),
    }
    return render(request, "billing/run.html", context)


@desk
@require_safe
@permission_required(VIEW)
def run_anomalies(request, pk, kind):
    """The anomalies of the preview as a table."""
    found = _find(request, pk)
    rows = [[one["payer"], one["text"], one.get("blocked", False)] for one in found.anomalies]
    sheet = sheets.Sheet("Anomalies", ["Payeur", "Anomalie", "Facture retenue"], rows, widths=[30, 70, 14])
    return sheets.response(kind if kind in sheets.TYPES else "csv", f"anomalies-{found.pk}", [sheet])


def _on_paper(run: Run):
    """The invoices whose payer has neither account nor e-mail: they are printed."""
    return run.invoices.filter(payer__isnull=False, payer__user=None, payer__email="").order_by("rank")


@desk
@require_safe
@permission_required(VIEW)
def run_print(request, pk):
    """The invoices of a run in one file to print: those on paper, or all of them (`qui=tous`), part after part."""
    found = _find(request, pk)
    rows = found.invoices.order_by("rank") if request.GET.get("qui") == "tous" else _on_paper(found)
    part = int(request.GET.get("partie", "1")) if request.GET.get("partie", "1").isdigit() else 1
    chosen = rows.select_related("regie__organisation", "credits").prefetch_related("lines")
    chosen = list(chosen[max(part - 1, 0) * IN_ONE_FILE : max(part, 1) * IN_ONE_FILE])
    if not chosen:
        raise Http404("factures")
    return pdf.response(f"factures-{found.pk}-{part}", document.together(chosen))


@desk
@require_POST
@permission_required(INVOICE)
def run_move(request, pk, verb):
    """Launch, compute the preview again, or give up."""
    found = _find(request, pk)
    allowed(request, found.regie, INVOICE)
    gestures = {"lancer": actions.launch_run, "annuler": actions.cancel_run, "apercu": actions.preview_again}
    try:
        gestures[verb](found, actor=request.user)
    except (ValidationError, KeyError) as refusal:
        messages.error(request, " ".join(getattr(refusal, "messages", ["Ce geste n’existe pas."])))
    return HttpResponseRedirect(found.get_absolute_url())
