"""Absences: the family sends a document in time, an agent answers and reads what it changes on the invoices."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from beffroi.kernel import access
from beffroi.modules.childcare import actions, invoiced
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.forms.excusing import ExcuseAnswerForm, ExcuseForm
from beffroi.modules.childcare.models import Booking, Excuse
from beffroi.modules.childcare.views.common import desk, my_home
from beffroi.modules.childcare.views.dossier import attempt
from beffroi.shared.billing import actions as billing
from beffroi.shared.billing.access import INVOICE
from beffroi.shared.billing.money import words
from beffroi.shared.files.models import StoredFile

SHOWN = 10


@never_cache
def my_absences(request, pk):
    """The days that my child missed: which may still be justified, until when; what was answered."""
    home = my_home(request, pk)
    related = ("unit", "activity", "attendance")
    bookings = list(actions.excusable(home).select_related(*related).order_by("day", "pk"))
    form = ExcuseForm(request.POST or None, request.FILES or None, bookings=bookings)
    form.fields["files"].actor = request.user
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: actions.send_excuse(home, data["days"], actor=request.user, files=data["files"])):
            messages.success(request, "Le justificatif part au service, qui vous répondra.")
            return redirect(request.path)
    sent = list(home.excuses.order_by("-sent_at").prefetch_related("attendances__booking__unit")[:SHOWN])
    over = actions.missed(Booking.objects.filter(home=home)).filter(limit__lt=timezone.localdate())
    context = {
        "child": home.child,
        "form": form,
        "bookings": bookings,
        "sent": sent,
        "over": over.select_related(*related).order_by("-day")[:SHOWN],
        "breadcrumbs": [
            ("Mes enfants", reverse("childcare:my_children")),
            (str(home.child), reverse("childcare:my_child", args=[pk])),
            ("Absences", ""),
        ],
    }
    return render(request, "childcare/space/absences.html", context)


@never_cache
@desk(REGISTER)
def excuse(request, pk):
    """A document and its days: accept it, or refuse it and say why; then give back what was invoiced already."""
    rows = Excuse.objects.visible_to(request.user).select_related("child", "home__household", "author", "decided_by")
    held = get_object_or_404(rows, pk=pk)
    days = _days(held)
    form = ExcuseAnswerForm(request.POST if request.method == "POST" and "avoir" not in request.POST else None)
    credits = _overcharges(request, held, days)
    if "avoir" in request.POST:
        return _credit(request, held, credits)
    if form.is_bound and form.is_valid():
        accept, reason = "accepter" in request.POST, form.cleaned_data["reason"]
        if attempt(form, lambda: actions.judge_excuse(held, actor=request.user, accept=accept, reason=reason)):
            messages.success(request, "C’est décidé ; la famille est prévenue.")
            if accept and any(day["charged"] for day in days):
                messages.warning(request, "Un de ces jours est déjà facturé : l’avoir reste à faire.")
                return redirect("childcare:excuse", pk)
            return redirect("childcare:todo")
    context = {
        "excuse": held,
        "child": held.child,
        "form": form,
        "days": days,
        "credits": credits,
        "files": list(StoredFile.objects.about(held)),
        "breadcrumbs": [
            ("Enfance", reverse("childcare:today")),
            ("À traiter", reverse("childcare:todo")),
            ("Justificatif d’absence", ""),
        ],
    }
    return render(request, "childcare/desk/excuse.html", context)


def _days(excuse: Excuse) -> list[dict]:
    """Each day with when it could be justified, and what invoices already issued charge for it."""
    rows = Booking.objects.filter(attendance__excuse=excuse).annotate(limit=actions.LIMIT)
    rows = rows.select_related("child", "unit__activity", "activity", "attendance", "group__site")
    bookings, charged = list(rows.order_by("day", "pk")), defaultdict(list)
    for one in invoiced.preview(bookings):
        charged[one.booking.pk].append(one)
    return [{"booking": one, "charged": charged[one.pk]} for one in bookings]


def _overcharges(request, excuse: Excuse, days: list[dict]) -> list[dict]:
    """The credit notes that an accepted document leaves to make, with whether this person may."""
    if not excuse.accepted:
        return []
    invoices = {one.invoice.pk: one.invoice for day in days for one in day["charged"]}
    return [
        {"due": due, "may": access.can(request.user, INVOICE, invoice.regie.organisation_id)}
        for invoice in invoices.values()
        for due in invoiced.overcharges([invoice.regie], invoice)
    ]


def _credit(request, excuse: Excuse, credits: list[dict]):
    """One credit note for each invoice, for the amount that was read."""
    if not credits:
        messages.error(request, "Plus rien n’est à rendre : l’avoir est déjà fait.")
    for held in credits:
        due = held["due"]
        amount = request.POST.get(f"avoir-{due.invoice.pk}", "")
        if not held["may"] or not amount.isdecimal():
            continue
        try:
            note = billing.credit_overcharge(due.invoice, expected=int(amount), actor=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, f"L’avoir {note.number} est émis : {words(-note.total)} rendus.")
    return redirect("childcare:excuse", excuse.pk)
