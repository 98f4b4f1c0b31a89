"""`/bureau/regie/prelevements/`: mandates, and the files of direct debits."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, pdf
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import write
from beffroi.shared.billing import actions
from beffroi.shared.billing.access import COLLECT, VIEW
from beffroi.shared.billing.forms import regies
from beffroi.shared.billing.forms_debits import DebitsForm, MandateForm, ReceivedForm
from beffroi.shared.billing.models import DebitFile, DebitMandate
from beffroi.shared.billing.money import words
from beffroi.shared.billing.views.common import allowed, attempt, desk, find_regie
from beffroi.shared.people.models import Person

PAGE = 30
MOST = 2000
TONES = {"ready": "waiting", "done": "done", "cancelled": "neutral"}


def _crumbs(*steps):
    return [("Bureau", "/bureau/"), ("Prélèvements", reverse("billing:debits") if steps else ""), *steps]


@desk
@require_safe
@permission_required(VIEW)
def debits(request):
    """The files, the mandates, what could be debited."""
    mandates = DebitMandate.objects.visible_to(request.user).filter(revoked_on__isnull=True)
    page = Paginator(mandates.select_related("payer", "regie").defer("iban").order_by("-pk"), PAGE).get_page(
        request.GET.get("page")
    )
    files = list(DebitFile.objects.visible_to(request.user).select_related("regie")[:20])
    for file in files:
        file.tone = TONES[file.status]
    context = {"page": page, "files": files, "regies": regies(request.user, COLLECT), "breadcrumbs": _crumbs()}
    return render(request, "billing/debits.html", context)


@desk
@permission_required(COLLECT)
def mandate_new(request, code, pk):
    """Record the mandate that a payer has signed."""
    regie = find_regie(request, code, COLLECT)
    payer = get_object_or_404(Person.objects.living(), pk=pk)
    mandate = DebitMandate(regie=regie, payer=payer, holder=str(payer)[:70], signed_on=timezone.localdate())
    form = MandateForm(request.POST or None, instance=mandate)
    if form.is_valid() and attempt(form, lambda: actions.sign_mandate(form.instance, actor=request.user)):
        messages.success(request, f"Le mandat {form.instance.rum} est enregistré.")
        return redirect("billing:debits")
    context = {"form": form, "payer": payer, "regie": regie, "breadcrumbs": _crumbs((str(payer), ""))}
    return render(request, "billing/mandate_form.html", context)


@desk
@require_POST
@permission_required(COLLECT)
def mandate_end(request, pk):
    """The payer revokes it."""
    found = get_object_or_404(DebitMandate.objects.visible_to(request.user).select_related("regie"), pk=pk)
    allowed(request, found.regie, COLLECT)
    try:
        actions.revoke_mandate(found, actor=request.user)
        messages.success(request, f"Le mandat {found.rum} est révoqué.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("billing:debits")


def _mandate(request, pk) -> DebitMandate:
    rows = DebitMandate.objects.visible_to(request.user).select_related("regie__organisation", "payer")
    found = get_object_or_404(rows, pk=pk)
    allowed(request, found.regie, COLLECT)
    return found


@desk
@permission_required(COLLECT)
def mandate_received(request, pk):
    """A mandate comes back signed on paper."""
    found = _mandate(request, pk)
    form = ReceivedForm(request.POST or None, initial={"signed_on": timezone.localdate()})
    return write(
        request,
        form,
        lambda: actions.receive_mandate(found, signed_on=form.cleaned_data["signed_on"], actor=request.user),
        done=f"Le mandat {found.rum} est en cours.",
        to=lambda: reverse("billing:debits"),
        heading=f"Mandat {found.rum} reçu signé",
        button="Enregistrer",
        back=reverse("billing:debits"),
        about=f"{found.payer}, compte … {found.iban_end}. Vérifiez la signature et gardez le papier.",
        breadcrumbs=_crumbs((found.rum, "")),
    )


@desk
@require_safe
@permission_required(COLLECT)
def mandate_pdf(request, pk):
    """The mandate, with the whole account: the journal keeps who opened it."""
    found = _mandate(request, pk)
    try:
        content = actions.read_mandate(found, actor=request.user)
    except ValidationError as refusal:
        raise Http404(pk) from refusal
    return pdf.response(f"mandat-{found.rum}", content)


@desk
@permission_required(COLLECT)
def debits_new(request, code):
    """The debits of a day."""
    regie = find_regie(request, code, COLLECT)
    form = DebitsForm(request.POST or None, initial={"day": actions.first_day(regie)})
    found = actions.to_debit(regie)
    made = []
    if form.is_valid() and attempt(
        form,
        lambda: made.append(
            actions.write_debits(regie, found[:MOST], day=form.cleaned_data["day"], actor=request.user)
        ),
    ):
        messages.success(request, f"Le fichier est prêt : {words(made[0].amount)}.")
        return HttpResponseRedirect(made[0].get_absolute_url())
    context = {
        "regie": regie,
        "form": form,
        "count": found.count(),
        "ready": bool(regie.iban and regie.bic and regie.creditor_id),
        "breadcrumbs": _crumbs((regie.name, "")),
    }
    return render(request, "billing/debits_form.html", context)


def _find(request, pk) -> DebitFile:
    rows = DebitFile.objects.visible_to(request.user).select_related("regie__organisation", "created_by")
    found = get_object_or_404(rows, pk=pk)
    found.tone = TONES[found.status]
    return found


@desk
@require_safe
@permission_required(VIEW)
def debit_file(request, pk):
    found = _find(request, pk)
    debits = found.debits.select_related("invoice__payer__user", "mandate", "payment").defer("mandate__iban")
    context = {
        "file": found,
        "debits": debits[:500],
        "may_collect": access.can(request.user, COLLECT, found.regie.organisation_id),
        "breadcrumbs": _crumbs((str(found), "")),
    }
    return render(request, "billing/debit_file.html", context)


@desk
@require_safe
@permission_required(COLLECT)
def debit_xml(request, pk):
    """The pain.008 file: it holds bank accounts, so only those who collect take it away."""
    found = _find(request, pk)
    allowed(request, found.regie, COLLECT)
    answer = HttpResponse(actions.file_content(found), content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found}.xml"'
    return answer


@desk
@require_POST
@permission_required(COLLECT)
def debit_move(request, pk, verb):
    """Debited, or given up."""
    found = _find(request, pk)
    allowed(request, found.regie, COLLECT)
    gestures = {"preleve": actions.settle_debits, "annuler": actions.cancel_debits}
    if verb not in gestures:
        raise Http404(verb)
    try:
        gestures[verb](found, actor=request.user)
        messages.success(request, "C’est noté.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return HttpResponseRedirect(found.get_absolute_url())
