"""`/bureau/regie/facture-isolee/`: an invoice outside of any period, looked at before it is issued."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions
from beffroi.shared.billing.access import INVOICE
from beffroi.shared.billing.forms import regies
from beffroi.shared.billing.forms_single import LineFormSet, SingleForm
from beffroi.shared.billing.views.common import attempt, crumbs, desk, find_payers, find_regie
from beffroi.shared.people.models import Person


@desk
@require_safe
@permission_required(INVOICE)
def payers(request):
    """Whom to invoice."""
    mine = regies(request.user, INVOICE)
    chosen = next((one for one in mine if one.code == request.GET.get("regie")), mine[0] if mine else None)
    typed = request.GET.get("q", "").strip()
    people = find_payers(chosen, typed) if chosen else []
    context = {
        "regies": mine,
        "regie": chosen,
        "typed": typed,
        "people": people,
        "breadcrumbs": crumbs(("Facture isolée", "")),
    }
    return render(request, "billing/single_payers.html", context)


@desk
@permission_required(INVOICE)
def single(request, code, pk):
    """Write it, read it as the payer will, then issue it: nothing leaves before the last button."""
    regie = find_regie(request, code, INVOICE)
    payer = get_object_or_404(Person.objects.living(), pk=pk)
    form = SingleForm(request.POST or None, regie=regie)
    lines = LineFormSet(request.POST or None, prefix="ligne")
    right = request.method == "POST" and form.is_valid() & lines.is_valid()
    made = []

    def issue():
        data = form.cleaned_data
        made.append(
            actions.issue_invoice(
                regie=regie,
                payer=payer,
                lines=lines.lines(),
                source=f"isolee:{data['client_uuid']}",
                label=data["label"],
                due_on=data["due_on"],
                actor=request.user,
            )
        )

    if right and "emettre" in request.POST and attempt(form, issue):
        messages.success(request, f"La facture {made[0].number} est émise, et le payeur prévenu.")
        return HttpResponseRedirect(made[0].get_absolute_url())
    told = lines.lines() if right and "corriger" not in request.POST else []
    context = {
        "regie": regie,
        "payer": payer,
        "form": form,
        "lines": lines,
        "told": told,
        "total": sum(line.amount for line in told),
        "address": actions.address_of(payer),
        "breadcrumbs": crumbs(("Facture isolée", reverse("billing:single_payers")), (str(payer), "")),
    }
    return render(request, "billing/single.html", context)
