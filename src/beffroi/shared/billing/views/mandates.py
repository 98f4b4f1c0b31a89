"""`/compte/prelevements/`: what a payer allows each régie to debit; sign, change the account, revoke."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import journal, pdf
from beffroi.shared.billing import actions, collecting
from beffroi.shared.billing.forms_debits import MyMandateForm
from beffroi.shared.billing.models import DebitMandate, Regie
from beffroi.shared.billing.views.common import attempt
from beffroi.shared.people.actions import person_of

HERE = "Mes prélèvements"
SHOWN = 40


def _regies(user):
    """The régies that debit, and those of this person's mandates."""
    known = DebitMandate.objects.of_payer(user).values("regie")
    found = Regie.objects.filter(Q(pk__in=known) | Q(is_active=True) & ~Q(creditor_id=""))
    return found.select_related("organisation").order_by("name")


def _mine(user):
    return DebitMandate.objects.of_payer(user).select_related("regie__organisation", "payer").defer("iban")


@never_cache
@require_safe
def mandates(request):
    """One card for each régie: the mandate in force, the one that waits, what will be debited; then what is past."""
    held = list(_mine(request.user)[:SHOWN])
    coming = collecting.coming_debits().filter(mandate__payer__user=request.user).select_related("file", "invoice")
    coming = list(coming.order_by("file__day", "pk")[:SHOWN])
    cards = [
        {
            "regie": regie,
            "live": next((one for one in held if one.regie_id == regie.pk and one.status[0] == "En cours"), None),
            "waiting": next((one for one in held if one.regie_id == regie.pk and one.status[0] == "À signer"), None),
            "coming": [one for one in coming if one.file.regie_id == regie.pk],
            "open": actions.can_sign(regie),
        }
        for regie in _regies(request.user)
    ]
    context = {
        "cards": [card for card in cards if card["open"] or card["live"] or card["waiting"]],
        "past": [one for one in held if one.revoked_on],
        "items": journal.story(*held, limit=SHOWN) if held else [],
        "breadcrumbs": [("Mes factures", reverse("billing:my_invoices")), (HERE, "")],
    }
    return render(request, "billing/my_mandates.html", context)


@never_cache
def sign(request, code):
    """Fill in a mandate, then sign it here, or print it; the account of the one before is left for the new one."""
    regie = get_object_or_404(Regie.objects.active().select_related("organisation"), code=code.upper())
    if not actions.can_sign(regie):
        raise Http404(code)
    payer = person_of(request.user)
    live = _mine(request.user).live().filter(regie=regie).first()
    online = request.POST.get("geste") == "signer"
    mandate = DebitMandate(regie=regie, payer=payer, holder=str(payer)[:70])
    form = MyMandateForm(request.POST or None, instance=mandate, online=online)
    gesture = actions.sign_online if online else actions.prepare_mandate
    if form.is_valid() and attempt(form, lambda: gesture(form.instance, actor=request.user)):
        if online:
            messages.success(request, f"Le mandat {form.instance.rum} est signé.")
        else:
            messages.success(request, "Imprimez le mandat, signez-le et remettez-le à la régie : il vaudra dès lors.")
        return redirect("billing:my_mandates")
    context = {
        "regie": regie,
        "form": form,
        "live": live,
        "breadcrumbs": [
            ("Mes factures", reverse("billing:my_invoices")),
            (HERE, reverse("billing:my_mandates")),
            ("Changer de compte" if live else "Autoriser le prélèvement", ""),
        ],
    }
    return render(request, "billing/my_mandate_form.html", context)


def _find(request, pk) -> DebitMandate:
    rows = DebitMandate.objects.of_payer(request.user).select_related("regie__organisation", "payer")
    return get_object_or_404(rows, pk=pk)


@never_cache
@require_safe
def document(request, pk):
    """The mandate as it was signed, or to print."""
    found = _find(request, pk)
    try:
        content = actions.read_mandate(found, actor=request.user)
    except ValidationError as refusal:
        raise Http404(pk) from refusal
    return pdf.response(f"mandat-{found.rum}", content)


@never_cache
@require_POST
def revoke(request, pk):
    """End it, or give up the one that waits."""
    found = _find(request, pk)
    try:
        actions.revoke_mandate(found, actor=request.user)
        messages.success(request, f"Le mandat {found.rum} ne vaut plus : vos factures se paieront autrement.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return HttpResponseRedirect(reverse("billing:my_mandates"))
