"""`/bureau/regie/avoirs/`: what is no longer due on invoices already issued, and one gesture for each."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions, figures
from beffroi.shared.billing.access import INVOICE
from beffroi.shared.billing.money import words
from beffroi.shared.billing.views.common import allowed, crumbs, desk, find_invoice


@desk
@require_safe
@permission_required(INVOICE)
def overcharges(request):
    """The credit notes to make, with their lines: the days, for whom, how much."""
    found = figures.overcharges(request.user)
    context = {
        "found": found,
        "total": sum(one.amount for one in found),
        "breadcrumbs": crumbs(("Avoirs à faire", "")),
    }
    return render(request, "billing/overcharges.html", context)


@desk
@require_POST
@permission_required(INVOICE)
def credit_overcharge(request, number):
    """Make one, for the amount that was read."""
    found = find_invoice(request, number)
    allowed(request, found.regie, INVOICE)
    amount = request.POST.get("montant", "")
    try:
        note = actions.credit_overcharge(found, expected=int(amount) if amount.isdecimal() else 0, actor=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"L’avoir {note.number} est émis : {words(-note.total)} rendus à {note.payer_name}.")
    return HttpResponseRedirect(reverse("billing:overcharges"))
