"""`/bureau/regie/guichet/`: receive money; the journal of what was received; give back, reject."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q, Sum
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import access, sheets
from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions
from beffroi.shared.billing.access import COLLECT, INVOICE, VIEW
from beffroi.shared.billing.forms import regies
from beffroi.shared.billing.forms_counter import BounceForm, CollectForm, PaymentFilter, RefundForm
from beffroi.shared.billing.models import Payment, Regie
from beffroi.shared.billing.money import euros, words
from beffroi.shared.billing.views.common import allowed, attempt, desk, find_bodies, find_payers, find_regie
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.people.models import Person

PAGE = 30


def _crumbs(*steps):
    return [("Bureau", "/bureau/"), ("Guichet", reverse("billing:counter") if steps else ""), *steps]


@desk
@require_safe
@permission_required(COLLECT)
def counter(request):
    """Find the payer, by name or by the number of an invoice."""
    mine = regies(request.user, COLLECT)
    chosen = next((one for one in mine if one.code == request.GET.get("regie")), mine[0] if mine else None)
    typed = request.GET.get("q", "").strip()
    people = find_payers(chosen, typed) if chosen else []
    bodies = find_bodies(chosen, typed) if chosen else []
    context = {
        "regies": mine,
        "regie": chosen,
        "typed": typed,
        "people": people,
        "bodies": bodies,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "billing/counter.html", context)


def _already(request, regie) -> Payment | None:
    """The payment that this very form has already written: a double press, or a page sent again."""
    try:
        key = uuid.UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        return None
    return regie.payments.filter(client_uuid=key).first()


@desk
@permission_required(COLLECT)
def collect(request, code, pk):
    """What a payer owes to the régie, and what they pay now."""
    regie = find_regie(request, code, COLLECT)
    payer = get_object_or_404(Person.objects.living(), pk=pk)
    return _collect(request, regie, payer, {"payer": payer})


@desk
@permission_required(COLLECT)
def collect_body(request, code, pk):
    """The same for a body: a CCAS, a Département, an employer, a firm."""
    regie = find_regie(request, code, COLLECT)
    body = get_object_or_404(Organisation.objects.filter(pk__in=regie.invoices.values("payer_body")), pk=pk)
    return _collect(request, regie, body, {"payer_body": body})


def _collect(request, regie: Regie, payer: Person | Organisation, theirs: dict):
    due = list(regie.invoices.unpaid().filter(**theirs).order_by("due_on", "pk")[:50])
    form = CollectForm(request.POST or None, regie=regie, invoices=due)
    if (known := _already(request, regie)) is not None:
        return HttpResponseRedirect(known.get_absolute_url())
    if form.is_valid():
        made = []

        def write():
            data = form.cleaned_data
            made.append(
                actions.receive_payment(
                    regie=regie,
                    method=data["method"],
                    amount=data["amount"],
                    payer=payer,
                    invoices=form.chosen(),
                    actor=request.user,
                    reference=data["reference"],
                    bank=data["bank"],
                    client_uuid=data["client_uuid"],
                )[0]
            )

        if attempt(form, write):
            messages.success(request, f"{words(made[0].amount)} reçus. Donnez la quittance au payeur.")
            return HttpResponseRedirect(made[0].get_absolute_url())
    advances = list(regie.payments.filter(**theirs, kind="payment", used__lt=F("amount"))[:20])
    context = {
        "regie": regie,
        "payer": payer,
        "is_body": "payer_body" in theirs,
        "due": due,
        "form": form,
        "advances": advances,
        "day": actions.first_open_day(regie),
        "breadcrumbs": _crumbs((str(payer), "")),
        "may_invoice": access.can(request.user, INVOICE, regie.organisation_id),
    }
    return render(request, "billing/collect.html", context)


def _selection(request):
    form = PaymentFilter(request.GET, user=request.user)
    wanted = form.chosen()
    found = Payment.objects.visible_to(request.user)
    if typed := wanted.get("q", "").strip():
        found = found.filter(Q(payer_name__unaccent__icontains=typed) | Q(reference__icontains=typed))
    for name, field in (("regie", "regie__code"), ("moyen", "method"), ("nature", "kind")):
        if value := wanted.get(name):
            found = found.filter(**{field: value})
    if since := wanted.get("du"):
        found = found.filter(day__gte=since)
    if until := wanted.get("au"):
        found = found.filter(day__lte=until)
    return form, found.order_by("-day", "-pk")


@desk
@require_safe
@permission_required(VIEW)
def payments(request):
    """The journal of the régie: every movement of money, in its order."""
    form, found = _selection(request)
    page = Paginator(found.select_related("regie"), PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "total": found.aggregate(total=Sum("amount"))["total"] or 0,
        "filtered": bool(form.chosen()),
        "exports": [(label, f"export.{kind}?{kept.urlencode()}") for kind, label in sheets.LABELS.items()],
        "breadcrumbs": [("Bureau", "/bureau/"), ("Journal de la régie", "")],
    }
    return render(request, "billing/payments.html", context)


@desk
@require_safe
@permission_required(VIEW)
def payments_export(request, kind):
    """The journal as a table."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, found = _selection(request)
    rows = (
        [
            one.pk,
            one.day,
            one.regie.name,
            one.get_kind_display(),
            one.get_method_display(),
            one.payer_name,
            one.reference,
            one.bank,
            euros(one.amount),
            euros(one.free),
            one.reason,
        ]
        for one in found.select_related("regie")[:20_000]
    )
    headers = [
        "Numéro",
        "Jour",
        "Régie",
        "Nature",
        "Moyen",
        "Payeur",
        "Référence",
        "Banque",
        "Montant (€)",
        "Non employé (€)",
        "Motif",
    ]
    sheet = sheets.Sheet("Journal", headers, rows, widths=[10, 12, 24, 14, 22, 26, 24, 16, 12, 14, 30])
    return sheets.response(kind, f"journal-regie-{timezone.localdate():%Y-%m-%d}", [sheet])


def _find(request, pk) -> Payment:
    found = Payment.objects.visible_to(request.user).select_related(
        "regie__organisation", "payer", "origin", "created_by"
    )
    return get_object_or_404(found, pk=pk)


@desk
@require_safe
@permission_required(VIEW)
def payment(request, pk):
    found = _find(request, pk)
    context = {
        "payment": found,
        "allocations": found.allocations.select_related("invoice"),
        "reversals": found.reversals.all(),
        "deposit": getattr(found, "deposit_item", None),
        "may_collect": access.can(request.user, COLLECT, found.regie.organisation_id),
        "breadcrumbs": [
            ("Bureau", "/bureau/"),
            ("Journal de la régie", reverse("billing:payments")),
            (f"Paiement {found.pk}", ""),
        ],
    }
    return render(request, "billing/payment.html", context)


@desk
@permission_required(COLLECT)
def payment_move(request, pk, verb):
    """Give back what is left, or reject."""
    found = _find(request, pk)
    allowed(request, found.regie, COLLECT)
    if verb not in ("rembourser", "rejeter") or found.kind != Payment.Kind.PAYMENT:
        raise Http404(verb)
    if verb == "rembourser":
        form = RefundForm(request.POST or None, initial={"amount": found.free})
    else:
        form = BounceForm(request.POST or None)

    def write():
        if verb == "rembourser":
            actions.refund(found, actor=request.user, **form.cleaned_data)
        else:
            actions.bounce(found, actor=request.user, **form.cleaned_data)

    if form.is_valid() and attempt(form, write):
        messages.success(
            request,
            "C’est rendu." if verb == "rembourser" else "Le paiement est rejeté : ses factures sont de nouveau dues.",
        )
        return HttpResponseRedirect(found.get_absolute_url())
    context = {"payment": found, "form": form, "verb": verb, "breadcrumbs": _crumbs((f"Paiement {found.pk}", ""))}
    return render(request, "billing/payment_move.html", context)
